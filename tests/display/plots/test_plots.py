"""What plots must show, whatever they look like."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from bsh.callbacks.figures import Curve, Figure, GridFigure, LineFigure, Marker, ScatterFigure
from bsh.display.plots import Look, draw
from bsh.display.plots.axis import linear_axis, log_axis
from bsh.display.plots.look import map_styles
from tests.display.plots.figures import FIGURES, MESH, PEAK, SPIRAL

COLOUR = Look("256")


def plain(figure: Figure, width: int = 80, height: int = 14, look: Look | None = None) -> list[str]:
    return [line.plain.rstrip() for line in draw(figure, width, height, look)]


def line_figure(*values: float, **options: object) -> LineFigure:
    return LineFigure("t", "x", "y", [Curve("y", range(len(values)), values)], **options)  # type: ignore[arg-type]


def styles(lines: list[Text]) -> set[str]:
    return {str(span.style) for line in lines for span in line.spans}


def dots(lines: list[str]) -> int:
    return sum(bin(ord(c) - 0x2800).count("1") for line in lines for c in line if 0x2800 <= ord(c) <= 0x28FF)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("colours", ["none", "16", "256", "truecolor"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_asked_and_none_too_many(name: str, colours: str, ascii_only: bool) -> None:
    look = Look(colours, ascii_only)  # type: ignore[arg-type]
    for width, height in [(60, 8), (61, 5), (80, 15), (133, 40), (20, 5)]:
        lines = draw(FIGURES[name], width, height, look)
        assert len(lines) <= height
        assert max(line.cell_len for line in lines) <= width


def test_without_colours_no_style_but_the_weight_of_titles_and_frames() -> None:
    for figure in FIGURES.values():
        assert styles(draw(figure, 80, 14, Look())) <= {"bold", "dim", ""}


def test_curves_have_colours_of_their_own_and_the_legend_shows_them() -> None:
    lines = draw(PEAK, 80, 14, COLOUR)
    legend = {lines[0].plain[span.start : span.end]: span.style for span in lines[0].spans}
    assert legend["━ det"] != legend["━ mon"]
    assert {legend["━ det"], legend["━ mon"]} <= styles(lines[2:-2])


def test_without_colours_curves_are_told_apart_by_marks_that_the_legend_explains() -> None:
    lines = plain(PEAK)
    assert "o det" in lines[0]
    assert "x mon" in lines[0]
    assert sum(line.count("o") for line in lines[2:-2]) > 3
    assert sum(line.count("x") for line in lines[2:-2]) > 3


def test_a_gap_in_the_values_is_a_gap_in_the_curve() -> None:
    whole, broken = line_figure(1, 1, 1, 1, 1), line_figure(1, 1, np.nan, 1, 1)
    assert dots(plain(broken)) == pytest.approx(dots(plain(whole)) / 2, rel=0.1)


def test_a_point_between_two_gaps_is_one_dot() -> None:
    assert dots(plain(line_figure(np.nan, 1, np.nan))) == 1


@pytest.mark.parametrize(
    "values", [(), (np.nan, np.nan), (5.0,), (0.0, 0.0), (np.inf, 1.0), (-np.inf, np.inf)]
)
def test_few_or_no_numbers_make_a_plot_too(values: tuple[float, ...]) -> None:
    for log_y in (False, True):
        assert len(plain(line_figure(*values, log_y=log_y))) == 14


def test_a_logarithmic_axis_has_powers_of_ten_and_leaves_out_what_has_no_logarithm() -> None:
    lines = plain(line_figure(1.0, 10.0, 100.0, 0.0, -5.0, 1000.0, log_y=True))
    labels = [line.split("┤")[0].strip() for line in lines if "┤" in line]
    assert labels == ["100", "1"]
    assert lines[0].endswith("log")


def test_equal_factors_are_equal_ways_on_a_logarithmic_axis() -> None:
    axis = log_axis(1.0, 1000.0, 4)
    assert axis.fraction([1.0, 10.0, 100.0, 1000.0]).tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert np.isnan(axis.fraction([0.0, -1.0])).all()


@given(
    low=st.floats(-1e12, 1e12),
    span=st.floats(1e-9, 1e12),
    ticks=st.integers(2, 12),
)
@settings(max_examples=200, deadline=None)
def test_ticks_lie_on_the_axis_are_round_and_not_too_many(low: float, span: float, ticks: int) -> None:
    high = low + max(span, abs(low) * 1e-9)
    axis = linear_axis(low, high, ticks)
    assert 2 <= len(axis.ticks) <= ticks
    places = [float(axis.fraction(value)) for value, _ in axis.ticks]
    assert all(-1e-5 <= place <= 1 + 1e-5 for place in places)
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.0, 1.0, ["0.0", "0.5", "1.0"]),
        (-180.0, 180.0, ["-100", "0", "100"]),
        (0.0, 5e7, ["0", "2e7", "4e7"]),
        (7.1120, 7.1124, ["7.1120", "7.1122", "7.1124"]),
        (0.0, 4e-6, ["0", "2e-6", "4e-6"]),
    ],
)
def test_tick_labels_have_the_decimals_that_their_step_needs(
    low: float, high: float, texts: list[str]
) -> None:
    assert [text for _, text in linear_axis(low, high, 3).ticks] == texts


def test_the_highest_point_is_drawn_where_the_axis_says() -> None:
    lines = plain(line_figure(0.0, 0.0, 10.0, 0.0, 0.0, y_limits=(0.0, 10.0)), 60, 15)
    top = next(line for line in lines if "┤" in line)
    assert top.strip().startswith("10┤")
    column = next(place for place, c in enumerate(top) if 0x2801 <= ord(c) <= 0x28FF)
    label = lines[-1].index("2")
    assert abs(column - label) <= 1


def test_markers_stand_above_their_place_and_are_explained() -> None:
    figure = line_figure(0, 1, 0, markers=[Marker("peak", 1.0), Marker("fwhm", 0.5), Marker("fwhm", 1.5)])
    lines = plain(figure, 80)
    row = lines[1]
    assert abs(row.index("▼") - lines[-1].index("1.0") - 1) <= 1
    assert row.index("├") < row.index("▼") < row.index("┤")
    assert lines[0].endswith("▼ peak  ├┤ fwhm")


def test_a_marker_outside_of_the_plot_does_no_harm() -> None:
    lines = plain(line_figure(0, 1, 0, markers=[Marker("peak", 99.0), Marker("mine", 1.0)]))
    assert "▼" not in lines[1]
    assert "m mine" in lines[0]
    assert "m" in lines[1]


def test_a_dip_of_one_point_in_a_million_is_seen() -> None:
    values = np.ones(1_000_000)
    values[400_000] = 0.0
    lines = plain(
        line_figure(*[], x=[]) if False else LineFigure("t", "x", "y", [Curve("y", np.arange(1e6), values)])
    )
    rows_with_dots = [line for line in lines[1:-2] if dots([line])]
    assert len(rows_with_dots) == len(lines) - 3  # from top to bottom


def test_the_picture_of_a_grid_is_the_same_however_it_was_scanned() -> None:
    values = np.arange(12.0).reshape(3, 4)
    there = GridFigure("t", "x", "y", "v", values, (0.0, 3.0, 0.0, 2.0))
    back = GridFigure("t", "x", "y", "v", values[::-1, ::-1], (3.0, 0.0, 2.0, 0.0))
    assert plain(there) == plain(back)


def test_a_grid_grows_upwards_and_to_the_right_unless_told_otherwise() -> None:
    values = [[0.0, 1.0], [2.0, 3.0]]

    def corner(x: str, y: str) -> str:
        figure = GridFigure("t", "x", "y", "v", values, (0, 1, 0, 1), x_positive=x, y_positive=y)  # type: ignore[arg-type]
        return "".join(plain(figure, 40, 7)[1].split("│")[-1].split("┤")[-1].split())[0]

    assert [corner("right", "up"), corner("left", "up"), corner("right", "down"), corner("left", "down")] == [
        "#", "@", ".", "=",
    ]  # fmt: skip


def test_cells_without_a_value_are_grey_or_blank() -> None:
    figure = GridFigure("t", "x", "y", "v", [[1.0, np.nan], [np.nan, np.nan]], (0, 1, 0, 1))
    assert any("color(240)" in style for style in styles(draw(figure, 40, 10, COLOUR)))
    body = [line.split("│")[-1].split("┤")[-1] for line in plain(figure, 40, 10)[1:-2]]
    assert not body[0][:20].strip()


def test_a_map_needs_256_colours_and_is_drawn_in_characters_with_fewer() -> None:
    sixteen = draw(MESH, 80, 14, Look("16"))
    assert [line.plain for line in sixteen] == [line.plain for line in draw(MESH, 80, 14, Look())]
    assert any("▀" in line.plain for line in draw(MESH, 80, 14, COLOUR))


def test_the_colour_bar_names_the_limits() -> None:
    lines = plain(GridFigure("t", "x", "y", "v", [[0.0, 5.0]], (0, 1, 0, 0), limits=(-1.5, 2000.0)))
    assert lines[1].endswith("2000")
    assert lines[-3].endswith("-1.5")


def test_a_map_of_256_colours_grows_lighter() -> None:
    assert map_styles("256")[0] == "color(53)"
    assert map_styles("256")[-1] == "color(220)"
    assert len(set(map_styles("truecolor"))) == 64


def test_a_grid_with_more_cells_than_characters_shows_means() -> None:
    values = np.zeros((300, 500))
    values[:, 250:] = np.nan
    values[150:, :250] = 10.0
    lines = plain(GridFigure("t", "x", "y", "v", values, (0, 1, 0, 1)))
    body = [line.split("│")[-1].split("┤")[-1] for line in lines[1:-2]]
    assert set(body[0][:70].strip()) == {"@"}
    assert set(body[-1][:70].strip()) == {"."}


def test_scattered_values_in_one_place_are_averaged_and_lie_where_the_axes_say() -> None:
    figure = ScatterFigure("t", "x", "y", "v", [0, 0, 10], [0, 0, 10], [0.0, 2.0, 1.0], limits=(0.0, 2.0))
    body = [line.split("│")[-1].split("┤")[-1] for line in plain(figure, 60, 12)[1:-2]]
    assert body[-1][0] == "+"
    assert body[0][:52].rstrip()[-1] == "+"
    assert "●" in "".join(plain(SPIRAL, 60, 12, COLOUR))


def test_no_values_make_an_empty_map() -> None:
    assert plain(ScatterFigure("t", "x", "y", "v"))
    assert plain(GridFigure("t", "x", "y", "v", np.full((3, 4), np.nan), (0, 1, 0, 1)), look=COLOUR)


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40), st.booleans(), st.integers(20, 120)
)
@settings(max_examples=150, deadline=None)
@example([-1.0114626227911828e-142], False, 20)
def test_any_numbers_make_a_plot(values: list[float], log_y: bool, width: int) -> None:
    for look in (Look(), COLOUR, Look(ascii_only=True)):
        lines = draw(line_figure(*values, log_y=log_y), width, 10, look)
        assert len(lines) == 10
        assert max(line.cell_len for line in lines) <= width
        lines = draw(ScatterFigure("t", "x", "y", "v", values, values, values), width, 10, look)
        assert len(lines) == 10


def test_what_is_no_figure_is_refused() -> None:
    with pytest.raises(TypeError, match="str is not a figure"):
        draw("figure", 80, 20)  # type: ignore[arg-type]


def test_a_picture_in_colour_survives_being_written_and_read() -> None:
    console = Console(file=StringIO(), width=200, force_terminal=True, color_system="256")
    for line in draw(MESH, 120, 20, COLOUR):
        console.print(line, soft_wrap=True)
    assert "38;5;220" in console.file.getvalue()  # type: ignore[attr-defined]
