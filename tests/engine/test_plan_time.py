"""The plan's time: it does not pass while the plan is paused or suspended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh import plan_stubs as bps
from bsh.devices.sim import SimSignal
from bsh.engine.plan_clock import PlanClock
from bsh.suspenders import SuspendFloor


class Time:
    """Passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    clock = Time()
    monkeypatch.setattr("bsh.engine.plan_clock.monotonic", clock)
    monkeypatch.setattr("bsh.plan_stubs.steps.time.monotonic", clock)
    return clock


def acting(engine: RunEngine, actions: dict[str, Any]) -> list[float]:
    """Call ``actions[command]`` before its first message; return how long was slept."""
    slept: list[float] = []

    def hook(msg: Msg) -> None:
        if msg.command == "sleep":
            slept.append(msg.args[0])
        action = actions.pop(msg.command, None)
        if action is not None:
            action()

    engine.msg_hook = hook
    return slept


def delayed(delay: float = 60.0, num: int = 2) -> Any:
    def shot() -> Any:
        yield Msg("null")

    return bps.repeat(shot, num, delay=delay)


def interrupted(engine: RunEngine, plan: Any) -> None:
    with pytest.raises(RunEngineInterrupted):
        engine(plan)


# Where "sleep" is registered anew it takes no time: the tests look at what the plan asks for.


def test_a_pause_during_a_point_is_not_counted_in_the_delay(engine: RunEngine, clock: Time) -> None:
    def pause() -> None:
        clock.now += 5.0  # this much of the point is done, and is done again
        engine.request_pause()

    slept = acting(engine, {"null": pause})
    engine.register_command("sleep", lambda msg: None)
    interrupted(engine, delayed())
    clock.now += 1000.0
    engine.resume()
    assert slept == [pytest.approx(60.0)]


def test_a_deferred_pause_after_a_point_is_not_counted_either(engine: RunEngine, clock: Time) -> None:
    def pause() -> None:
        clock.now += 5.0
        engine.request_pause(defer=True)

    slept = acting(engine, {"null": pause})
    engine.register_command("sleep", lambda msg: None)
    interrupted(engine, delayed())
    clock.now += 1000.0
    engine.resume()
    assert slept == [pytest.approx(55.0)]


def test_a_delay_that_was_cut_short_goes_on_where_it_was(engine: RunEngine, clock: Time) -> None:
    slept = acting(engine, {"sleep": lambda: engine.loop.call_soon(pause_after, 20.0)})

    def pause_after(seconds: float) -> None:
        clock.now += seconds
        engine.request_pause()

    interrupted(engine, delayed())
    clock.now += 1000.0
    engine.register_command("sleep", lambda msg: None)
    engine.resume()
    assert slept == [60.0, pytest.approx(40.0)]


def test_a_sleep_is_repeated_whole_when_what_led_to_it_is_done_again(
    engine: RunEngine, clock: Time, motor: Any
) -> None:
    slept = acting(engine, {"sleep": lambda: engine.loop.call_soon(engine.request_pause)})
    interrupted(engine, [Msg("checkpoint"), Msg("set", motor, 1.0), Msg("sleep", None, 60.0)])
    engine.register_command("sleep", lambda msg: None)
    engine.resume()
    assert slept == [60.0, 60.0]


def test_a_suspension_is_not_counted_in_the_delay(engine: RunEngine, clock: Time) -> None:
    ring = SimSignal("ring", value=100.0)
    engine.install_suspender(SuspendFloor(ring, 50.0))

    def trip() -> None:
        clock.now += 5.0
        ring.put(0.0)

    def release() -> None:
        clock.now += 1000.0
        ring.put(100.0)

    slept = acting(engine, {"null": trip, "wait_for": release})
    engine.register_command("sleep", lambda msg: None)
    engine(delayed())
    assert slept == [pytest.approx(60.0)]


def test_a_checkpoint_answers_with_the_time(engine: RunEngine, clock: Time) -> None:
    answers: list[Any] = []

    def plan() -> Any:
        answers.append((yield Msg("checkpoint")))
        yield Msg("pause")
        clock.now += 3.0
        answers.append((yield Msg("checkpoint")))

    interrupted(engine, plan())
    clock.now += 500.0
    engine.resume()
    assert answers[1] - answers[0] == pytest.approx(3.0)


def test_the_clock_falls_back_to_the_checkpoint(clock: Time) -> None:
    plan_clock = PlanClock()
    clock.now += 10.0
    plan_clock.mark_checkpoint()
    clock.now += 4.0
    plan_clock.stand_still()
    clock.now += 100.0
    plan_clock.go_on(plan_clock.checkpoint)
    clock.now += 1.0
    assert plan_clock.now() - plan_clock.checkpoint == pytest.approx(1.0)
    assert plan_clock.stopped - plan_clock.checkpoint == pytest.approx(4.0)
