import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bsh.callbacks.figures import Figure, GridFigure, LineFigure, ScatterFigure
from bsh.callbacks.run_figures import RunFigures
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

XY_KEYS = {
    "x": number("x", units="mm"),
    "y": number("y", units="mm"),
    "det": number("det", units="counts"),
}


def figures_of(documents: Sequence[tuple[str, dict[str, Any]]], **options: Any) -> list[Figure]:
    model = RunFigures(**options)
    feed(model, documents)
    return model.figures()


def mesh_documents(
    shape: tuple[int, int],
    order: Sequence[tuple[int, int]],
    *,
    snaking: tuple[bool, bool] = (False, False),
    shift: float = 0.0,
    direction: float = 1.0,
    **start: Any,
) -> list[tuple[str, dict[str, Any]]]:
    """A mesh over y (slow) and x; the counter is 10 * row + column."""
    about = {
        "hints": {"dimensions": [[["y"], "primary"], [["x"], "primary"]], "gridding": "rectilinear"},
        "shape": shape,
        "extents": ([0.0, shape[0] - 1.0], [0.0, shape[1] - 1.0]),
        "snaking": snaking,
        "num_points": shape[0] * shape[1],
        "motors": ["y", "x"],
        "plan_name": "grid_scan",
    }
    documents = [("start", start_doc(**(about | start))), ("descriptor", descriptor_doc(XY_KEYS))]
    for n, (row, column) in enumerate(order, 1):
        data = {"y": row * direction + shift, "x": column + shift, "det": 10 * row + column}
        documents.append(("event", event_doc(n, data)))
    return documents


ROWS = [(row, column) for row in range(2) for column in range(3)]
SNAKE = [(0, 0), (0, 1), (0, 2), (1, 2), (1, 1), (1, 0)]


def planned(name: str, pattern: str, args: Any, motors: Sequence[str] = ("th",)) -> dict[str, Any]:
    arguments = args if isinstance(args, dict) else {"args": args}
    return {"plan_name": name, "plan_pattern": pattern, "plan_pattern_args": arguments, "motors": motors}


@pytest.mark.parametrize(
    ("start", "limits"),
    [
        (planned("scan", "inner_product", ["M('th')", -1, 1]), (-1, 1)),
        (planned("scan", "inner_product", ["M('th')", 1, -1]), (-1, 1)),
        (planned("a2scan", "inner_product", ["M('x')", 5, 6, "M('th')", -1, 2], ["x", "th"]), (-1, 2)),
        (planned("dscan", "inner_product", ["M('th')", -0.5, 0.5]), (0.1, 1.1)),
        (planned("rel_scan", "inner_product", ["M('th')", -0.5, 1.5]), (0.1, 2.1)),
        (planned("list_scan", "inner_list_product", ["M('th')", [0.1, 3.0, -2.0]]), (-2, 3)),
        (planned("rel_list_scan", "inner_list_product", ["M('th')", [0.1, 3.0, -2.0]]), (-2, 3)),
        (planned("log_scan", "logspace", {"start": -1, "stop": 2, "num": 4}), (0.1, 100)),
        (planned("grid_scan", "outer_product", ["M('th')", -1, 1, 3]), (-1, 1)),
        (planned("scan", "inner_product", ["M('th')", 0.15, 1]), (0.1, 1)),  # the first point lies outside
        (planned("scan", "inner_product", ["M('th')", 1, 1]), None),
        (planned("scan", "inner_product", ["M('th')", "a", "b"]), None),
        (planned("scan", "inner_product", ["M('th')"]), None),
        (planned("scan", "inner_product", None), None),
        (planned("scan", "inner_product", ["M('x')", 0, 1], ["x"]), None),
        (planned("mine", "of my own", {}), None),
        ({"plan_pattern": "logspace", "plan_pattern_args": {"start": 0, "stop": 1e9}}, None),
        ({}, None),
    ],
)
def test_a_curve_grows_into_the_range_that_was_planned(
    start: dict[str, Any], limits: tuple[float, float] | None
) -> None:
    documents = scan_documents([(0.1, 5.0, 1.0), (0.2, 6.0, 1.0)])
    documents[0][1].update(start)
    [figure] = figures_of(documents[:-1])
    assert isinstance(figure, LineFigure)
    assert figure.x_limits == (None if limits is None else pytest.approx(limits))
    [whole] = figures_of(documents)
    assert isinstance(whole, LineFigure)
    assert whole.x_limits is None  # of a scan that was stopped early only what was measured is of interest


def test_a_scan_gives_lines_over_its_motor_with_units_and_the_marks_of_the_peak() -> None:
    x = np.linspace(-1, 1, 21)
    y = 1000 * np.exp(-((x - 0.2) ** 2) / 0.02)
    rows = [(float(a), float(b), 5.0) for a, b in zip(x, y)]
    [figure] = figures_of(scan_documents(rows))
    assert isinstance(figure, LineFigure)
    assert figure.title == "#142 ascan th -1 1 20 0.1"
    assert figure.x_label == "th (deg)"
    assert [curve.label for curve in figure.curves] == ["det", "mon"]
    assert np.allclose(figure.curves[0].x, x)
    assert np.allclose(figure.curves[0].y, y)
    marks = {marker.name for marker in figure.markers}
    assert marks == {"peak", "cen", "com", "fwhm"}
    assert all(abs(marker.x - 0.2) < 0.02 for marker in figure.markers if marker.name != "fwhm")
    assert sorted(marker.x for marker in figure.markers if marker.name == "fwhm") == pytest.approx(
        [0.2 - 0.1177, 0.2 + 0.1177], abs=5e-3
    )


def test_nothing_is_marked_while_the_scan_runs_nor_on_a_flat_line() -> None:
    rows = [(float(i), 5.0, 5.0) for i in range(11)]
    [running] = figures_of(scan_documents([(float(i), float(9 - abs(i - 5)), 1.0) for i in range(11)])[:-1])
    [flat] = figures_of(scan_documents(rows))
    assert (running.markers, flat.markers) == ([], [])


def test_a_peak_at_the_edge_of_the_range_has_no_width_to_mark() -> None:
    rows = [(float(i), float(i**2), 1.0) for i in range(11)]
    [figure] = figures_of(scan_documents(rows))
    assert [(marker.name, marker.x) for marker in figure.markers] == [("peak", 10.0)]


def test_what_is_selected_comes_first_and_the_axis_may_be_logarithmic() -> None:
    documents = scan_documents([(0.0, 1.0, 2.0), (1.0, 3.0, 4.0)])
    [figure] = figures_of(documents, selected=["mon"], log_y=True)
    assert [curve.label for curve in figure.curves] == ["mon", "det"]
    assert figure.log_y


def test_a_single_unit_stands_at_the_y_axis() -> None:
    keys = {"th": number("th"), "a": number("a", units="A"), "b": number("b", units="A")}
    start = start_doc(hints={"dimensions": [[["th"], "primary"]]})
    documents = [("start", start), ("descriptor", descriptor_doc(keys))]
    documents += [("event", event_doc(n, {"th": n, "a": n, "b": n})) for n in (1, 2)]
    assert figures_of(documents)[0].y_label == "A"
    del keys["b"]
    documents[1] = ("descriptor", descriptor_doc(keys))
    assert figures_of(documents)[0].y_label == "a (A)"


@pytest.mark.parametrize(("snaking", "order"), [((False, False), ROWS), ((False, True), SNAKE)])
def test_a_mesh_gives_a_grid_with_every_value_in_its_cell(
    snaking: tuple[bool, bool], order: list[tuple[int, int]]
) -> None:
    [figure] = figures_of(mesh_documents((2, 3), order, snaking=snaking))
    assert isinstance(figure, GridFigure)
    assert np.array_equal(figure.values, [[0, 1, 2], [10, 11, 12]])
    assert figure.extent == (0.0, 2.0, 0.0, 1.0)
    assert (figure.x_label, figure.y_label, figure.value_label) == ("x (mm)", "y (mm)", "det (counts)")


def test_cells_that_were_not_measured_yet_are_nan() -> None:
    [figure] = figures_of(mesh_documents((2, 3), SNAKE[:4], snaking=(False, True)))
    assert np.array_equal(figure.values, [[0, 1, 2], [np.nan, np.nan, 12]], equal_nan=True)


def test_a_mesh_around_where_the_motors_were_lies_where_it_was_measured() -> None:
    [figure] = figures_of(mesh_documents((2, 3), ROWS, shift=7.0))
    assert figure.extent == pytest.approx((7.0, 9.0, 7.0, 8.0))
    [begun] = figures_of(mesh_documents((2, 3), ROWS[:2], shift=7.0))
    assert begun.extent == pytest.approx((7.0, 9.0, 7.0, 8.0))


def test_a_mesh_that_runs_downwards_is_shown_with_rising_axes() -> None:
    documents = mesh_documents((2, 3), ROWS, direction=-1.0, extents=([0.0, -1.0], [0.0, 2.0]))
    [figure] = figures_of(documents)
    assert figure.extent == (0.0, 2.0, -1.0, 0.0)
    assert np.array_equal(figure.values, [[10, 11, 12], [0, 1, 2]])


def test_a_mesh_with_one_step_along_an_axis_gives_lines_over_the_other() -> None:
    order = [(0, 0), (1, 0), (2, 0)]
    [figure] = figures_of(mesh_documents((3, 1), order))
    assert isinstance(figure, LineFigure)
    assert (figure.x_label, list(figure.curves[0].x)) == ("y (mm)", [0.0, 1.0, 2.0])


def test_a_mesh_in_three_dimensions_shows_the_plane_that_is_being_scanned() -> None:
    keys = {"z": number("z"), **XY_KEYS}
    start = start_doc(
        hints={"dimensions": [[[name], "primary"] for name in "zyx"], "gridding": "rectilinear"},
        shape=(2, 2, 2),
        extents=([5.0, 6.0], [0.0, 1.0], [0.0, 1.0]),
        snaking=(False, False, False),
    )
    documents = [("start", start), ("descriptor", descriptor_doc(keys))]
    places = [(z, y, x) for z in (0, 1) for y in (0, 1) for x in (0, 1)]
    for n, (z, y, x) in enumerate(places[:6], 1):
        documents.append(("event", event_doc(n, {"z": z + 5, "y": y, "x": x, "det": 100 * z + 10 * y + x})))
    [figure] = figures_of(documents)
    assert np.array_equal(figure.values, [[100, 101], [np.nan, np.nan]], equal_nan=True)
    assert figure.title.endswith("det · z = 6")


def test_a_square_spiral_fills_a_grid_by_position_and_scatters_what_lies_beside_it() -> None:
    def square(shift: float) -> list[Figure]:
        start = start_doc(
            hints={
                "dimensions": [[["x"], "primary"], [["y"], "primary"]],
                "gridding": "rectilinear_nonsequential",
            },
            shape=(2, 3),  # y, x
            extents=([0.0, 1.0], [0.0, 2.0]),
        )
        documents = [("start", start), ("descriptor", descriptor_doc(XY_KEYS))]
        for n, (row, column) in enumerate([(1, 1), (0, 1), (0, 2)], 1):
            data = {"x": column + shift, "y": row, "det": 10 * row + column}
            documents.append(("event", event_doc(n, data)))
        return figures_of(documents)

    [figure] = square(0.0)
    assert np.array_equal(figure.values, [[np.nan, 1, 2], [np.nan, 11, np.nan]], equal_nan=True)
    assert (figure.x_label, figure.extent) == ("x (mm)", (0.0, 2.0, 0.0, 1.0))
    [beside] = square(0.45)
    assert isinstance(beside, ScatterFigure)


def test_two_dimensions_without_a_grid_give_scattered_points() -> None:
    start = start_doc(hints={"dimensions": [[["x"], "primary"], [["y"], "primary"]]})
    documents = [("start", start), ("descriptor", descriptor_doc(XY_KEYS))]
    documents += [("event", event_doc(n, {"x": n, "y": -n, "det": n * n})) for n in range(1, 5)]
    [figure] = figures_of(documents)
    assert isinstance(figure, ScatterFigure)
    assert (list(figure.x), list(figure.y), list(figure.values)) == (
        [1, 2, 3, 4],
        [-1, -2, -3, -4],
        [1, 4, 9, 16],
    )
    assert (figure.x_label, figure.y_label, figure.value_label) == ("x (mm)", "y (mm)", "det (counts)")


def test_many_motors_without_a_grid_are_plotted_over_the_points() -> None:
    keys = {"z": number("z"), **XY_KEYS}
    start = start_doc(hints={"dimensions": [[[name], "primary"] for name in "zyx"]})
    documents = [("start", start), ("descriptor", descriptor_doc(keys))]
    documents += [("event", event_doc(n, {"z": 0, "y": 1, "x": n, "det": n})) for n in (1, 2)]
    [figure] = figures_of(documents)
    assert (figure.x_label, list(figure.curves[0].x)) == ("point", [0.0, 1.0])


def test_several_motors_along_one_line_are_plotted_over_the_first() -> None:
    start = start_doc(hints={"dimensions": [[["x", "y"], "primary"]]})
    documents = [("start", start), ("descriptor", descriptor_doc(XY_KEYS))]
    documents += [("event", event_doc(n, {"x": n, "y": 2 * n, "det": n})) for n in (1, 2)]
    assert figures_of(documents)[0].x_label == "x (mm)"


@pytest.mark.parametrize("hints", [{"dimensions": [[["time"], "primary"]]}, {}, None, {"dimensions": "x"}])
def test_without_a_motor_the_axis_is_the_time_since_the_start(hints: Any) -> None:
    documents = [("start", start_doc(hints=hints)), ("descriptor", descriptor_doc({"det": number("det")}))]
    documents += [("event", event_doc(n, {"det": n}, time=START_TIME + 3.0 * n)) for n in (1, 2)]
    [figure] = figures_of(documents)
    assert (figure.x_label, list(figure.curves[0].x)) == ("time (s)", [3.0, 6.0])


def test_a_start_without_time_counts_points() -> None:
    start = {"uid": "run-a"}
    documents = [("start", start), ("descriptor", descriptor_doc({"det": number("det")}))]
    documents += [("event", event_doc(n, {"det": n})) for n in (1, 2)]
    assert figures_of(documents)[0].x_label == "point"


def test_the_declared_motors_are_the_axis_when_hints_are_missing_or_lead_nowhere() -> None:
    for hints in ({}, {"dimensions": [[["energy"], "primary"]]}):
        start = start_doc(motors=["x"], hints=hints)
        documents = [("start", start), ("descriptor", descriptor_doc(XY_KEYS))]
        documents += [("event", event_doc(n, {"x": n, "y": 0, "det": n})) for n in (1, 2)]
        assert figures_of(documents)[0].x_label == "x (mm)"


def test_what_is_no_number_is_left_out() -> None:
    keys = {
        "th": number("th"),
        "text": {"dtype": "string", "shape": [], "source": ""},
        "image": {"dtype": "array", "shape": [5, 5], "source": ""},
        "flag": {"dtype": "boolean", "shape": [], "source": ""},
        "never": number("never"),
        "det": number("det"),
    }
    start = start_doc(hints={"dimensions": [[["th"], "primary"]]})
    documents = [("start", start), ("descriptor", descriptor_doc(keys))]
    for n, value in enumerate([1, None, float("nan"), np.float32(4.0), np.array([5]), "six"], 1):
        data = {"th": n, "text": "a", "image": np.zeros((5, 5)), "flag": True, "never": None, "det": value}
        documents.append(("event", event_doc(n, data)))
    [figure] = figures_of(documents)
    assert [curve.label for curve in figure.curves] == ["det"]
    nan = float("nan")
    assert np.array_equal(figure.curves[0].y, [1, nan, nan, 4, 5, nan], equal_nan=True)


def test_a_run_with_nothing_to_plot_has_no_figures() -> None:
    text = {"state": {"dtype": "string", "shape": [], "source": ""}}
    documents = [("start", start_doc()), ("descriptor", descriptor_doc(text))]
    assert figures_of([*documents, ("event", event_doc(1, {"state": "open"}))]) == []
    assert figures_of(scan_documents([(0.0, 1.0, 1.0)])[:2]) == []
    assert figures_of(scan_documents([(0.0, 1.0, 1.0)])) == []  # one point
    assert figures_of([]) == []


def test_baselines_and_monitors_are_not_plotted_and_other_streams_only_until_the_scan_begins() -> None:
    det = {"det": number("det")}
    model = RunFigures()
    model("start", start_doc())
    for name in ("baseline", "ring_monitor"):
        model("descriptor", descriptor_doc(det, uid=name, name=name))
        model("event", event_doc(1, {"det": 1}, descriptor=name))
    assert model.figures() == []
    model("descriptor", descriptor_doc(det, uid="fly", name="fly"))
    feed(model, [("event", event_doc(n, {"det": n}, descriptor="fly")) for n in (1, 2, 3)])
    assert len(model.figures()[0].curves[0].y) == 3
    model("descriptor", descriptor_doc(det))
    model("event", event_doc(1, {"det": 7}))
    assert list(model.figures()[0].curves[0].y) == [7.0]


def test_documents_of_other_runs_do_not_matter() -> None:
    model = RunFigures()
    feed(model, scan_documents([(0.0, 1.0, 1.0), (1.0, 2.0, 1.0)])[:-1])
    before = model.points
    model("descriptor", descriptor_doc(run="run-b", uid="desc-b"))
    model("event", event_doc(1, {"th": 5, "det": 5, "mon": 5}, descriptor="desc-b"))
    model("stop", stop_doc(0.0, run="run-b"))
    assert model.points == before
    assert len(model.figures()[0].curves[0].x) == 2


def test_the_count_of_changes_grows_with_each_point_and_at_the_end() -> None:
    model = RunFigures()
    seen = []
    for name, doc in scan_documents([(0.0, 1.0, 1.0), (1.0, 2.0, 1.0)]):
        model(name, doc)
        seen.append(model.points)
    start, descriptor, first, second, stop = seen
    assert start == descriptor < first < second < stop


def test_a_point_that_is_repeated_takes_the_place_of_the_first_one() -> None:
    documents = scan_documents([(0.0, 1.0, 1.0), (1.0, 2.0, 1.0)])[:-1]
    documents.append(("event", event_doc(2, {"th": 1.1, "det": 9.0, "mon": 1.0})))
    [figure] = figures_of(documents)
    assert (list(figure.curves[0].x), list(figure.curves[0].y)) == ([0.0, 1.1], [1.0, 9.0])


def test_pages_of_events_give_what_single_events_give() -> None:
    rows = [(float(i), float(i * i), 1.0) for i in range(5)]
    single = scan_documents(rows)
    page = {
        "descriptor": "desc-a",
        "uid": [f"u{i}" for i in range(5)],
        "seq_num": list(range(1, 6)),
        "time": [doc["time"] for name, doc in single if name == "event"],
        "data": {"th": [r[0] for r in rows], "det": [r[1] for r in rows], "mon": [r[2] for r in rows]},
        "timestamps": {},
        "filled": {},
    }
    [one], [other] = figures_of(single), figures_of([*single[:2], ("event_page", page), single[-1]])
    assert np.array_equal(one.curves[0].x, other.curves[0].x)
    assert np.array_equal(one.curves[0].y, other.curves[0].y)
    assert one.markers == other.markers


def test_a_series_that_never_ends_is_thinned_out() -> None:
    from bsh.callbacks.points import PointColumns

    columns = PointColumns(["det"], most=100)
    for n in range(1, 10_001):
        columns.append({"seq_num": n, "time": float(n), "data": {"det": float(n)}})
        assert len(columns) < 100
    points = columns.points()
    assert points.numbers[0] == 1
    assert points.numbers[-1] > 9_800
    assert len(set(np.diff(points.numbers))) == 1
    assert np.array_equal(points.data["det"], points.numbers)


def test_keeping_points_needs_no_numpy() -> None:
    code = """
import sys
from bsh.callbacks.run_figures import RunFigures
model = RunFigures()
model("start", {"uid": "a", "time": 0.0})
model("descriptor", {"uid": "d", "run_start": "a", "name": "primary",
                     "data_keys": {"det": {"dtype": "number", "shape": [], "source": ""}}})
model("event", {"descriptor": "d", "seq_num": 1, "time": 0.0, "data": {"det": 2.5}})
assert not {"numpy", "matplotlib", "rich"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
