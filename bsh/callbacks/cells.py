"""One value of an event as the text of one table cell.

Owns how numbers, strings, enums, arrays and missing values look. No formatter here ever raises: a value
that makes no sense becomes ``?``, because a table row must never be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from math import isfinite, prod
from typing import Any
from unicodedata import combining, east_asian_width

__all__ = ["Cell", "cell_formatter", "clock_cell", "fit", "format_number", "format_value", "text_width"]

Cell = Callable[[Any], str]
"""Turns one value into text that is at most as wide as the column."""

SIGNIFICANT_DIGITS = 6
"""Digits of a number whose device names no precision."""

NOISE = 1e-9
"""A number this much smaller than the last decimal shown is rounding noise, not a small signal."""


def cell_formatter(data_key: Mapping[str, Any], width: int, *, fixed_point: bool = False) -> Cell:
    """Make the function that formats the values of one data key.

    Parameters
    ----------
    data_key : mapping
        Entry of a descriptor's ``data_keys``; everything in it is optional.
    width : int
        Characters in the column.
    fixed_point : bool, optional
        For axes: a value below the last decimal is zero. Otherwise it is shown with an exponent.
    """
    dtype = data_key.get("dtype")
    choices = _choices(data_key)
    if choices is not None:
        return _enum_cell(choices, width)
    if dtype == "boolean":
        return _boolean_cell(width)
    if dtype == "integer":
        return _integer_cell(width)
    if dtype == "number":
        return _number_cell(_precision(data_key), width, fixed_point)
    return lambda value: format_value(value, width)


def format_value(value: Any, width: int, precision: int | None = None) -> str:
    """Format any value, whatever its type.

    Parameters
    ----------
    value : object
        A scalar, string, array, None, ...
    width : int
        Characters available.
    precision : int, optional
        Decimals of a float; significant digits are used without it.
    """
    try:
        return _format_any(value, width, precision)
    except Exception:  # a foreign type's __str__, __len__, ... may do anything
        return "?"


def clock_cell(tz: tzinfo | None = None) -> Cell:
    """Make the function that formats times of events, to a tenth of a second.

    Parameters
    ----------
    tz : tzinfo, optional
        Zone; the machine's own without it.
    """

    def cell(value: Any) -> str:
        try:
            moment = datetime.fromtimestamp(value, tz)
        except (TypeError, ValueError, OverflowError, OSError):
            return "?"
        return f"{moment:%H:%M:%S}.{moment.microsecond // 100_000}"

    return cell


def format_number(value: float, width: int, precision: int | None = None) -> str:
    """Format a real number without digits that say nothing.

    Parameters
    ----------
    value : float
        Any real number, infinities and NaN included.
    width : int
        Characters available, at least 7.
    precision : int, optional
        Decimals. None, zero and less mean six significant digits, because many records never had
        their precision set and rounding to whole units would hide every step of a scan.

    Examples
    --------
    >>> format_number(0.1 + 0.2, 10), format_number(0.25, 10, 4), format_number(35031.0, 10)
    ('0.3', '0.2500', '35031')
    >>> format_number(1.23456789e-7, 10)
    '1.2346e-07'
    """
    if not isfinite(value):
        return str(float(value))
    if precision is not None and 0 < precision < width:
        text = f"{value:.{precision}f}"
        if len(text) <= width:
            return _without_minus_zero(text)
    if value == int(value) and abs(value) < 1e9:
        text = f"{value:.0f}"
        if len(text) <= width:
            return _without_minus_zero(text)
    if 10**SIGNIFICANT_DIGITS <= abs(value) < 1e9:
        return f"{value:.0f}"
    for digits in range(SIGNIFICANT_DIGITS, 0, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= width:
            return text
    return f"{value:.0e}"


def fit(text: str, width: int) -> str:
    """Cut a text to a width; what is cut is marked with an ellipsis.

    Parameters
    ----------
    text : str
        Any text; control characters become blanks.
    width : int
        Terminal columns available.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    if text_width(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += text_width(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def text_width(text: str) -> int:
    """Return how many terminal columns a text takes.

    Parameters
    ----------
    text : str
        Printable text.
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _format_any(value: Any, width: int, precision: int | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return fit(value, width)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return _integer(value, width)
    if isinstance(value, float):
        return format_number(value, width, precision)
    if isinstance(value, date):
        return _moment(value, width)
    shape = getattr(value, "shape", None)
    if shape is not None:
        return _array(value, tuple(shape), width, precision)
    if isinstance(value, Mapping):
        return fit(f"{{{len(value)} keys}}", width)
    if isinstance(value, bytes | bytearray):
        return fit(bytes(value).decode("utf-8", "replace"), width)
    if isinstance(value, Sequence):
        return _sequence(value, width, precision)
    return fit(str(value), width)


def _array(value: Any, shape: tuple[int, ...], width: int, precision: int | None) -> str:
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if prod(shape) != 1:
        return _shape(shape, width)
    if kind == "M":  # datetime64: .item() of nanoseconds is a bare int, so go through microseconds
        return _format_any(value.astype("datetime64[us]").item(), width, precision)
    item = value.item()
    return fit(str(item), width) if hasattr(item, "shape") else _format_any(item, width, precision)


def _sequence(value: Sequence[Any], width: int, precision: int | None) -> str:
    shape: list[int] = []
    inner: Any = value
    while isinstance(inner, Sequence) and not isinstance(inner, str | bytes) and len(shape) < 8:
        shape.append(len(inner))
        if not inner:
            break
        inner = inner[0]
    if prod(shape) == 1:
        return _format_any(inner, width, precision)
    return _shape((*shape, *getattr(inner, "shape", ())), width)


def _shape(shape: tuple[int, ...], width: int) -> str:
    inside = ",".join(str(size) for size in shape)
    return fit(f"({inside},)" if len(shape) == 1 else f"({inside})", width)


def _moment(value: date, width: int) -> str:
    text = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if len(text) > width and isinstance(value, datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S")
        if len(text) > width:
            text = value.strftime("%H:%M:%S")
    return fit(text, width)


def _integer(value: int, width: int) -> str:
    text = str(value) if abs(value) < 10**width else ""
    return text if 0 < len(text) <= width else format_number(float(value), width)


def _without_minus_zero(text: str) -> str:
    return text[1:] if text[0] == "-" and not text.strip("-0.") else text


def _number_cell(precision: int | None, width: int, fixed_point: bool) -> Cell:
    if precision is None or precision <= 0:
        return _general_cell(width)
    decimals = precision
    half_digit = 0.5 * 10.0**-decimals
    template = f"%.{decimals}f"

    def cell(value: Any) -> str:
        if not isinstance(value, float | int):
            if getattr(value, "shape", None) != ():
                return format_value(value, width, decimals)
            value = value.item()
        try:
            text: str = template % value
            size = abs(value)
            if len(text) <= width:
                if size >= half_digit:
                    return text
                if fixed_point or size < half_digit * NOISE:
                    return _without_minus_zero(text)
        except Exception:
            return format_value(value, width, decimals)
        return format_value(value, width)  # too wide, or so small that the decimals would all be zero

    return cell


def _general_cell(width: int) -> Cell:
    def cell(value: Any) -> str:
        return format_number(value, width) if type(value) is float else format_value(value, width)

    return cell


def _integer_cell(width: int) -> Cell:
    def cell(value: Any) -> str:
        if type(value) is int:
            text = str(value) if -(10**18) < value < 10**18 else ""
            if 0 < len(text) <= width:
                return text
        return format_value(value, width)

    return cell


def _boolean_cell(width: int) -> Cell:
    def cell(value: Any) -> str:
        try:
            if value == 0 or value == 1:
                return "True" if value else "False"
        except Exception:
            pass
        return format_value(value, width)

    return cell


def _enum_cell(choices: Sequence[str], width: int) -> Cell:
    def cell(value: Any) -> str:
        try:
            if not isinstance(value, str) and value == int(value) and 0 <= value < len(choices):
                return fit(choices[int(value)], width)
        except Exception:
            pass
        return format_value(value, width)

    return cell


def _choices(data_key: Mapping[str, Any]) -> Sequence[str] | None:
    for name in ("choices", "enum_strs"):
        choices = data_key.get(name)
        if isinstance(choices, list | tuple) and choices:
            return [str(choice) for choice in choices]
    return None


def _precision(data_key: Mapping[str, Any]) -> int | None:
    try:
        precision = int(data_key["precision"])
    except (KeyError, TypeError, ValueError):
        return None
    return min(precision, 15)
