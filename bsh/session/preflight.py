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

from bsh.devices.not_connected import not_connected_error
from bsh.errors import BshError, DeviceError
from bsh.msg import Msg, MsgGenerator, ensure_generator

from .device_locks import DeviceLocks
from .interlocks import Interlocks
from .offline import OfflineDevice
from .timing import LearnedTiming

__all__ = ["DryRun", "Preflight", "look_ahead"]

MOST_SECONDS = 2.0
"""A plan is looked at for so long, in seconds; what comes later is checked when it is there."""

MOST_MESSAGES = 900_000
"""So many messages of a plan that says how many points it has are looked at; a simulation gives up soon after."""

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
    devices : tuple of str
        Names of the axes that move and the counters that count.
    overhead_s : float
        The part of `seconds` that was learned from earlier scans.
    axes : tuple of devices or None
        What the plan sends somewhere; None where the plan could not be walked through to its end.
    places : mapping or None
        Where the plan leaves the devices that it sets; None where that is not known.
    """

    command: str | None = None
    num_points: int | None = None
    seconds: float | None = None
    moves: int = 0
    travel: Mapping[str, Any] | None = None
    started_at: float = 0.0
    warnings: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    overhead_s: float = 0.0
    axes: tuple[Any, ...] | None = None
    places: Mapping[Any, Any] | None = None

    @property
    def ends_at(self) -> float | None:
        """When it will end at the earliest, seconds since the epoch."""
        return None if self.seconds is None else self.started_at + self.seconds


class DryRun(BaseException):
    """Thrown instead of running a plan that was only to be looked at.

    Parameters
    ----------
    known : Preflight
        What is known of it.
    """

    def __init__(self, known: Preflight) -> None:
        super().__init__(known)
        self.known = known


def look_ahead(
    factory: Callable[[], Any],
    command: str | None,
    *,
    count_time: Mapping[str, str] | None = None,
    interlocks: Interlocks | None = None,
    locks: DeviceLocks | None = None,
    timing: LearnedTiming | None = None,
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
    interlocks : Interlocks, optional
        The profile's rules.
    locks : DeviceLocks, optional
        Devices that are not to be moved.
    timing : LearnedTiming, optional
        What earlier scans took beyond speeds and counting times.
    clock : callable
        Seconds since the epoch.

    Raises
    ------
    LimitError
        A planned position lies outside the limits of its axis, or is forbidden by a rule.
    DeviceOffline
        A device is offline that the plan uses, or that a rule about its axes needs.
    DeviceError
        The plan moves a locked device.
    """
    interlocks = interlocks or Interlocks((), {})
    walk = _Walk(factory(), interlocks, locks)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            estimate = walk.estimate(count_time)
        except DeviceError:
            if not _depends_on_data(factory, interlocks, locks):
                raise
            estimate = None
        except BshError:
            raise
        except Exception:  # it does something with what is measured: nothing is known before
            estimate = None
    known = Preflight(command, started_at=clock(), warnings=tuple(str(one.message) for one in told))
    if estimate is None:
        return known
    if walk.cut:
        return _extrapolated(known, estimate, walk.planned)
    devices = tuple(str(device.name) for device in {**walk.axes, **walk.counters})
    overhead = (timing.overhead_s(devices) if timing is not None else 0.0) * (estimate.points or 0)
    return replace(
        known,
        num_points=estimate.points if estimate.complete else None,
        seconds=estimate.seconds + overhead if math.isfinite(estimate.seconds) else None,
        devices=devices,
        overhead_s=overhead,
        moves=estimate.moves,
        travel=estimate.travel,
        axes=tuple(walk.axes) if estimate.complete else None,
        places=estimate.places,
    )


def _extrapolated(known: Preflight, estimate: Any, planned: int | None) -> Preflight:
    """Say what is known of a plan of which only the beginning was looked at."""
    if not planned or not estimate.points:
        return known
    note = f"only {estimate.points:,} of its {planned:,} points were looked at, the others are when they come"
    seconds = estimate.seconds / estimate.points * planned
    return replace(known, num_points=planned, seconds=seconds, warnings=(*known.warnings, note))


def _depends_on_data(factory: Callable[[], Any], interlocks: Interlocks, locks: DeviceLocks | None) -> bool:
    """Whether a plan that is refused would not be, had its detectors read something else.

    A plan such as "step on until it is bright" never sees light here, and walks on for ever.
    """
    try:
        _Walk(factory(), interlocks, locks, bright=True).estimate(None)
    except DeviceError:
        return False
    except Exception:
        return True
    return True


class _Walk:
    """A plan's messages, for so long as there is time; a message to an offline device ends them."""

    def __init__(
        self, plan: Any, interlocks: Interlocks, locks: DeviceLocks | None = None, *, bright: bool = False
    ) -> None:
        self._plan = ensure_generator(plan)
        self._locks = locks
        self._interlocks = interlocks
        self._bright = bright
        self.cut = False
        self.planned: int | None = None
        self._runs = 0
        self.axes: dict[Any, None] = {}
        self.counters: dict[Any, None] = {}
        self._alive: set[Any] = set()
        self._refused: DeviceError | None = None

    def estimate(self, count_time: Mapping[str, str] | None) -> Any:
        """Check limits and estimate."""
        from bsh.simulators import preflight

        rules = self._interlocks.checkable()
        found = preflight(
            self.messages(), count_time=count_time, rules=rules, devices=self._interlocks.devices
        )
        if self._refused is not None:  # taken for a failure of a plan that has looked at made-up data
            raise self._refused
        return found

    def messages(self) -> MsgGenerator:
        """Yield the plan's messages and hand the answers on."""
        deadline = time.monotonic() + MOST_SECONDS
        answer: Any = None
        count = 0
        try:
            while True:
                msg = self._plan.send(answer)
                try:
                    for device in _devices_of(msg):
                        if device not in self._alive:
                            _refuse_unless_alive(device)
                            self._alive.add(device)
                    if msg.command == "set":
                        if self._locks is not None and msg.obj not in self.axes:
                            self._locks.refuse(msg.obj)
                        self.axes[msg.obj] = None
                    elif msg.command == "trigger":
                        self.counters[msg.obj] = None
                    elif msg.command == "open_run":
                        self._note_run(msg)
                    self._interlocks.refuse_unchecked(msg)
                except DeviceError as refusal:
                    self._refused = refusal
                    raise
                answer = yield msg
                if self._bright and msg.command in ("read", "read_together"):
                    answer = _bright(msg, answer)
                count += 1
                if count % 1000 == 0 and self._is_enough(count, deadline):
                    self.cut = True
                    return None
        except StopIteration as end:
            return end.value
        finally:
            self._plan.close()

    def _is_enough(self, count: int, deadline: float) -> bool:
        return time.monotonic() > deadline or (count >= MOST_MESSAGES and self.planned is not None)

    def _note_run(self, msg: Msg) -> None:
        """Remember how many points a run will have; of a plan with several runs this does not tell much."""
        points = msg.kwargs.get("num_points")
        self.planned = points if self._runs == 0 and isinstance(points, int) else None
        self._runs += 1


def _refuse_unless_alive(device: Any) -> None:
    if isinstance(device, OfflineDevice):
        raise device.offline_error()
    if getattr(device, "connected", None) is False:
        raise not_connected_error(device)


def _devices_of(msg: Msg) -> tuple[Any, ...]:
    return msg.args if msg.command == "read_together" else (msg.obj,)


def _bright(msg: Msg, answer: Any) -> Any:
    """Return the answer to a reading as if there were light on the detectors."""
    if hasattr(msg.obj, "set"):
        return answer
    return {key: {**reading, "value": BRIGHT} for key, reading in answer.items()}
