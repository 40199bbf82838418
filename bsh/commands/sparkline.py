"""Plots of a few letters: one line of blocks, or several.

Owns the letters; which values are drawn is the caller's business.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["sparkline"]

_BLOCKS = " ▁▂▃▄▅▆▇█"
_STEPS = len(_BLOCKS) - 1


def sparkline(values: Sequence[float], width: int, rows: int = 1) -> str:
    """Return values as a curve of blocks; the highest of those that share a place is shown.

    Parameters
    ----------
    values : sequence of float
        In order; what is not finite leaves a gap.
    width : int
        Terminal columns at most.
    rows : int, optional
        Lines.

    Examples
    --------
    >>> sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)
    '▁▂▃▄▅▆▇█'
    >>> print(sparkline([0, 8, 16], 3, rows=2))
     ▁█
    ▁██
    """
    heights = _highest(values, width)
    finite = [height for height in heights if math.isfinite(height)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    most = rows * _STEPS
    filled = [_level(height, low, high, most) for height in heights]
    return "\n".join(
        "".join(_BLOCKS[min(max(level - row * _STEPS, 0), _STEPS)] for level in filled).rstrip()
        for row in reversed(range(rows))
    )


def _highest(values: Sequence[float], width: int) -> list[float]:
    """Return at most so many values: the highest of each stretch."""
    count = len(values)
    if count <= width:
        return list(values)
    edges = [index * count // width for index in range(width + 1)]
    return [
        max((value for value in values[first:last] if math.isfinite(value)), default=math.nan)
        for first, last in pairwise(edges)
    ]


def _level(height: float, low: float, high: float, most: int) -> int:
    if not math.isfinite(height):
        return 0
    if high == low:
        return 1
    return 1 + round((height - low) / (high - low) * (most - 1))
