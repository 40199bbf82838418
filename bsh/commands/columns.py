"""Numbers and aligned columns as plain text.

Owns the few formatting rules that every plain report shares. No colour, no escape code, no terminal:
the width is a parameter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["align", "blocks", "format_count", "format_duration", "format_value"]

DUST = 1e-9
"""A value of less than this in the last decimal is what arithmetic left of a zero: 0.3 - 0.1 * 3, for example."""

YEAR_S = 365.25 * 24 * 3600


def format_value(value: Any, precision: int | None = 4) -> str:
    """Format one value for people.

    Parameters
    ----------
    value : object
        A number, a string, an array, or None for "not known".
    precision : int, optional
        Decimals of a float, default 4.

    Examples
    --------
    >>> format_value(1.5), format_value(None), format_value("Open")
    ('1.5000', '?', 'Open')
    >>> format_value(2.5e-9), format_value(5.55e-17)
    ('2.5e-09', '0.0000')
    """
    if value is None:
        return "?"
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return str(value)
    shape = getattr(value, "shape", ())
    if shape:
        return "(" + ",".join(str(n) for n in shape) + ")"
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if not math.isfinite(number):
        return str(number)
    decimals = 4 if precision is None or precision < 0 else precision
    if abs(number) < 10.0**-decimals * DUST:
        number = 0.0
    if number and not 10.0**-decimals / 2 <= abs(number) < 1e9:
        return f"{number:.{max(decimals, 3)}g}" if abs(number) >= 1e9 else f"{number:.3g}"
    text = f"{number:.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text  # no minus sign before a zero


def format_count(value: Any) -> str:
    """Format a counter value: thousands grouped, no decimals that mean nothing.

    Examples
    --------
    >>> format_count(35031.0), format_count(0.25), format_count(1234567)
    ('35,031', '0.25', '1,234,567')
    """
    if isinstance(value, bool | str):
        return str(value)
    if not isinstance(value, int | float):
        try:
            value = value.item()  # a numpy scalar
        except (AttributeError, ValueError):
            return format_value(value)
    if not isinstance(value, int | float) or not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.1f}"
    return f"{value:.6g}"


def format_duration(seconds: float) -> str:
    """Format a duration.

    Parameters
    ----------
    seconds : float
        Duration in seconds.

    Examples
    --------
    >>> format_duration(0.84), format_duration(75), format_duration(3725), format_duration(1e99)
    ('0.8 s', '1 m 15 s', '1 h 02 m', '3.17e+91 years')
    """
    if seconds >= 10 * YEAR_S:
        return f"{seconds / YEAR_S:.3g} years"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} m"


def align(rows: Sequence[Sequence[str]], *, left: Sequence[int] = (0,), gap: int = 2) -> list[str]:
    """Pad the cells of a table so that its columns line up.

    Parameters
    ----------
    rows : sequence of sequences of str
        The cells; short rows are padded with empty cells.
    left : sequence of int
        Columns that are set flush left; all others are set flush right.
    gap : int
        Blanks between columns.

    Returns
    -------
    list of str
        One line a row, without trailing blanks.
    """
    count = max((len(row) for row in rows), default=0)
    padded = [[*row, *[""] * (count - len(row))] for row in rows]
    widths = [max(len(row[i]) for row in padded) for i in range(count)]
    lines = []
    for row in padded:
        cells = [
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines


def blocks(columns: Sequence[Sequence[str]], *, width: int, minimum: int = 9, gap: int = 1) -> list[str]:
    """Lay columns side by side, as many a block as fit, a blank line between blocks.

    Parameters
    ----------
    columns : sequence of sequences of str
        The cells of each column from top to bottom; all the same length. The first column is the
        legend and is repeated at the left of each block, flush left.
    width : int
        Characters a line.
    minimum : int
        Least width of a column.
    gap : int
        Blanks between columns.
    """
    if not columns:
        return []
    legend, *rest = columns
    legend_width = max(map(len, legend), default=0)
    lines: list[str] = []
    while rest:
        taken, used = 0, legend_width
        widths = []
        for column in rest:
            wide = max(minimum, *map(len, column))
            if taken and used + gap + wide > width:
                break
            widths.append(wide)
            used += gap + wide
            taken += 1
        now, rest = rest[:taken], rest[taken:]
        if lines:
            lines.append("")
        for i, title in enumerate(legend):
            cells = [column[i].rjust(wide) for column, wide in zip(now, widths)]
            lines.append((" " * gap).join([title.ljust(legend_width), *cells]).rstrip())
    return lines
