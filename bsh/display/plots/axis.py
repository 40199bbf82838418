"""Axes: limits, round ticks, and where a value lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Any

__all__ = ["Axis", "limits_of", "linear_axis", "log_axis"]

BIG, SMALL = 1e6, 1e-3
"""Numbers beyond these are written with a power of ten."""

HUGE = 1e300
"""Where numbers end: no axis reaches farther."""

MOST_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes
    ----------
    low, high : float
        Values at its ends.
    ticks : tuple of (float, str)
        Round values and their texts.
    is_log : bool
        Whether equal ways are equal factors.
    is_reversed : bool
        Whether it grows to the left, or downwards.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    is_log: bool = False
    is_reversed: bool = False

    def fraction(self, values: Any) -> Any:
        """Return where values lie, 0 at the low end and 1 at the high one; NaN for what has no place.

        Parameters
        ----------
        values : float or array
            Values, in the axis' units.
        """
        import numpy as np

        low, high, places = self.low, self.high, np.asarray(values, dtype=float)
        if self.is_log:
            low, high = log10(low), log10(high)
            places = np.log10(places, out=np.full_like(places, np.nan), where=places > 0)
        with np.errstate(invalid="ignore", over="ignore"):
            fractions = (places - low) / (high - low)
        return 1.0 - fractions if self.is_reversed else fractions

    def cell(self, value: float, cells: int) -> int:
        """Return in which of so many cells a value lies; outside it is -1 or ``cells``.

        Parameters
        ----------
        value : float
            In the axis' units.
        cells : int
            Number of cells.
        """
        place = float(self.fraction(value))
        if not isfinite(place) or place < -1e-9:
            return -1
        return min(cells - 1, int((place + 1e-9) * cells)) if place <= 1 + 1e-9 else cells


def limits_of(
    values: Any, wanted: tuple[float, float] | None = None, *, is_log: bool = False
) -> tuple[float, float]:
    """Return the lowest and the highest value, never equal ones.

    Parameters
    ----------
    values : array
        Any values; those that are not finite do not count.
    wanted : tuple of float, optional
        Limits that somebody chose; they win if they are good ones.
    is_log : bool
        Whether values of zero or less do not count either.
    """
    import numpy as np

    if wanted is not None and all(map(isfinite, wanted)) and wanted[0] != wanted[1]:
        low, high = sorted(map(float, wanted))
        if low > 0 or not is_log:
            return low, high
    array = np.asarray(values, dtype=float).ravel()
    with np.errstate(invalid="ignore"):
        array = array[(np.abs(array) < HUGE) & (array > 1 / HUGE if is_log else True)]
    if not array.size:
        return (1.0, 10.0) if is_log else (0.0, 1.0)
    low, high = float(array.min()), float(array.max())
    if is_log:
        return (low, high) if high > low * 1.01 else (low / 2, high * 2)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        pad = abs(high) * 0.1 or 1.0
        return low - pad, high + pad
    return low, high


def linear_axis(low: float, high: float, ticks: int, *, is_rounded: bool = False) -> Axis:
    """Return an axis with about so many round ticks.

    Parameters
    ----------
    low, high : float
        Values at its ends.
    ticks : int
        No more ticks than this, as long as that is two or more.
    is_rounded : bool
        Whether the ends may be moved outwards a little, to rounder values.
    """
    if is_rounded:
        fine = _round_step((high - low) / 20)
        low, high = floor(low / fine + 1e-9) * fine, ceil(high / fine - 1e-9) * fine
    step = _round_step((high - low) / max(2, ticks) / 2)
    while len(numbers := _multiples(step, low, high)) > max(2, ticks):
        step = _round_step(step * 1.5)
    if len(numbers) < 2:
        return Axis(low, high, ((low, _end_text(low, high - low)), (high, _end_text(high, high - low))))
    values = [number * step for number in numbers]
    return Axis(low, high, tuple(zip(values, _texts(values, step))))


def log_axis(low: float, high: float, ticks: int) -> Axis:
    """Return a logarithmic axis that ends at powers of ten, or at 2 and 5 times these.

    Parameters
    ----------
    low, high : float
        Values at its ends, both positive.
    ticks : int
        About so many ticks.
    """
    low, high = _round_below(low), _round_above(high)
    decades = range(floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9) + 1)
    every = max(1, ceil(len(decades) / max(2, ticks)))
    values = [10.0**decade for decade in decades[::every]]
    if len(decades) <= 3 and ticks >= 3 * len(decades):
        values = [factor * 10.0**decade for decade in decades for factor in (1, 2, 5)]
    values = [value for value in values if low * 0.999 <= value <= high * 1.001]
    if len(values) < 2:
        values = [low, high]
    return Axis(low, high, tuple((value, _log_text(value)) for value in values), is_log=True)


def _multiples(step: float, low: float, high: float) -> range:
    return range(ceil(low / step - 1e-6), floor(high / step + 1e-6) + 1)


def _round_step(step: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * 0.999)


def _round_below(value: float) -> float:
    power = 10.0 ** floor(log10(value) + 1e-9)
    return max(factor * power for factor in (1, 2, 5) if factor * power <= value * 1.001)


def _round_above(value: float) -> float:
    power = 10.0 ** floor(log10(value) + 1e-9)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value * 0.999)


def _texts(values: Sequence[float], step: float) -> list[str]:
    """Return tick labels with as many decimals as the step needs."""
    biggest = max(map(abs, values), default=0.0)
    if biggest >= BIG or 0 < biggest < SMALL:
        digits = max(0, floor(log10(biggest) + 1e-9) - floor(log10(step) + 1e-9))
        return [_power_text(value, digits) for value in values]
    decimals = min(MOST_DECIMALS, max(0, -floor(log10(step) + 1e-9)))
    return [f"{value or 0.0:.{decimals}f}" for value in values]


def _end_text(value: float, span: float) -> str:
    """Return the label of an end that is no multiple of a step: three digits of the span are enough."""
    [text] = _texts([value], span / 100)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _log_text(value: float) -> str:
    return f"{value:g}" if SMALL <= value < BIG else _power_text(value, 0)


def _power_text(value: float, digits: int) -> str:
    if not value:
        return "0"
    mantissa, power = f"{value:.{digits}e}".split("e")
    return f"{mantissa}e{int(power)}"
