"""The toolbar on narrow terminals."""

import pytest

from bsh.shell.prompt import fit

PARTS = ["Simulated beamline", "idle", "ring.current 100.00 mA", "shutter open", "12:00:00"]


@pytest.mark.parametrize("width", [200, 86, 80, 60, 40, 20, 9, 5])
def test_the_toolbar_never_wraps_and_keeps_the_time_as_long_as_it_can(width):
    line = fit(PARTS, width)
    assert len(line) <= width
    assert width < 9 or line.endswith("12:00:00")


def test_what_people_know_by_heart_is_left_out_first():
    assert fit(PARTS, 80) == " " + " · ".join(PARTS)
    assert fit(PARTS, 60) == " " + " · ".join(PARTS[1:])
