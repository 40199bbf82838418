from __future__ import annotations

import pytest

from bsh import plans as bp
from bsh.devices.sim import SimDetector, SimMotor
from bsh.simulators import print_summary, raster_path, summarize_plan

det = SimDetector("det", count_time=0)
x, y = SimMotor("x"), SimMotor("y", position=5)


def test_a_summary_shows_runs_moves_and_readings(capsys):
    summarize_plan(bp.rel_scan([det], y, 0, 1, 2))
    assert capsys.readouterr().out.splitlines() == [
        "=================================== Open Run ===================================",
        "y -> 5.0",
        "  Read ['det', 'y']",
        "y -> 6.0",
        "  Read ['det', 'y']",
        "================================== Close Run ===================================",
        "y -> 5.0",
    ]
    assert print_summary is summarize_plan


def test_the_raster_path_is_where_the_axes_are_at_each_event():
    plan = bp.grid_scan([det], y, 0, 1, 2, x, 0, 2, 3, snake_axes=True)
    assert raster_path(plan, x, y) == ([0, 1, 2, 2, 1, 0], pytest.approx([0, 0, 0, 1, 1, 1]))
