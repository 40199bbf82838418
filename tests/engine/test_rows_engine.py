"""Rows of the requirements about the engine, its documents and its subscribers that no other test would miss."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import re
import signal as signals
import sys
import threading
from types import ModuleType
from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh.devices.sim import SimSignal
from bsh.devices.status import Status
from bsh.engine import (
    MAX_DEPTH_EXCEEDED_ERR_MSG,
    CallbackRegistry,
    Dispatcher,
    SigintHandler,
    call_in_engine_event_loop,
    get_engine_event_loop,
    set_engine_event_loop,
)
from bsh.errors import FailedStatus, IllegalMessageSequence, InvalidCommand
from tests.engine.parts import Collector, Motor
from tests.engine.test_documents import Flyer
from tests.engine.test_messages import bundle, result_of, run

# -- the engine -----------------------------------------------------------------------------------------


def test_the_engine_can_be_called_where_a_loop_runs_already(engine: RunEngine) -> None:
    async def cell() -> Any:
        return engine(run(Msg("sleep", None, 0.001)))

    assert len(asyncio.run(cell())) == 1


@pytest.mark.parametrize(
    ("kind", "method", "parameters"),
    [
        (RunEngine, "__call__", "plan subs metadata_kw"),
        (RunEngine, "subscribe", "func name"),
        (RunEngine, "unsubscribe", "token"),
        (RunEngine, "print_command_registry", "verbose"),
        (RunEngine, "register_command", "name func"),
        (RunEngine, "unregister_command", "name"),
        (RunEngine, "request_pause", "defer at"),
        (RunEngine, "request_suspend", "fut pre_plan post_plan justification"),
        (RunEngine, "install_suspender", "suspender"),
        (RunEngine, "remove_suspender", "suspender"),
        (RunEngine, "clear_suspenders", ""),
        (RunEngine, "abort", "reason"),
        (RunEngine, "stop", "return_motors"),
        (RunEngine, "halt", ""),
        (RunEngine, "resume", ""),
        (RunEngine, "reset", ""),
        (RunEngine, "emit", "name doc"),
        (RunEngine, "emit_sync", "name doc"),
        (Dispatcher, "process", "name doc"),
        (Dispatcher, "subscribe", "func name"),
        (Dispatcher, "unsubscribe", "token"),
        (Dispatcher, "unsubscribe_all", ""),
        (CallbackRegistry, "connect", "sig func"),
        (CallbackRegistry, "disconnect", "cid"),
        (CallbackRegistry, "process", "sig args kwargs"),
        (SigintHandler, "release", ""),
        (SigintHandler, "handle_signals", ""),
    ],
)
def test_methods_take_what_scripts_give_them(kind: type, method: str, parameters: str) -> None:
    given = list(inspect.signature(getattr(kind, method)).parameters)[1:]
    assert given == parameters.split()


def test_without_context_managers_ctrl_c_is_left_alone(engine: RunEngine) -> None:
    during: list[Any] = []
    engine.context_managers = []
    before = signals.getsignal(signals.SIGINT)

    class Look:
        def block(self, event: threading.Event) -> None:
            during.append(signals.getsignal(signals.SIGINT))
            event.wait(10)

    engine.during_task = Look()
    engine([Msg("null")])
    engine.context_managers = [SigintHandler]
    engine([Msg("null")])
    assert during[0] is before
    assert during[1] is not before


def test_the_log_carries_the_engine(engine: RunEngine, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="bsh.RE"):
        engine.log.info("said")
    assert caplog.records[-1].RE is engine  # type: ignore[attr-defined]


def test_the_engine_says_what_it_is_doing_when_it_is_shown(engine: RunEngine) -> None:
    assert repr(engine) == "<RunEngine idle>"


def test_a_plan_too_deep_for_a_suspension_cleans_up(engine: RunEngine, collector: Collector) -> None:
    released: list[Any] = []

    async def release() -> None:
        released.append("waited for")

    engine.max_depth = 1
    engine.register_command("trip", lambda msg: engine.request_suspend(release))
    with pytest.raises(RuntimeError, match=re.escape(MAX_DEPTH_EXCEEDED_ERR_MSG.format(1, 2))):
        engine(run(Msg("checkpoint"), Msg("trip"), Msg("null")))
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]
    assert engine.suspension is None
    assert released == []


def test_a_closed_engine_refuses_plans() -> None:
    engine = RunEngine()
    engine.close()
    with pytest.raises(RuntimeError, match="loop is closed"):
        engine([Msg("null")])
    assert engine.state == "idle"


def test_a_plan_that_sends_something_else_is_told_so(engine: RunEngine) -> None:
    with pytest.raises(TypeError, match="A plan sent 'null', which is not a message"):
        engine(["null"])


@pytest.mark.parametrize("wants_result", [True, False])
def test_calls_behave_alike_whatever_they_return(
    engine: RunEngine, collector: Collector, wants_result: bool
) -> None:
    engine.call_returns_result = wants_result
    with pytest.raises(RunEngineInterrupted):
        engine(run(Msg("checkpoint"), Msg("pause"), Msg("null")))
    resumed = engine.resume()
    uids = resumed.run_start_uids if wants_result else resumed
    assert uids == (collector.named("start")[0]["uid"],)
    with pytest.raises(InvalidCommand):
        engine([Msg("unknown")])
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("pause")])
    ended = engine.stop()
    assert (ended.run_start_uids if wants_result else ended) == ()
    assert engine.state == "idle"


def test_the_loop_of_the_engine_made_last_is_the_one_to_call_into() -> None:
    first, second = RunEngine(), RunEngine()
    assert get_engine_event_loop() is second.loop
    set_engine_event_loop(first.loop)
    assert get_engine_event_loop() is first.loop
    set_engine_event_loop(None)
    assert get_engine_event_loop() not in (first.loop, second.loop)  # started because there was none

    async def where() -> Any:
        return asyncio.get_running_loop()

    assert call_in_engine_event_loop(where(), timeout=10) is get_engine_event_loop()
    get_engine_event_loop().call_soon_threadsafe(get_engine_event_loop().stop)
    for engine in (first, second):
        engine.close()


# -- messages -------------------------------------------------------------------------------------------


def test_input_needs_somebody_to_ask(engine: RunEngine) -> None:
    class Alone:
        def block(self, event: threading.Event) -> None:
            event.wait(10)

    engine.during_task = Alone()
    with pytest.raises(RuntimeError, match="nobody to ask"):
        engine([Msg("input", prompt="?")])


def test_waiting_for_nothing_is_over_at_once(engine: RunEngine) -> None:
    assert result_of(engine, Msg("wait_for", None, [])) == (set(), set())


def test_what_a_wait_waits_for_is_given_up_when_it_is_cut_short(engine: RunEngine) -> None:
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("given up")

    engine.msg_hook = lambda msg: engine.loop.call_later(0.01, engine.request_pause) and None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("wait_for", None, [forever])])
    engine.msg_hook = None
    assert ended == ["given up"]
    engine.abort()
    assert ended == ["given up"]  # it is not waited for again


def test_a_subscription_may_be_given_by_keyword(engine: RunEngine) -> None:
    collector = Collector()
    engine([Msg("subscribe", None, func=collector, name="start"), *run()])
    assert [name for name, _ in collector.documents] == ["start"]


def test_a_flyers_stream_is_not_named_when_it_describes_its_own_key_only(
    engine: RunEngine, collector: Collector
) -> None:
    class Single(Flyer):
        def describe_collect(self) -> Any:
            return {"x": {"dtype": "number", "shape": [], "source": "test"}}

        def collect(self) -> Any:
            yield {"time": 1.0, "data": {"x": 1}, "timestamps": {"x": 1.0}}

    engine(run(Msg("collect", Single()), Msg("collect", Single(), name="named")))
    assert [doc["name"] for doc in collector.named("descriptor")] == ["flyer", "named"]


@pytest.mark.parametrize("kwargs", [{"value": 3}, {"value": 3, "group": "g"}, {"group": "g"}, {}])
def test_trigger_passes_everything_but_the_group_on(
    engine: RunEngine, motor: Motor, kwargs: dict[str, Any]
) -> None:
    given: list[Any] = []

    def trigger(*args: Any, **kwargs: Any) -> None:
        given.append((args, kwargs))

    motor.trigger = trigger  # type: ignore[attr-defined]
    engine([Msg("trigger", motor, 1, **kwargs)])
    assert given == [((1,), {key: value for key, value in kwargs.items() if key != "group"})]


# -- documents ------------------------------------------------------------------------------------------


def test_a_source_that_keeps_the_number_itself_does_not_see_it_written_back(
    engine: RunEngine, collector: Collector
) -> None:
    class Source:
        keeps_scan_id = True

        def __call__(self, md: Any) -> int:
            return 41

    engine.scan_id_source = Source()
    engine(run())
    assert collector.named("start")[0]["scan_id"] == 41
    assert "scan_id" not in engine.md


def test_versions_name_the_libraries_that_are_in_use(
    engine: RunEngine, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bsh.engine import opening

    ophyd, event_model = ModuleType("ophyd"), ModuleType("event_model")
    ophyd.__version__ = "9.9"  # type: ignore[attr-defined]
    monkeypatch.setattr(opening, "_versions", {})
    monkeypatch.setitem(sys.modules, "ophyd", ophyd)
    monkeypatch.setitem(sys.modules, "event_model", event_model)
    monkeypatch.delitem(sys.modules, "ophyd_async", raising=False)
    engine.md["versions"] = {"beamline": "3"}
    engine(run())
    versions = collector.named("start")[0]["versions"]
    assert versions.keys() == {"beamline", "bsh", "ophyd", "event_model"}
    assert versions["ophyd"] == "9.9"
    assert versions["event_model"] not in ("", "unknown")  # asked of the installation


def test_streams_may_have_to_be_declared(engine: RunEngine, collector: Collector, motor: Motor) -> None:
    engine.require_stream_declaration = True
    with pytest.raises(IllegalMessageSequence, match="stream 'primary' was not declared"):
        engine(run(*bundle(motor)))
    engine(run(Msg("declare_stream", None, motor, name="primary"), *bundle(motor)))
    assert len(collector.named("event")) == 1


def test_streams_that_were_declared_and_stayed_empty_are_counted(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    engine(run(Msg("declare_stream", None, motor, name="empty"), *bundle(motor)))
    assert collector.named("stop")[0]["num_events"] == {"empty": 0, "primary": 1}


def test_the_events_of_a_monitor_are_checked(engine: RunEngine, collector: Collector) -> None:
    class Broken(SimSignal):
        def subscribe(self, *args: Any, **kwargs: Any) -> int:
            assert engine.execution is not None
            engine.execution.runs[None].streams["ring"].descriptor_uid = 5  # type: ignore[assignment]
            return super().subscribe(*args, **kwargs)

    with pytest.raises(ValueError, match="event document is not valid at descriptor"):
        engine(run(Msg("monitor", Broken("ring"), name="ring"), Msg("sleep", None, 0)))
    assert collector.named("event") == []


def test_monitors_that_are_left_over_end_with_the_call(engine: RunEngine, collector: Collector) -> None:
    ring = SimSignal("ring", value=1.0)
    engine([Msg("open_run"), Msg("monitor", ring, name="ring")])
    ring.put(2.0)
    assert len(collector.named("event")) == 1
    assert [name for name, _ in collector.documents][-1] == "stop"


def test_every_kind_of_document_reaches_who_wants_all(engine: RunEngine, collector: Collector) -> None:
    for name in ("bulk_events", "bulk_datum", "datum_page", "resource"):
        engine.emit_sync(name, {"uid": name})

    async def emit() -> None:
        await engine.emit("datum", {"uid": "datum"})

    call_in_engine_event_loop(emit(), timeout=10)
    assert [name for name, _ in collector.documents] == [
        "bulk_events", "bulk_datum", "datum_page", "resource", "datum",
    ]  # fmt: skip


# -- subscribers ----------------------------------------------------------------------------------------


def test_what_cannot_be_called_is_no_subscriber(engine: RunEngine) -> None:
    with pytest.raises(TypeError, match="subscribe needs a callable"):
        engine.subscribe(3, "start")  # type: ignore[arg-type]


def test_when_two_subscribers_fail_both_are_named(engine: RunEngine) -> None:
    def fail(words: str) -> Any:
        def subscriber(name: str, doc: Any) -> None:
            raise OSError(words)

        return subscriber

    for words in ("one", "two"):
        engine.subscribe(fail(words), "start")
    with pytest.raises(OSError, match="one") as raised:
        engine(run())
    assert "two" in raised.value.__notes__[0]


def test_the_registry_names_the_second_failure_too() -> None:
    registry = CallbackRegistry()
    for words in ("one", "two"):
        registry.connect("moved", lambda words=words: (_ for _ in ()).throw(OSError(words)))
    with pytest.raises(OSError, match="one") as raised:
        registry.process("moved")
    assert "two" in raised.value.__notes__[0]


def test_ignoring_exceptions_can_be_asked_for_and_seen(engine: RunEngine) -> None:
    assert engine.ignore_callback_exceptions is False
    engine.ignore_callback_exceptions = True
    assert engine.dispatcher.ignore_exceptions is True
    assert engine.ignore_callback_exceptions is True


# -- what else a change of the code should not get past ---------------------------------------------------


def test_a_page_that_fails_the_schema_is_refused(engine: RunEngine, collector: Collector) -> None:
    class Lying(Flyer):
        def collect(self) -> Any:
            yield {"time": "noon", "data": {"stream_a": 1}, "timestamps": {"stream_a": 1.0}}

    with pytest.raises(ValueError, match="event_page document is not valid at time"):
        engine(run(Msg("collect", Lying())))
    assert collector.named("event_page") == []


def test_a_rewind_over_a_new_descriptor_goes_back_to_the_number_at_the_checkpoint(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    motor.configure = lambda **kwargs: ({}, kwargs)  # type: ignore[attr-defined]
    plan = [Msg("checkpoint"), *bundle(motor), Msg("configure", motor, speed=1), *bundle(motor), Msg("pause")]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), *plan, Msg("close_run")])
    engine.resume()
    assert [doc["seq_num"] for doc in collector.named("event")] == [1, 2, 1, 2]
    assert collector.named("stop")[0]["num_events"] == {"primary": 2}


def test_an_asynchronous_staging_is_finished_before_a_pause(engine: RunEngine, motor: Motor) -> None:
    calls: list[str] = []

    async def stage() -> list[Any]:
        calls.append("begun")
        engine.request_pause()
        await asyncio.sleep(0.02)
        calls.append("ended")
        return [motor]

    motor.stage = stage  # type: ignore[method-assign, assignment]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("stage", motor), Msg("null")])
    engine.resume()
    assert calls == ["begun", "ended"]


def test_a_run_whose_start_document_failed_in_a_subscriber_is_closed(
    engine: RunEngine, collector: Collector
) -> None:
    def fail(name: str, doc: Any) -> None:
        raise OSError("full")

    engine.subscribe(fail, "start")
    with pytest.raises(OSError, match="full"):
        engine([Msg("open_run"), Msg("null")])
    assert [name for name, _ in collector.documents] == ["start", "stop"]
    assert collector.named("stop")[0]["exit_status"] == "fail"


class Refusing(Motor):
    """Fails to arrive."""

    def set(self, value: float) -> Status:
        status = Status(obj=self, target=value)
        status.set_exception(ValueError(f"{self.name} is gone"))
        return status


def test_a_status_that_fails_in_the_cleanup_does_not_hide_the_one_that_failed_first(
    engine: RunEngine, collector: Collector
) -> None:
    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("set", Refusing("samx"), 1, group="g")
            yield Msg("wait", None, group="g")
        finally:
            yield Msg("set", Refusing("scaler"), 2, group="h")
            yield Msg("wait", None, group="h")

    with pytest.raises(FailedStatus, match="scaler is gone"):
        engine(plan())
    (stop,) = collector.named("stop")
    assert re.search(r"scaler is gone \(first: .*samx is gone\)", stop["reason"])


def test_a_failure_that_the_plan_has_dealt_with_is_not_named_when_another_ends_it(
    engine: RunEngine, collector: Collector
) -> None:
    def plan() -> Any:
        yield Msg("open_run")
        with contextlib.suppress(FailedStatus):
            yield Msg("set", Refusing("samx"), 1, group="g")
            yield Msg("wait", None, group="g")
        yield Msg("checkpoint")
        yield Msg("set", Refusing("scaler"), 2, group="h")
        yield Msg("wait", None, group="h")

    with pytest.raises(FailedStatus, match="scaler is gone"):
        engine(plan())
    (stop,) = collector.named("stop")
    assert "samx" not in stop["reason"]
