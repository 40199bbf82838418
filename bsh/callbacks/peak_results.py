"""The peaks of the last scan, by counter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bsh.callbacks.peaks import PeakResult

__all__ = ["PeakResults"]


class PeakResults:
    """Peak statistics by the name of the counter: ``peaks.com["det"]`` or ``peaks["com"]["det"]``.

    Attributes
    ----------
    com, cen, fwhm : dict of float or None
        Centre of mass, middle of the half heights, width at half height, in the axis's own units.
    max, min : dict of (float, float)
        Position and height of the highest and of the lowest point.
    verdict : dict of str
        ``"peak"``, ``"edge"``, ``"none"`` or ``"few"``; the others can be trusted of a ``"peak"``.
    stats : dict of PeakResult
        All of this in one.
    derivative : dict of PeakResult
        The same of the derivative, where that was asked for.

    Examples
    --------
    >>> from bsh.callbacks import peak_statistics
    >>> peaks = PeakResults()
    >>> peaks.update({"det": peak_statistics([0, 1, 2, 3, 4, 5, 6], [0, 0, 1, 4, 1, 0, 0])})
    >>> peaks.cen["det"], peaks["verdict"]["det"]
    (3.0, 'peak')
    """

    ATTRS = ("com", "cen", "max", "min", "fwhm")

    def __init__(self) -> None:
        self.com: dict[str, float | None] = {}
        self.cen: dict[str, float | None] = {}
        self.max: dict[str, tuple[float, float]] = {}
        self.min: dict[str, tuple[float, float]] = {}
        self.fwhm: dict[str, float | None] = {}
        self.verdict: dict[str, str] = {}
        self.stats: dict[str, PeakResult] = {}
        self.derivative: dict[str, PeakResult] = {}

    def __getitem__(self, name: str) -> dict[str, Any]:
        if name not in self:
            raise KeyError(f"{name!r} is not one of {', '.join(self)}")
        found: dict[str, Any] = getattr(self, name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter((*self.ATTRS, "verdict", "stats", "derivative"))

    def __contains__(self, name: object) -> bool:
        return any(name == known for known in self)

    def clear(self) -> None:
        """Forget all peaks."""
        for name in self:
            self[name].clear()

    def update(self, ps_dict: Mapping[str, Any]) -> None:
        """Take the peaks of some counters.

        Parameters
        ----------
        ps_dict : dict of PeakResult or PeakStats
            By the name of the counter. A PeakStats without points is left out.
        """
        for counter, given in ps_dict.items():
            result = given if isinstance(given, PeakResult) else given.stats
            if result is None:
                continue
            self.stats[counter] = result
            self.verdict[counter] = result.verdict
            for name in self.ATTRS:
                self[name][counter] = getattr(given, name)

    def __repr__(self) -> str:
        return f"PeakResults({', '.join(f'{name}={self[name]}' for name in (*self.ATTRS, 'verdict'))})"
