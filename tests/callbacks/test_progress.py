import pytest

from bsh.callbacks import ScanProgress, TimeSplit
from tests.callbacks.documents import scan_start


class Clock:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_before_the_first_point_the_estimate_is_all_there_is() -> None:
    clock = Clock()
    view = ScanProgress(21, 1000.0, 42.0, clock=clock).view()
    assert (view.done, view.total, view.fraction) == (0, 21, 0.0)
    assert (view.remaining_s, view.ends_at) == (42.0, 1042.0)
    assert ScanProgress(21, 1000.0, clock=clock).view().remaining_s is None


def test_the_measured_time_a_point_takes_over_from_the_estimate() -> None:
    clock = Clock()
    progress = ScanProgress(101, 1000.0, 101.0, clock=clock)  # estimated: 1 s a point
    for number in range(1, 51):
        clock.now = 1005.0 + 3.0 * number  # measured: 3 s, after a long move to the start
        progress.point(number, clock.now)
    assert progress.seconds_per_point == pytest.approx((3 * 1 + 49 * 3) / 52)
    assert progress.view().remaining_s == pytest.approx(51 * progress.seconds_per_point)


def test_time_left_runs_down_between_points_and_waits_at_the_last_one() -> None:
    clock = Clock()
    progress = ScanProgress(3, 1000.0, clock=clock)
    progress.point(1, 1010.0)
    progress.point(2, 1020.0)
    clock.now = 1024.0
    assert progress.view().remaining_s == pytest.approx(6.0)
    clock.now = 1090.0
    assert (progress.view().remaining_s, progress.view().late_s) == (0.0, pytest.approx(60.0))
    progress.point(3, 1090.0)
    assert (progress.view().fraction, progress.view().late_s) == (1.0, 0.0)


def test_a_scan_without_a_point_is_late_when_all_of_its_time_is_over() -> None:
    clock = Clock()
    progress = ScanProgress(2, 1000.0, 4.0, clock=clock)
    clock.now = 1003.0  # a long way to the first point
    assert progress.view().late_s == 0.0
    clock.now = 1060.0
    assert progress.view().late_s == pytest.approx(56.0)
    progress.point(1, 1060.0)
    assert progress.view().late_s == 0.0


def test_a_pause_does_not_count_as_time_of_a_point() -> None:
    clock = Clock()
    progress = ScanProgress(4, 1000.0, clock=clock)
    progress.point(1, 1002.0)
    progress.point(2, 1004.0)
    clock.now = 1005.0
    progress.pause(1005.0)
    clock.now = 1900.0
    assert progress.view().remaining_s == pytest.approx(3.0)
    progress.resume(1905.0)
    clock.now = 1906.0
    assert progress.paused_s == 900.0
    assert progress.view().remaining_s == pytest.approx(2.0)
    progress.point(3, 1906.0)
    assert progress.seconds_per_point == pytest.approx(2.0)


def test_points_taken_again_count_once() -> None:
    progress = ScanProgress(5, 1000.0, clock=Clock())
    for number in (1, 2, 2, 3):
        progress.point(number, 1000.0 + number)
    assert progress.view().done == 3


def test_a_plan_that_takes_more_points_than_it_said_has_no_known_end() -> None:
    progress = ScanProgress(2, 1000.0, 4.0, clock=Clock())
    for number in (1, 2, 3):
        progress.point(number, 1000.0 + number)
    view = progress.view()
    assert (view.done, view.total, view.fraction, view.remaining_s) == (3, None, None, None)


class Device:
    def __init__(self, name: str, parent: "Device | None" = None) -> None:
        self.name = name
        self.parent = parent


class StatusOf:
    def __init__(self, device: Device) -> None:
        self.obj = device


def test_waits_are_shared_out_to_moving_and_counting() -> None:
    split = TimeSplit(scan_start(21))
    assert split.shares(10.0) is None
    split.waited([StatusOf(Device("th"))], 2.0)
    split.waited([StatusOf(Device("det_trigger", Device("det"))), StatusOf(Device("th"))], 5.0)
    split.waited([StatusOf(Device("shutter"))], 1.0)
    shares = split.shares(10.0)
    assert (shares.moving, shares.counting) == (0.2, 0.5)
    assert shares.overhead == pytest.approx(0.3)
