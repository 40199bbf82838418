"""Scans in any number of axes whose next point a user's function chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.arguments import check_num, check_number, name_or_repr
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.messages import CHECKPOINT, short_uid
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.trajectory import Row, Trajectory, lockstep
from bsh.plans.metadata import as_devices, axis_hints, start_md
from bsh.plans.stepping import predeclare, signature_of
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = ["adaptive"]

Suggest = Callable[[Row, Mapping[str, Any]], Sequence[float] | None]


@plan
def adaptive(
    detectors: Iterable[Any],
    motors: Iterable[Any],
    suggest: Suggest,
    *,
    first: Sequence[float],
    max_points: int = 1000,
    md: Mapping[str, Any] | None = None,
) -> MsgGenerator:
    """Measure, and let a function say where to go next.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motors : list of devices
        The axes.
    suggest : callable
        ``f(positions, readings)`` gets the point that was measured, as a tuple in the order of the motors,
        and the value of each data key. It returns the next point in the same form, or None to end.
    first : sequence of float
        The first point, each position in its motor's own units.
    max_points : int, optional
        So many points are taken at most.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    ValueError
        A point does not have one finite number for each motor.

    Examples
    --------
    >>> def outwards(positions, readings):
    ...     across, up = positions
    ...     return (across + 1, up + across) if across < 4 else None
    >>> planned_positions(adaptive([det], [x, y], outwards, first=[0, 0]), x, y)
    [(0, 0), (1, 0), (2, 1), (3, 3), (4, 6)]
    """
    axes = as_devices(motors, "motors", "set")
    devices = as_devices(detectors)
    signature_of(suggest, "suggest", "(positions, readings)")
    max_points = check_num(max_points, "max_points")
    start = _point(first, axes, "first")
    merged = _at(axes, start).axes
    full_md = start_md(
        "adaptive",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "motors": [repr(motor) for motor in axes],
            "suggest": getattr(suggest, "__qualname__", None) or repr(suggest),
            "first": list(start),
            "max_points": max_points,
        },
        md,
        motors=merged,
        hints=axis_hints(merged),
    )
    run = run_wrapper(_follow(devices, axes, suggest, start, max_points), md=full_md)
    return (yield from stage_wrapper(run, [*devices, *merged]))


def _at(axes: Sequence[Any], point: Row) -> Trajectory:
    """Return a trajectory of one point; pseudo axes of one positioner are moved together."""
    return lockstep(axes, [[position] for position in point]).merged()


def _follow(
    devices: list[Any], axes: list[Any], suggest: Suggest, start: Row, max_points: int
) -> MsgGenerator:
    moved = _at(axes, start).axes
    bundle = Bundle([*devices, *moved])
    group = short_uid("set")
    arrive = Msg("wait", None, group=group)
    yield from predeclare(bundle.devices)
    point = start
    last: Row = (None,) * len(moved)
    for _ in range(max_points):
        yield CHECKPOINT
        (row,) = _at(axes, point)
        for axis, position, before in zip(moved, row, last):
            if position != before:
                yield Msg("set", axis, position, group=group)
        yield arrive
        last = row
        readings = yield from bundle.take()
        if not readings:
            return  # the plan is only listed
        suggested = suggest(point, {key: reading["value"] for key, reading in readings.items()})
        if suggested is None:
            return
        point = _point(suggested, axes, "suggest()")


def _point(given: Any, axes: Sequence[Any], whose: str) -> Row:
    numbers = None if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    if numbers is None or len(numbers) != len(axes):
        names = ", ".join(map(name_or_repr, axes))
        raise ValueError(f"{whose} must give one position for each of {names}, got {given!r}")
    for axis, position in zip(axes, numbers):
        check_number(position, f"{whose} for {name_or_repr(axis)}")
    return numbers
