"""Positions along one axis, evenly or logarithmically spaced.

The arithmetic is numpy's, to the last bit, without the tenth of a second that importing numpy takes before
the first scan of a session.
"""

from __future__ import annotations

from typing import Any

__all__ = ["linspace", "logspace"]


def linspace(start: Any, stop: Any, num: int) -> list[float]:
    """Return evenly spaced positions, both ends included.

    Parameters
    ----------
    start, stop : float
        First and last position.
    num : int
        How many; 1 gives `start`.
    """
    first, last = float(start), float(stop)
    if num <= 1:
        return [first] * num
    intervals = num - 1
    step = (last - first) / intervals
    if step == 0.0:  # equal ends, or a range too small to be divided
        positions = [index / intervals * (last - first) + first for index in range(num)]
    else:
        positions = [index * step + first for index in range(num)]
    positions[-1] = last
    return positions


def logspace(start: Any, stop: Any, num: int) -> list[float]:
    """Return positions evenly spaced on a logarithmic scale, both ends included.

    Parameters
    ----------
    start, stop : float
        Powers of ten of the first and the last position.
    num : int
        How many.
    """
    from numpy import logspace as numpy_logspace  # its pow is not Python's in the last bit

    return [float(position) for position in numpy_logspace(float(start), float(stop), num)]
