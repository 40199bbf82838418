"""A grid of values as coloured half blocks, or as characters of growing darkness."""

from __future__ import annotations

from typing import Any

from rich.style import Style
from rich.text import Span, Text

from bsh.callbacks.figures import GridFigure
from bsh.display.plots.axis import Axis, limits_of, linear_axis
from bsh.display.plots.frame import FRAME_ROWS, framed, gutter_width, one_line
from bsh.display.plots.look import LEVELS, Look, map_styles

__all__ = ["NOTHING", "SHADES", "colour_bar", "draw_grid", "levels", "number_text", "with_bar"]

SHADES = ".:-=+*#%@"
"""From the lowest value to the highest, where there are not enough colours."""

NOTHING = -1
"""The level of a cell without a value."""

NOTHING_STYLE = "color(240)"
BAR = 2
COLUMNS_A_TICK, ROWS_A_TICK = 11, 4


def draw_grid(figure: GridFigure, width: int, height: int, look: Look) -> list[Text]:
    """Draw a grid of values.

    Parameters
    ----------
    figure : GridFigure
        The values; NaN ones are grey, or blank without colours.
    width, height : int
        Characters and lines that may be used.
    look : Look
        What the terminal can show.
    """
    import numpy as np

    values = np.atleast_2d(np.asarray(figure.values, dtype=float))
    x_first, x_last, y_first, y_last = map(float, figure.extent)
    if x_last < x_first:
        values, x_first, x_last = values[:, ::-1], x_last, x_first
    if y_last < y_first:
        values, y_first, y_last = values[::-1], y_last, y_first
    is_left, is_down = figure.x_positive == "left", figure.y_positive == "down"
    if is_left:
        values = values[:, ::-1]
    if not is_down:
        values = values[::-1]  # the first line on the screen is the uppermost
    rows = max(2, height - FRAME_ROWS)
    low, high = limits_of(values, figure.limits)
    bar = (number_text(low), number_text(high))
    y = _cell_axis(y_first, y_last, values.shape[0], max(2, rows // ROWS_A_TICK + 1), is_down)
    columns = max(4, width - gutter_width(y) - BAR - 2 - max(map(len, bar)))
    per_line = 2 if look.has_map else 1
    pixels = _scaled(values, columns, rows * per_line, per_line)
    shape = levels(pixels, low, high, LEVELS if look.has_map else len(SHADES))
    body = _half_blocks(shape, look) if look.has_map else _shaded(shape)
    x = _cell_axis(x_first, x_last, values.shape[1], max(2, pixels.shape[1] // COLUMNS_A_TICK), is_left)
    lines = framed(body, x, y, figure.x_label, look)
    title = one_line(figure.title, [(_words(figure), "dim")], width)
    return [title, *with_bar(lines, colour_bar(len(body), bar, look), gutter_width(y) + pixels.shape[1])]


def _words(figure: GridFigure) -> str:
    return f"{figure.value_label} · {figure.y_label} {figure.y_positive}"


def _cell_axis(first: float, last: float, cells: int, ticks: int, is_reversed: bool) -> Axis:
    """Return the axis of a row of cells, given the middles of the outer ones."""
    half = (last - first) / (cells - 1) / 2 if cells > 1 and last > first else 0.5
    axis = linear_axis(first, last, ticks) if last > first else None
    inner = axis.ticks if axis is not None else ((first, f"{first:g}"),)
    return Axis(first - half, last + half, inner, is_reversed=is_reversed)


def _scaled(values: Any, columns: int, lines: int, per_line: int) -> Any:
    """Return as many pixels as there is room for: cells blown up, or the means of several."""
    down = _whole_cells(values.shape[0], lines)
    pixels = _resized(values, down + down % per_line)
    return _resized(pixels.T, _whole_cells(values.shape[1], columns)).T


def _whole_cells(cells: int, room: int) -> int:
    """Return how many pixels to use, so that cells are of one size where that wastes little."""
    if cells >= room:
        return room
    whole = room // cells * cells
    return whole if whole >= 0.6 * room else room


def _resized(values: Any, count: int) -> Any:
    """Return so many rows: repeated ones, or the means of several, NaN not counted."""
    import numpy as np

    rows = values.shape[0]
    if count >= rows:
        return values[np.arange(count) * rows // count]
    begins = np.arange(count) * rows // count
    counted = np.isfinite(values)
    sums = np.add.reduceat(np.where(counted, values, 0.0), begins, axis=0)
    numbers = np.add.reduceat(counted, begins, axis=0)
    return np.divide(sums, numbers, out=np.full(sums.shape, np.nan), where=numbers > 0)


def levels(values: Any, low: float, high: float, count: int) -> Any:
    """Return the level of each value, from 0 to ``count - 1``, and -1 where there is none.

    Parameters
    ----------
    values : array
        Any values.
    low, high : float
        Values of the lowest and the highest level; what lies beyond gets these levels too.
    count : int
        Number of levels.
    """
    import numpy as np

    finite = np.isfinite(values)
    part = (np.where(finite, values, low) - low) / (high - low)
    return np.where(finite, np.clip(part * count, 0, count - 1).astype(int), NOTHING)


def _half_blocks(shape: Any, look: Look) -> list[Text]:
    import numpy as np

    names = (*map_styles(look.colours), NOTHING_STYLE)  # -1 is the last one
    lines = []
    block = "#" if look.ascii_only else "▀"
    for upper, lower in zip(shape[0::2], shape[1::2]):
        changes = np.flatnonzero((np.diff(upper, prepend=-2) != 0) | (np.diff(lower, prepend=-2) != 0))
        begins = changes.tolist()
        spans = [
            Span(begin, end, _style(names[upper[begin]], names[lower[begin]]))
            for begin, end in zip(begins, [*begins[1:], len(upper)])
        ]
        lines.append(Text(block * len(upper), spans=spans))
    return lines


_styles: dict[tuple[str, str], Style] = {}


def _style(upper: str, lower: str) -> Style:
    style = _styles.get((upper, lower))
    if style is None:
        style = _styles[upper, lower] = Style(color=upper, bgcolor=lower)
    return style


def _shaded(shape: Any) -> list[Text]:
    characters = f"{SHADES} "  # -1 is the last one
    return [Text("".join(characters[level] for level in row)) for row in shape.tolist()]


def colour_bar(rows: int, texts: tuple[str, str], look: Look) -> list[Text]:
    """Return the lines of a bar that says what the colours mean.

    Parameters
    ----------
    rows : int
        Lines.
    texts : tuple of str
        The lowest and the highest value.
    look : Look
        What the terminal can show.
    """
    lines = []
    names = map_styles(look.colours) if look.has_map else ()
    for row in range(rows):
        place = 1.0 - row / max(1, rows - 1)
        text = texts[1] if row == 0 else texts[0] if row == rows - 1 else ""
        shade, style = SHADES[round(place * (len(SHADES) - 1))], ""
        if names:
            shade, style = "#" if look.ascii_only else "█", names[round(place * (len(names) - 1))]
        lines.append(Text.assemble((shade * BAR, style), (f" {text}" if text else "", "dim")))
    return lines


def with_bar(lines: list[Text], bar: list[Text], width: int) -> list[Text]:
    """Put a bar to the right of a plot.

    Parameters
    ----------
    lines : list of Text
        The plot with its frame.
    bar : list of Text
        The bar, not longer.
    width : int
        Terminal columns that the plot takes.
    """
    joined = [
        Text.assemble(line, " " * max(0, width - line.cell_len), " ", part) for line, part in zip(lines, bar)
    ]
    return [*joined, *lines[len(bar) :]]


def number_text(value: float) -> str:
    """Return a number with four digits that matter.

    Parameters
    ----------
    value : float
        Any finite number.
    """
    value += 0.0  # no minus sign before a zero
    text = f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.4g}"
    return text.replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
