"""Rows of the requirements about interruptions that no other test would miss."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from bsh import IllegalMessageSequence, Msg, RunEngine, RunEngineInterrupted
from bsh import preprocessors as bpp
from bsh.devices.sim import SimSignal
from bsh.engine import InterruptPolicy
from bsh.engine.notices import InterruptAcknowledged
from bsh.engine.sigint import DEBOUNCE_S
from bsh.suspenders import SuspendFloor
from tests.engine.parts import Collector, Detector, Motor
from tests.engine.test_ctrl_c import press
from tests.engine.test_documents import Flyer
from tests.engine.test_interruptions import commands_of


def test_without_a_shell_the_second_press_pauses_and_one_during_the_cleanup_skips_its_rest(
    engine: RunEngine, collector: Collector
) -> None:
    cleaned: list[str] = []
    asked: list[tuple[str, int]] = []

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("clear_checkpoint")  # a pause becomes an abort, whose cleanup takes its time
        try:
            yield Msg("sleep", None, 30)
        except Exception:
            yield Msg("sleep", None, 30)
            cleaned.append("cleaned")

    def mash() -> None:
        while engine.state.is_idle:
            time.sleep(0.001)
        while not engine.state.is_idle:
            press()
            time.sleep(DEBOUNCE_S + 0.02)

    def notify(notice: Any) -> None:
        if isinstance(notice, InterruptAcknowledged):
            asked.append((notice.text.split()[0].rstrip(":."), notice.press))

    engine.notify = notify
    threading.Thread(target=mash, daemon=True).start()
    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert cleaned == []
    assert asked[:3] == [("Pausing", 1), ("Pausing", 2), ("Skipping", 3)]
    assert collector.named("stop")[0]["exit_status"] == "abort"


def test_a_policy_asks_for_something_stronger_with_each_press() -> None:
    from bsh.engine.sigint import PRESSES

    strength = ["defer", "pause", "finish", "abort", "halt"]
    for policy in InterruptPolicy:
        ranks = [strength.index(action) for action in PRESSES[policy]]
        assert ranks == sorted(ranks)
        assert PRESSES[policy][-1] == "halt"
    assert PRESSES[InterruptPolicy.LIBRARY].index("halt") == 10


def test_a_stop_that_knows_no_success_is_called_without_it(engine: RunEngine) -> None:
    calls: list[str] = []

    class Old(Motor):
        def stop(self) -> None:  # type: ignore[override]
            calls.append("stop")

    engine([Msg("set", Old("old"), 1)])
    assert calls == ["stop"]


def test_moves_are_stopped_as_successful(engine: RunEngine) -> None:
    outcomes: list[Any] = []

    class Noting(Motor):
        def stop(self, *, success: bool = False) -> None:
            outcomes.append(success)

    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", Noting("m"), 1), Msg("pause")])
    engine.resume()
    assert outcomes == [True, True]


def test_what_has_no_stop_is_passed_over(engine: RunEngine) -> None:
    engine([Msg("set", SimSignal("shutter"), 1.0)])
    assert engine.cleanup_failures == []


def test_devices_that_were_only_read_are_told_of_a_pause_too(engine: RunEngine) -> None:
    told: list[str] = []

    class Pausable(Motor):
        def pause(self) -> None:
            told.append(f"{self.name} pause")

        def resume(self) -> None:
            told.append(f"{self.name} resume")

    read, staged = Pausable("read"), Pausable("staged")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("stage", staged), Msg("read", read), Msg("pause")])
    engine.resume()
    assert sorted(told) == ["read pause", "read resume", "staged pause", "staged resume"]


def test_a_device_whose_pause_fails_does_not_keep_the_plan_from_pausing(
    engine: RunEngine, motor: Motor, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("busy")

    motor.pause = motor.resume = fail  # type: ignore[attr-defined]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("read", motor), Msg("pause"), Msg("null")])
    assert engine.state == "paused"
    engine.resume()
    assert "m1.pause() failed" in caplog.text
    assert "m1.resume() failed" in caplog.text


RING = SimSignal("ring")

NEVER_AGAIN: dict[str, list[Msg]] = {
    "subscribe": [Msg("subscribe", None, lambda name, doc: None, "all")],
    "unsubscribe": [Msg("unsubscribe", None, token=99)],
    "stage": [Msg("stage", Motor("staged"))],
    "unstage": [Msg("stage", Motor("staged")), Msg("unstage", Motor("staged"))],
    "monitor": [Msg("open_run"), Msg("monitor", SimSignal("ring"))],
    "unmonitor": [Msg("open_run"), Msg("monitor", RING), Msg("unmonitor", RING)],
    "open_run": [Msg("open_run")],
    "close_run": [Msg("open_run"), Msg("close_run")],
    "install_suspender": [Msg("install_suspender", None, SuspendFloor(SimSignal("r", value=99.0), 1))],
    "remove_suspender": [Msg("remove_suspender", None, SuspendFloor(SimSignal("r", value=99.0), 1))],
    "collect": [Msg("open_run"), Msg("kickoff", Flyer()), Msg("collect", Flyer())],
}


@pytest.mark.parametrize("command", NEVER_AGAIN)
def test_what_changes_the_engine_is_never_done_twice(engine: RunEngine, command: str) -> None:
    sent: list[Msg] = []
    engine.msg_hook = sent.append
    *before, never_again = NEVER_AGAIN[command]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), *before, Msg("null"), never_again, Msg("null"), Msg("pause")])
    engine.resume()
    assert commands_of(sent).count(command) == 1
    # It is a new place to go back to: what was before it is not done again either.
    assert commands_of(sent).count("null") == 3


def test_a_monitor_is_neither_begun_nor_ended_twice(engine: RunEngine, collector: Collector) -> None:
    signal = SimSignal("ring", value=1.0)
    sent: list[Msg] = []
    engine.msg_hook = sent.append
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("monitor", signal), Msg("null"), Msg("unmonitor", signal), Msg("pause")])
    engine.resume()
    assert (commands_of(sent).count("monitor"), commands_of(sent).count("unmonitor")) == (1, 1)
    assert len(collector.named("descriptor")) == 1


def test_monitors_are_silent_during_a_pause_and_listen_again_after_it(
    engine: RunEngine, collector: Collector
) -> None:
    signal = SimSignal("ring", value=1.0)
    messages = [Msg("open_run"), Msg("monitor", signal), Msg("pause"), Msg("set", signal, 3.0)]
    with pytest.raises(RunEngineInterrupted):
        engine(messages)
    assert not signal._subscriptions
    signal.put(2.5)
    signal.put(2.0)
    engine.resume()
    events = collector.named("event")
    assert [doc["data"]["ring"] for doc in events] == [1.0, 2.0, 3.0]
    assert [doc["seq_num"] for doc in events] == [1, 2, 3]


def test_a_deferred_pause_may_be_a_message(engine: RunEngine) -> None:
    sent: list[Msg] = []
    engine.msg_hook = sent.append
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("pause", defer=True), Msg("null"), Msg("checkpoint"), Msg("null")])
    assert commands_of(sent) == ["pause", "null", "checkpoint"]
    engine.resume()


def test_the_resume_message_tells_devices_and_listens_to_monitors(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    told: list[str] = []
    motor.resume = lambda: told.append("resume")  # type: ignore[attr-defined]
    engine([Msg("read", motor), Msg("resume")])
    assert told == ["resume"]


def test_a_plan_may_pause_for_debugging_before_its_cleanup(engine: RunEngine) -> None:
    cleaned: list[str] = []

    def clean() -> Any:
        cleaned.append("cleaned")
        yield Msg("null")

    def failing() -> Any:
        yield Msg("null")
        raise ValueError("look at me")

    with pytest.raises(RunEngineInterrupted):
        engine(bpp.finalize_wrapper(failing(), clean, pause_for_debug=True))
    assert engine.state == "paused"
    assert cleaned == []
    with pytest.raises(ValueError, match="look at me"):
        engine.resume()
    assert cleaned == ["cleaned"]


def test_a_library_that_raises_keyboardinterrupt_is_blamed(engine: RunEngine, collector: Collector) -> None:
    def plan() -> Any:
        yield Msg("open_run")
        raise KeyboardInterrupt

    with pytest.raises(RunEngineInterrupted, match="library raised KeyboardInterrupt"):
        engine(plan())
    assert "library raised KeyboardInterrupt" in collector.named("stop")[0]["reason"]


def test_a_plan_that_handles_an_error_goes_on(engine: RunEngine, collector: Collector) -> None:
    def inner() -> Any:
        yield Msg("nonsense")

    def middle() -> Any:
        yield from inner()

    def outer() -> Any:
        yield Msg("open_run")
        try:
            yield from middle()
        except KeyError:
            yield Msg("close_run", exit_status="fail", reason="handled")
        yield Msg("null")

    assert len(engine(outer())) == 1
    assert collector.named("stop")[0]["reason"] == "handled"


@pytest.mark.parametrize("defer", [False, True])
def test_with_no_checkpoint_the_reason_says_so(engine: RunEngine, collector: Collector, defer: bool) -> None:
    engine.msg_hook = lambda msg: engine.request_pause(defer) if msg.args == ("here",) else None
    messages = [Msg("open_run"), Msg("clear_checkpoint"), Msg("null", None, "here"), Msg("null")]
    if defer:  # nothing to pause at: the plan goes on to its end
        engine(messages)
        assert collector.named("stop")[0]["exit_status"] == "success"
        return
    with pytest.raises(RunEngineInterrupted, match="No checkpoint; cannot pause"):
        engine(messages)
    assert collector.named("stop")[0]["reason"] == "No checkpoint; cannot pause."


def test_halting_from_a_pause_closes_every_open_run_in_words(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run", run="a"), Msg("open_run", run="b"), Msg("pause")])
    engine.halt()
    assert [(doc["exit_status"], doc["reason"]) for doc in collector.named("stop")] == [
        ("abort", "halted"),
        ("abort", "halted"),
    ]


def test_a_second_run_without_a_key_is_refused(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(IllegalMessageSequence, match="open already"):
        engine([Msg("open_run"), Msg("open_run")])
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]


def test_a_halted_plan_that_switched_rewinding_off_leaves_it_on_for_the_next(
    engine: RunEngine, motor: Motor
) -> None:
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("rewindable", None, False), Msg("pause"), Msg("null")])
    assert engine.rewindable is True  # what the message says holds for the call
    engine.halt()
    said: list[Any] = []

    def plan() -> Any:
        said.append((yield Msg("rewindable", None, None)))

    engine(plan())
    assert said == [True]


def test_what_fails_because_the_plan_leaves_does_not_disturb_its_cleanup(engine: RunEngine) -> None:
    detector = Detector("det", Motor("m1"), by_hand=True)
    cleaned: list[str] = []

    def plan() -> Any:
        yield Msg("trigger", detector, group="g")
        try:
            engine.loop.call_soon(engine.abort)
            yield Msg("wait", None, group="g")
        finally:
            detector.statuses[0].finish(OSError("no beam any more"))
            yield Msg("sleep", None, 0.01)
            cleaned.append("cleaned")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert cleaned == ["cleaned"]
