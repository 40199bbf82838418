"""The outcome of an action, seen by whoever waits for it."""

import threading

import pytest

from bsh.devices import Status
from bsh.devices.sim import SimMotor
from bsh.errors import DeviceError


def test_a_new_status_is_pending():
    status = Status()
    assert (status.done, status.success) == (False, False)
    with pytest.raises(TimeoutError, match="has not ended"):
        status.exception()


def test_finished_status_is_a_success_without_exception():
    status = Status()
    assert status.set_finished()
    assert (status.done, status.success, status.exception()) == (True, True, None)
    status.wait()


def test_failed_status_raises_its_exception_when_waited_for():
    status = Status()
    status.set_exception(DeviceError("th lost"))
    assert status.done
    assert not status.success
    assert str(status.exception()) == "th lost"
    with pytest.raises(DeviceError, match="th lost"):
        status.wait()


def test_only_the_first_outcome_counts():
    status = Status()
    assert status.set_finished()
    assert not status.set_exception(DeviceError("too late"))
    assert not status.set_finished()
    assert status.success


def test_an_exception_class_is_refused_before_it_can_confuse_anybody():
    with pytest.raises(TypeError, match="instance"):
        Status().set_exception(ValueError)


def test_callbacks_run_once_in_order_when_the_status_ends():
    status, calls = Status(), []
    status.add_callback(lambda s: calls.append(("first", s)))
    status.add_callback(lambda s: calls.append(("second", s)))
    assert calls == []
    status.set_finished()
    status.set_finished()
    assert calls == [("first", status), ("second", status)]


def test_a_callback_added_after_the_end_runs_at_once_in_the_callers_thread():
    status = Status.finished()
    threads = []
    status.add_callback(lambda s: threads.append(threading.current_thread()))
    assert threads == [threading.current_thread()]


def test_a_failing_callback_is_logged_and_the_next_one_still_runs(caplog):
    status, calls = Status(), []

    def fail(_):
        raise RuntimeError("callback trouble")

    status.add_callback(fail)
    status.add_callback(calls.append)
    status.set_finished()
    assert calls == [status]
    assert "callback trouble" in caplog.text


def test_wait_returns_when_another_thread_finishes_the_status():
    status = Status()
    waiting = threading.Event()

    def finish():
        waiting.wait(5)
        status.set_finished()

    thread = threading.Thread(target=finish)
    thread.start()
    waiting.set()
    status.wait(5)
    thread.join(5)
    assert status.success


def test_no_callback_is_lost_or_doubled_when_threads_race_with_the_end():
    for _ in range(200):
        status, calls = Status(), []
        start = threading.Barrier(3)

        def add(status=status, calls=calls, start=start):
            start.wait(5)
            for _ in range(20):
                status.add_callback(calls.append)

        def end(status=status, start=start):
            start.wait(5)
            status.set_finished()

        threads = [threading.Thread(target=add), threading.Thread(target=add), threading.Thread(target=end)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert len(calls) == 40


def test_a_status_starts_no_thread():
    before = threading.active_count()
    statuses = [Status() for _ in range(100)]
    assert threading.active_count() == before
    assert not any(status.done for status in statuses)


def test_watchers_hear_of_progress_with_the_target_and_the_name():
    motor = SimMotor("th")
    status, seen = Status(obj=motor, target=3.0), []
    status.watch(lambda **progress: seen.append(progress))
    status.report_progress(current=1.0, initial=0.0, unit="deg", precision=2, fraction=0.5)
    assert seen == [
        {
            "name": "th", "current": 1.0, "initial": 0.0, "target": 3.0, "unit": "deg", "precision": 2,
            "fraction": 0.5, "time_elapsed": None, "time_remaining": None,
        }
    ]  # fmt: skip


def test_a_failing_watcher_does_not_disturb_the_others(caplog):
    status, seen = Status(), []

    def fail(**_):
        raise RuntimeError("watcher trouble")

    status.watch(fail)
    status.watch(lambda **progress: seen.append(progress["current"]))
    status.report_progress(current=7)
    assert seen == [7]
    assert "watcher trouble" in caplog.text


def test_repr_tells_device_target_and_outcome():
    status = Status(obj=SimMotor("th"), target=3.0)
    assert repr(status) == "<Status of th, target=3.0, pending>"
    status.set_exception(DeviceError("lost"))
    assert repr(status) == "<Status of th, target=3.0, failed: lost>"
