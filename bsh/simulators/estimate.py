"""How long a plan will take at least, how many points it takes, and how far its axes travel.

The arithmetic of a move is the motor record's: constant acceleration to the speed, constant speed, constant
deceleration. What is unknown takes no time, so that the estimate is a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, nan, sqrt
from typing import Any

from bsh.devices.count_time import count_time_signal
from bsh.msg import Msg
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.simulators.limits import LimitChecker
from bsh.simulators.rules import Rule, RuleChecker
from bsh.simulators.world import DONE, World, last_known

__all__ = ["Estimate", "Travel", "estimate", "learned_overhead", "preflight"]


@dataclass(slots=True)
class Travel:
    """How far one axis goes.

    Parameters
    ----------
    start : float
        Where it is before the plan, in the axis's own units.
    low, high : float
        Ends of the range that it covers.
    distance : float
        Length of the whole way.
    unit : str
        Name of the units.
    moves : int
        Moves that change its position.
    """

    start: float
    low: float
    high: float
    distance: float = 0.0
    unit: str = ""
    moves: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan will do.

    Parameters
    ----------
    points : int or None
        Events; None if the plan goes on until it is stopped.
    moves : int
        Moves that change a position, of all axes.
    travel : mapping
        For each axis by name how many moves it makes, and how far it goes.
    seconds : float
        Least duration, infinite for a plan without end: the sum of the three that follow, which are what
        the plan waits for; what goes on at the same time counts once.
    moving : float
        Seconds spent on waiting for axes.
    counting : float
        Seconds spent on waiting for detectors.
    overheads : float
        Seconds spent on anything else: sleeping, settling, a fixed time for each point.
    complete : bool
        False if the plan looks at what detectors measure: the rest is a guess then.
    places : mapping or None
        Where the plan leaves the devices that it sets; None where that is not known.
    """

    points: int | None
    moves: int
    travel: Mapping[str, Travel] = field(default_factory=dict)
    seconds: float = 0.0
    moving: float = 0.0
    counting: float = 0.0
    overheads: float = 0.0
    complete: bool = True
    places: Mapping[Any, Any] | None = None


def estimate(
    plan: AnyPlan,
    devices: Iterable[Any] | None = None,
    *,
    overhead: float = 0.0,
    overheads: Mapping[str, float] | None = None,
    count_time: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate a plan without running it.

    Parameters
    ----------
    plan : plan
        It is used up.
    devices : iterable of devices, optional
        The axes whose travel is wanted, also if they do not move; all that move if not given.
    overhead : float, optional
        Seconds that each point takes beyond moving and counting, as :func:`learned_overhead` finds it.
    overheads : mapping, optional
        For devices by name the seconds that each of their moves or triggers takes beyond what their speed or
        their counting time says.
    count_time : mapping, optional
        For detectors by name the attribute that takes the counting time, the profile's key.

    Examples
    --------
    >>> from bsh.devices.sim import SimDetector, SimMotor
    >>> from bsh.plans.spec import ascan
    >>> th, det = SimMotor("th", velocity=1.0, acceleration=0.0), SimDetector("det")
    >>> foreseen = estimate(ascan([det], th, 0, 10, 10, 0.5))
    >>> foreseen.points, foreseen.moves, foreseen.travel["th"].distance, foreseen.seconds
    (11, 10, 10.0, 15.5)
    """
    world = World()
    timekeeper = _Timekeeper(world, overhead, overheads or {}, count_time or {})
    world.walk(plan)
    return timekeeper.result(devices)


def learned_overhead(foreseen: Estimate, seconds: float) -> float:
    """Return the seconds that each point took beyond what was estimated, for the next estimate.

    Parameters
    ----------
    foreseen : Estimate
        Made with no overhead, of a plan with an end.
    seconds : float
        How long the plan took; without its pauses.

    Returns
    -------
    float
        0 if it was not longer than estimated, or if it had no points.
    """
    if not foreseen.points:
        return 0.0
    return max(0.0, (seconds - foreseen.seconds) / foreseen.points)


def preflight(
    plan: AnyPlan,
    *,
    overhead: float = 0.0,
    overheads: Mapping[str, float] | None = None,
    count_time: Mapping[str, str] | None = None,
    rules: Iterable[str | Rule] = (),
    devices: Mapping[str, Any] | None = None,
) -> Estimate:
    """Check the limits of a plan and the rules of the beamline, and estimate it, in one go.

    Parameters
    ----------
    plan, overhead, overheads, count_time
        As for :func:`estimate`.
    rules, devices
        As for :func:`bsh.simulators.check_rules`.

    Raises
    ------
    LimitError
        At the first target that is out of limits, or that a rule forbids.
    ProfileError
        A rule cannot be read.
    """
    world = World()
    timekeeper = _Timekeeper(world, overhead, overheads or {}, count_time or {})
    LimitChecker(world)
    checker = RuleChecker(world, rules, devices or {})
    world.walk(plan)
    checker.finish()
    return timekeeper.result()


class _Timekeeper:
    """A clock that messages advance by what they would take."""

    def __init__(
        self,
        world: World,
        overhead: float,
        overheads: Mapping[str, float],
        count_time: Mapping[str, str],
    ) -> None:
        self._world = world
        self._overhead = overhead
        self._overheads = overheads
        self._count_time = count_time
        self._now = 0.0
        self._groups: dict[Hashable, tuple[float, bool]] = {}  # when the last one is done; is it a move?
        self._movers: dict[Any, Callable[[float], float]] = {}
        self._count_signals: dict[Any, Any] = {}
        self._moves = 0
        self._moving = self._counting = self._sleeping = 0.0
        self._travel: dict[Any, Travel] = {}
        self._take_effect = world.handlers["set"]
        world.handlers |= {
            "set": self._set,
            "trigger": self._trigger,
            "wait": self._wait,
            "sleep": self._sleep,
        }

    def result(self, devices: Iterable[Any] | None = None) -> Estimate:
        """Return what was found; the travel of the given axes, or of all."""
        world = self._world
        axes = self._travel if devices is None else list(devices)
        overheads = self._sleeping + world.points * self._overhead
        return Estimate(
            points=None if world.endless else world.points,
            moves=self._moves,
            travel={_name_of(obj): self._travel_of(obj) for obj in axes},
            seconds=inf if world.endless else self._now + world.points * self._overhead,
            moving=self._moving,
            counting=self._counting,
            overheads=overheads,
            complete=world.foreseen,
            places=world.places(),
        )

    def _set(self, msg: Msg) -> Any:
        obj = msg.obj
        before = self._world.position_of(obj)
        answer = self._take_effect(msg)
        target = msg.args[0] if msg.args else None
        if isinstance(target, int | float) and isinstance(before, int | float):
            seconds = self._move(obj, before, target)
            if seconds:
                self._pending(msg, seconds, True)
        return answer

    def _move(self, obj: Any, before: float, target: float) -> float:
        distance = abs(target - before)
        mover = self._movers.get(obj)
        if mover is None:
            mover = self._movers[obj] = _mover(obj)
        if mover is _NOT_AN_AXIS:
            return 0.0
        travel = self._travel.get(obj)
        if travel is None:
            travel = self._travel[obj] = _standing(obj, before)
        if distance:
            self._moves += 1
            travel.moves += 1
            travel.distance += distance
            if target < travel.low:
                travel.low = target
            elif target > travel.high:
                travel.high = target
        seconds = mover(distance)
        if distance and self._overheads:
            seconds += self._overheads.get(_name_of(obj), 0.0)
        return seconds

    def _travel_of(self, obj: Any) -> Travel:
        if obj in self._travel:
            return self._travel[obj]
        position = self._world.position_of(obj)
        return _standing(obj, position if isinstance(position, int | float) else nan)

    def _trigger(self, msg: Msg) -> Any:
        seconds = self._seconds_of(msg.obj)
        if self._overheads:
            seconds += self._overheads.get(_name_of(msg.obj), 0.0)
        if seconds > 0:
            self._pending(msg, seconds, False)
        return DONE

    def _seconds_of(self, detector: Any) -> float:
        if detector in self._count_signals:
            signal = self._count_signals[detector]
        else:
            signal = count_time_signal(detector, self._count_time.get(getattr(detector, "name", "")))
            self._count_signals[detector] = signal
        if signal is None:
            return 0.0
        seconds = self._world.position_of(signal)
        return float(seconds) if isinstance(seconds, int | float) else 0.0

    def _pending(self, msg: Msg, seconds: float, is_move: bool) -> None:
        group = msg.kwargs.get("group")
        if group is None:
            return  # nobody waits for it
        end = self._now + seconds
        known = self._groups.get(group)
        if known is None or end > known[0]:
            self._groups[group] = (end, is_move)

    def _wait(self, msg: Msg) -> bool:
        group = msg.kwargs["group"] if "group" in msg.kwargs else (msg.args[0] if msg.args else None)
        known = self._groups.pop(group, None)
        if known is not None:
            end, is_move = known
            waited = end - self._now
            if waited > 0:
                self._now = end
                if is_move:
                    self._moving += waited
                else:
                    self._counting += waited
        return True

    def _sleep(self, msg: Msg) -> None:
        seconds = float(msg.args[0]) if msg.args else 0.0
        self._now += seconds
        self._sleeping += seconds


def _name_of(obj: Any) -> str:
    return str(getattr(obj, "name", obj))


def _standing(obj: Any, position: float) -> Travel:
    return Travel(position, position, position, unit=str(getattr(obj, "egu", "") or ""))


def _NOT_AN_AXIS(distance: float) -> float:  # noqa: N802 - a constant that is called
    return 0.0


def _mover(obj: Any) -> Callable[[float], float]:
    """Return the function from the length of a move to its seconds."""
    speed = _number(getattr(obj, "velocity", None))
    settle = _number(getattr(obj, "settle_time", None))
    if speed <= 0.0:
        is_axis = hasattr(obj, "position") or hasattr(obj, "locate")
        return (lambda distance: settle) if is_axis else _NOT_AN_AXIS
    ramp = max(0.0, _number(getattr(obj, "acceleration", None)))

    def seconds(distance: float) -> float:
        if distance == 0.0:
            return settle
        if ramp * speed > distance:  # too short to reach the speed
            return 2 * sqrt(distance * ramp / speed) + settle
        return distance / speed + ramp + settle

    return seconds


def _number(setting: Any) -> float:
    """Return a setting as a number, 0 if it is none; one that is a signal is asked once, if connected."""
    if hasattr(setting, "get") and getattr(setting, "connected", True):
        known = last_known(setting)
        setting = setting.get() if known is None else known
    return float(setting) if isinstance(setting, int | float) else 0.0
