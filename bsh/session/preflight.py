"""Looking at a plan before it runs: limits, offline devices, points and time.

Owns the walk through a fresh plan with nothing connected to it, and its bounds: a plan may have no end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bsh.errors import BshError
from bsh.msg import MsgGenerator, ensure_generator

from .offline import OfflineDevice

__all__ = ["Preflight", "look_ahead"]

MOST_MESSAGES = 500_000
MOST_SECONDS = 2.0
"""A plan is looked at for so long, in seconds; what comes later is checked when it is there."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """What is known of a plan before it runs.

    Parameters
    ----------
    command : str or None
        The line as typed.
    num_points : int or None
        Events that it will save; None where it has no end, or depends on what is measured.
    seconds : float or None
        How long it will take at least.
    moves : int or None
        How many times an axis is sent somewhere.
    started_at : float
        Seconds since the epoch.
    """

    command: str | None = None
    num_points: int | None = None
    seconds: float | None = None
    moves: int | None = None
    started_at: float = 0.0

    @property
    def ends_at(self) -> float | None:
        """When it will end at the earliest, seconds since the epoch."""
        return None if self.seconds is None else self.started_at + self.seconds


def look_ahead(
    factory: Callable[[], Any], command: str | None, *, clock: Callable[[], float] = time.time
) -> Preflight:
    """Walk through a plan without running it.

    Parameters
    ----------
    factory : callable
        Makes a fresh plan at each call.
    command : str or None
        The line as typed.
    clock : callable
        Seconds since the epoch.

    Raises
    ------
    LimitError
        A planned position lies outside the limits of its axis.
    DeviceOffline
        A device that the plan uses is offline.
    """
    from bsh.simulators import check_limits, estimate

    try:
        check_limits(_Bounded(factory()).messages())
        walk = _Bounded(factory())
        estimated = estimate(walk.messages())
    except BshError:
        raise
    except Exception:  # it depends on what is measured: nothing can be said before
        return Preflight(command, started_at=clock())
    if walk.cut:
        return Preflight(command, started_at=clock())
    return Preflight(command, estimated.points, estimated.seconds, estimated.moves, clock())


class _Bounded:
    """A plan that ends when it has been looked at for long enough; offline devices end it with an error."""

    def __init__(self, plan: Any) -> None:
        self._plan = ensure_generator(plan)
        self.cut = False

    def messages(self) -> MsgGenerator:
        deadline = time.monotonic() + MOST_SECONDS
        answer: Any = None
        try:
            for number in range(MOST_MESSAGES):
                try:
                    msg = self._plan.send(answer)
                except StopIteration as stop:
                    return stop.value
                if isinstance(msg.obj, OfflineDevice):
                    raise msg.obj.offline_error()
                answer = yield msg
                if number % 1000 == 999 and time.monotonic() > deadline:
                    break
            self.cut = True
            return None
        finally:
            self._plan.close()
