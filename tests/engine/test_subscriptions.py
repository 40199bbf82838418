"""Subscribers: forms, order, exceptions, durable sinks."""

from __future__ import annotations

import gc
import threading
import warnings
from typing import Any

import pytest

from bsh import Msg, RunEngine
from bsh.devices.sim import SimSignal
from bsh.engine import CallbackRegistry
from tests.engine.parts import Collector
from tests.engine.test_messages import run


@pytest.mark.parametrize("form", ["callable", "list", "dict", "dict of lists"])
def test_subscriptions_of_a_call_come_in_many_forms(engine: RunEngine, form: str) -> None:
    collector = Collector()
    subs: Any = {
        "callable": collector,
        "list": [collector],
        "dict": {"all": collector},
        "dict of lists": {"start": [collector], "stop": [collector]},
    }[form]
    engine(run(), subs)
    engine(run())
    assert [name for name, _ in collector.documents] == ["start", "stop"]


def test_bad_subscriptions_are_refused_before_anything_starts(engine: RunEngine) -> None:
    with pytest.raises(KeyError, match="there are no 'begin' documents"):
        engine(run(), {"begin": print})
    with pytest.raises(ValueError, match="cannot be subscribed"):
        engine(run(), [3])
    assert engine.state == "idle"


def test_subscribers_are_called_in_the_order_of_subscription(engine: RunEngine) -> None:
    order: list[str] = []
    for letter in "abc":
        engine.subscribe(lambda name, doc, letter=letter: order.append(letter), "start")
    engine(run())
    assert order == ["a", "b", "c"]


def test_subscribe_by_name_and_unsubscribe(engine: RunEngine) -> None:
    collector = Collector()
    token = engine.subscribe(collector, "stop")
    engine(run())
    engine.unsubscribe(token)
    engine.unsubscribe(token)
    engine(run())
    assert [name for name, _ in collector.documents] == ["stop"]


def test_an_unknown_document_name_is_refused(engine: RunEngine) -> None:
    with pytest.raises(KeyError, match="not a document name"):
        engine.subscribe(print, "evnt")


def test_the_old_order_of_arguments_works_with_a_warning(engine: RunEngine) -> None:
    collector = Collector()
    with pytest.warns(UserWarning, match="old order"):
        engine.subscribe("start", collector)
    engine(run())
    assert len(collector.documents) == 1


def test_a_bound_method_is_held_weakly(engine: RunEngine) -> None:
    seen: list[str] = []

    class Callback:
        def note(self, name: str, doc: Any) -> None:
            seen.append(name)

    callback = Callback()
    engine.subscribe(callback.note)
    engine(run())
    del callback
    gc.collect()
    engine(run())
    assert seen == ["start", "stop"]


def test_an_exception_in_a_subscriber_fails_the_run_but_starves_nobody(engine: RunEngine) -> None:
    after = Collector()

    def broken(name: str, doc: Any) -> None:
        raise ZeroDivisionError("broken callback")

    engine.subscribe(broken, "start")
    engine.subscribe(after)
    with pytest.raises(ZeroDivisionError, match="broken callback"):
        engine(run())
    assert after.named("start")
    assert engine.state == "idle"


def test_exceptions_in_subscribers_can_be_ignored_with_a_warning(engine: RunEngine) -> None:
    def broken(name: str, doc: Any) -> None:
        raise ZeroDivisionError("broken callback")

    engine.subscribe(broken, "start")
    engine.ignore_callback_exceptions = True
    caught: list[Any] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *rest, **kwargs: caught.append(str(message))  # type: ignore[assignment]
        uids = engine(run())
    assert len(uids) == 1
    assert "broken callback" in caught[0]
    assert "start document" in caught[0]


def test_the_registry_connects_a_function_once_and_refuses_unknown_signals() -> None:
    registry = CallbackRegistry(allowed_sigs=["moved"])
    seen: list[int] = []
    first, second = registry.connect("moved", seen.append), registry.connect("moved", seen.append)
    assert first == second
    registry.process("moved", 1)
    registry.disconnect(first)
    registry.process("moved", 2)
    assert seen == [1]
    with pytest.raises(ValueError, match="not one of the signals moved"):
        registry.connect("stopped", print)


def test_the_registry_returns_what_was_raised_when_it_ignores_exceptions() -> None:
    registry = CallbackRegistry(ignore_exceptions=True)

    def broken() -> None:
        raise OSError("gone")

    registry.connect("moved", broken)
    ((error, traceback),) = registry.process("moved")
    assert isinstance(error, OSError)
    assert traceback is not None


class Sink:
    """A durable sink whose disk is slow, and answers from a thread of its own."""

    def __init__(self) -> None:
        self.accepted = 0
        self.committed = 0
        self.congested = False
        self.asked = 0
        self.error: BaseException | None = None

    def __call__(self, name: str, doc: Any) -> None:
        self.accepted += 1

    def when_durable(self, callback: Any) -> None:
        self.asked += 1

        def write() -> None:
            self.committed = self.accepted
            callback(self.error)

        threading.Timer(0.01, write).start()


def test_start_descriptor_and_stop_are_waited_for_until_they_are_on_disk(engine: RunEngine) -> None:
    sink = Sink()
    engine.subscribe(sink)
    committed: list[tuple[str, int, int]] = []
    engine.msg_hook = lambda msg: committed.append((msg.command, sink.accepted, sink.committed))
    engine([Msg("open_run"), Msg("null"), Msg("close_run")])
    assert committed[1] == ("null", 1, 1)
    assert sink.committed == sink.accepted == 2


@pytest.mark.parametrize("command", ["monitor", "declare_stream"])
def test_a_descriptor_is_on_disk_before_what_it_describes(engine: RunEngine, command: str) -> None:
    sink = Sink()
    engine.subscribe(sink)
    told: list[tuple[int, int]] = []

    class Signal(SimSignal):
        def subscribe(self, *args: Any, **kwargs: Any) -> int:
            told.append((sink.accepted, sink.committed))
            return super().subscribe(*args, **kwargs)

    signal = Signal("ring")
    engine.msg_hook = lambda msg: told.append((sink.accepted, sink.committed)) if msg.command == "null" else 0
    engine([Msg("open_run"), Msg(command, signal, name="ring"), Msg("null"), Msg("close_run")])
    assert told[0] == (2, 2)


def test_a_stop_document_of_the_exit_path_is_on_disk_before_the_prompt(engine: RunEngine) -> None:
    sink = Sink()
    engine.subscribe(sink)
    engine([Msg("open_run")])
    assert sink.committed == sink.accepted == 2


def test_a_sink_may_answer_twice(engine: RunEngine, caplog: pytest.LogCaptureFixture) -> None:
    class Twice(Sink):
        def when_durable(self, callback: Any) -> None:
            callback(None)
            callback(None)

    engine.subscribe(Twice())
    engine(run(Msg("sleep", None, 0)))
    assert caplog.records == []


def test_a_congested_sink_makes_the_plan_wait(engine: RunEngine, motor: Any) -> None:
    from tests.engine.test_messages import bundle

    sink = Sink()
    sink.congested = True
    engine.subscribe(sink)
    lag: list[int] = []
    engine.msg_hook = lambda msg: lag.append(sink.accepted - sink.committed)
    engine(run(*bundle(motor), *bundle(motor), *bundle(motor)))
    assert set(lag) == {0}


def test_a_sink_that_cannot_write_fails_the_run(engine: RunEngine) -> None:
    sink = Sink()
    sink.error = OSError("disk full")
    engine.subscribe(sink)
    with pytest.raises(OSError, match="disk full"):
        engine([Msg("open_run"), Msg("null"), Msg("close_run")])
    assert engine.state == "idle"
