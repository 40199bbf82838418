"""Curves over an axis, in braille."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from bsh.callbacks.figures import LineFigure
from bsh.display.plots.axis import Axis, limits_of, linear_axis, log_axis
from bsh.display.plots.frame import FRAME_ROWS, framed, gutter_width, one_line, put
from bsh.display.plots.look import CURVE_MARKS, Look, curve_style
from bsh.display.plots.raster import ASCII_DOTS, BRAILLE, characters, places, text_of, trace

__all__ = ["draw_line"]

MARKS_APART = 8
"""Columns between two marks of a curve."""

MARKER_ROW_FROM = 10
"""A row for the markers is spared when the plot has at least so many lines."""

COLUMNS_A_TICK, ROWS_A_TICK = 11, 4


def draw_line(figure: LineFigure, width: int, height: int, look: Look) -> list[Text]:
    """Draw curves.

    Parameters
    ----------
    figure : LineFigure
        The curves.
    width, height : int
        Characters and lines that may be used.
    look : Look
        What the terminal can show.
    """
    import numpy as np

    curves = [_arrays(curve.x, curve.y) for curve in figure.curves]
    all_y = np.concatenate([y for _, y in curves]) if curves else np.array([])
    all_x = np.concatenate([x for x, _ in curves]) if curves else np.array([])
    has_markers = bool(figure.markers) and height >= MARKER_ROW_FROM
    rows = max(2, height - FRAME_ROWS - has_markers)
    y_axis = _y_axis(figure, all_y, rows)
    columns = max(8, width - gutter_width(y_axis))
    x_axis = linear_axis(*limits_of(all_x, figure.x_limits), max(2, columns // COLUMNS_A_TICK))
    body = _body(figure, curves, (x_axis, y_axis), (columns, rows), look)
    markers, legend = _marker_row(figure, x_axis, gutter_width(y_axis), columns, look)
    lines = [one_line(figure.title, [*_legend(figure, look), *(legend if has_markers else ())], width)]
    if has_markers:
        lines.append(markers)
    return [*lines, *framed(body, x_axis, y_axis, figure.x_label, look)]


def _arrays(x: Any, y: Any) -> tuple[Any, Any]:
    import numpy as np

    across, up = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    count = min(len(across), len(up))
    return across[:count], up[:count]


def _y_axis(figure: LineFigure, values: Any, rows: int) -> Axis:
    ticks = max(2, rows // ROWS_A_TICK + 1)
    low, high = limits_of(values, figure.y_limits, is_log=figure.log_y)
    if figure.log_y:
        return log_axis(low, high, ticks)
    return linear_axis(low, high, ticks, is_rounded=figure.y_limits is None)


def _body(
    figure: LineFigure, curves: list[Any], axes: tuple[Axis, Axis], size: tuple[int, int], look: Look
) -> list[Text]:
    import numpy as np

    (x_axis, y_axis), (columns, rows) = axes, size
    kind = ASCII_DOTS if look.ascii_only else BRAILLE
    wide, high = columns * kind.across, rows * kind.down
    bits = np.zeros((rows, columns), dtype=int)
    owner = np.full((rows, columns), -1)
    marks: list[tuple[int, int, int]] = []
    for number in range(len(curves) - 1, -1, -1):  # the first curve lies on top
        x, y = curves[number]
        across, down = places(x_axis.fraction(x), y_axis.fraction(y), wide, high)
        mine = characters(trace(across, down, wide, high, figure.curves[number].style), kind)
        bits |= mine
        owner[mine != 0] = number
        if not look.has_colour and len(curves) > 1:
            marks += [(*place, number) for place in _marks(across // kind.across, down // kind.down)]
    lines = _coloured(text_of(bits, kind), owner, look)
    return _with_marks(lines, marks, size)


def _marks(across: Any, down: Any) -> list[tuple[int, int]]:
    """Return a few of a curve's points, as column and row."""
    chosen, last = [], -MARKS_APART
    for column, row in zip(across.tolist(), down.tolist()):
        if column == column and abs(column - last) >= MARKS_APART:  # not NaN
            chosen.append((int(column), int(row)))
            last = column
    return chosen


def _with_marks(lines: list[Text], marks: list[tuple[int, int, int]], size: tuple[int, int]) -> list[Text]:
    if not marks:
        return lines
    cells = [list(line.plain) for line in lines]
    for column, row, number in marks:
        if 0 <= row < size[1] and 0 <= column < size[0]:
            cells[row][column] = CURVE_MARKS[number % len(CURVE_MARKS)]
    return [Text("".join(row)) for row in cells]


def _coloured(texts: list[str], owner: Any, look: Look) -> list[Text]:
    """Give each character the style of the curve that lies on top there."""
    import numpy as np

    if not look.has_colour:
        return [Text(text) for text in texts]
    lines = []
    for text, owners in zip(texts, owner):
        line = Text(text)
        begins = np.flatnonzero(np.diff(owners, prepend=-2))
        for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(owners)]):
            if owners[begin] >= 0:
                line.stylize(curve_style(int(owners[begin]), look), begin, end)
        lines.append(line)
    return lines


def _legend(figure: LineFigure, look: Look) -> list[tuple[str, str]]:
    dash = "-" if look.ascii_only else "━"
    pieces = []
    for number, curve in enumerate(figure.curves):
        mark = dash if look.has_colour or len(figure.curves) == 1 else CURVE_MARKS[number % len(CURVE_MARKS)]
        pieces.append((f"{mark} {curve.label}", curve_style(number, look)))
    if figure.y_label and figure.y_label not in [curve.label for curve in figure.curves]:
        pieces.append((figure.y_label, "dim"))
    if figure.log_y:
        pieces.append(("log", "dim"))
    return pieces


def _marker_row(
    figure: LineFigure, axis: Axis, gutter: int, columns: int, look: Look
) -> tuple[Text, list[tuple[str, str]]]:
    """Return where peak, cen, com and fwhm lie, and what each sign means."""
    signs = (
        {"peak": "v", "cen": "+", "com": "x"} if look.ascii_only else {"peak": "▼", "cen": "┿", "com": "×"}
    )
    left, between, right = "<->" if look.ascii_only else "├─┤"
    style = "yellow" if look.has_colour else ""
    cells = [" "] * columns
    names: dict[str, str] = {}
    ends = sorted(axis.cell(marker.x, columns) for marker in figure.markers if marker.name == "fwhm")
    if len(ends) == 2:
        put(cells, max(0, ends[0]), between * (min(columns - 1, ends[1]) - max(0, ends[0]) + 1))
        for sign, place in ((left, ends[0]), (right, ends[1])):
            put(cells, place, sign)
        names["fwhm"] = left + right
    others = [marker for marker in figure.markers if marker.name != "fwhm"]
    order = ["com", "cen", "peak"]  # the last one lies on top
    for marker in sorted(others, key=lambda one: order.index(one.name) if one.name in order else -1):
        place, sign = axis.cell(marker.x, columns), signs.get(marker.name, marker.name[:1])
        if 0 <= place < columns:
            put(cells, place, sign)
            names[marker.name] = sign
    legend = [(f"{sign} {name}", style) for name, sign in reversed(names.items())]
    return Text(" " * gutter + "".join(cells).rstrip(), style=style), legend
