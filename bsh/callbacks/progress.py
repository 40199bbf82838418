"""How far a scan is and when it will end.

Owns the arithmetic of points and times. The clock is a parameter, and the times of points come from the
documents, so that nothing depends on when somebody looks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["ScanProgress", "ScanProgressView"]

TRUST_IN_ESTIMATE = 3.0
"""The estimate made before the scan weighs as much as this many measured points."""


@dataclass(frozen=True, slots=True)
class ScanProgressView:
    """How far a scan is, at one moment.

    Attributes
    ----------
    done : int
        Points taken.
    total : int or None
        Points planned, None if the scan has no end.
    elapsed_s : float
        Seconds since the start, pauses included.
    remaining_s : float or None
        Seconds left, None if nothing is known yet.
    ends_at : float or None
        Expected end, seconds since the epoch.
    late_s : float
        Seconds since the end that was foreseen, where nothing is left of the estimate.
    """

    done: int
    total: int | None
    elapsed_s: float
    remaining_s: float | None
    ends_at: float | None
    late_s: float = 0.0

    @property
    def fraction(self) -> float | None:
        """Part of the points that are taken, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else None


class ScanProgress:
    """Count the points of one run and foresee its end.

    Parameters
    ----------
    total : int, optional
        Points planned; None if the scan has no end.
    started_at : float
        Seconds since the epoch.
    estimate_s : float, optional
        Seconds that the whole run was estimated to take.
    clock : callable, optional
        Returns seconds since the epoch.

    Examples
    --------
    >>> progress = ScanProgress(10, started_at=100.0, estimate_s=20.0, clock=lambda: 100.0)
    >>> progress.view().remaining_s, progress.view().ends_at
    (20.0, 120.0)
    """

    def __init__(
        self,
        total: int | None,
        started_at: float,
        estimate_s: float | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.total = total
        self.started_at = started_at
        self.done = 0
        self._clock = clock
        self._estimate_per_point = estimate_s / total if estimate_s is not None and total else None
        self._first_at: float | None = None
        self._last_at = started_at
        self._paused_at: float | None = None
        self._pauses_s = 0.0
        self._pauses_before_first_s = 0.0

    def point(self, number: int, taken_at: float) -> None:
        """Count one point.

        Parameters
        ----------
        number : int
            Its number from 1 (seq_num); repeated points do not count twice.
        taken_at : float
            Seconds since the epoch.
        """
        self.done = max(self.done, number)
        if self._first_at is None:
            self._first_at = taken_at
            self._pauses_before_first_s = self._pauses_s
        self._last_at = max(self._last_at, taken_at)
        if self.total is not None and self.done > self.total:
            self.total = None  # the plan does more than it said: better no end than a wrong one

    def pause(self, at: float) -> None:
        """Stop the watch.

        Parameters
        ----------
        at : float
            Seconds since the epoch.
        """
        if self._paused_at is None:
            self._paused_at = at

    def resume(self, at: float) -> None:
        """Let the watch run again.

        Parameters
        ----------
        at : float
            Seconds since the epoch.
        """
        if self._paused_at is not None:
            pause = max(0.0, at - self._paused_at)
            self._pauses_s += pause
            self._last_at += pause if self._last_at <= self._paused_at else 0.0
            self._paused_at = None

    @property
    def paused_s(self) -> float:
        """Seconds spent in pauses that are over."""
        return self._pauses_s

    @property
    def seconds_per_point(self) -> float | None:
        """Seconds a point takes: the estimate, and the more points were measured, the measurement."""
        weight, seconds = 0.0, 0.0
        if self._estimate_per_point is not None:
            weight, seconds = TRUST_IN_ESTIMATE, TRUST_IN_ESTIMATE * self._estimate_per_point
        if self.done > 1 and self._first_at is not None:
            pauses = self._pauses_s - self._pauses_before_first_s
            measured = max(0.0, self._last_at - self._first_at - pauses)
            weight, seconds = weight + self.done - 1, seconds + measured
        return seconds / weight if weight else None

    def view(self) -> ScanProgressView:
        """Return how far the scan is now."""
        now = self._clock()
        per_point, since_last = self.seconds_per_point, self._since_last(now)
        remaining, late = None, 0.0
        if self.total is not None and per_point is not None:
            points = self.total - self.done
            remaining = max(0, points - 1) * per_point
            if points > 0:
                remaining += max(0.0, per_point - since_last)
            if points == 1 or self.done == 0:  # else what is left hides how late a point is
                late = max(0.0, since_last - per_point * points)
        return ScanProgressView(
            done=self.done,
            total=self.total,
            elapsed_s=max(0.0, now - self.started_at),
            remaining_s=remaining,
            ends_at=None if remaining is None else now + remaining,
            late_s=late,
        )

    def _since_last(self, now: float) -> float:
        """Return the seconds since the last point, or the start, without a pause under way."""
        until = self._paused_at if self._paused_at is not None else now
        return max(0.0, until - self._last_at)
