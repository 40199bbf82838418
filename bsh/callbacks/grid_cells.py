"""Which cell of a grid a point belongs to.

Owns the arithmetic of rectangular grids: the order in which cells are visited, rows that run back, and where
the outer cells lie. It must not know documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log10, prod
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Indices: TypeAlias = NDArray[np.intp]

__all__ = ["ends_of_axis", "filled_grid", "indices_of_numbers", "indices_of_positions"]

OFF_CENTRE = 0.3
"""A position this part of a step away from the nearest centre does not belong to the grid."""

OFF_PLAN = 0.1
"""Axes that stop this part of a step beside their targets are where they should be."""


def indices_of_numbers(numbers: Floats, shape: Sequence[int], snaking: Sequence[bool]) -> Indices:
    """Return the cells that a grid scan visits at some points.

    Parameters
    ----------
    numbers : ndarray, shape ``(n,)``
        Sequence numbers, from 1. Those beyond the last cell begin a grid anew.
    shape : sequence of int
        Cells along each axis, slowest first.
    snaking : sequence of bool
        Which axes run forth and back.

    Returns
    -------
    ndarray of int, shape ``(n_axes, n)``

    Examples
    --------
    >>> import numpy as np
    >>> indices_of_numbers(np.arange(1.0, 7.0), (2, 3), (False, True)).tolist()
    [[0, 0, 0, 1, 1, 1], [0, 1, 2, 2, 1, 0]]
    """
    import numpy as np

    places = (numbers.astype(np.int64) - 1) % prod(shape)
    found = np.empty((len(shape), numbers.size), dtype=np.intp)
    for axis in reversed(range(len(shape))):
        sweeps, index = np.divmod(places, shape[axis])
        found[axis] = index
        if axis < len(snaking) and snaking[axis]:
            back = sweeps % 2 == 1
            found[axis][back] = shape[axis] - 1 - index[back]
        places = sweeps
    return found


def indices_of_positions(positions: Floats, ends: tuple[float, float], size: int) -> Indices | None:
    """Return the cell along one axis at each position, or None if some lie off the grid.

    Parameters
    ----------
    positions : ndarray, shape ``(n,)``
        Positions along the axis.
    ends : tuple of float
        Centres of the first and of the last cell.
    size : int
        Cells along the axis.
    """
    import numpy as np

    if size < 2 or ends[0] == ends[1] or not np.isfinite(positions).all():
        return None
    exact = (positions - ends[0]) / (ends[1] - ends[0]) * (size - 1)
    nearest = np.rint(exact)
    off = (np.abs(exact - nearest) > OFF_CENTRE) | (nearest < 0) | (nearest > size - 1)
    return None if off.any() else nearest.astype(np.intp)


def filled_grid(rows: Indices, columns: Indices, values: Floats, shape: tuple[int, int]) -> Floats:
    """Return values in their cells, NaN where there is none; of several the last one counts.

    Parameters
    ----------
    rows, columns : ndarray of int, shape ``(n,)``
        The cell of each value.
    values : ndarray, shape ``(n,)``
        Values in the order in which they were taken.
    shape : tuple of int
        Rows and columns of the grid.
    """
    import numpy as np

    grid = np.full(shape, np.nan)
    grid[rows, columns] = values
    return grid


def ends_of_axis(
    indices: Indices, positions: Floats, size: int, planned: tuple[float, float] | None
) -> tuple[float, float]:
    """Return where the centres of the first and the last cell of an axis lie.

    What was planned counts, unless the points were found elsewhere, as those of a scan around where the axes
    were.

    Parameters
    ----------
    indices : ndarray of int, shape ``(n,)``
        Cells along this axis.
    positions : ndarray, shape ``(n,)``
        Where the axis was found there; NaN where it is not known.
    size : int
        Cells along the axis.
    planned : tuple of float or None
        First and last position as the plan said.
    """
    import numpy as np

    known = np.isfinite(positions)
    indices, positions = indices[known], positions[known]
    if not positions.size:
        return planned or (0.0, float(size - 1))
    if planned is not None:
        step = (planned[1] - planned[0]) / (size - 1) if size > 1 else 0.0
        off = positions - (planned[0] + step * indices)
        if np.abs(off).max() <= max(OFF_PLAN * abs(step), 1e-9 * max(map(abs, planned))):
            return planned
    spread = np.ptp(indices)
    if spread:
        slope, offset = _straight_line(indices, positions)
        return _tidy(offset, slope), _tidy(offset + slope * (size - 1), slope)
    shift = float(np.median(positions))
    if planned is None or size < 2:
        return shift, shift + size - 1
    first = shift - step * float(indices[0])
    return first, first + step * (size - 1)


def _straight_line(indices: Indices, positions: Floats) -> tuple[float, float]:
    """Return slope and offset of the line with the least squares."""
    import numpy as np

    with np.errstate(all="ignore"):
        middle = indices - indices.mean()
        slope = float((middle * positions).sum() / (middle * middle).sum())
        return slope, float(positions.mean() - slope * indices.mean())


def _tidy(position: float, step: float) -> float:
    """Return a position without the last digits that a fit leaves: 3 where it says 2.9999999999999996."""
    if not isfinite(position) or not isfinite(step) or not step:
        return float(position)
    return round(float(position), 9 - floor(log10(abs(step))))
