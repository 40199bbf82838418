"""How sure it is that a scan shows a peak and not noise.

Owns one number: the part of the scatter that a single bump on a straight background explains, at its best place
and width (the squared partial correlation). It needs no estimate of the noise. Noise alone reaches a high value
where there are few points; :func:`evidence_needed` says how high, from simulations.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["are_counts", "evidence", "evidence_needed", "roots_of_counts"]

NEEDED = {
    5: 0.9998, 6: 0.9959, 7: 0.9834, 8: 0.960, 9: 0.929, 10: 0.881, 11: 0.858, 12: 0.823, 13: 0.789, 15: 0.717,
    18: 0.646, 21: 0.590, 26: 0.497, 31: 0.432, 41: 0.359, 51: 0.295, 71: 0.223, 101: 0.166, 151: 0.115, 200: 0.095,
}  # fmt: skip
"""Evidence that one of 200 sets of normal noise reaches, by the number of points (20,000 sets each)."""

NEEDED_OF_ONE_HILL = {7: 0.96, 8: 0.84, 9: 0.70}
"""The same for points that only rise and then fall, which noise rarely does."""

MOST_POINTS = 200
"""Longer scans are averaged to so many points first."""

NARROWEST = 0.45
WIDEST_SHARE = 0.25
"""Bumps from this standard deviation, in steps of the scan, to this part of the scan are tried."""

FEW_POINTS = 12
FINE = (1.25, 5.0)
COARSE = (1.35, 2.0)
"""Each bump is wider than the one before by a factor, and is tried so many times a standard deviation."""


def evidence(signal: Floats) -> float:
    """Return which part of the scatter around a straight line the best bump explains, 0 to 1.

    Parameters
    ----------
    signal : ndarray, shape ``(n_points,)``
        Values in the order of their positions, at least 4. The positions are taken for evenly spaced.
    """
    found = _explained(_averaged(signal))
    if found and are_counts(signal):  # large counts scatter more, which looks like bumps
        found = min(found, _explained(_averaged(roots_of_counts(signal))))
    return found


def are_counts(values: Floats) -> bool:
    """Tell whether values can be counts: whole numbers, none negative."""
    return bool((values >= 0).all() and (values % 1 == 0).all())


def roots_of_counts(values: Floats) -> Floats:
    """Return roots of counts, whose standard deviation is 1/2 whatever their size (Anscombe 1948)."""
    import numpy as np

    roots: Floats = np.sqrt(values + 0.375)
    return roots


def evidence_needed(points: int, *, is_one_hill: bool = False) -> float:
    """Return the evidence that noise reaches in about one of 200 scans.

    Parameters
    ----------
    points : int
        Points of the scan.
    is_one_hill : bool, optional
        Whether they only rise to the highest one and then fall.
    """
    import numpy as np

    needed = float(np.interp(points, list(NEEDED), list(NEEDED.values())))
    if is_one_hill and points >= min(NEEDED_OF_ONE_HILL):
        needed = min(needed, NEEDED_OF_ONE_HILL.get(points, NEEDED_OF_ONE_HILL[9]))
    return needed


def _explained(values: Floats) -> float:
    bumps, line = _bumps(values.size)
    rest = values - values.mean()
    scale = float(abs(rest).max())
    if not scale > 0:
        return 0.0
    rest = rest / scale
    rest = rest - line @ (line.T @ rest)
    scatter = float(rest @ rest)
    if scatter <= 1e-20 * values.size:
        return 0.0
    best = float((bumps @ rest).max())
    return min(1.0, best * best / scatter) if best > 0 else 0.0


def _averaged(signal: Floats) -> Floats:
    import numpy as np

    if signal.size <= MOST_POINTS:
        return signal
    borders = np.linspace(0, signal.size, MOST_POINTS + 1).astype(int)
    means: Floats = np.add.reduceat(signal, borders[:-1]) / np.diff(borders)
    return means


@lru_cache(maxsize=16)
def _bumps(points: int) -> tuple[Floats, Floats]:
    """Return bumps without what a straight line explains of them, one a row, each of length 1; and that line."""
    import numpy as np

    index = np.arange(points, dtype=float)
    line, _ = np.linalg.qr(np.column_stack((np.ones(points), index - index.mean())))
    rows = []
    width = NARROWEST
    wider, steps = FINE if points <= FEW_POINTS else COARSE
    while width <= max(1.1, WIDEST_SHARE * points):
        centers = np.arange(1.0, points - 2 + 1e-9, width / steps)
        rows.append(np.exp(-((index - centers[:, None]) ** 2) / (2 * width**2)))
        width *= wider
    bumps = np.concatenate(rows)
    bumps = bumps - (bumps @ line) @ line.T
    lengths = np.linalg.norm(bumps, axis=1, keepdims=True)
    return bumps / np.where(lengths > 1e-6, lengths, np.inf), line
