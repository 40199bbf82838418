"""Pausing, resuming and leaving: what happens to devices, messages and data."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from bsh import FailedStatus, Msg, RunEngine, RunEngineInterrupted
from bsh.engine.notices import Leaving, Paused, PausePending
from bsh.errors import DeviceOffline, NoReplayAllowed, RequestAbort, RequestStop
from tests.engine.parts import Collector, Detector, Motor, point, scan


def commands_of(sent: list[Msg]) -> list[str]:
    return [msg.command for msg in sent]


def pause_before(engine: RunEngine, command: str, *, defer: bool = False) -> list[Msg]:
    """Pause once, just before the first message of a command; return the list of messages sent."""
    sent: list[Msg] = []
    done: list[bool] = []

    def hook(msg: Msg) -> None:
        sent.append(msg)
        if msg.command == command and not done:
            done.append(True)
            engine.request_pause(defer)

    engine.msg_hook = hook
    return sent


def test_a_deferred_pause_comes_at_the_next_checkpoint_and_replays_nothing(engine: RunEngine) -> None:
    sent = pause_before(engine, "null", defer=True)
    with pytest.raises(RunEngineInterrupted, match=r"RE\.resume"):
        engine([Msg("null"), Msg("sleep", None, 0), Msg("checkpoint"), Msg("null")])
    assert commands_of(sent) == ["null", "sleep", "checkpoint"]
    assert engine.state.is_paused
    engine.resume()
    assert commands_of(sent) == ["null", "sleep", "checkpoint", "null"]


def test_a_hard_pause_rewinds_to_the_checkpoint(engine: RunEngine, motor: Motor) -> None:
    sent = pause_before(engine, "sleep")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", motor, 1.0), Msg("sleep", None, 0), Msg("null")])
    assert engine.state.is_paused
    engine.resume()
    assert commands_of(sent) == ["checkpoint", "set", "sleep", "set", "sleep", "null"]
    assert motor.calls == [("set", 1.0), "stop", ("set", 1.0), "stop"]


def test_a_hard_pause_cuts_a_long_wait_short(engine: RunEngine) -> None:
    began = time.monotonic()
    threading.Timer(0.05, engine.request_pause).start()
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("sleep", None, 60)])
    assert time.monotonic() - began < 30
    engine.abort()
    assert engine.state == "idle"


def test_a_deferred_pause_lets_the_point_finish(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    sent = pause_before(engine, "wait", defer=True)
    threading.Timer(0.05, lambda: motor.arrive(1.0)).start()
    move = [Msg("set", motor, 1.0, group="g"), Msg("wait", None, group="g")]
    with pytest.raises(RunEngineInterrupted):
        engine([*move, Msg("checkpoint"), Msg("null")])
    assert commands_of(sent) == ["set", "wait", "checkpoint"]
    engine.resume()
    assert commands_of(sent)[-1] == "null"


def test_a_resumed_plan_gets_the_replies_that_it_was_owed(engine: RunEngine, motor: Motor) -> None:
    engine.call_returns_result = True
    motor.position = 7.0

    def plan() -> Any:
        yield Msg("checkpoint")
        yield Msg("null")
        reading = yield Msg("read", motor)
        return reading["m1"]["value"]

    pause_before(engine, "read")
    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert engine.resume().plan_result == 7.0


def test_the_message_that_was_cut_short_comes_first_in_line_and_answers_its_plan(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    engine.call_returns_result = True

    def plan() -> Any:
        yield Msg("checkpoint")
        yield Msg("set", motor, 1.0, group="g")
        return (yield Msg("wait", None, group="g"))

    threading.Timer(0.05, engine.request_pause).start()
    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    # The engine stopped that move itself; how its status ends is no news.
    motor.statuses[0].finish(RuntimeError("stopped"))
    engine.waiting_hook = lambda statuses: motor.arrive(1.0) if statuses else None
    assert engine.resume().plan_result is True
    assert motor.calls == [("set", 1.0), "stop", ("set", 1.0), "stop"]


def test_a_move_from_before_the_checkpoint_is_started_again_on_resume(engine: RunEngine) -> None:
    slow = Motor("slow", by_hand=True)
    pause_before(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine(
            [Msg("set", slow, 5.0, group="g"), Msg("checkpoint"), Msg("null"), Msg("wait", None, group="g")]
        )
    assert slow.calls == [("set", 5.0), "stop"]
    engine.waiting_hook = lambda statuses: slow.arrive(5.0) if statuses else None
    engine.resume()
    assert slow.calls[:3] == [("set", 5.0), "stop", ("set", 5.0)]
    assert slow.position == 5.0


def test_sequence_numbers_fall_back_and_an_open_bundle_is_dropped(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector
) -> None:
    pause_before(engine, "read")
    two_points = [*point(motor, detector, 1.0), *point(motor, detector, 2.0)]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), *two_points, Msg("close_run")])
    assert collector.named("event") == []
    engine.resume()
    assert [doc["seq_num"] for doc in collector.named("event")] == [1, 2]


def test_an_event_saved_after_the_checkpoint_is_emitted_again_under_its_number(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector
) -> None:
    pause_before(engine, "save")
    two_points = [*point(motor, detector, 1.0), *point(motor, detector, 2.0)]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), *two_points, Msg("close_run")])
    engine.resume()
    assert [doc["seq_num"] for doc in collector.named("event")] == [1, 1, 2]
    assert collector.named("stop")[0]["num_events"] == {"primary": 2}


def test_devices_are_told_of_pause_and_resume(engine: RunEngine, motor: Motor) -> None:
    calls: list[str] = []
    motor.pause = lambda: calls.append("pause")  # type: ignore[attr-defined]
    motor.resume = lambda: calls.append("resume")  # type: ignore[attr-defined]
    pause_before(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("read", motor), Msg("null")])
    assert calls == ["pause"]
    engine.resume()
    assert calls == ["pause", "resume"]


def test_a_device_may_forbid_the_replay(engine: RunEngine, motor: Motor) -> None:
    def refuse() -> None:
        raise NoReplayAllowed

    motor.pause = refuse  # type: ignore[attr-defined]
    sent = pause_before(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", motor, 1.0), Msg("null")])
    engine.resume()
    assert commands_of(sent) == ["checkpoint", "set", "null"]


def test_a_device_that_cannot_be_stopped_does_not_keep_the_others_moving(engine: RunEngine) -> None:
    broken, healthy = Motor("broken"), Motor("healthy")

    def fail(*, success: bool) -> None:
        raise OSError("controller does not answer")

    broken.stop = fail  # type: ignore[method-assign]
    notices: list[Any] = []
    engine.notify = notices.append
    pause_before(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", broken, 1), Msg("set", healthy, 1), Msg("null")])
    assert "stop" in healthy.calls
    assert any("broken did not stop: controller does not answer" in notice.text for notice in notices)
    notices.clear()
    engine.abort()
    assert [failure.device for failure in engine.cleanup_failures] == [broken]
    text = "broken: stop failed: controller does not answer; RE.recover() tries again"
    assert [notice.text for notice in notices if "broken" in notice.text] == [text]  # once is enough


def test_only_what_was_stopped_is_said_to_be_stopped(engine: RunEngine) -> None:
    runaway, obedient = Motor("runaway", by_hand=True), Motor("obedient", by_hand=True)

    def fail(*, success: bool) -> None:
        raise OSError("controller does not answer")

    runaway.stop = fail  # type: ignore[method-assign]
    notices: list[Any] = []
    engine.notify = notices.append
    pause_before(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", runaway, 1), Msg("set", obedient, 1), Msg("null")])
    (paused,) = (notice for notice in notices if isinstance(notice, Paused))
    assert paused.stopped == ("obedient",)
    engine.abort()


def test_a_device_that_is_offline_is_neither_stopped_nor_unstaged(engine: RunEngine) -> None:
    class Offline(Motor):
        def refuse(self, *args: Any, **kwargs: Any) -> Any:
            raise DeviceOffline("m1 is offline")

        set = stop = stage = unstage = refuse

    notices: list[Any] = []
    engine.notify = notices.append
    for command, arguments in {"set": (1.0,), "stage": ()}.items():
        with pytest.raises(DeviceOffline):
            engine([Msg(command, Offline("m1"), *arguments)])
    assert notices == []
    assert engine.cleanup_failures == []


def test_recover_does_not_wait_for_ever_and_names_a_device_once(
    engine: RunEngine, motor: Motor, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def stop(*, success: bool = True) -> None:
        if threading.current_thread().name != "bsh-engine":
            answers.wait(60)
        raise OSError("busy")

    motor.stop = stop  # type: ignore[method-assign]
    for _ in range(2):
        engine([Msg("set", motor, 1.0)])
    monkeypatch.setattr("bsh.engine.cleanup_failures.RECOVER_S", 0.05)
    assert repr(engine.recover()) == "[<CleanupFailure m1: stop failed: no answer within 0.05 s>]"
    answers.set()


def test_recover_tries_again_what_could_not_be_cleaned_up(engine: RunEngine, motor: Motor) -> None:
    answers = [OSError("busy"), OSError("busy"), None]

    def stop(*, success: bool = True) -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    motor.stop = stop  # type: ignore[method-assign]
    engine([Msg("set", motor, 1.0)])
    assert [str(failure) for failure in engine.cleanup_failures] == ["m1: stop failed: busy"]
    assert len(engine.recover()) == 1
    assert engine.recover() == []


@pytest.mark.parametrize("what", ["pause", "clear_checkpoint"])
def test_with_no_checkpoint_a_pause_becomes_an_abort_with_cleanup(
    engine: RunEngine, collector: Collector, what: str
) -> None:
    cleaned: list[str] = []

    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("clear_checkpoint")
            yield Msg("pause")
        finally:
            cleaned.append("cleaned")
            yield Msg("null")

    with pytest.raises(RunEngineInterrupted, match="No checkpoint"):
        engine(plan())
    assert engine.state == "idle"
    assert cleaned == ["cleaned"]
    assert collector.named("stop")[0]["exit_status"] == "abort"


def test_rewinding_can_be_switched_off(engine: RunEngine, motor: Motor) -> None:
    sent = pause_before(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("rewindable", None, False), Msg("set", motor, 1), Msg("null")])
    engine.resume()
    assert commands_of(sent) == ["checkpoint", "rewindable", "set", "null"]


def test_the_rewindable_message_says_what_is_the_case(engine: RunEngine) -> None:
    engine.call_returns_result = True

    def plan() -> Any:
        first = yield Msg("rewindable", None, None)
        second = yield Msg("rewindable", None, False)
        return first, second, (yield Msg("rewindable", None))

    assert engine(plan()).plan_result == (True, False, False)


@pytest.mark.parametrize(
    ("way_out", "exception", "exit_status"),
    [("stop", RequestStop, "success"), ("abort", RequestAbort, "abort")],
)
def test_stop_and_abort_run_the_plans_cleanup(
    engine: RunEngine, collector: Collector, way_out: str, exception: type, exit_status: str
) -> None:
    caught: list[Any] = []

    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("pause")
            yield Msg("null")
        except Exception as error:
            caught.append(type(error))
            yield Msg("null")
            raise

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    uids = getattr(engine, way_out)()
    assert caught == [exception]
    stop = collector.named("stop")[0]
    assert stop["exit_status"] == exit_status
    assert uids == (stop["run_start"],)


def test_the_reason_of_an_abort_is_recorded(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("pause")])
    engine.abort("the sample fell off")
    assert collector.named("stop")[0]["reason"] == "the sample fell off"


def test_halt_runs_no_cleanup_but_stops_unstages_and_closes(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    cleaned: list[str] = []

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("stage", motor)
        yield Msg("set", motor, 1.0)
        try:
            yield Msg("pause")
        except Exception:
            cleaned.append("cleanup")
            yield Msg("null")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    engine.halt()
    assert cleaned == []
    assert motor.calls == ["stage", ("set", 1.0), "stop", "stop", "unstage"]
    assert collector.named("stop")[0]["exit_status"] == "abort"


def test_stop_can_leave_the_motors_where_they_are(engine: RunEngine) -> None:
    seen: list[bool] = []

    def plan() -> Any:
        try:
            yield Msg("pause")
        except RequestStop as error:
            seen.append(error.return_motors)
            raise

    for wanted in (True, False):
        with pytest.raises(RunEngineInterrupted):
            engine(plan())
        engine.stop(return_motors=wanted)
    assert seen == [True, False]


def test_a_pause_can_wait_for_the_end_of_the_run(engine: RunEngine) -> None:
    sent: list[Msg] = []

    def hook(msg: Msg) -> None:
        sent.append(msg)
        if msg.command == "null":
            engine.request_pause(at="run_end")

    engine.msg_hook = hook
    with pytest.raises(RunEngineInterrupted):
        engine(
            [
                Msg("open_run"),
                Msg("null"),
                Msg("checkpoint"),
                Msg("close_run"),
                Msg("open_run"),
                Msg("close_run"),
            ]
        )
    assert commands_of(sent) == ["open_run", "null", "checkpoint", "close_run"]
    assert engine.deferred_pause_requested is False
    assert len(engine.resume()) == 2


def test_an_exception_goes_down_the_stack_and_may_be_handled(engine: RunEngine) -> None:
    engine.call_returns_result = True

    def inner() -> Any:
        yield Msg("nonsense")

    def outer() -> Any:
        try:
            yield from inner()
        except KeyError:
            yield Msg("null")
        return "handled"

    assert engine(outer()).plan_result == "handled"


def test_a_failing_plan_closes_its_run_as_failed_with_the_reason(
    engine: RunEngine, collector: Collector
) -> None:
    def plan() -> Any:
        yield Msg("open_run")
        raise ValueError("the plan is wrong")

    with pytest.raises(ValueError, match="the plan is wrong"):
        engine(plan())
    stop = collector.named("stop")[0]
    assert (stop["exit_status"], stop["reason"]) == ("fail", "the plan is wrong")


def test_a_failed_status_names_device_target_and_root_cause(engine: RunEngine, collector: Collector) -> None:
    motor = Motor("m1", by_hand=True)

    def fail(statuses: Any) -> None:
        if statuses:
            error = RuntimeError("status failed")
            error.__cause__ = OSError("limit switch hit")
            motor.statuses[0].finish(error)

    engine.waiting_hook = fail
    with pytest.raises(
        FailedStatus, match=r"m1: move to 12\.5 failed after .* s: limit switch hit"
    ) as caught:
        engine([Msg("open_run"), Msg("set", motor, 12.5, group="g"), Msg("wait", None, group="g")])
    assert caught.value.args[0] is motor.statuses[0]
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert "limit switch hit" in collector.named("stop")[0]["reason"]


def test_a_status_that_failed_at_once_raises_as_well(engine: RunEngine, motor: Motor) -> None:
    def set_and_fail(value: float) -> Any:
        status = Motor.set(motor, value)
        status.success = False
        return status

    motor.set = set_and_fail  # type: ignore[method-assign]
    with pytest.raises(FailedStatus, match="m1: move to 3 failed"):
        engine([Msg("set", motor, 3), Msg("null"), Msg("null")])


def test_a_status_that_fails_after_the_call_is_pardoned(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    engine([Msg("set", motor, 1.0)])
    motor.statuses[0].finish(RuntimeError("too late"))
    assert engine([Msg("sleep", None, 0), Msg("null")]) == ()


def test_a_status_may_call_back_twice(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    other = Motor("m2", by_hand=True)

    class Twice(type(motor.set(0))):  # type: ignore[misc]  # the status' class
        def add_callback(self, callback: Any) -> None:
            super().add_callback(callback)
            super().add_callback(callback)

    def set_twice(value: float) -> Any:
        status = Twice()
        motor.statuses.append(status)
        return status

    motor.set = set_twice  # type: ignore[method-assign]
    order: list[str] = []

    def hook(statuses: Any) -> None:
        if statuses:
            motor.statuses[-1].finish()
            threading.Timer(0.05, lambda: (order.append("other"), other.arrive(1.0))).start()

    engine.waiting_hook = hook
    engine([Msg("set", motor, 1, group="g"), Msg("set", other, 1, group="g"), Msg("wait", None, group="g")])
    assert order == ["other"]


def test_pauses_are_recorded_in_a_stream_when_wanted(engine: RunEngine, collector: Collector) -> None:
    engine.record_interruptions = True
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("checkpoint"), Msg("pause"), Msg("close_run")])
    engine.resume()
    assert [doc["data"]["interruption"] for doc in collector.named("event")] == ["pause", "resume"]
    assert collector.named("stop")[0]["num_events"] == {"interruptions": 2}


def test_the_engine_says_what_it_does(engine: RunEngine, motor: Motor, detector: Detector) -> None:
    notices: list[Any] = []
    engine.notify = notices.append
    pause_before(engine, "trigger", defer=True)
    with pytest.raises(RunEngineInterrupted):
        engine(scan(motor, detector))
    kinds = [type(notice) for notice in notices]
    assert kinds == [PausePending, Paused]
    assert notices[1].stopped == (), "nothing moved when the point was done"
    engine.abort()
    assert Leaving in [type(notice) for notice in notices]


def test_a_plan_that_answers_a_halt_with_a_message_is_reported(
    engine: RunEngine, caplog: pytest.LogCaptureFixture
) -> None:
    def stubborn() -> Any:
        while True:
            try:
                yield Msg("pause")
            except GeneratorExit:
                yield Msg("null")

    with pytest.raises(RunEngineInterrupted):
        engine(stubborn())
    engine.halt()
    assert engine.state == "idle"
    assert "tried to yield a value on close" in caplog.text


def test_a_keyboard_interrupt_from_a_library_halts(engine: RunEngine, collector: Collector) -> None:
    cleaned: list[str] = []

    def plan() -> Any:
        yield Msg("open_run")
        try:
            raise KeyboardInterrupt
        except Exception:
            cleaned.append("cleanup")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert cleaned == []
    assert collector.named("stop")[0]["exit_status"] == "abort"
    assert engine([Msg("null")]) == ()


def paused_scan(engine: RunEngine, motor: Motor, detector: Detector) -> None:
    pause_before(engine, "trigger", defer=True)
    with pytest.raises(RunEngineInterrupted):
        engine(scan(motor, detector))
    engine.msg_hook = None


def test_a_plan_may_run_aside_while_another_is_paused(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector
) -> None:
    paused_scan(engine, motor, detector)
    other = Motor("other")
    other.position = 5.0
    notices: list[Any] = []
    engine.notify = notices.append

    def look() -> Any:
        yield Msg("set", motor, 99.0, group="g")
        yield Msg("set", other, 6.0, group="g")
        yield Msg("wait", None, group="g")
        return (yield Msg("read", motor))

    assert engine.run_aside(look())["m1"]["value"] == 99.0
    assert engine.state == "paused"
    engine.resume()
    assert (motor.position, other.position) == (2.0, 5.0)
    assert [doc["data"]["m1"] for doc in collector.named("event")] == [0.0, 1.0, 2.0]
    assert any("m1 to 0.0, other to 5.0" in notice.text for notice in notices)


def test_a_plan_run_aside_cannot_open_a_run(engine: RunEngine, motor: Motor, detector: Detector) -> None:
    paused_scan(engine, motor, detector)
    with pytest.raises(Exception, match="cannot open a run"):
        engine.run_aside([Msg("open_run")])
    assert engine.state == "paused"
    engine.abort()


def test_an_error_or_an_abort_of_a_plan_run_aside_leaves_the_other_paused(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector
) -> None:
    paused_scan(engine, motor, detector)
    with pytest.raises(KeyError):
        engine.run_aside([Msg("nonsense")])
    slow = Motor("slow", by_hand=True)
    threading.Timer(0.05, engine.abort).start()
    with pytest.raises(RunEngineInterrupted):
        engine.run_aside([Msg("set", slow, 1.0, group="g"), Msg("wait", None, group="g")])
    assert "stop" in slow.calls
    assert engine.state == "paused"
    slow.statuses[-1].finish()
    slow.by_hand = False
    engine.resume()
    assert engine.state == "idle"
    assert collector.named("stop")[0]["exit_status"] == "success"
    assert len(collector.named("event")) == 3


def test_nothing_runs_aside_when_nothing_is_paused(engine: RunEngine) -> None:
    from bsh.errors import TransitionError

    with pytest.raises(TransitionError, match="cannot run a plan aside"):
        engine.run_aside([Msg("null")])


def test_a_hard_pause_names_what_it_stopped(engine: RunEngine) -> None:
    moving, resting = Motor("moving", by_hand=True), Motor("resting")
    notices: list[Any] = []
    engine.notify = notices.append
    pause_before(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("set", resting, 1.0), Msg("set", moving, 1.0), Msg("null")])
    assert notices[-1].stopped == ("moving",)
    assert "stop" in resting.calls
    engine.abort()


def test_a_failing_cleanup_does_not_hide_what_the_plan_failed_with(
    engine: RunEngine, collector: Collector
) -> None:
    def plan() -> Any:
        yield Msg("open_run")
        try:
            raise ValueError("the detector died")
        finally:
            yield Msg("nonsense")

    with pytest.raises(KeyError, match="nonsense"):
        engine(plan())
    stop = collector.named("stop")[0]
    assert stop["exit_status"] == "fail"
    assert "no command 'nonsense'" in stop["reason"]
    assert stop["reason"].endswith("(first: the detector died)")


def test_an_abort_whose_cleanup_fails_is_still_an_abort(engine: RunEngine, collector: Collector) -> None:
    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("pause")
        finally:
            yield Msg("nonsense")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    with pytest.raises(KeyError, match="nonsense"):
        engine.abort("enough")
    stop = collector.named("stop")[0]
    assert stop["exit_status"] == "abort"
    assert stop["reason"].startswith("enough; cleanup failed: ")
