"""Spirals around a centre, cut to a rectangle, as trajectories and as Cyclers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import cos, hypot, pi, radians, sin, sqrt, tan
from typing import Any

from bsh.plan_patterns.arguments import check_num, check_number, name_or_repr
from bsh.plan_patterns.spacing import linspace
from bsh.plan_patterns.trajectory import Trajectory, lockstep

__all__ = [
    "spiral",
    "spiral_fermat",
    "spiral_fermat_points",
    "spiral_points",
    "spiral_square_pattern",
    "spiral_square_points",
]

GOLDEN_ANGLE = radians(137.508)  # H. Vogel (1979): neighbouring points of a sunflower head

Point = tuple[float, float]


class _Window:
    """The rectangle that a spiral is cut to, sheared by a tilt; in spiral coordinates, where y is round.

    Parameters
    ----------
    x_range, y_range : float
        Full widths, in the units of each axis.
    dr, dr_y : float, float or None
        Distance of rings along x and along y (None: the same).
    tilt : float
        Angle by which the sides are sheared, in radians.
    """

    def __init__(self, x_range: float, y_range: float, dr: float, dr_y: float | None, tilt: float) -> None:
        for name, value in (("x_range", x_range), ("y_range", y_range), ("dr", dr), ("tilt", tilt)):
            check_number(value, name)
        check_number(0.0 if dr_y is None else dr_y, "dr_y")
        if not dr > 0 or not (dr_y is None or dr_y > 0):
            raise ValueError(f"the distance of rings must be above 0, got dr={dr!r}, dr_y={dr_y!r}")
        self.aspect = 1.0 if dr_y is None else dr_y / dr
        self.half_x = x_range / 2
        self.half_y = y_range / (2 * self.aspect)
        self.radius = hypot(self.half_x, self.half_y)
        self._shear = tan(tilt + pi / 2)

    def holds(self, x: float, y: float) -> bool:
        return abs(x - y / self._shear) <= self.half_x and abs(y) <= self.half_y


def _around(
    x_motor: Any, y_motor: Any, x_start: float, y_start: float, points: Iterator[Point]
) -> Trajectory:
    check_number(x_start, f"x_start, the centre of {name_or_repr(x_motor)},")
    check_number(y_start, f"y_start, the centre of {name_or_repr(y_motor)},")
    placed = [(x_start + x, y_start + y) for x, y in points]
    return lockstep([x_motor, y_motor], [[x for x, _ in placed], [y for _, y in placed]])


def spiral_points(
    x_motor: Any,
    y_motor: Any,
    x_start: float,
    y_start: float,
    x_range: float,
    y_range: float,
    dr: float,
    nth: float,
    *,
    dr_y: float | None = None,
    tilt: float = 0.0,
) -> Trajectory:
    """Visit rings around a centre.

    Parameters
    ----------
    x_motor, y_motor : device
        The axes.
    x_start, y_start : float
        The centre, in the units of each axis.
    x_range, y_range : float
        Full widths of the rectangle that is scanned.
    dr : float
        Distance of rings, in the units of x.
    nth : float
        Points on the innermost ring; the n-th ring has n times as many.
    dr_y : float, optional
        Distance of rings along y, in the units of y; `dr` if not given.
    tilt : float, optional
        Angle by which the sides of the rectangle are sheared, in radians.
    """
    if not check_number(nth, "nth") > 0:
        raise ValueError(f"the number of angles must be above 0, got nth={nth!r}")
    window = _Window(x_range, y_range, dr, dr_y, tilt)

    def points() -> Iterator[Point]:
        for ring in range(1, int(window.radius / dr) + 3):
            on_ring = ring * nth
            for step in range(int(on_ring)):
                angle = step * (2 * pi / on_ring)
                x, y = ring * dr * cos(angle), ring * dr * sin(angle)
                if window.holds(x, y):
                    yield x, y * window.aspect

    return _around(x_motor, y_motor, x_start, y_start, points())


def spiral_fermat_points(
    x_motor: Any,
    y_motor: Any,
    x_start: float,
    y_start: float,
    x_range: float,
    y_range: float,
    dr: float,
    factor: float,
    *,
    dr_y: float | None = None,
    tilt: float = 0.0,
) -> Trajectory:
    """Visit the points of Fermat's spiral: even density, no preferred direction.

    Parameters
    ----------
    x_motor, y_motor : device
        The axes.
    x_start, y_start : float
        The centre, in the units of each axis.
    x_range, y_range : float
        Full widths of the rectangle that is scanned.
    dr : float
        Radius of the first point times `factor`, in the units of x.
    factor : float
        Divides `dr`: larger is denser.
    dr_y : float, optional
        As `dr`, along y, in the units of y; `dr` if not given.
    tilt : float, optional
        Angle by which the sides of the rectangle are sheared, in radians.
    """
    if not check_number(factor, "factor") > 0:
        raise ValueError(f"the factor must be above 0, got factor={factor!r}")
    window = _Window(x_range, y_range, dr, dr_y, tilt)
    scale = dr / factor

    def points() -> Iterator[Point]:
        # half as far again as the corner, so that a sheared rectangle is covered too
        for number in range(1, int((1.5 * window.radius / scale) ** 2)):
            radius, angle = sqrt(number) * scale, GOLDEN_ANGLE * number
            x, y = radius * cos(angle), radius * sin(angle)
            if window.holds(x, y):
                yield x, y * window.aspect

    return _around(x_motor, y_motor, x_start, y_start, points())


def spiral_square_points(
    x_motor: Any,
    y_motor: Any,
    x_center: float,
    y_center: float,
    x_range: float,
    y_range: float,
    x_num: int,
    y_num: int,
) -> Trajectory:
    """Visit every point of an even grid, from the centre outwards along a square spiral.

    It turns clockwise, the first step is to higher x.

    Parameters
    ----------
    x_motor, y_motor : device
        The axes.
    x_center, y_center : float
        The centre, in the units of each axis.
    x_range, y_range : float
        Full widths of the grid.
    x_num, y_num : int
        Points along each axis.
    """
    x_num, y_num = check_num(x_num, "x_num"), check_num(y_num, "y_num")
    centre_and_ranges = {"x_center": x_center, "y_center": y_center, "x_range": x_range, "y_range": y_range}
    for name, value in centre_and_ranges.items():
        check_number(value, name)
    xs = linspace(x_center - x_range / 2, x_center + x_range / 2, x_num) if x_num > 1 else [x_center] * x_num
    ys = linspace(y_center - y_range / 2, y_center + y_range / 2, y_num) if y_num > 1 else [y_center] * y_num
    points = [(xs[column], ys[row]) for column, row in _square_walk(x_num, y_num)]
    return lockstep([x_motor, y_motor], [[x for x, _ in points], [y for _, y in points]])


def _square_walk(x_num: int, y_num: int) -> Iterator[tuple[int, int]]:
    """Yield the cells of a grid along a square spiral: right, down, left, up, each second leg one longer.

    It starts in the middle; of an even number of columns left, of an even number of rows above the middle.
    Where the spiral is outside of the grid, it is walked without a stop.
    """
    column, row = (x_num - 1) // 2, y_num // 2
    yield column, row
    left = x_num * y_num - 1
    for leg in itertools.count():
        length = leg // 2 + 1
        along_x, step = leg % 2 == 0, (1, -1, -1, 1)[leg % 4]
        if along_x:
            cells = [(each, row) for each in _inside(column, step, length, x_num)] if 0 <= row < y_num else []
            column += step * length
        else:
            is_in = 0 <= column < x_num
            cells = [(column, each) for each in _inside(row, step, length, y_num)] if is_in else []
            row += step * length
        yield from cells
        left -= len(cells)
        if not left:
            return


def _inside(place: int, step: int, length: int, num: int) -> Iterator[int]:
    """Yield the next places of a leg that are in the grid."""
    last = place + step * length
    low, high = max(min(place + step, last), 0), min(max(place + step, last), num - 1)
    yield from range(low, high + 1) if step > 0 else range(high, low - 1, -1)


def spiral(
    x_motor: Any,
    y_motor: Any,
    x_start: float,
    y_start: float,
    x_range: float,
    y_range: float,
    dr: float,
    nth: float,
    *,
    dr_y: float | None = None,
    tilt: float = 0.0,
) -> Any:
    """Return the Cycler of rings around a centre.

    Parameters
    ----------
    x_motor, y_motor, x_start, y_start, x_range, y_range, dr, nth, dr_y, tilt
        As for :func:`spiral_points`.
    """
    return spiral_points(
        x_motor, y_motor, x_start, y_start, x_range, y_range, dr, nth, dr_y=dr_y, tilt=tilt
    ).cycler()


def spiral_fermat(
    x_motor: Any,
    y_motor: Any,
    x_start: float,
    y_start: float,
    x_range: float,
    y_range: float,
    dr: float,
    factor: float,
    *,
    dr_y: float | None = None,
    tilt: float = 0.0,
) -> Any:
    """Return the Cycler of Fermat's spiral.

    Parameters
    ----------
    x_motor, y_motor, x_start, y_start, x_range, y_range, dr, factor, dr_y, tilt
        As for :func:`spiral_fermat_points`.
    """
    return spiral_fermat_points(
        x_motor, y_motor, x_start, y_start, x_range, y_range, dr, factor, dr_y=dr_y, tilt=tilt
    ).cycler()


def spiral_square_pattern(
    x_motor: Any,
    y_motor: Any,
    x_center: float,
    y_center: float,
    x_range: float,
    y_range: float,
    x_num: int,
    y_num: int,
) -> Any:
    """Return the Cycler of a square spiral over an even grid.

    Parameters
    ----------
    x_motor, y_motor, x_center, y_center, x_range, y_range, x_num, y_num
        As for :func:`spiral_square_points`.
    """
    return spiral_square_points(x_motor, y_motor, x_center, y_center, x_range, y_range, x_num, y_num).cycler()
