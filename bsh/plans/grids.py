"""Scans over grids. The first motor is the slowest, the last one the fastest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plan_patterns.arguments import (
    GridAxis,
    OuterProductArgsPattern,
    chunk_outer_product_args,
    classify_outer_product_args_pattern,
    partition,
)
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.products import grid_points, list_grid_points, positions_of
from bsh.plans.metadata import as_devices, axis_hints, part_md, shown_args, start_md
from bsh.plans.scanning import relatively
from bsh.plans.stepping import PerStep, run_steps

__all__ = [
    "grid_axes",
    "grid_scan",
    "list_grid_scan",
    "outer_product_scan",
    "rel_grid_scan",
    "rel_list_grid_scan",
    "relative_outer_product_scan",
]

SnakeAxes = bool | Iterable[Any] | None
MD = Mapping[str, Any] | None


def grid_axes(args: Sequence[Any], snake_axes: SnakeAxes) -> list[GridAxis]:
    """Return the axes of a grid, with their snake flags.

    Parameters
    ----------
    args : sequence
        ``motor, start, stop, num`` for each axis, the slowest first; each but the first may be followed
        by a snake flag instead of giving `snake_axes`.
    snake_axes : bool, iterable of motors or None
        Which axes run forth and back.

    Raises
    ------
    ValueError
        Both ways are used at once, or `snake_axes` names the slowest motor, one twice, or one that is not
        scanned.
    """
    axes = chunk_outer_product_args(args)
    if snake_axes is None:
        return axes
    if classify_outer_product_args_pattern(args) is OuterProductArgsPattern.PATTERN_2:
        raise ValueError(
            "give either snake_axes or a snake flag after each motor, not both; snake_axes is the newer way"
        )
    flags = _snake_flags([axis.motor for axis in axes], snake_axes)
    return [axis._replace(snake=flag) for axis, flag in zip(axes, flags)]


def _snake_flags(motors: Sequence[Any], snake_axes: bool | Iterable[Any]) -> list[bool]:
    if isinstance(snake_axes, bool):
        return [snake_axes and index > 0 for index in range(len(motors))]
    if not isinstance(snake_axes, Iterable):
        raise ValueError(f"snake_axes is True, False or a list of motors, got {snake_axes!r}")
    wanted = list(snake_axes)
    for index, motor in enumerate(wanted):
        name = getattr(motor, "name", motor)
        if not any(motor is scanned for scanned in motors):
            names = ", ".join(str(scanned.name) for scanned in motors)
            raise ValueError(f"snake_axes names {name}, which this grid does not move (it moves {names})")
        if any(motor is other for other in wanted[:index]):
            raise ValueError(f"snake_axes names {name} twice")
        if motor is motors[0]:
            raise ValueError(f"{name} is the slowest motor of the grid: it runs only once and cannot snake")
    return [any(motor is one for one in wanted) for motor in motors]


@plan
def grid_scan(
    detectors: Iterable[Any],
    *args: Any,
    snake_axes: SnakeAxes = None,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every point of an even grid.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    *args
        ``motor, start, stop, num`` for each motor in its own units; the first is the slowest.
    snake_axes : bool or list of motors, optional
        Which motors run forth and back: none, all but the slowest, or those in the list.
    start_at : int, optional
        The first point to visit, counted from 0: goes on with a scan that was broken off.
    per_step, md
        As for :func:`scan_nd`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(grid_scan([det], y, 0, 1, 2, x, 0, 2, 3, snake_axes=True), x, y)
    [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (0.0, 1.0)]
    >>> len(planned_positions(grid_scan([det], y, 0, 1, 20, x, 0, 2, 30, start_at=590), x, y))
    10
    """
    axes = grid_axes(args, snake_axes)
    devices = as_devices(detectors)
    motors = [axis.motor for axis in axes]
    shown: list[Any] = []
    for index, axis in enumerate(axes):
        shown += [repr(axis.motor), axis.start, axis.stop, axis.num]
        if index > 0:
            shown.append(axis.snake)
    points = grid_points(axes).starting_at(start_at)
    full_md = start_md(
        "grid_scan",
        devices,
        {"detectors": [repr(device) for device in devices], "args": shown, "per_step": repr(per_step)},
        md,
        motors=motors,
        num_points=len(points),
        pattern=("outer_product", {"args": shown}),
        hints=axis_hints(motors, "rectilinear"),
        shape=tuple(axis.num for axis in axes),
        extents=tuple([axis.start, axis.stop] for axis in axes),
        snaking=tuple(axis.snake for axis in axes),
        **part_md(start_at),
    )
    return (yield from run_steps(devices, points, per_step, full_md))


@plan
def rel_grid_scan(
    detectors: Iterable[Any],
    *args: Any,
    snake_axes: SnakeAxes = None,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Do what :func:`grid_scan` does, counted from where the motors are, and bring them back.

    Parameters
    ----------
    detectors, *args, snake_axes, start_at, per_step, md
        As for :func:`grid_scan`; starts and stops are distances.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(rel_grid_scan([det], y, 0, 1, 2, x, 0, 2, 3), x, y)
    [(10.0, 20.0), (11.0, 20.0), (12.0, 20.0), (10.0, 21.0), (11.0, 21.0), (12.0, 21.0)]
    """
    motors = [axis.motor for axis in grid_axes(args, snake_axes)]
    named = {"plan_name": "rel_grid_scan", **(md or {})}
    inner = grid_scan(detectors, *args, snake_axes=snake_axes, start_at=start_at, per_step=per_step, md=named)
    return (yield from relatively(inner, motors))


@plan
def list_grid_scan(
    detectors: Iterable[Any],
    *args: Any,
    snake_axes: bool | Iterable[Any] = False,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every combination of positions from lists.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    *args
        ``motor, [position, position, ...]`` for each motor in its own units; the first is the slowest.
    snake_axes : bool or list of motors, optional
        Which motors run forth and back: none, all but the slowest, or those in the list.
    start_at : int, optional
        The first point to visit, counted from 0: goes on with a scan that was broken off.
    per_step, md
        As for :func:`scan_nd`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(list_grid_scan([det], y, [0, 1], x, [0, 1, 4], snake_axes=[x]), x, y)
    [(0, 0), (1, 0), (4, 0), (4, 1), (1, 1), (0, 1)]
    """
    pairs = partition(2, args, "motor, [positions]")
    motors = [motor for motor, _ in pairs]
    lists = [positions_of(motor, positions) for motor, positions in pairs]
    snake_axes = list(snake_axes) if isinstance(snake_axes, Iterable) else snake_axes
    flags = _snake_flags(motors, snake_axes)
    args = tuple(arg for pair in zip(motors, lists) for arg in pair)
    devices = as_devices(detectors)
    shown = shown_args(args, 2, "motor, [positions]")
    whole = list_grid_points(args, [motor for motor, flag in zip(motors, flags) if flag])
    points = whole.starting_at(start_at)
    shown_snakes = snake_axes if isinstance(snake_axes, bool) else [repr(motor) for motor in snake_axes]
    full_md = start_md(
        "list_grid_scan",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "args": shown,
            "snake_axes": shown_snakes,
            "per_step": repr(per_step),
        },
        md,
        motors=motors,
        num_points=len(points),
        pattern=("outer_list_product", {"args": shown, "snake_axes": shown_snakes}),
        hints=axis_hints(motors, "rectilinear"),
        shape=tuple(len(positions) for positions in lists),
        extents=tuple([min(positions), max(positions)] for positions in lists),
        snaking=tuple(flags),
        **part_md(start_at),
    )
    return (yield from run_steps(devices, points, per_step, full_md))


@plan
def rel_list_grid_scan(
    detectors: Iterable[Any],
    *args: Any,
    snake_axes: bool | Iterable[Any] = False,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Do what :func:`list_grid_scan` does, counted from where the motors are, and bring them back.

    Parameters
    ----------
    detectors, *args, snake_axes, start_at, per_step, md
        As for :func:`list_grid_scan`; positions are distances.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(rel_list_grid_scan([det], y, [0, 1], x, [0, 1, 4]), x, y)
    [(10.0, 20.0), (11.0, 20.0), (14.0, 20.0), (10.0, 21.0), (11.0, 21.0), (14.0, 21.0)]
    """
    motors = [motor for motor, _ in partition(2, args, "motor, [positions]")]
    named = {"plan_name": "rel_list_grid_scan", **(md or {})}
    inner = list_grid_scan(
        detectors, *args, snake_axes=snake_axes, start_at=start_at, per_step=per_step, md=named
    )
    return (yield from relatively(inner, motors))


outer_product_scan = grid_scan
relative_outer_product_scan = rel_grid_scan
