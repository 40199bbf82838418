"""Looking at a plan before it runs: limits, offline devices, points and time.

Owns the walk through a fresh plan with nothing connected to it, and how long that may take.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bsh.errors import BshError, LimitError
from bsh.msg import MsgGenerator, ensure_generator

from .offline import OfflineDevice

__all__ = ["Preflight", "look_ahead"]

MOST_SECONDS = 2.0
"""A plan is looked at for so long, in seconds; what comes later is checked when it is there."""

BRIGHT = 1e9
"""What a detector reads when it is asked how a plan depends on its data."""


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
        How long it will take at least; None where it has no end.
    moves : int
        How many times an axis is sent somewhere, as far as is known.
    travel : mapping
        For each axis by name how far it goes: start, low, high, distance, unit.
    started_at : float
        Seconds since the epoch.
    warnings : tuple of str
        What could not be checked.
    """

    command: str | None = None
    num_points: int | None = None
    seconds: float | None = None
    moves: int = 0
    travel: Mapping[str, Any] | None = None
    started_at: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def ends_at(self) -> float | None:
        """When it will end at the earliest, seconds since the epoch."""
        return None if self.seconds is None else self.started_at + self.seconds


def look_ahead(
    factory: Callable[[], Any],
    command: str | None,
    *,
    count_time: Mapping[str, str] | None = None,
    clock: Callable[[], float] = time.time,
) -> Preflight:
    """Walk through a plan without running it.

    Parameters
    ----------
    factory : callable
        Makes a fresh plan at each call.
    command : str or None
        The line as typed.
    count_time : mapping, optional
        The profile's key of that name.
    clock : callable
        Seconds since the epoch.

    Raises
    ------
    LimitError
        A planned position lies outside the limits of its axis.
    DeviceOffline
        A device that the plan uses is offline.
    """
    walk = _Walk(factory())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            estimate = walk.estimate(count_time)
        except LimitError:
            if not _depends_on_data(factory):
                raise
            estimate = None
        except BshError:
            raise
        except Exception:  # it does something with what is measured: nothing is known before
            estimate = None
    known = Preflight(command, started_at=clock(), warnings=tuple(str(one.message) for one in told))
    if estimate is None or walk.cut:
        return known
    return replace(
        known,
        num_points=estimate.points if estimate.complete else None,
        seconds=estimate.seconds if math.isfinite(estimate.seconds) else None,
        moves=estimate.moves,
        travel=estimate.travel,
    )


def _depends_on_data(factory: Callable[[], Any]) -> bool:
    """Whether a plan that seemed to go out of limits would not, had its detectors read something else.

    A plan such as "step on until it is bright" never sees light here, and walks on for ever.
    """
    try:
        _Walk(factory(), bright=True).estimate(None)
    except LimitError:
        return False
    except Exception:
        return True
    return True


class _Walk:
    """A plan's messages, for so long as there is time; a message to an offline device ends them."""

    def __init__(self, plan: Any, *, bright: bool = False) -> None:
        self._plan = ensure_generator(plan)
        self._bright = bright
        self.cut = False

    def estimate(self, count_time: Mapping[str, str] | None) -> Any:
        """Check limits and estimate."""
        from bsh.simulators import preflight

        return preflight(self.messages(), count_time=count_time)

    def messages(self) -> MsgGenerator:
        """Yield the plan's messages and hand the answers on."""
        deadline = time.monotonic() + MOST_SECONDS
        answer: Any = None
        count = 0
        try:
            while True:
                msg = self._plan.send(answer)
                if isinstance(msg.obj, OfflineDevice):
                    raise msg.obj.offline_error()
                answer = yield msg
                if self._bright and msg.command == "read" and not hasattr(msg.obj, "set"):
                    answer = {key: {**reading, "value": BRIGHT} for key, reading in answer.items()}
                count += 1
                if count % 1000 == 0 and time.monotonic() > deadline:
                    self.cut = True
                    return None
        except StopIteration as end:
            return end.value
        finally:
            self._plan.close()
