import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest

from bsh.callbacks import (
    GridFigure,
    LineFigure,
    LiveGrid,
    LiveMesh,
    LivePlot,
    LiveRaster,
    LiveScatter,
    PeakStats,
    ScatterFigure,
    plot_peak_stats,
    views_of,
)
from bsh.errors import MissingExtra, UsageError
from tests.callbacks.documents import (
    START_TIME,
    descriptor_doc,
    event_doc,
    feed,
    number,
    scan_documents,
    start_doc,
    stop_doc,
)
from tests.callbacks.views import SeenView, seen_views

ROWS = [(0.0, 1.0, 5.0), (0.5, 4.0, 6.0), (1.0, 2.0, 7.0)]


def plotted(callback: Any, documents: Any) -> Any:
    for name, doc in documents:
        callback(name, doc)
    return callback.figure()


def test_a_field_is_plotted_over_another_with_their_units() -> None:
    figure = plotted(LivePlot("det", "th"), scan_documents(ROWS))
    assert isinstance(figure, LineFigure)
    assert (figure.x_label, figure.y_label) == ("th (deg)", "det (counts)")
    [curve] = figure.curves
    assert (curve.label, list(curve.x), list(curve.y)) == ("142", [0.0, 0.5, 1.0], [1.0, 4.0, 2.0])


@pytest.mark.parametrize("x", [None, "seq_num"])
def test_without_an_axis_the_sequence_number_counts(x: str | None) -> None:
    figure = plotted(LivePlot("det", x), scan_documents(ROWS))
    assert (figure.x_label, list(figure.curves[0].x)) == ("sequence number", [1, 2, 3])


@pytest.mark.parametrize(
    ("epoch", "first"), [("run", 2.0), ("unix", START_TIME + 2.0)]
)  # the first point is taken 2 s after the start
def test_time_counts_from_the_start_or_from_1970(epoch: Any, first: float) -> None:
    figure = plotted(LivePlot("det", "time", epoch=epoch), scan_documents(ROWS))
    assert (figure.x_label, figure.curves[0].x[0]) == ("time (s)", first)


def test_a_data_key_called_time_wins() -> None:
    documents = [("start", start_doc()), ("event", event_doc(1, {"time": 77.0, "det": 1.0}))]
    assert list(plotted(LivePlot("det", "time"), documents).curves[0].x) == [77.0]


def test_the_legend_is_made_of_the_keys_asked_for() -> None:
    plot = LivePlot("det", "th", legend_keys=["sample", "scan_id"])
    assert plotted(plot, scan_documents(ROWS, sample="LaB6")).curves[0].label == "LaB6 :: 142"


def test_runs_that_follow_add_lines() -> None:
    plot = LivePlot("det", "th")
    plotted(plot, scan_documents(ROWS))
    figure = plotted(plot, scan_documents(ROWS[:2]))
    assert [len(curve.x) for curve in figure.curves] == [3, 2]
    assert list(plot.x_data) == [0.0, 0.5]


def test_events_without_the_fields_and_of_other_runs_are_ignored() -> None:
    plot = LivePlot("det", "th")
    documents = scan_documents(ROWS)[:-1]
    documents.append(("event", event_doc(4, {"other": 1.0})))
    documents.append(("event", event_doc(5, {"det": 1.0})))
    documents.append(("descriptor", descriptor_doc(run="run-b", uid="desc-b")))
    documents.append(("event", event_doc(1, {"th": 9.0, "det": 9.0}, descriptor="desc-b")))
    assert list(plotted(plot, documents).curves[0].x) == [0.0, 0.5, 1.0]


def test_values_that_are_no_numbers_are_holes() -> None:
    documents = [("start", start_doc()), ("descriptor", descriptor_doc())]
    for n, value in enumerate([1, None, "x", np.array(3), True], 1):
        documents.append(("event", event_doc(n, {"th": n, "det": value})))
    nan = float("nan")
    assert np.array_equal(
        plotted(LivePlot("det", "th"), documents).curves[0].y, [1, nan, nan, 3, 1], equal_nan=True
    )


def test_limits_are_handed_on() -> None:
    figure = plotted(LivePlot("det", "th", xlim=(0, 9), ylim=(-1, 5)), scan_documents(ROWS))
    assert (figure.x_limits, figure.y_limits) == ((0, 9), (-1, 5))


def test_wrong_arguments_are_refused_and_old_ones_warn() -> None:
    class OldFigure:
        def gca(self) -> str:
            return "axes"

    with pytest.raises(ValueError, match="epoch must be 'run' or 'unix', not 'tai'"):
        LivePlot("det", epoch="tai")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="either ax or fig"):
        LivePlot("det", ax=1, fig=OldFigure())
    with pytest.warns(UserWarning, match="deprecated"):
        assert LivePlot("det", fig=OldFigure()).ax == "axes"


def test_devices_stand_for_their_fields() -> None:
    class Motor:
        name = "th"
        hints = {"fields": ["th"]}  # noqa: RUF012

        def describe(self) -> dict[str, Any]:
            return {"th": number("th"), "th_setpoint": number("th")}

    assert LivePlot("det", Motor()).x == "th"


def test_views_are_asked_for_at_the_start_and_told_of_each_change_and_of_the_end() -> None:
    with seen_views() as views:
        plot = LivePlot("det", "th")
        assert views == []
        plotted(plot, scan_documents(ROWS))
        [view] = views
        assert view.model is plot
        assert [len(figure.curves[0].x) for figure in view.figures] == [1, 2, 3]
        assert view.ends == 1


def test_a_view_that_fails_is_left_out_with_one_warning_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(SeenView):
        def changed(self) -> None:
            super().changed()
            raise ValueError("no window")

    with seen_views(Broken) as broken, seen_views() as fine:
        plotted(LivePlot("det", "th"), scan_documents(ROWS))
    assert len(broken[0].figures) == 1
    assert len(fine[0].figures) == 3
    assert len([record for record in caplog.records if "left out" in record.getMessage()]) == 1


def test_points_may_be_added_while_another_thread_draws() -> None:
    plot = LivePlot("det", "th")
    plot("start", start_doc())
    done = threading.Event()

    def draw() -> None:
        while not done.is_set():
            figure = plot.figure()
            assert figure is None or len(figure.curves[0].x) == len(figure.curves[0].y)

    drawing = threading.Thread(target=draw)
    drawing.start()
    for n in range(5000):
        plot("event", event_doc(n + 1, {"th": n, "det": n}))
    done.set()
    drawing.join()
    assert len(plot.x_data) == 5000


def test_scattered_points_are_coloured_by_a_field() -> None:
    scatter = LiveScatter("th", "mon", "det", clim=(0, 9), xlim=(0, 2), ylim=(0, 8))
    figure = plotted(scatter, scan_documents(ROWS))
    assert isinstance(figure, ScatterFigure)
    assert (list(figure.x), list(figure.y), list(figure.values)) == ([0, 0.5, 1], [5, 6, 7], [1, 4, 2])
    assert (figure.x_label, figure.y_label, figure.value_label) == ("th (deg)", "mon", "det (counts)")
    assert (figure.limits, figure.x_limits, figure.y_limits) == ((0, 9), (0, 2), (0, 8))
    assert list(plotted(scatter, scan_documents(ROWS[:1])).x) == [0.0]  # a new run begins anew


def grid_documents(points: int, **start: Any) -> list[tuple[str, dict[str, Any]]]:
    documents = [("start", start_doc(**start)), ("descriptor", descriptor_doc({"det": number("det")}))]
    documents += [("event", event_doc(n, {"det": float(n)})) for n in range(1, points + 1)]
    return [*documents, ("stop", stop_doc(0.0))]


def test_a_grid_is_filled_by_sequence_number_and_rows_may_run_back() -> None:
    straight = plotted(LiveGrid((2, 3), "det"), grid_documents(5))
    assert isinstance(straight, GridFigure)
    assert np.array_equal(straight.values, [[1, 2, 3], [4, 5, np.nan]], equal_nan=True)
    snaking = plotted(LiveGrid((2, 3), "det"), grid_documents(5, snaking=(False, True)))
    assert np.array_equal(snaking.values, [[1, 2, 3], [np.nan, 5, 4]], equal_nan=True)


def test_a_baseline_of_the_same_device_fills_no_cell_and_adds_no_point() -> None:
    documents = grid_documents(5)
    describe = ("descriptor", descriptor_doc({"det": number("det")}, uid="base", name="baseline"))
    readings = [("event", event_doc(n, {"det": 99.0}, descriptor="base")) for n in (1, 2)]
    documents = [documents[0], describe, readings[0], *documents[1:-1], readings[1], documents[-1]]
    assert plotted(LiveGrid((2, 3), "det"), documents).values[0, 1] == 2.0
    assert len(plotted(LivePlot("det"), documents).curves[0].x) == 5


def test_the_extent_of_a_grid_goes_to_the_edges_of_its_cells() -> None:
    grid = LiveGrid((2, 3), "det", extent=(-0.5, 2.5, 9.0, 11.0), xlabel="th", ylabel="z", clim=(0, 5))
    figure = plotted(grid, grid_documents(1))
    assert figure.extent == pytest.approx((0.0, 2.0, 9.5, 10.5))
    assert (figure.x_label, figure.y_label, figure.limits) == ("th", "z", (0, 5))
    assert plotted(LiveGrid((2, 3), "det"), grid_documents(1)).extent == (0, 2, 0, 1)


def test_a_grid_has_directions_and_a_title() -> None:
    grid = LiveGrid((2, 3), "det", x_positive="left", y_positive="down", title="the sample")
    figure = plotted(grid, grid_documents(1))
    assert (figure.x_positive, figure.y_positive, figure.title) == ("left", "down", "the sample")
    assert plotted(LiveGrid((2, 3), "det"), grid_documents(1)).title == "#142 det"
    with pytest.raises(ValueError, match="x_positive must be 'right' or 'left', not 'up'"):
        LiveGrid((2, 3), "det", x_positive="up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="y_positive must be 'up' or 'down', not 'left'"):
        LiveGrid((2, 3), "det", y_positive="left")  # type: ignore[arg-type]


def test_a_grid_is_for_one_run() -> None:
    grid = LiveGrid((2, 3), "det")
    grid.start(start_doc())
    with pytest.raises(RuntimeError, match="shows one run"):
        grid.start(start_doc())


def test_former_names_warn() -> None:
    with pytest.warns(UserWarning, match="LiveScatter"):
        assert isinstance(LiveMesh("x", "y", "det"), LiveScatter)
    with pytest.warns(UserWarning, match="LiveGrid"):
        assert isinstance(LiveRaster((2, 2), "det"), LiveGrid)


def test_peak_statistics_can_be_plotted() -> None:
    x = np.linspace(-1, 1, 21)
    rows = [(float(a), float(np.exp(-(a**2) / 0.05)), 1.0) for a in x]
    stats = PeakStats("th", "det")
    with pytest.raises(UsageError, match="no statistics of det over th"):
        plot_peak_stats(stats)
    feed_quietly(stats, scan_documents(rows))
    with seen_views() as views:
        figure = plot_peak_stats(stats)
    assert {marker.name for marker in figure.markers} == {"peak", "cen", "com", "fwhm"}
    assert [view.figures for view in views] == [[figure]]
    assert views[0].ends == 1


def feed_quietly(target: Any, documents: Any) -> None:
    for name, doc in documents:
        target(name, doc)


def test_nothing_is_drawn_without_a_view_and_no_gui_is_imported() -> None:
    code = """
import sys
from bsh.callbacks import *
from bsh.callbacks import BestEffortCallback, LiveFit, LiveFitPlot, LiveGrid, LivePlot, LiveScatter, register_view
number = {"dtype": "number", "shape": [], "source": ""}
fit = LiveFit("gaussian", "det", {"x": "th"}, update_every=None)
callbacks = [LivePlot("det", "th"), LiveScatter("th", "th", "det"), LiveGrid((3, 3), "det"), LiveFitPlot(fit),
             BestEffortCallback(table_enabled=False)]
documents = [("start", {"uid": "a", "time": 0.0, "hints": {"dimensions": [[["th"], "primary"]]}}),
             ("descriptor", {"uid": "d", "run_start": "a", "name": "primary", "time": 0.0,
                             "data_keys": {"th": number, "det": number}})]
documents += [("event", {"descriptor": "d", "uid": str(n), "seq_num": n, "time": 0.0, "data": {"th": n, "det": n % 5}})
              for n in range(1, 10)]
documents += [("stop", {"run_start": "a", "time": 1.0, "exit_status": "success"})]
for callback in callbacks:
    for name, doc in documents:
        callback(name, doc)
assert fit.result is not None
found = {"matplotlib", "PyQt5", "PyQt6", "PySide6", "qtpy", "tkinter", "lmfit", "scipy", "rich"} & set(sys.modules)
assert not found, found
"""
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_axes_without_matplotlib_views_are_an_error_that_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import bsh.callbacks.views

    monkeypatch.setattr(bsh.callbacks.views, "ENTRY_POINTS", "no such group")
    with pytest.raises(MissingExtra) as error:
        views_of(LivePlot("det", ax=object()))
    assert error.value.hint == "pip install 'bsh[plot]'"


def test_documents_of_a_run_that_was_begun_before_the_subscription_are_taken() -> None:
    plot = LivePlot("det", "th")
    feed(plot, [])
    for name, doc in scan_documents(ROWS)[2:]:
        plot(name, doc)
    assert len(plot.x_data) == 3
