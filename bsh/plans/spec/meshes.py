"""SPEC's scans over grids. The first motor is the fast one: the other way round than in ``grid_scan``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plan_patterns.arguments import GridAxis
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.products import grid_points
from bsh.plans.metadata import as_devices, axis_hints, part_md, start_md
from bsh.plans.spec.arguments import check_intervals, check_points
from bsh.plans.spec.running import MD, CountTime, Options, run_points

__all__ = ["dmesh", "mesh"]


def _mesh(
    name: str,
    detectors: Iterable[Any],
    fast: tuple[Any, ...],
    slow: tuple[Any, ...],
    snake: bool,
    md: MD,
    options: Options,
    start_at: int,
) -> MsgGenerator:
    axes = [_axis(slow, False), _axis(fast, snake)]
    check_points(axes[0].num * axes[1].num)
    devices = as_devices(detectors)
    motors = [axis.motor for axis in axes]
    points = grid_points(axes).starting_at(start_at)
    full_md = start_md(
        name,
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "args": [repr(fast[0]), *fast[1:], repr(slow[0]), *slow[1:]],
            "seconds": options.seconds,
            "snake": snake,
        },
        md,
        motors=motors,
        num_points=len(points),
        hints=axis_hints(motors, "rectilinear"),
        shape=tuple(axis.num for axis in axes),
        extents=tuple([axis.start, axis.stop] for axis in axes),
        snaking=tuple(axis.snake for axis in axes),
        count_time=options.seconds,
        **part_md(start_at),
    )
    return (yield from run_points(devices, points, full_md, options))


def _axis(typed: tuple[Any, ...], snake: bool) -> GridAxis:
    motor, start, stop, intervals = typed
    return GridAxis(motor, start, stop, check_intervals(intervals) + 1, snake)


@plan
def mesh(
    detectors: Iterable[Any],
    motor1: Any,
    start1: float,
    stop1: float,
    intervals1: int,
    motor2: Any,
    start2: float,
    stop2: float,
    intervals2: int,
    seconds: float | None,
    *,
    snake: bool = False,
    start_at: int = 0,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every point of a grid; the first motor is the fast one.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motor1, start1, stop1, intervals1
        The fast axis: positions in its own units, and steps; there is one point more.
    motor2, start2, stop2, intervals2
        The slow axis.
    seconds : float or None
        Counting time; negative is a number of monitor counts; None leaves it as it is.
    snake : bool, optional
        Whether the fast axis runs forth and back.
    start_at : int, optional
        The first point to visit, counted from 0: goes on with a scan that was broken off.
    settle : float, optional
        Seconds between the end of a move and the measurement.
    count_time : mapping, optional
        For detectors by name the attribute that takes the counting time.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(mesh([det], x, 0, 2, 2, y, 0, 1, 1, 0.1, snake=True), x, y)
    [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (0.0, 1.0)]
    """
    fast, slow = (motor1, start1, stop1, intervals1), (motor2, start2, stop2, intervals2)
    options = Options(seconds, False, settle, count_time)
    return _mesh("mesh", detectors, fast, slow, snake, md, options, start_at)


@plan
def dmesh(
    detectors: Iterable[Any],
    motor1: Any,
    start1: float,
    stop1: float,
    intervals1: int,
    motor2: Any,
    start2: float,
    stop2: float,
    intervals2: int,
    seconds: float | None,
    *,
    snake: bool = False,
    start_at: int = 0,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every point of a grid counted from where the motors are, and bring them back.

    Parameters
    ----------
    detectors, motor1, start1, stop1, intervals1, motor2, start2, stop2, intervals2, seconds
        As for :func:`mesh`; starts and stops are distances.
    snake, start_at, settle, count_time, md
        As for :func:`mesh`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(dmesh([det], x, 0, 2, 2, y, 0, 1, 1, 0.1), x, y)
    [(10.0, 20.0), (11.0, 20.0), (12.0, 20.0), (10.0, 21.0), (11.0, 21.0), (12.0, 21.0)]
    """
    fast, slow = (motor1, start1, stop1, intervals1), (motor2, start2, stop2, intervals2)
    options = Options(seconds, True, settle, count_time)
    return _mesh("dmesh", detectors, fast, slow, snake, md, options, start_at)
