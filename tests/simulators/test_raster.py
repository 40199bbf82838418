from __future__ import annotations

import pytest

from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.callbacks.views import register_view
from bsh.devices.sim import SimMotor
from bsh.simulators import RasterPath, planned_positions, plot_raster_path, raster_path
from tests.plans.devices import Det, Positioner


@pytest.fixture
def x():
    return SimMotor("x", units="mm")


@pytest.fixture
def y():
    return SimMotor("y")


def grid(x, y):
    return bp.grid_scan([Det("det")], y, 0, 1, 2, x, 0, 2, 3, snake_axes=True)


PLACES = [(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1)]


def test_planned_positions_are_where_the_axes_are_at_each_event(x, y):
    assert planned_positions(grid(x, y), x, y) == PLACES
    assert raster_path(grid(x, y), x, y) == ([0, 1, 2, 2, 1, 0], [0, 0, 0, 1, 1, 1])


def test_the_events_of_a_baseline_are_no_points(x, y):
    assert len(planned_positions(bpp.baseline_wrapper(grid(x, y), [x]), x)) == 6


def test_axes_that_a_positioner_moves_together_have_positions_of_their_own():
    hkl = Positioner("hkl")
    assert planned_positions(bp.scan([], hkl.h, 0, 1, hkl.k, 5, 6, 2), hkl.h, hkl.k) == [(0, 5), (1, 6)]


def test_an_axis_that_does_not_move_stays_where_it_is(x, y):
    assert planned_positions(bp.scan([], x, 0, 1, 2), x, y) == [(0, 0), (1, 0)]


def test_the_path_is_a_figure_with_units(x, y):
    figure = RasterPath(grid(x, y), x, y).figure()
    assert (figure.title, figure.x_label, figure.y_label) == ("6 points", "x (mm)", "y")
    line, points = figure.curves
    assert (line.style, points.style) == ("line", "points")
    assert list(zip(line.x, line.y)) == list(zip(points.x, points.y)) == PLACES


def test_whoever_draws_plots_draws_the_path(x, y, capsys):
    told = []

    class View:
        def __init__(self, model):
            self.model = model

        def changed(self):
            told.append(("changed", len(self.model.figure().curves)))

        def finished(self):
            told.append(("finished", None))

    unregister = register_view(View)
    try:
        assert plot_raster_path(grid(x, y), x, y) is None
    finally:
        unregister()
    assert told == [("changed", 2), ("finished", None)]
    assert capsys.readouterr().out == ""


def test_where_nobody_draws_the_path_is_told(x, y, capsys, monkeypatch):
    monkeypatch.setattr("bsh.callbacks.views._factories", [])  # other tests may have left a display behind
    plot_raster_path(grid(x, y), x, y)
    assert capsys.readouterr().out == "6 points: x (mm) 0 to 2, y 0 to 1\n"
    plot_raster_path(bp.count([]), x, y)
    assert "1 points" in capsys.readouterr().out
    plot_raster_path([], x, y)
    assert capsys.readouterr().out == "no points of x (mm) and y\n"


class Axes:
    """Takes what matplotlib's axes take."""

    def __init__(self):
        self.calls = []

    def plot(self, xs, ys, lw):
        self.calls.append(("plot", list(zip(xs, ys)), lw))
        return ["line"]

    def scatter(self, xs, ys, marker, lw):
        self.calls.append(("scatter", list(zip(xs, ys))))
        return "dots"

    def fill(self, xs, ys, alpha):
        self.calls.append(("fill", (min(xs), max(xs)), (min(ys), max(ys))))
        return "circle"

    def set_xlabel(self, text):
        self.calls.append(("x", text))

    def set_ylabel(self, text):
        self.calls.append(("y", text))


def test_axes_of_matplotlib_are_drawn_into(x, y):
    axes = Axes()
    assert plot_raster_path(grid(x, y), x, y, axes, lw=1) == {"path": "line", "events": "dots"}
    assert axes.calls == [("plot", PLACES, 1), ("x", "x (mm)"), ("y", "y"), ("scatter", PLACES)]


def test_a_probe_is_a_circle_at_each_point(x, y):
    axes = Axes()
    drawn = plot_raster_path(grid(x, y), x, y, axes, probe_size=0.5)
    assert drawn["events"] == ["circle"] * 6
    circles = [call for call in axes.calls if call[0] == "fill"]
    assert circles[2] == ("fill", pytest.approx((1.75, 2.25)), pytest.approx((-0.25, 0.25), abs=0.01))
