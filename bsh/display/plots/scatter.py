"""Values at scattered places, as coloured dots."""

from __future__ import annotations

from typing import Any

from rich.text import Span, Text

from bsh.callbacks.figures import ScatterFigure
from bsh.display.plots.axis import limits_of, linear_axis
from bsh.display.plots.frame import FRAME_ROWS, framed, gutter_width, one_line
from bsh.display.plots.heat import BAR, SHADES, colour_bar, levels, number_text, with_bar
from bsh.display.plots.look import Look, map_styles

__all__ = ["draw_scatter"]

COLUMNS_A_TICK, ROWS_A_TICK = 11, 4


def draw_scatter(figure: ScatterFigure, width: int, height: int, look: Look) -> list[Text]:
    """Draw values where they were taken; several in one place are averaged.

    Parameters
    ----------
    figure : ScatterFigure
        The values.
    width, height : int
        Characters and lines that may be used.
    look : Look
        What the terminal can show.
    """
    import numpy as np

    x, y, values = (np.asarray(part, dtype=float).ravel() for part in (figure.x, figure.y, figure.values))
    count = min(len(x), len(y), len(values))
    x, y, values = x[:count], y[:count], values[:count]
    low, high = limits_of(values, figure.limits)
    bar = (number_text(low), number_text(high))
    rows = max(2, height - FRAME_ROWS)
    y_axis = linear_axis(*limits_of(y, figure.y_limits), max(2, rows // ROWS_A_TICK + 1))
    gutter = gutter_width(y_axis)
    columns = max(4, width - gutter - BAR - 2 - max(map(len, bar)))
    x_axis = linear_axis(*limits_of(x, figure.x_limits), max(2, columns // COLUMNS_A_TICK))
    across, up = x_axis.fraction(x), y_axis.fraction(y)
    means = _means(across, up, values, columns, rows)
    names = map_styles(look.colours) if look.has_map else ()
    found = levels(means, low, high, len(names) or len(SHADES))
    body = [_line(row, names, look) for row in found.tolist()]
    title = one_line(figure.title, [(f"{figure.value_label} · {figure.y_label} up", "dim")], width)
    lines = framed(body, x_axis, y_axis, figure.x_label, look)
    return [title, *with_bar(lines, colour_bar(rows, bar, look), gutter + columns)]


def _means(across: Any, up: Any, values: Any, columns: int, rows: int) -> Any:
    """Return the mean of the values in each character, NaN where there are none; first row uppermost."""
    import numpy as np

    inside = np.isfinite(values) & (across >= 0) & (across <= 1) & (up >= 0) & (up <= 1)
    column = np.minimum((across[inside] * columns).astype(int), columns - 1)
    row = rows - 1 - np.minimum((up[inside] * rows).astype(int), rows - 1)
    place = row * columns + column
    numbers = np.bincount(place, minlength=rows * columns)
    sums = np.bincount(place, weights=values[inside], minlength=rows * columns)
    means = np.divide(sums, numbers, out=np.full(rows * columns, np.nan), where=numbers > 0)
    return means.reshape(rows, columns)


def _line(row: list[int], names: tuple[str, ...], look: Look) -> Text:
    if not names:
        return Text("".join(f"{SHADES} "[level] for level in row))
    dot = "o" if look.ascii_only else "●"
    text = "".join(dot if level >= 0 else " " for level in row)
    spans = [Span(place, place + 1, names[level]) for place, level in enumerate(row) if level >= 0]
    return Text(text, spans=spans)
