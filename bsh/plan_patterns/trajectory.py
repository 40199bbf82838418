"""The points of a scan: which axes, and where each of them is at each point.

Points are made one at a time while the scan runs, so that a grid of a million points costs no more than
the points that are taken. Knows neither messages nor detectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from math import isfinite, prod
from typing import Any

from bsh.plan_patterns.arguments import name_or_repr
from bsh.plan_patterns.axes import axis_name, merge_axis

__all__ = ["Row", "Trajectory", "grid", "lockstep", "merge_cycler", "snake_cyclers"]

Row = tuple[Any, ...]

MANY_POINTS = 10_000
"""From here on a Cycler is made in one piece: adding one for each axis copies every point several times."""


class Trajectory:
    """Positions of several axes at each point of a scan.

    Parameters
    ----------
    axes : sequence of devices
        The axes; one may occur only once.
    make_rows : callable
        Returns a fresh iterator of rows, one position for each axis, in each axis's own units.
    num_points : int
        How many rows there are.

    Examples
    --------
    >>> points = lockstep(["x", "y"], [[0, 1, 2], [5, 6, 7]])
    >>> list(points)
    [(0, 5), (1, 6), (2, 7)]
    """

    __slots__ = ("_make_rows", "axes", "num_points")

    def __init__(self, axes: Sequence[Any], make_rows: Callable[[], Iterable[Row]], num_points: int) -> None:
        self.axes = tuple(axes)
        self._make_rows = make_rows
        self.num_points = num_points
        for index, axis in enumerate(self.axes):
            if any(axis is other for other in self.axes[:index]):
                raise ValueError(f"{getattr(axis, 'name', axis)} is given twice; each motor may appear once")

    def __len__(self) -> int:
        return self.num_points

    def __iter__(self) -> Iterator[Row]:
        return iter(self._make_rows())

    def starting_at(self, point: float) -> Trajectory:
        """Return the points from a given one on.

        Parameters
        ----------
        point : int
            The first point to visit, counted from 0.

        Raises
        ------
        ValueError
            There is no such point.
        """
        if point == 0:
            return self
        is_whole = isinstance(point, int) or (isinstance(point, float) and point.is_integer())
        if not is_whole or not 0 <= point < self.num_points:
            raise ValueError(
                f"start_at is a point of the scan, counted from 0: a whole number from 0 to "
                f"{self.num_points - 1}, got {point!r}"
            )
        first = int(point)
        return Trajectory(self.axes, lambda: islice(self, first, None), self.num_points - first)

    def check(self) -> None:
        """Raise a ValueError for the first position that is NaN or infinite; goes through all points."""
        for number, row in enumerate(self):
            for axis, position in zip(self.axes, row):
                if isinstance(position, float) and not isfinite(position):
                    raise _no_position(axis, position, number, self.num_points)

    def array(self) -> Any:
        """Return all positions as a numpy array of shape ``(n_points, n_axes)``."""
        import numpy as np

        shape = (self.num_points, len(self.axes))
        try:
            return np.fromiter(chain.from_iterable(self), float, prod(shape)).reshape(shape)
        except (TypeError, ValueError):  # positions that are no numbers
            return np.array(list(self)).reshape(shape)

    def cycler(self) -> Any:
        """Return the points as a Cycler, the type that plans of other packages exchange."""
        from functools import reduce
        from operator import add

        from cycler import Cycler, cycler

        if self.num_points > MANY_POINTS:
            return Cycler([dict(zip(self.axes, row)) for row in self])
        columns = list(zip(*self)) or [()] * len(self.axes)
        return reduce(add, (cycler(axis, list(column)) for axis, column in zip(self.axes, columns)))

    @classmethod
    def from_cycler(cls, cycler: Any) -> Trajectory:
        """Take the points of a Cycler.

        Parameters
        ----------
        cycler : Cycler
            Its keys are the axes.
        """
        first = next(iter(cycler), None)
        # The keys of a Cycler are a set; the order of the axes is the one of its points.
        axes = tuple(cycler.keys if first is None else first)
        return cls(axes, lambda: (tuple(point[axis] for axis in axes) for point in cycler), len(cycler))

    def merged(self) -> Trajectory:
        """Return the same points with the pseudo axes of one positioner moved together.

        The positioner takes their place, and its positions are dicts ``{axis name: position}``.

        Raises
        ------
        ValueError
            A positioner comes with axes of its own, or pseudo axes with real ones.
        """
        families = merge_axis(self.axes)
        together = {parent: kinds["pseudo"] for parent, kinds in families.coupled.items() if kinds["pseudo"]}
        if not together:
            return self
        index_of = {id(axis): index for index, axis in enumerate(self.axes)}
        taken = {id(axis) for axes in together.values() for axis in axes}
        kept = [index for index, axis in enumerate(self.axes) if id(axis) not in taken]
        groups = [[(axis_name(axis), index_of[id(axis)]) for axis in axes] for axes in together.values()]

        def rows() -> Iterator[Row]:
            for row in self:
                positions = ({name: row[index] for name, index in group} for group in groups)
                yield (*(row[index] for index in kept), *positions)

        return Trajectory([*(self.axes[index] for index in kept), *together], rows, self.num_points)


def lockstep(axes: Sequence[Any], columns: Sequence[Sequence[Any]]) -> Trajectory:
    """Move all axes together.

    Parameters
    ----------
    axes : sequence of devices
        The axes.
    columns : sequence of sequences
        For each axis its positions; all of the same length.
    """
    for axis, column in zip(axes, columns):
        _refuse_no_position(axis, column)
    lengths = {len(column) for column in columns}
    if len(lengths) != 1:
        counted = ", ".join(f"{getattr(a, 'name', a)}: {len(c)}" for a, c in zip(axes, columns))
        raise ValueError(f"every motor needs the same number of positions; got {counted or 'none'}")
    return Trajectory(axes, lambda: zip(*columns), lengths.pop())


def grid(axes: Sequence[Any], columns: Sequence[Sequence[Any]], snake: Sequence[bool]) -> Trajectory:
    """Visit every combination of positions.

    Parameters
    ----------
    axes : sequence of devices
        The slowest first.
    columns : sequence of sequences
        For each axis its positions.
    snake : sequence of bool
        For each axis whether it runs forth and back; the slowest runs once, forth.
    """
    positions = [list(column) for column in columns]
    for axis, column in zip(axes, positions):
        _refuse_no_position(axis, column)
    return Trajectory(axes, lambda: _grid_rows(positions, tuple(snake)), prod(map(len, positions)))


def _refuse_no_position(axis: Any, column: Sequence[Any]) -> None:
    """Raise for the first position of an axis that is NaN or infinite."""
    for number, position in enumerate(column):
        if isinstance(position, float) and not isfinite(position):
            raise _no_position(axis, position, number, len(column))


def _no_position(axis: Any, position: float, number: int, length: int) -> ValueError:
    return ValueError(
        f"{name_or_repr(axis)}: position {number} of {length} is {position!r}; positions must be finite numbers"
    )


def _grid_rows(columns: Sequence[list[Any]], snake: Sequence[bool]) -> Iterator[Row]:
    *slower, fastest = columns
    if not slower:
        for position in fastest:
            yield (position,)
        return
    back = fastest[::-1] if snake[-1] else fastest
    for turn, row in enumerate(_grid_rows(slower, snake[:-1])):
        for position in back if turn & 1 else fastest:
            yield (*row, position)


def snake_cyclers(cyclers: Sequence[Any], snake_booleans: Sequence[bool]) -> Any:
    """Combine Cyclers into one that visits every combination, some of them forth and back.

    Parameters
    ----------
    cyclers : sequence of Cycler
        The slowest first; each may hold several axes that move together.
    snake_booleans : sequence of bool
        For each Cycler whether it runs forth and back.

    Raises
    ------
    ValueError
        There are not as many flags as Cyclers.
    """
    if len(cyclers) != len(snake_booleans):
        raise ValueError(f"{len(cyclers)} cyclers need as many snake flags, got {len(snake_booleans)}")
    parts = [Trajectory.from_cycler(cycler) for cycler in cyclers]
    combined = grid(range(len(parts)), [list(part) for part in parts], snake_booleans)
    axes = [axis for part in parts for axis in part.axes]
    rows = lambda: (sum(row, ()) for row in combined)  # noqa: E731 - a factory of one expression
    return Trajectory(axes, rows, combined.num_points).cycler()


def merge_cycler(cyc: Any) -> Any:
    """Return a Cycler in which the pseudo axes of one positioner move together.

    Parameters
    ----------
    cyc : Cycler
        Its keys are the axes. It comes back unchanged when nothing is coupled.
    """
    points = Trajectory.from_cycler(cyc)
    merged = points.merged()
    return cyc if merged is points else merged.cycler()
