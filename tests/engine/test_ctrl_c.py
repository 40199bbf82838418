"""A real SIGINT: presses are counted, each asks for the next stronger thing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh.engine import InterruptPolicy
from bsh.engine.notices import InterruptAcknowledged, Suspended, ThreadAbandoned
from bsh.engine.sigint import DEBOUNCE_S, PressCounter
from tests.engine.parts import Collector, Motor


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def press_at(engine: RunEngine, *commands: str) -> None:
    """Press once before the first message of each command."""
    left = list(commands)

    def hook(msg: Msg) -> None:
        if left and msg.command == left[0]:
            left.pop(0)
            press()

    engine.msg_hook = hook


def test_presses_close_together_are_one() -> None:
    counter = PressCounter()
    assert [counter.press(t) for t in (0.0, 0.002, DEBOUNCE_S / 2, 0.3, 0.4)] == [1, None, None, 2, 3]


def test_ten_seconds_without_a_press_start_a_new_count() -> None:
    counter = PressCounter(forget_after_s=10.0)
    assert [counter.press(t) for t in (0.0, 5.0, 16.0, 17.0)] == [1, 2, 1, 2]


def test_the_first_press_in_a_scan_pauses_at_the_checkpoint(engine: RunEngine) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    notices: list[Any] = []
    engine.notify = notices.append
    press_at(engine, "null")
    slept = [Msg("sleep", None, 0.05)] * 4
    messages = [Msg("open_run"), Msg("null"), *slept, Msg("checkpoint"), Msg("null"), Msg("close_run")]
    with pytest.raises(RunEngineInterrupted):
        engine(messages)
    assert engine.state == "paused"
    engine.resume()
    acknowledged = [notice for notice in notices if isinstance(notice, InterruptAcknowledged)]
    assert [notice.press for notice in acknowledged] == [1]


@pytest.mark.parametrize(
    ("policy", "state"), [(InterruptPolicy.STOP, "idle"), (InterruptPolicy.ABORT, "idle")]
)
def test_the_first_press_in_a_move_stops_it(engine: RunEngine, policy: InterruptPolicy, state: str) -> None:
    motor = Motor("m1", by_hand=True)
    engine.interrupt_policy = policy
    engine.waiting_hook = lambda statuses: press() if statuses else None
    with pytest.raises(RunEngineInterrupted, match="interrupted by Ctrl"):
        engine([Msg("set", motor, 1.0, group="g"), Msg("wait", None, group="g")])
    assert engine.state == state
    assert motor.calls == [("set", 1.0), "stop"]


def test_a_press_ends_a_scan_that_has_no_end_of_its_own_and_its_data_are_good(
    engine: RunEngine, collector: Collector
) -> None:
    engine.interrupt_policy = InterruptPolicy.FINISH
    press_at(engine, "sleep")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("sleep", None, 30)])
    (stop,) = [doc for name, doc in collector.documents if name == "stop"]
    assert (stop["exit_status"], stop["reason"]) == ("success", "ended by Ctrl+C")


def test_the_second_press_pauses_now_and_the_third_halts(engine: RunEngine, collector: Collector) -> None:
    motor = Motor("m1", by_hand=True)
    engine.interrupt_policy = InterruptPolicy.PAUSE
    cleaned: list[str] = []

    def slow_stop(*, success: bool = True) -> None:
        motor.calls.append("stop")

    motor.stop = slow_stop  # type: ignore[method-assign]

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("set", motor, 1.0, group="g")
        try:
            yield Msg("wait", None, group="g")
        except Exception:
            cleaned.append("cleanup")

    def presses(statuses: Any) -> None:
        if statuses:
            press()
            threading.Timer(DEBOUNCE_S + 0.1, press).start()

    engine.waiting_hook = presses
    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert engine.state == "paused"
    engine.halt()
    assert cleaned == []
    assert collector.named("stop")[0]["exit_status"] == "abort"


def test_a_press_during_cleanup_skips_the_rest_of_that_cleanup(
    engine: RunEngine, collector: Collector
) -> None:
    back = Motor("m1", by_hand=True)
    engine.interrupt_policy = InterruptPolicy.PAUSE

    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("pause")
        finally:
            yield Msg("set", back, 0.0, group="return")
            yield Msg("wait", None, group="return")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    engine.waiting_hook = lambda statuses: press() if statuses else None
    engine.abort()
    assert back.calls == [("set", 0.0), "stop"]
    assert [stop["exit_status"] for stop in collector.named("stop")] == ["abort"]


def test_a_pause_asked_for_too_late_still_raises_so_that_nothing_else_starts(engine: RunEngine) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    press_at(engine, "null")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("null"), Msg("sleep", None, 0.1), Msg("close_run")])
    assert engine.state == "idle"


def test_a_press_with_no_point_to_wait_for_pauses_now(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    engine.interrupt_policy = InterruptPolicy.PAUSE
    notices: list[Any] = []
    engine.notify = notices.append
    engine.waiting_hook = lambda statuses: press() if statuses else None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("set", motor, 1.0, group="g"), Msg("wait", None, group="g")])
    assert engine.state == "paused"
    assert motor.calls == [("set", 1.0), "stop"]
    said = [notice.text for notice in notices if isinstance(notice, InterruptAcknowledged)]
    assert said == ["Pausing now. (^C again = halt)"]
    engine.waiting_hook = None
    engine.abort()


def test_a_press_between_two_runs_stops_what_moves(engine: RunEngine, collector: Collector) -> None:
    motor = Motor("m1", by_hand=True)
    engine.interrupt_policy = InterruptPolicy.PAUSE
    engine.waiting_hook = lambda statuses: press() if statuses else None
    one_run = [Msg("open_run"), Msg("checkpoint"), Msg("close_run")]
    with pytest.raises(RunEngineInterrupted):
        engine([*one_run, Msg("set", motor, 1.0, group="g"), Msg("wait", None, group="g"), *one_run])
    assert motor.calls == [("set", 1.0), "stop"]
    assert len(collector.named("start")) == 1
    engine.waiting_hook = None
    engine.abort()


def test_a_press_stops_a_move_that_is_made_while_a_scan_is_paused(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    engine.interrupt_policy = InterruptPolicy.PAUSE
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("checkpoint"), Msg("pause"), Msg("close_run")])
    engine.waiting_hook = lambda statuses: press() if statuses else None
    with pytest.raises(RunEngineInterrupted):
        engine.run_aside([Msg("set", motor, 1.0, group="g"), Msg("wait", None, group="g")])
    assert motor.calls == [("set", 1.0), "stop"]
    assert engine.state == "paused"
    engine.abort()


def test_a_press_while_suspended_in_a_run_does_not_wait_for_the_release(engine: RunEngine) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    engine.notify = lambda notice: press() if isinstance(notice, Suspended) else None
    engine.msg_hook = lambda msg: engine.request_suspend(never) if msg.command == "null" else None

    async def never() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("checkpoint"), Msg("null"), Msg("close_run")])
    assert engine.state == "paused"
    engine.notify = None
    engine.abort()


def test_the_handler_is_given_back_after_the_call(engine: RunEngine) -> None:
    before = signal.getsignal(signal.SIGINT)
    engine([Msg("null")])
    assert signal.getsignal(signal.SIGINT) is before


def test_a_press_before_the_first_message_is_kept_for_the_plan(engine: RunEngine) -> None:
    from bsh.engine import SigintHandler

    class Early(SigintHandler):
        def __enter__(self) -> Any:
            entered = super().__enter__()
            press()
            return entered

    engine.context_managers = [Early]
    engine.interrupt_policy = InterruptPolicy.STOP
    sent: list[Msg] = []
    engine.msg_hook = sent.append
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("sleep", None, 30)])
    assert engine.state == "idle"
    assert len(sent) <= 1


def test_a_plan_whose_caller_cannot_wait_any_more_is_halted(engine: RunEngine, collector: Collector) -> None:
    engine.context_managers = []
    press_at(engine, "sleep")
    with pytest.raises(KeyboardInterrupt):
        engine([Msg("open_run"), Msg("sleep", None, 30)])
    assert engine.state == "idle"
    stop = collector.named("stop")[0]
    assert (stop["exit_status"], stop["reason"]) == ("abort", "KeyboardInterrupt while waiting for the plan")


def test_an_engine_called_from_another_thread_leaves_the_signal_alone(engine: RunEngine) -> None:
    before = signal.getsignal(signal.SIGINT)
    during: list[Any] = []
    engine.msg_hook = lambda msg: during.append(signal.getsignal(signal.SIGINT))
    thread = threading.Thread(target=engine, args=([Msg("null")],))
    thread.start()
    thread.join(10)
    assert during == [before]


def test_a_plan_in_an_endless_python_loop_is_broken_and_the_engine_usable(engine: RunEngine) -> None:
    started = threading.Event()

    def endless() -> Any:
        yield Msg("null")
        started.set()
        while True:
            pass

    threading.Thread(target=lambda: (started.wait(10), engine.halt()), daemon=True).start()
    with pytest.raises(RunEngineInterrupted):
        engine(endless())
    assert engine.state == "idle"
    assert engine([Msg("null")]) == ()


def test_a_thread_that_hangs_in_a_device_is_given_up_and_moves_nothing_more(collector: Collector) -> None:
    engine = RunEngine()
    engine.subscribe(collector)
    notices: list[Any] = []
    engine.notify = notices.append
    release = threading.Event()
    thread = engine.engine_loop.thread
    assert thread is not None
    motor, other = Motor("hangs"), Motor("other")

    def set_and_hang(value: float) -> Any:
        threading.Timer(0.05, engine.halt).start()
        release.wait(60)
        return Motor.set(motor, value)

    motor.set = set_and_hang  # type: ignore[method-assign]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("set", other, 1), Msg("set", motor, 1), Msg("set", other, 2)])
    assert engine.state == "panicked"
    assert "stop" in other.calls
    assert [stop["exit_status"] for stop in collector.named("stop")] == ["abort"]
    abandoned = next(notice for notice in notices if isinstance(notice, ThreadAbandoned))
    assert "set_and_hang" in abandoned.stack
    assert "/bsh/engine/" not in abandoned.stack  # of no use to people, and there is not much room
    with pytest.raises(RuntimeError, match=r"RE\.recover"):
        engine([Msg("null")])
    engine.recover()
    notices.clear()
    release.set()
    thread.join(10)
    assert not thread.is_alive()
    assert notices == []  # it is too late for what that thread might say
    assert engine([Msg("null"), Msg("sleep", None, 0.05)]) == ()
    assert ("set", 2) not in other.calls
    engine.close()


def test_an_engine_without_a_shell_works_in_a_plain_script() -> None:
    script = textwrap.dedent(
        """
        import os, signal, threading
        from bsh import Msg, RunEngine, RunEngineInterrupted

        RE = RunEngine()

        def plan():
            yield Msg("checkpoint")
            os.kill(os.getpid(), signal.SIGINT)
            yield Msg("sleep", None, 0.3)
            os.kill(os.getpid(), signal.SIGINT)
            yield Msg("sleep", None, 30)

        try:
            RE(plan())
        except RunEngineInterrupted:
            print("state:", RE.state)
        RE.abort()
        print("state:", RE.state)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert "state: paused" in done.stdout
    assert done.stdout.rstrip().endswith("state: idle")
    assert "^C again = now" in done.stdout
