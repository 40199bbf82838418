"""Time for simulated devices."""

import threading

import pytest

from bsh.devices.sim import ManualClock, WallClock


def test_manual_clock_runs_timers_in_order_each_at_its_own_time():
    clock, seen = ManualClock(), []
    clock.call_later(2.0, lambda: seen.append(("late", clock.now())))
    clock.call_later(1.0, lambda: seen.append(("early", clock.now())))
    clock.advance(0.5)
    assert seen == []
    clock.advance(5.0)
    assert seen == [("early", 1.0), ("late", 2.0)]
    assert clock.now() == 5.5
    assert clock.time() == 1_700_000_000.0 + 5.5


def test_a_timer_may_start_another_that_is_due_within_the_same_advance():
    clock, seen = ManualClock(), []
    clock.call_later(1.0, lambda: clock.call_later(1.0, lambda: seen.append(clock.now())))
    clock.advance(2.0)
    assert seen == [2.0]


def test_small_steps_reach_a_timer_despite_rounding():
    clock, seen = ManualClock(), []
    clock.call_later(0.3, lambda: seen.append(True))
    for _ in range(3):
        clock.advance(0.1)
    assert seen == [True]


def test_a_cancelled_timer_does_not_run():
    clock, seen = ManualClock(), []
    timer = clock.call_later(1.0, lambda: seen.append(True))
    timer.cancel()
    clock.advance(2.0)
    assert seen == []
    assert not clock.advance_to_next()


def test_a_failing_timer_is_logged_and_the_next_still_runs(caplog):
    clock, seen = ManualClock(), []
    clock.call_later(1.0, lambda: 1 / 0)
    clock.call_later(2.0, lambda: seen.append(True))
    clock.advance(3.0)
    assert seen == [True]
    assert "ZeroDivisionError" in caplog.text


def test_one_thread_may_wait_until_another_has_started_something():
    clock, seen = ManualClock(), []
    thread = threading.Thread(target=lambda: clock.call_later(1.0, lambda: seen.append(clock.now())))
    thread.start()
    clock.wait_until_pending()
    assert clock.advance_to_next()
    assert seen == [1.0]
    thread.join(5)
    with pytest.raises(TimeoutError, match="no simulated device has started anything"):
        clock.wait_until_pending(0.001)


def test_wall_clock_runs_all_timers_on_one_daemon_thread_in_order():
    clock, seen, finished = WallClock(), [], threading.Event()
    clock.call_later(0.02, lambda: (seen.append(("b", threading.current_thread())), finished.set()))
    clock.call_later(0.01, lambda: seen.append(("a", threading.current_thread())))
    assert finished.wait(5)
    assert [name for name, _ in seen] == ["a", "b"]
    (thread,) = {thread for _, thread in seen}
    assert thread.daemon
    assert thread is not threading.current_thread()


def test_wall_clock_starts_no_thread_before_the_first_timer():
    before = threading.active_count()
    WallClock()
    assert threading.active_count() == before


def test_an_earlier_timer_wakes_a_wall_clock_that_waits_for_a_later_one():
    clock, finished = WallClock(), threading.Event()
    late = clock.call_later(60.0, lambda: None)
    clock.call_later(0.01, finished.set)
    assert finished.wait(5)
    late.cancel()
