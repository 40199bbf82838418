"""The time of a plan, which does not pass while the plan is interrupted."""

from __future__ import annotations

from time import monotonic

__all__ = ["PlanClock"]


class PlanClock:
    """Counts seconds like ``time.monotonic``, but for those in which the plan did not go on.

    A rewind sets it back to the checkpoint: what is done again has not been done.

    Examples
    --------
    >>> clock = PlanClock()
    >>> clock.mark_checkpoint()
    >>> clock.stand_still()
    >>> clock.go_on(clock.checkpoint)
    >>> clock.now() - clock.checkpoint < 1.0
    True
    """

    __slots__ = ("_lost_s", "checkpoint", "stopped")

    def __init__(self) -> None:
        self._lost_s = 0.0
        self.checkpoint = self.stopped = monotonic()

    def now(self) -> float:
        """Return the time in seconds."""
        return monotonic() - self._lost_s

    def mark_checkpoint(self) -> None:
        """Note when the last checkpoint was."""
        self.checkpoint = self.now()

    def stand_still(self) -> None:
        """Note when the plan was interrupted."""
        self.stopped = self.now()

    def go_on(self, moment: float) -> None:
        """Let the time pass again, from ``moment`` on."""
        self._lost_s = monotonic() - moment
