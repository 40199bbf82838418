"""The built-in message commands, one behaviour a test."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from bsh import FailedStatus, IllegalMessageSequence, Msg, RunEngine, RunEngineInterrupted
from bsh.engine.during_task import DefaultDuringTask
from bsh.errors import DeviceError, WaitForTimeoutError
from tests.engine.parts import Collector, Detector, HandStatus, Motor


def result_of(engine: RunEngine, *messages: Msg) -> Any:
    """Return the result of the last message."""
    engine.call_returns_result = True

    def plan() -> Any:
        result = None
        for msg in messages:
            result = yield msg
        return result

    return engine(plan()).plan_result


def run(*messages: Msg, **md: Any) -> list[Msg]:
    return [Msg("open_run"), *messages, Msg("close_run")]


def bundle(*objs: Any, name: str = "primary") -> list[Msg]:
    return [Msg("create", None, name=name), *[Msg("read", obj) for obj in objs], Msg("save")]


@pytest.mark.parametrize(
    "command", ["create", "save", "drop", "kickoff", "collect", "close_run", "unmonitor"]
)
def test_what_belongs_to_a_run_needs_an_open_one(engine: RunEngine, motor: Motor, command: str) -> None:
    with pytest.raises(IllegalMessageSequence, match="needs an open run"):
        engine([Msg(command, motor, name="primary")])
    assert engine.state == "idle"


def test_create_needs_a_stream_name(engine: RunEngine) -> None:
    with pytest.raises(ValueError, match="needs the name of a stream"):
        engine(run(Msg("create")))


def test_a_second_bundle_is_refused(engine: RunEngine) -> None:
    with pytest.raises(IllegalMessageSequence, match="open already"):
        engine(run(Msg("create", None, "primary"), Msg("create", None, "primary")))


def test_save_and_drop_without_a_bundle_are_refused(engine: RunEngine) -> None:
    for command in ("save", "drop"):
        with pytest.raises(IllegalMessageSequence, match="no open bundle"):
            engine(run(Msg(command)))


def test_checkpoint_and_configure_inside_a_bundle_are_refused(engine: RunEngine, motor: Motor) -> None:
    for message in (Msg("checkpoint"), Msg("configure", motor)):
        with pytest.raises(IllegalMessageSequence, match="while a bundle is open"):
            engine(run(Msg("create", None, "primary"), message))


def test_read_returns_the_reading_outside_a_run_too(engine: RunEngine, motor: Motor) -> None:
    motor.position = 3.0
    assert result_of(engine, Msg("read", motor)) == {"m1": {"value": 3.0, "timestamp": 1.0}}


def test_read_returns_the_reading_inside_a_bundle_the_first_time_and_later(
    engine: RunEngine, motor: Motor
) -> None:
    replies: list[Any] = []

    def plan() -> Any:
        yield Msg("open_run")
        for _ in range(2):
            yield Msg("create", None, name="primary")
            replies.append((yield Msg("read", motor)))
            yield Msg("save")
        yield Msg("close_run")

    engine(plan())
    assert [reply["m1"]["value"] for reply in replies] == [0.0, 0.0]


def test_a_read_that_returns_none_is_the_devices_bug(engine: RunEngine, motor: Motor) -> None:
    motor.read = lambda: None  # type: ignore[method-assign, assignment, return-value]
    with pytest.raises(RuntimeError, match=r"m1\.read\(\) returned None"):
        engine([Msg("read", motor)])


def test_a_set_that_returns_none_is_the_devices_bug(engine: RunEngine, motor: Motor) -> None:
    motor.set = lambda value: None  # type: ignore[method-assign, assignment, return-value]
    with pytest.raises(TypeError, match=r"m1\.set\(\) returned None"):
        engine([Msg("set", motor, 1)])


@pytest.mark.parametrize(("command", "arguments"), [("set", (1,)), ("trigger", ())])
def test_what_is_returned_has_to_be_a_status(
    engine: RunEngine, command: str, arguments: tuple[Any, ...]
) -> None:
    async def never_awaited(*args: Any) -> None: ...

    device = Detector("det", Motor("m1"))
    setattr(device, command, never_awaited)
    with pytest.raises(
        DeviceError, match=rf"det\.{command}\(\) returned a coroutine; it must return a status"
    ):
        engine([Msg(command, device, *arguments)])


def test_nothing_read_makes_no_event(engine: RunEngine, collector: Collector) -> None:
    engine(run(*bundle()))
    assert [name for name, _ in collector.documents] == ["start", "stop"]


def test_drop_makes_no_event(engine: RunEngine, collector: Collector, motor: Motor) -> None:
    engine(run(Msg("create", None, "primary"), Msg("read", motor), Msg("drop"), *bundle(motor)))
    assert [doc["seq_num"] for doc in collector.named("event")] == [1]


def test_set_and_trigger_return_their_status(engine: RunEngine, motor: Motor) -> None:
    detector = Detector("det", motor)
    assert result_of(engine, Msg("set", motor, 1.0)) is motor.statuses[0]
    assert result_of(engine, Msg("trigger", detector, group="g")) is detector.statuses[0]


def test_set_passes_everything_but_the_group_on(engine: RunEngine, motor: Motor) -> None:
    calls: list[Any] = []

    def set_(*args: Any, **kwargs: Any) -> HandStatus:
        calls.append((args, kwargs))
        return Motor.set(motor, args[0])

    motor.set = set_  # type: ignore[method-assign]
    engine([Msg("set", motor, 1.0, "x", group="g", timeout=3)])
    assert calls == [((1.0, "x"), {"timeout": 3})]


def test_wait_waits_for_its_group_only(engine: RunEngine) -> None:
    first, second = Motor("first", by_hand=True), Motor("second", by_hand=True)
    waited: list[Any] = []

    def hook(statuses: Any) -> None:
        if statuses:
            waited.append(statuses)
            first.arrive(1)

    engine.waiting_hook = hook
    engine([Msg("set", first, 1, group="a"), Msg("set", second, 1, group="b"), Msg("wait", None, "a")])
    assert waited == [{first.statuses[0]}]


def test_wait_for_an_empty_group_is_over_at_once(engine: RunEngine) -> None:
    assert result_of(engine, Msg("wait", None, group="nothing")) is True


def test_wait_with_a_timeout_names_what_is_missing(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    with pytest.raises(WaitForTimeoutError, match=r"After 0\.02 s still waiting for m1"):
        engine([Msg("set", motor, 1, group="g"), Msg("wait", None, group="g", timeout=0.02)])


def test_wait_with_a_timeout_that_is_no_error_says_false_and_can_go_on(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    replies: list[bool] = []

    def plan() -> Any:
        yield Msg("set", motor, 1, group="g")
        replies.append((yield Msg("wait", None, group="g", timeout=0.01, error_on_timeout=False)))
        replies.append((yield Msg("wait", None, group="g", timeout=0.01, error_on_timeout=False)))
        motor.arrive(1)
        replies.append((yield Msg("wait", None, group="g", timeout=30)))

    engine(plan())
    assert replies == [False, False, True]


def test_a_failure_in_another_group_ends_a_wait_early(engine: RunEngine) -> None:
    slow, failing = Motor("slow", by_hand=True), Motor("failing", by_hand=True)
    engine.waiting_hook = lambda statuses: failing.statuses[0].finish(OSError("no")) if statuses else None
    with pytest.raises(FailedStatus, match="failing: move to 2 failed"):
        engine(
            [Msg("set", slow, 1, group="a"), Msg("set", failing, 2, group="b"), Msg("wait", None, group="a")]
        )


def test_wait_for_takes_functions_that_make_awaitables(engine: RunEngine) -> None:
    made: list[str] = []

    async def soon() -> str:
        made.append("made")
        await asyncio.sleep(0)
        return "done"

    done, pending = result_of(engine, Msg("wait_for", None, [soon, soon]))
    assert [task.result() for task in done] == ["done", "done"]
    assert (made, pending) == (["made", "made"], set())


def test_wait_for_can_be_replayed(engine: RunEngine) -> None:
    made: list[int] = []

    async def forever() -> None:
        made.append(len(made))
        if len(made) == 1:
            engine.request_pause()
            await asyncio.Event().wait()

    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("wait_for", None, [forever])])
    engine.resume()
    assert made == [0, 1]


def test_wait_for_hands_failures_over_like_asyncio_wait(engine: RunEngine) -> None:
    async def fail() -> None:
        raise OSError("gone")

    done, pending = result_of(engine, Msg("wait_for", None, [fail]))
    assert [str(task.exception()) for task in done] == ["gone"]
    assert pending == set()


def test_wait_for_passes_its_keywords_on(engine: RunEngine) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    done, pending = result_of(engine, Msg("wait_for", None, [never], timeout=0.01))
    assert (len(done), len(pending)) == (0, 1)


def test_stop_calls_the_device(engine: RunEngine, motor: Motor) -> None:
    engine([Msg("stop", motor)])
    assert motor.calls == ["stop"]


def test_the_engines_class_can_be_asked_for(engine: RunEngine) -> None:
    assert result_of(engine, Msg("RE_class")) is RunEngine


def test_configure_returns_old_and_new_and_renews_the_descriptor(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    settings = {"gain": 1}
    motor.read_configuration = lambda: {  # type: ignore[method-assign]
        "gain": {"value": settings["gain"], "timestamp": 1.0}
    }
    motor.describe_configuration = lambda: {  # type: ignore[method-assign]
        "gain": {"dtype": "integer", "shape": [], "source": "test"}
    }

    def configure(value: int) -> Any:
        old = settings["gain"]
        settings["gain"] = value
        return {"gain": old}, {"gain": value}

    motor.configure = configure  # type: ignore[attr-defined]
    engine(run(*bundle(motor), Msg("configure", motor, 5), *bundle(motor)))
    gains = [doc["configuration"]["m1"]["data"]["gain"] for doc in collector.named("descriptor")]
    assert gains == [1, 5]
    assert [doc["seq_num"] for doc in collector.named("event")] == [1, 2]


def test_stage_and_unstage_return_what_the_device_does(engine: RunEngine, motor: Motor) -> None:
    assert result_of(engine, Msg("stage", motor)) == [motor]
    assert motor.calls == ["stage", "unstage"]  # what a plan forgets to unstage is unstaged at the end
    assert result_of(engine, Msg("stage", object())) == []
    assert result_of(engine, Msg("unstage", object())) == []


def test_subscriptions_of_a_plan_end_with_the_call(engine: RunEngine) -> None:
    collector = Collector()
    engine([Msg("subscribe", None, collector, "all"), *run()])
    engine(run())
    assert len(collector.named("start")) == 1


def test_a_subscription_can_be_taken_back(engine: RunEngine) -> None:
    collector = Collector()

    def plan() -> Any:
        token = yield Msg("subscribe", None, collector, "start")
        for msg in run():
            yield msg
        yield Msg("unsubscribe", None, token=token)
        for msg in run():
            yield msg

    engine(plan())
    assert len(collector.named("start")) == 1


def test_input_is_asked_on_the_callers_thread() -> None:
    asked: list[Any] = []

    def read(prompt: str) -> str:
        asked.append((prompt, threading.current_thread()))
        return "yes"

    engine = RunEngine(during_task=DefaultDuringTask(read=read))
    assert result_of(engine, Msg("input", None, prompt="go? ")) == "yes"
    assert asked == [("go? ", threading.current_thread())]
    engine.close()


def test_runs_with_keys_may_interleave(engine: RunEngine, collector: Collector, motor: Motor) -> None:
    def with_key(key: str, messages: list[Msg]) -> list[Msg]:
        return [msg._replace(run=key) for msg in messages]

    one, two = with_key("one", run(*bundle(motor))), with_key("two", run(*bundle(motor)))
    interleaved = [msg for pair in zip(one, two, strict=True) for msg in pair]
    uids = engine(interleaved)
    assert len(uids) == 2
    stops = collector.named("stop")
    assert [stop["num_events"] for stop in stops] == [{"primary": 1}, {"primary": 1}]
    assert [stop["run_start"] for stop in stops] == list(uids)


def test_a_run_key_in_use_is_refused(engine: RunEngine) -> None:
    with pytest.raises(IllegalMessageSequence, match="with the key 'one' is open already"):
        engine([Msg("open_run", run="one"), Msg("open_run", run="one")])


def test_open_run_and_close_run_return_the_uid(engine: RunEngine, collector: Collector) -> None:
    opened = result_of(engine, Msg("open_run"))
    assert opened == collector.named("start")[0]["uid"]
    closed = result_of(engine, Msg("open_run"), Msg("close_run"))
    assert closed == collector.named("start")[1]["uid"]


def test_close_run_takes_status_and_reason(engine: RunEngine, collector: Collector) -> None:
    engine([Msg("open_run"), Msg("close_run", exit_status="fail", reason="because")])
    assert (collector.named("stop")[0]["exit_status"], collector.named("stop")[0]["reason"]) == (
        "fail",
        "because",
    )


def test_declare_stream_emits_the_descriptor_before_the_first_event(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    engine(run(Msg("declare_stream", None, motor, name="primary"), Msg("null"), *bundle(motor)))
    assert [name for name, _ in collector.documents] == ["start", "descriptor", "event", "stop"]


def test_locate_asks_one_or_several_devices(engine: RunEngine, motor: Motor) -> None:
    motor.locate = lambda: {"setpoint": 1.0, "readback": 1.1}  # type: ignore[attr-defined]
    here = {"setpoint": 1.0, "readback": 1.1}
    assert result_of(engine, Msg("locate", motor)) == here
    assert result_of(engine, Msg("locate", motor, motor)) == [here, here]
    assert result_of(engine, Msg("locate", motor, squeeze=False)) == [here]
