"""A simulated counter."""

from math import exp

import pytest

from bsh.devices.sim import ManualClock, SimDetector, SimMotor, SimRing, SimShutter
from bsh.errors import DeviceError, LimitError


@pytest.fixture
def clock():
    return ManualClock()


def _count(detector):
    status = detector.trigger()
    assert status.success
    return detector.read()[detector.name]["value"]


def test_trigger_is_done_after_the_count_time_and_only_then_subscribers_hear_of_the_value(clock):
    det = SimDetector("det", amplitude=100, noise=None, count_time=0.5, clock=clock)
    heard = []
    det.subscribe(lambda value, **_: heard.append(value))
    status = det.trigger()
    clock.advance(0.4)
    assert not status.done
    assert det.read()["det"] == {"value": pytest.approx(40.0), "timestamp": clock.time()}
    assert heard == [0.0]
    clock.advance(0.1)
    assert status.success
    assert det.read()["det"] == {"value": pytest.approx(50.0), "timestamp": clock.time()}
    assert heard == [0.0, pytest.approx(50.0)]


def test_counts_that_are_looked_at_meanwhile_only_grow_and_are_as_many_as_without_a_look(clock):
    def counted(looks):
        det = SimDetector("det", amplitude=1000, count_time=1.0, seed=4, clock=clock)
        counts = []
        for _ in range(50):
            det.trigger()
            seen = []
            for _ in range(looks):
                clock.advance(1 / looks)
                seen.append(det.read()["det"]["value"])
            assert seen == sorted(seen)
            counts.append(seen[-1])
        return sum(counts) / len(counts)

    assert counted(1) == pytest.approx(1000, abs=15)
    assert counted(8) == pytest.approx(1000, abs=15)


def test_a_count_that_is_stopped_has_the_counts_of_its_time_although_the_count_time_was_put_back(clock):
    det = SimDetector("det", amplitude=1000, noise=None, count_time=0.1, clock=clock)
    det.count_time.set(10.0)
    det.trigger()
    clock.advance(4.0)
    det.count_time.set(0.1)
    det.stop()
    assert det.read()["det"]["value"] == pytest.approx(4000.0)


def test_a_reading_stays_that_of_the_last_trigger_when_the_motor_moves_on():
    motor = SimMotor("m")
    det = SimDetector("det", motor=motor, amplitude=100, noise=None, count_time=0)
    assert _count(det) == 100.0
    motor.set(3)
    assert det.read()["det"]["value"] == 100.0


def test_counts_follow_a_gaussian_of_the_motor():
    motor = SimMotor("m")
    det = SimDetector(
        "det", motor=motor, center=1.0, sigma=0.5, amplitude=100, background=3, noise=None, count_time=0
    )
    motor.set(1.5)
    assert _count(det) == pytest.approx(100 * exp(-0.5) + 3)


def test_counts_follow_a_gaussian_of_several_motors():
    x, y = SimMotor("x"), SimMotor("y")
    det = SimDetector(
        "det", motors=[x, y], center=[1, 2], sigma=[1, 2], amplitude=100, noise=None, count_time=0
    )
    x.set(2)
    y.set(4)
    assert _count(det) == pytest.approx(100 * exp(-1))


def test_poisson_counts_are_integers_around_the_expectation_and_repeatable():
    def series(**kwargs):
        det = SimDetector("det", amplitude=400, count_time=0, **kwargs)
        return [_count(det) for _ in range(500)]

    counts = series(seed=1)
    assert all(isinstance(count, int) for count in counts)
    assert sum(counts) / len(counts) == pytest.approx(400, abs=4)
    assert series(seed=1) == counts
    assert series(seed=2) != counts
    assert series() == series()


def test_small_expectations_give_small_poisson_counts():
    det = SimDetector("det", amplitude=2, count_time=0, seed=3)
    counts = [_count(det) for _ in range(2000)]
    assert min(counts) == 0
    assert sum(counts) / len(counts) == pytest.approx(2, abs=0.15)
    assert sum((count - 2) ** 2 for count in counts) / len(counts) == pytest.approx(2, abs=0.3)


def test_ring_current_scales_the_counts_and_a_closed_shutter_leaves_the_background(clock):
    ring = SimRing("ring", current=100, lifetime=0, clock=clock)
    shutter = SimShutter("shutter", delay=0, state="open", clock=clock)
    det = SimDetector(
        "det", ring=ring, shutter=shutter, amplitude=100, background=1, noise=None, count_time=0
    )
    assert _count(det) == 101.0
    ring.current.put(50)
    assert _count(det) == 51.0
    shutter.set("close")
    assert _count(det) == 1.0


def test_the_count_time_is_configuration_and_cannot_be_negative():
    det = SimDetector("det")
    assert det.read_configuration()["det_count_time"]["value"] == 0.1
    assert det.count_time.set(2).success
    assert det.read_configuration()["det_count_time"]["value"] == 2.0
    with pytest.raises(LimitError, match="det_count_time: -1 s is below"):
        det.count_time.set(-1)


def test_fail_at_raises_once_at_the_nth_trigger():
    det = SimDetector("det", count_time=0)
    det.fail_at(3)
    det.trigger()
    det.trigger()
    with pytest.raises(DeviceError, match="det did not answer"):
        det.trigger()
    assert det.trigger().success


def test_fail_at_may_ask_for_a_read_and_an_error_of_its_own():
    det = SimDetector("det", count_time=0)
    det.fail_at(1, on="read", error=OSError("cable"))
    det.trigger()
    with pytest.raises(OSError, match="cable"):
        det.read()
    assert "det" in det.read()


def test_a_motor_that_fails_while_counting_fails_the_status(clock):
    class Lost(SimMotor):
        @property
        def position(self):
            raise DeviceError("m is offline")

    det = SimDetector("det", motor=Lost("m"), clock=clock)
    status = det.trigger()
    clock.advance(1)
    assert str(status.exception()) == "m is offline"


@pytest.mark.parametrize(
    "keywords",
    [{"noise": "white"}, {"sigma": 0, "motor": SimMotor("m")}, {"motors": [SimMotor("m")], "center": [1, 2]}],
)
def test_nonsense_is_refused_with_the_detectors_name(keywords):
    with pytest.raises(DeviceError, match=r"^det: "):
        SimDetector("det", **keywords)
