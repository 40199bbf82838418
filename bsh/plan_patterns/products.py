"""Scans along lines and over grids, as trajectories and as Cyclers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bsh.plan_patterns.arguments import (
    GridAxis,
    check_number,
    chunk_outer_product_args,
    name_or_repr,
    partition,
)
from bsh.plan_patterns.spacing import linspace
from bsh.plan_patterns.trajectory import Trajectory, grid, lockstep

__all__ = [
    "grid_points",
    "inner_list_product",
    "inner_product",
    "line_points",
    "list_grid_points",
    "list_points",
    "outer_list_product",
    "outer_product",
    "positions_of",
]


def line_points(num: int, args: Sequence[Any]) -> Trajectory:
    """Move all axes in lockstep along a line.

    Parameters
    ----------
    num : int
        Number of points.
    args : sequence
        ``motor, start, stop`` for each axis, in its own units.
    """
    triples = partition(3, args, "motor, start, stop")
    return lockstep(
        [motor for motor, _, _ in triples],
        [_line(motor, start, stop, num) for motor, start, stop in triples],
    )


def list_points(args: Sequence[Any]) -> Trajectory:
    """Move all axes in lockstep through lists of positions.

    Parameters
    ----------
    args : sequence
        ``motor, [position, position, ...]`` for each axis.
    """
    pairs = partition(2, args, "motor, [positions]")
    return lockstep([motor for motor, _ in pairs], [positions_of(motor, places) for motor, places in pairs])


def grid_points(axes: Sequence[GridAxis]) -> Trajectory:
    """Visit every point of an even grid.

    Parameters
    ----------
    axes : sequence of GridAxis
        The slowest first.
    """
    return grid(
        [axis.motor for axis in axes],
        [_line(axis.motor, axis.start, axis.stop, axis.num) for axis in axes],
        [axis.snake for axis in axes],
    )


def list_grid_points(args: Sequence[Any], snake_axes: bool | Iterable[Any]) -> Trajectory:
    """Visit every combination of positions from lists.

    Parameters
    ----------
    args : sequence
        ``motor, [position, position, ...]`` for each axis, the slowest first.
    snake_axes : bool or iterable of motors
        Which axes run forth and back: none, all but the slowest, or the named ones.
    """
    pairs = partition(2, args, "motor, [positions]")
    motors = [motor for motor, _ in pairs]
    if isinstance(snake_axes, Iterable):
        wanted = list(snake_axes)
        snake = [any(motor is one for one in wanted) for motor in motors]
    else:
        snake = [bool(snake_axes) and index > 0 for index in range(len(motors))]
    return grid(motors, [positions_of(motor, places) for motor, places in pairs], snake)


def inner_product(num: int, args: Sequence[Any]) -> Any:
    """Return the Cycler of a scan along a line, all axes in lockstep.

    Parameters
    ----------
    num : int
        Number of points.
    args : sequence
        ``motor, start, stop`` for each axis.
    """
    return line_points(num, args).cycler()


def outer_product(args: Sequence[Any]) -> Any:
    """Return the Cycler of an even grid.

    Parameters
    ----------
    args : sequence
        ``motor, start, stop, num`` for each axis, the slowest first; each but the first may be followed
        by a snake flag.
    """
    axes = chunk_outer_product_args(args)
    columns = [(axis.motor, _line(axis.motor, axis.start, axis.stop, axis.num)) for axis in axes]
    return _grid_cycler(columns, grid_points(axes), any(axis.snake for axis in axes))


def inner_list_product(args: Sequence[Any]) -> Any:
    """Return the Cycler of lists of positions, all axes in lockstep.

    Parameters
    ----------
    args : sequence
        ``motor, [position, position, ...]`` for each axis.
    """
    return list_points(args).cycler()


def outer_list_product(args: Sequence[Any], snake_axes: bool | Iterable[Any]) -> Any:
    """Return the Cycler of every combination of positions from lists.

    Parameters
    ----------
    args : sequence
        ``motor, [position, position, ...]`` for each axis, the slowest first.
    snake_axes : bool or iterable of motors
        Which axes run forth and back: none, all but the slowest, or the named ones.
    """
    pairs = partition(2, args, "motor, [positions]")
    columns = [(motor, positions_of(motor, positions)) for motor, positions in pairs]
    points = list_grid_points([part for column in columns for part in column], snake_axes)
    return _grid_cycler(columns, points, bool(snake_axes) and len(columns) > 1)


def _grid_cycler(columns: Sequence[tuple[Any, list[Any]]], points: Trajectory, snakes: bool) -> Any:
    """Return the Cycler of a grid; one that does not snake makes its points only when it is gone through."""
    if snakes:
        return points.cycler()
    from functools import reduce
    from operator import mul

    from cycler import cycler

    return reduce(mul, (cycler(motor, positions) for motor, positions in columns))


def _line(motor: Any, start: Any, stop: Any, num: int) -> list[float]:
    check_number(start, f"start of {name_or_repr(motor)}")
    check_number(stop, f"stop of {name_or_repr(motor)}")
    return linspace(start, stop, num)


def positions_of(motor: Any, positions: Any) -> list[Any]:
    """Return positions as a list of plain numbers, or of what they are.

    Parameters
    ----------
    motor : device
        The axis, for the error.
    positions : iterable
        Of any kind, a numpy array too.
    """
    if isinstance(positions, str) or not isinstance(positions, Iterable):
        raise ValueError(f"{name_or_repr(motor)} needs a list of positions, got {name_or_repr(positions)}")
    tolist = getattr(positions, "tolist", None)  # numpy arrays: plain numbers instead of numpy scalars
    listed = list(tolist() if tolist is not None else positions)
    if not listed:
        raise ValueError(f"{name_or_repr(motor)} needs a list of one position or more, got an empty one")
    return listed
