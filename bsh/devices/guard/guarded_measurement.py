"""A measurement that fails when its detector is lost, or counts for ever."""

from __future__ import annotations

from typing import Any

from bsh.devices.count_time import count_time_signal
from bsh.devices.guard.guarded_action import GuardedAction

__all__ = ["GuardedMeasurement"]

LOOKS = 4
"""So many times in the stall time the detector's signals are compared with what they were."""

READ_WITHIN_S = 1.0


class GuardedMeasurement(GuardedAction):
    """A measurement that ends well only when its detector was there all the time.

    It has failed as well when its counting time is over for `stall_s`, and nothing of the detector has changed for so
    long. Detectors whose counting time is not known may take as long as they like.

    Parameters
    ----------
    detector : device
        Like ophyd's.
    inner : Status
        What its ``trigger()`` returned.
    stall_s : float or None
        Seconds; None for as long as it likes.
    count_time : str or None
        Attribute path of the counting time, if it is an unusual one.
    """

    __slots__ = ("_changed_at", "_count_time", "_look_next_at", "_seen", "_stall_s")

    def __init__(self, detector: Any, inner: Any, *, stall_s: float | None, count_time: str | None) -> None:
        self._stall_s = stall_s
        self._count_time = count_time
        self._seen: list[Any] | None = None
        self._changed_at = self._look_next_at = 0.0
        super().__init__(detector, "finish its measurement", inner)

    def look(self, now: float) -> bool:
        """Judge the measurement as it stands; return whether it is over.

        Parameters
        ----------
        now : float
            Monotonic seconds.
        """
        if super().look(now):
            return True
        stall_s = self._stall_s
        if stall_s is None:
            return False
        self._look_next_at = self._look_next_at or self._began_at + stall_s / LOOKS
        if now < self._look_next_at:
            return False
        self._look_next_at = now + stall_s / LOOKS
        try:
            return self._has_stopped_counting(now, stall_s)
        except Exception:  # it does not answer: no news, until it is lost
            return False

    def _has_stopped_counting(self, now: float, stall_s: float) -> bool:
        seen = self._values()
        if self._seen is None or any(map(_differ, seen, self._seen)):
            since = now if self._seen is not None else self._began_at
            self._seen, self._changed_at = seen, since
        return now - self._changed_at > stall_s and self._is_overdue(now, stall_s)

    def _is_overdue(self, now: float, stall_s: float) -> bool:
        signal = count_time_signal(self.obj, self._count_time)
        if signal is None:
            self._stall_s = None
            return False
        seconds = signal.get()
        elapsed = now - self._began_at
        if elapsed <= seconds + stall_s:
            return False
        self._fail(
            f"it counts for {seconds:g} s, {elapsed:.3g} s have passed, and nothing has changed for {stall_s:g} s"
        )
        return True

    def _values(self) -> list[Any]:
        from ophyd import Kind

        worth = Kind.normal | Kind.config
        signals = [found.item for found in self.obj.walk_signals(include_lazy=False)]
        return [signal.get() for signal in signals if signal.kind & worth]


def _differ(one: Any, other: Any) -> bool:
    different = one != other
    return bool(different.any()) if hasattr(different, "any") else bool(different)
