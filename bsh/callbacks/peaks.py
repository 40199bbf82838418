"""Peak statistics of one counter against one axis.

Owns the arithmetic and the judgement whether there is a peak at all. numpy is imported when a scan has
ended, not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["PeakResult", "derivative", "peak_statistics"]

MIN_POINTS = 5
"""Fewer points than this are not called a peak."""

SURE_POINTS = 7
"""So many points are needed to tell a peak from noise, unless the peak is very clean."""

NOISE_FACTOR = 5.0
FEW_POINTS = 30.0
"""Half a peak of n points is higher than ``NOISE_FACTOR + FEW_POINTS / n`` standard deviations of the noise."""

MANY_POINTS = 15
MANY_FEW_POINTS = 75.0
"""The same for one of several peaks, in scans of at least so many points."""

BELOW = 0.05
"""Data may go this part of the height below a straight background."""

MARGIN = 0.35
"""Background is seen on both sides for at least this part of the width at half height."""

EDGE_SHARE = 0.1
"""Part of the points at each end that is taken for background."""


@dataclass(frozen=True, slots=True)
class PeakResult:
    """What the points of a scan say about a peak.

    Positions are in the axis's own units (EGU), heights in the counter's.

    Attributes
    ----------
    max, min : tuple of (float, float)
        Position and height of the highest and of the lowest point.
    cen : float or None
        Middle between the two places at half height, or the only one, for example of a step.
    com : float or None
        Centre of mass above the background.
    fwhm : float or None
        Distance between the places at half height; None if one lies outside the scan.
    crossings : tuple of float
        Every place where the signal crosses half height, in rising order.
    lin_bkg : dict or None
        Slope ``m`` and offset ``b`` of the straight line that was taken off, None for a constant.
    verdict : str
        ``"peak"``, ``"edge"`` (the highest point or half of the peak lies outside), ``"none"`` (nothing
        rises above the noise) or ``"few"`` (too few points).
    """

    max: tuple[float, float]
    min: tuple[float, float]
    cen: float | None
    com: float | None
    fwhm: float | None
    crossings: tuple[float, ...]
    lin_bkg: dict[str, float] | None
    verdict: str

    @property
    def is_peak(self) -> bool:
        """Whether there is a peak inside the range, so that ``cen``, ``com`` and ``fwhm`` can be trusted."""
        return self.verdict == "peak"


def peak_statistics(x: ArrayLike, y: ArrayLike, edge_count: int | None = None) -> PeakResult | None:
    """Compute the statistics of the highest peak of a scan.

    A background is taken off before anything but ``max`` and ``min`` is computed: the straight line
    through the points at both ends, or a constant where such a line does not lie under the data.

    Parameters
    ----------
    x : array_like, shape ``(n_points,)``
        Positions, in any order.
    y : array_like, shape ``(n_points,)``
        The counter. Points that are not finite are left out.
    edge_count : int, optional
        Take the mean of this many points at each end for the background, always as a straight line.

    Returns
    -------
    PeakResult or None
        None without a single finite point.

    Raises
    ------
    ValueError
        `x` and `y` have different lengths, or `edge_count` is not positive.
    """
    import numpy as np

    xs, ys = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    if xs.size != ys.size:
        raise ValueError(f"x has {xs.size} points and y has {ys.size}")
    if edge_count is not None and edge_count < 1:
        raise ValueError(f"edge_count must be 1 or more, not {edge_count}")
    finite = np.isfinite(xs) & np.isfinite(ys)
    xs, ys = xs[finite], ys[finite]
    if not xs.size:
        return None
    order = np.argsort(xs, kind="stable")
    with np.errstate(all="ignore"):  # values near the largest number overflow to infinity, which is no peak
        return _of_sorted(xs[order], ys[order], edge_count)


def _of_sorted(x: Floats, y: Floats, edge_count: int | None) -> PeakResult:
    noise = _noise(y)
    lin_bkg, signal = _without_background(x, y, edge_count, noise)
    top = int(signal.argmax())
    height = float(signal[top])
    highest, lowest = int(y.argmax()), int(y.argmin())
    crossings = _crossings(x, signal, height / 2)
    left, right = _around(crossings, float(x[top]))
    cen, fwhm = _centre(left, right)
    return PeakResult(
        max=(float(x[highest]), float(y[highest])),
        min=(float(x[lowest]), float(y[lowest])),
        cen=cen,
        com=_centre_of_mass(x, signal, cen, fwhm),
        fwhm=fwhm,
        crossings=tuple(crossings),
        lin_bkg=lin_bkg,
        verdict=_verdict(y, signal, top, height, noise, inside=bool(left and right)),
    )


def _verdict(y: Floats, signal: Floats, top: int, height: float, noise: float, *, inside: bool) -> str:
    if signal.size < MIN_POINTS:
        return "few"
    is_inside = inside and 0 < top < signal.size - 1
    if height <= 1e-12 * float(abs(y).max()):  # rounding
        return "none"
    if is_inside and _is_sure(y, signal, top, height, noise):
        return "peak"
    if is_inside:
        return "few" if signal.size < SURE_POINTS else "none"
    return "edge" if height > _needed_height(signal, top, noise) else "none"


def _is_sure(y: Floats, signal: Floats, top: int, height: float, noise: float) -> bool:
    """Tell whether noise alone would hardly ever look like this."""
    from bsh.callbacks.peak_evidence import evidence, evidence_needed

    is_one_hill = _only_rises_and_falls(signal, top)
    if evidence(y) >= evidence_needed(signal.size, is_one_hill=is_one_hill):
        return True
    # several peaks: no single one explains much, but all rise far above what neighbours cannot predict
    needed = NOISE_FACTOR + MANY_FEW_POINTS / signal.size
    return signal.size >= MANY_POINTS and height > needed * noise and _rise_of_counts(y) > needed


def _needed_height(signal: Floats, top: int, noise: float) -> float:
    """Return the height that noise alone hardly ever reaches where no whole peak is seen."""
    noise = 0.0 if _only_rises_and_falls(signal, top) else min(noise, _spread_of_lowest(signal))
    return (NOISE_FACTOR + FEW_POINTS / signal.size) * noise


def _rise_of_counts(y: Floats) -> float:
    """Return how many standard deviations of counting the highest point lies above the median.

    Infinite for what are no counts. The roots of counts scatter evenly, however few they are (Anscombe 1948).
    """
    import numpy as np

    from bsh.callbacks.peak_evidence import are_counts, roots_of_counts

    if not are_counts(y):
        return float("inf")
    highest, middle = roots_of_counts(np.array([y.max(), np.median(y)]))
    return float(2 * (highest - middle))


def _without_background(
    x: Floats, y: Floats, edge_count: int | None, noise: float
) -> tuple[dict[str, float] | None, Floats]:
    """Take the background off: a straight line through both ends where that is plausible, else a constant."""
    edge = min(edge_count, y.size) if edge_count is not None else _points_at_an_edge(y, noise)
    left, right = float(y[:edge].mean()), float(y[-edge:].mean())
    span = float(x[-edge:].mean() - x[:edge].mean())
    if span > 0:
        slope = (right - left) / span
        offset = left - slope * float(x[:edge].mean())
        signal = y - (slope * x + offset)
        if edge_count is not None or _lies_on_a_background(x, signal, noise):
            return {"m": slope, "b": offset}, signal
    return None, y - min(left, right)


def _lies_on_a_background(x: Floats, signal: Floats, noise: float) -> bool:
    """Tell whether a line through both ends is a background: the ends must not be flanks of the peak.

    The data do not go far below it, and beyond both places at half height there is some way to go.
    """
    height = float(signal.max())
    if -float(signal.min()) > max(BELOW * height, NOISE_FACTOR * noise):
        return False
    top = float(x[int(signal.argmax())])
    left, right = _around(_crossings(x, signal, height / 2), top)
    if not left or not right:
        return False
    margin = min(left[-1] - float(x[0]), float(x[-1]) - right[0])
    return margin >= MARGIN * (right[0] - left[-1])


def _around(places: Sequence[float], top: float) -> tuple[list[float], list[float]]:
    return [place for place in places if place <= top], [place for place in places if place > top]


def _points_at_an_edge(y: Floats, noise: float) -> int:
    """Return how many points at each end make the background: more than one only to average noise."""
    is_clean = noise <= 1e-3 * float(y.max() - y.min())
    return 1 if is_clean else max(1, round(EDGE_SHARE * y.size))


def _only_rises_and_falls(signal: Floats, top: int) -> bool:
    """Tell whether the points go up to the top and down from it, which noise hardly ever does."""
    import numpy as np

    steps = np.diff(signal)
    return signal.size >= SURE_POINTS and bool((steps[:top] >= 0).all() and (steps[top:] <= 0).all())


def _spread_of_lowest(signal: Floats) -> float:
    """Estimate the standard deviation of the noise from the lower half of the points.

    This is right where a peak covers so few points that no neighbour predicts it. The ends do not count:
    the background was laid through them.
    """
    import numpy as np

    lowest = np.sort(signal[1:-1])[: max(2, signal.size // 2)]
    return float(lowest.std()) / 0.6  # the lower half of a normal distribution is this much narrower


def _noise(y: Floats) -> float:
    """Estimate the standard deviation of the noise from how badly neighbours predict each point.

    Straight lines through two neighbours and cubic curves through four are tried; the better prediction
    counts, since what it cannot predict is either noise or a peak of few points.
    """
    import numpy as np

    spreads = []
    for stencil in ((-0.5, 1.0, -0.5), (1 / 6, -4 / 6, 1.0, -4 / 6, 1 / 6)):
        if y.size >= len(stencil) + 2:
            bends = np.convolve(y, stencil, mode="valid")
            spreads.append(float(np.median(np.abs(bends))) * 1.4826 / float(np.linalg.norm(stencil)))
    return min(spreads, default=0.0)


def _crossings(x: Floats, signal: Floats, level: float) -> list[float]:
    import numpy as np

    above = signal > level
    places = []
    for i in np.flatnonzero(above[1:] != above[:-1]):
        rise = signal[i + 1] - signal[i]
        places.append(float(x[i] + (level - signal[i]) / rise * (x[i + 1] - x[i])))
    return places


def _centre(left: Sequence[float], right: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the middle of the half-height places next to the top, and their distance."""
    if left and right:
        return (left[-1] + right[0]) / 2, right[0] - left[-1]
    nearest = left[-1:] or right[:1]
    return (nearest[0] if nearest else None), None


def _centre_of_mass(x: Floats, signal: Floats, cen: float | None, fwhm: float | None) -> float | None:
    """Weigh each point by its height above the background and by the stretch of axis it stands for.

    Only what lies around the peak counts, equally far to both sides: far from it the noise has a long
    lever, and a tail that the scan saw on one side only would pull.
    """
    import numpy as np

    weights = signal * _stretches(x)
    if cen is not None and fwhm:
        to_the_end = min(cen - float(x[0]), float(x[-1]) - cen)
        reach = max(fwhm / 2, min(2 * fwhm, to_the_end)) * (1 + 1e-9)
        weights = np.where(np.abs(x - cen) <= reach, weights, 0.0)
    else:
        weights = np.where(signal > 0, weights, 0.0)
    total = float(weights.sum())
    return float((weights * x).sum()) / total if total > 0 else None


def _stretches(x: Floats) -> Floats:
    import numpy as np

    if x.size < 3 or x[0] == x[-1]:
        return np.ones_like(x)
    borders = np.concatenate((x[:1], (x[1:] + x[:-1]) / 2, x[-1:]))
    stretches: Floats = np.diff(borders)
    stretches[[0, -1]] *= 2  # the first and the last point stand for a whole step, too
    return stretches


def derivative(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the derivative of the finite points, half way between neighbours.

    Parameters
    ----------
    x, y : ndarray, shape ``(n_points,)``
        Positions in any order, and values. Of several at one position the mean counts.

    Returns
    -------
    tuple of ndarray, shape ``(n_positions - 1,)`` each
        Positions and slopes.
    """
    import numpy as np

    finite = np.isfinite(x) & np.isfinite(y)
    places, which = np.unique(x[finite], return_inverse=True)
    means = np.bincount(which, weights=y[finite]) / np.bincount(which) if places.size else places
    with np.errstate(all="ignore"):
        return (places[1:] + places[:-1]) / 2, np.diff(means) / np.diff(places)
