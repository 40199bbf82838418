"""Where the time of a run goes: moving, counting, held by suspenders, and the rest.

Owns the sums. What counts as moving is told by the motors and detectors of the start document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bsh.callbacks.waiting import root_name
from bsh.protocols import Document

__all__ = ["TimeShares", "TimeSplit"]


@dataclass(frozen=True, slots=True)
class TimeShares:
    """Parts of a run's time, 0 to 1; together 1."""

    moving: float
    counting: float
    overhead: float
    suspended: float = 0.0


class TimeSplit:
    """Add up what the plan of one run waited for.

    Parameters
    ----------
    start : dict
        Start document; ``motors`` and ``detectors`` are names of devices.
    """

    def __init__(self, start: Document) -> None:
        self._motors = {str(name) for name in start.get("motors") or ()}
        self._detectors = {str(name) for name in start.get("detectors") or ()}
        self.moving_s = 0.0
        self.counting_s = 0.0
        self.suspended_s = 0.0
        self._held_at: float | None = None

    def waited(self, statuses: Iterable[Any], seconds: float) -> None:
        """Count one wait that is over.

        Parameters
        ----------
        statuses : iterable
            What was waited for. A wait for a motor and a detector together is counting.
        seconds : float
            How long.
        """
        names = {root_name(status) for status in statuses}
        if names & self._detectors:
            self.counting_s += seconds
        elif names & self._motors:
            self.moving_s += seconds

    def hold(self, at: float) -> None:
        """Note that a suspender holds the plan back.

        Parameters
        ----------
        at : float
            Seconds since the epoch.
        """
        if self._held_at is None:
            self._held_at = at

    def let_go(self, at: float) -> None:
        """Note that no suspender holds the plan back any more, or that people have paused it meanwhile.

        Parameters
        ----------
        at : float
            Seconds since the epoch.
        """
        if self._held_at is not None:
            self.suspended_s += max(0.0, at - self._held_at)
            self._held_at = None

    def shares(self, seconds: float) -> TimeShares | None:
        """Return the shares of a run, or None if nothing was waited for.

        Parameters
        ----------
        seconds : float
            Duration of the run without its pauses and suspensions.
        """
        waited = self.moving_s + self.counting_s + self.suspended_s
        if seconds + self.suspended_s <= 0 or waited <= 0:
            return None
        whole = max(seconds + self.suspended_s, waited)
        parts = (self.moving_s, self.counting_s, whole - waited, self.suspended_s)
        return TimeShares(*(part / whole for part in parts))
