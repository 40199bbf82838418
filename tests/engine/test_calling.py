"""Calling the engine: what it takes, what it returns, and in which state it is."""

from __future__ import annotations

import gc
import threading
import warnings
from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh import plan_stubs as bps
from bsh.engine import EngineState, RunEngineResult
from bsh.errors import InvalidCommand, TransitionError
from tests.engine.parts import Collector, Detector, Motor, scan


def test_a_call_returns_the_uids_of_its_runs(engine: RunEngine, collector: Collector, motor: Motor) -> None:
    detector = Detector("det", motor)
    uids = engine(scan(motor, detector))
    assert uids == tuple(doc["uid"] for doc in collector.named("start"))
    assert len(uids) == 1


@pytest.mark.parametrize(
    "plan",
    [Msg("null"), [Msg("null")], iter([Msg("null")]), []],
    ids=["message", "list", "iter", "empty"],
)
def test_a_plan_may_be_a_message_or_any_iterable_of_messages(engine: RunEngine, plan: Any) -> None:
    sent: list[Msg] = []
    engine.msg_hook = sent.append
    assert engine(plan) == ()
    assert all(msg.command == "null" for msg in sent)


def test_every_keyword_of_the_call_is_metadata_and_wins(engine: RunEngine, collector: Collector) -> None:
    engine.md.update(who="md", where="md", what="md")
    engine(
        [Msg("open_run", None, who="message", where="message"), Msg("close_run")],
        who="call",
        plan="plan",
        subs="subs",
    )
    start = collector.named("start")[0]
    assert (start["who"], start["where"], start["what"]) == ("call", "message", "md")
    assert (start["plan"], start["subs"]) == ("plan", "subs")


def test_the_start_document_names_plan_versions_and_number(engine: RunEngine, collector: Collector) -> None:
    def my_plan() -> Any:
        yield Msg("open_run")
        yield Msg("close_run")

    engine(my_plan())
    engine(my_plan())
    first, second = collector.named("start")
    assert (first["plan_name"], first["plan_type"]) == ("my_plan", "generator")
    assert (first["scan_id"], second["scan_id"]) == (1, 2)
    assert engine.md["scan_id"] == 2
    assert "bsh" in first["versions"]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_scan_number_comes_from_the_given_source(asynchronous: bool) -> None:
    async def source_async(md: Any) -> int:
        return 142

    engine = RunEngine({}, scan_id_source=source_async if asynchronous else lambda md: 142)
    starts: list[Any] = []
    engine.subscribe(lambda name, doc: starts.append(doc), "start")
    engine([Msg("open_run"), Msg("close_run")])
    assert starts[0]["scan_id"] == 142
    engine.close()


def test_a_refused_run_uses_no_number(engine: RunEngine) -> None:
    with pytest.raises(ValueError, match="'sample' must be a text or a mapping"):
        engine([Msg("open_run", None, sample=3)])
    assert "scan_id" not in engine.md
    assert engine.state == "idle"


def test_the_normalizer_changes_the_metadata_of_the_run_only() -> None:
    engine = RunEngine({"a": 1}, md_normalizer=lambda md: {**md, "a": md["a"] + 1})
    starts: list[Any] = []
    engine.subscribe(lambda name, doc: starts.append(doc), "start")
    engine([Msg("open_run"), Msg("close_run")])
    assert (starts[0]["a"], engine.md["a"]) == (2, 1)
    engine.close()


def test_call_returns_result_gives_more_than_the_uids() -> None:
    engine = RunEngine(call_returns_result=True)

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("close_run")
        return "value"

    result = engine(plan())
    assert isinstance(result, RunEngineResult)
    assert (result.plan_result, result.exit_status, result.interrupted) == ("value", "success", False)
    assert len(result.run_start_uids) == 1
    engine.close()


def test_preprocessors_are_applied_in_order_so_that_the_last_is_outermost(engine: RunEngine) -> None:
    order: list[str] = []

    def wrapper(name: str) -> Any:
        def wrap(plan: Any) -> Any:
            order.append(f"enter {name}")
            result = yield from plan
            order.append(f"leave {name}")
            return result

        return wrap

    engine.preprocessors = [wrapper("f"), wrapper("g")]
    engine([Msg("null")])
    assert order == ["enter g", "enter f", "leave f", "leave g"]


def test_hooks_see_messages_and_states(engine: RunEngine) -> None:
    messages: list[str] = []
    states: list[tuple[str, str]] = []
    engine.msg_hook = lambda msg: messages.append(msg.command)
    engine.state_hook = lambda new, old: states.append((old.value, new.value))
    engine([Msg("null"), Msg("checkpoint")])
    assert messages == ["null", "checkpoint"]
    assert states == [("idle", "running"), ("running", "idle")]


def test_the_waiting_hook_gets_the_statuses_and_then_none(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    seen: list[Any] = []

    def hook(statuses: Any) -> None:
        seen.append(statuses)
        if statuses:
            motor.arrive(1.0)

    engine.waiting_hook = hook
    engine([Msg("set", motor, 1.0, group="a"), Msg("wait", None, group="a")])
    assert seen == [{motor.statuses[0]}, None]


def test_the_state_is_read_only_and_knows_what_it_is(engine: RunEngine) -> None:
    assert engine.state == "idle"
    assert engine.state.is_idle
    assert not engine.state.is_paused
    with pytest.raises(AttributeError):
        engine.state = EngineState.RUNNING  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize("request_name", ["resume", "stop", "abort", "halt", "request_pause"])
def test_what_is_not_legal_when_idle_raises(engine: RunEngine, request_name: str) -> None:
    with pytest.raises(TransitionError, match="engine is idle"):
        getattr(engine, request_name)()


def test_a_second_plan_is_refused_while_one_runs_or_is_paused(engine: RunEngine) -> None:
    errors: list[str] = []

    def inside(msg: Msg) -> None:
        try:
            engine([])
        except RuntimeError as error:
            errors.append(str(error))

    engine.msg_hook = inside
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("pause")])
    engine.msg_hook = None
    with pytest.raises(RuntimeError, match="in a paused state"):
        engine([])
    assert errors
    assert "in a running state" in errors[0]
    engine.abort()


def test_an_unknown_command_raises_inside_the_plan(engine: RunEngine) -> None:
    def plan() -> Any:
        with pytest.raises(InvalidCommand, match="no command 'nonsense'"):
            yield Msg("nonsense")
        return "went on"

    engine.call_returns_result = True
    assert engine(plan()).plan_result == "went on"


def test_a_plan_that_yields_a_plan_is_told_to_yield_from(engine: RunEngine, motor: Motor) -> None:
    def inner() -> Any:
        yield Msg("null")

    def plan() -> Any:
        yield inner()

    with pytest.raises(TypeError, match="yield from"):
        engine(plan())


def test_commands_can_be_registered_listed_and_taken_away(engine: RunEngine) -> None:
    async def shout(msg: Msg) -> str:
        """Shout a word."""
        return str(msg.args[0]).upper()

    engine.register_command("shout", shout)
    engine.call_returns_result = True

    def plan() -> Any:
        return (yield Msg("shout", None, "stop"))

    assert engine(plan()).plan_result == "STOP"
    assert "shout" in engine.commands
    assert "shout : Shout a word." in engine.print_command_registry()
    engine.unregister_command("shout")
    with pytest.raises(InvalidCommand):
        engine(plan())
    with pytest.raises(InvalidCommand):
        engine.unregister_command("shout")


def test_a_deep_stack_is_refused_beyond_max_depth(engine: RunEngine, motor: Motor) -> None:
    engine.max_depth = 1
    engine.msg_hook = lambda msg: engine.request_pause() if msg.command == "set" else None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", motor, 1)])
    engine.msg_hook = None
    with pytest.raises(RuntimeError, match="max_depth = 1"):
        engine.resume()
    assert engine.state == "idle"


def test_during_task_runs_on_the_callers_thread_while_the_plan_runs() -> None:
    threads: list[Any] = []

    class During:
        def block(self, event: threading.Event) -> None:
            threads.append(threading.current_thread())
            event.wait()

    engine = RunEngine(during_task=During())
    plan_threads: list[Any] = []
    engine.msg_hook = lambda msg: plan_threads.append(threading.current_thread())
    engine([Msg("null")])
    assert threads == [threading.current_thread()]
    assert plan_threads[0].name == "bsh-engine"
    engine.close()


def test_context_managers_are_entered_and_left_around_each_segment() -> None:
    events: list[str] = []

    class Manager:
        def __init__(self, engine: RunEngine) -> None:
            assert isinstance(engine, RunEngine)

        def __enter__(self) -> None:
            events.append("in")

        def __exit__(self, *exc: object) -> None:
            events.append("out")

    engine = RunEngine(context_managers=[Manager])
    engine.notify = lambda notice: None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("pause"), Msg("null")])
    assert events == ["in", "out"]
    engine.resume()
    assert events == ["in", "out", "in", "out"]
    engine.close()


def test_an_error_of_a_preprocessor_leaves_the_engine_idle(engine: RunEngine) -> None:
    def broken(plan: Any) -> Any:
        raise ValueError("broken preprocessor")

    engine.preprocessors = [broken]
    with pytest.raises(ValueError, match="broken preprocessor"):
        engine([Msg("null")])
    engine.preprocessors = []
    assert engine([Msg("null")]) == ()


def test_reset_halts_and_forgets_subscriptions(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("pause")])
    engine.reset()
    collector.documents.clear()
    engine([Msg("open_run"), Msg("close_run")])
    assert engine.state == "idle"
    assert collector.documents == []


def test_a_message_object_may_be_sent_again_and_is_not_changed(engine: RunEngine, motor: Motor) -> None:
    msg = Msg("set", motor, 1.0, group="g")
    before = (msg.command, msg.obj, msg.args, dict(msg.kwargs))
    engine([msg, msg, msg])
    assert (msg.command, msg.obj, msg.args, msg.kwargs) == before
    assert motor.calls == [("set", 1.0)] * 3 + ["stop"]


def test_a_plan_that_is_refused_was_not_forgotten_and_may_run_later(engine: RunEngine, motor: Motor) -> None:
    waits = bps.mv(motor, 1.0)
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("pause")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeError, match=r"one plan at a time.*RE\.resume\(\).*RE\.run_aside"):
            engine(bps.mv(motor, 2.0))
        with pytest.raises(ValueError, match="5 cannot be subscribed"):
            engine(waits, 5)
    engine.resume()
    engine(waits)
    assert motor.calls[-2:] == [("set", 1.0), "stop"]


def test_a_message_for_what_has_no_such_method_names_both(engine: RunEngine, motor: Motor) -> None:
    detector = Detector("det", motor)
    with pytest.raises(AttributeError, match=r"'kickoff' is not for det, a Detector: it has no kickoff\(\)"):
        engine([Msg("open_run"), Msg("kickoff", detector)])
    with pytest.raises(AttributeError, match=r"'read' is not for 5, a int: it has no read\(\)"):
        engine([Msg("read", 5)])


def test_what_a_devices_own_method_misses_is_its_own_affair(engine: RunEngine, motor: Motor) -> None:
    def read() -> Any:
        return motor.missing  # type: ignore[attr-defined]

    motor.read = read  # type: ignore[method-assign]
    with pytest.raises(AttributeError, match=r"^'Motor' object has no attribute 'missing'"):
        engine([Msg("read", motor)])


def test_a_call_leaves_nothing_for_the_garbage_collector(engine: RunEngine, motor: Motor) -> None:
    engine([])
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            engine([])
        assert gc.collect() == 0
    finally:
        gc.enable()
