"""What the demo IOC's detectors see."""

from bsh.ioc.beam import DARK_RATE, DETECTOR_RATE, MONITOR_RATE, PEAK_M1, PEAK_M2, Beam


def _beam(m1=PEAK_M1[0], m2=PEAK_M2[0], current=100.0, is_open=True):
    return Beam(m1=lambda: m1, m2=lambda: m2, current=lambda: current, is_open=lambda: is_open)


def test_at_the_peak_all_is_at_its_nominal_rate():
    monitor, detector, dark = _beam().rates()
    assert (monitor, detector, dark) == (MONITOR_RATE + DARK_RATE, DETECTOR_RATE + DARK_RATE, DARK_RATE)


def test_off_the_peak_the_detector_sees_less_and_the_monitor_the_same():
    on, off = _beam().rates(), _beam(m1=2.0).rates()
    assert off[0] == on[0]
    assert off[1] < 0.2 * on[1]
    assert _beam(m2=1.6).rates()[1] < 0.2 * on[1]


def test_half_the_current_gives_half_the_counts():
    assert _beam(current=50.0).intensity == 0.5 * _beam().intensity


def test_a_closed_shutter_leaves_the_dark_counts():
    assert set(_beam(is_open=False).rates()) == {DARK_RATE}
