"""Scans along spirals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plan_patterns.arguments import check_num
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.spirals import spiral_fermat_points, spiral_points, spiral_square_points
from bsh.plan_patterns.trajectory import Trajectory
from bsh.plans.metadata import as_devices, axis_hints, part_md, start_md
from bsh.plans.scanning import relatively
from bsh.plans.stepping import PerStep, run_steps

__all__ = [
    "rel_spiral",
    "rel_spiral_fermat",
    "rel_spiral_square",
    "relative_spiral",
    "relative_spiral_fermat",
    "spiral",
    "spiral_fermat",
    "spiral_square",
]

MD = Mapping[str, Any] | None


def _run(
    name: str,
    pattern: str,
    detectors: Iterable[Any],
    points: Trajectory,
    args: Mapping[str, Any],
    per_step: PerStep | None,
    md: MD,
    *,
    start_at: int,
    gridding: str | None = None,
    **more: Any,
) -> MsgGenerator:
    points = points.starting_at(start_at)
    devices = as_devices(detectors)
    shown = {key: repr(value) if key.endswith("_motor") else value for key, value in args.items()}
    full_md = start_md(
        name,
        devices,
        {"detectors": [repr(device) for device in devices], **shown, "per_step": repr(per_step)},
        md,
        motors=points.axes,
        num_points=len(points),
        pattern=(pattern, shown),
        hints=axis_hints(points.axes, gridding),
        **part_md(start_at),
        **more,
    )
    return (yield from run_steps(devices, points, per_step, full_md))


def _around(center: float, width: float) -> list[float]:
    return [center - width / 2, center + width / 2]


@plan
def spiral(
    detectors: Iterable[Any],
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
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit rings around a centre.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    x_motor, y_motor, x_start, y_start, x_range, y_range, dr, nth, dr_y, tilt
        As for :func:`bsh.plan_patterns.spiral_points`.
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
    >>> len(planned_positions(spiral([det], x, y, 0, 0, 2, 2, 0.25, 4), x, y))
    40
    """
    shape = (x_motor, y_motor, x_start, y_start, x_range, y_range, dr, nth)
    points = spiral_points(*shape, dr_y=dr_y, tilt=tilt)
    names = ("x_motor", "y_motor", "x_start", "y_start", "x_range", "y_range", "dr", "nth")
    args = {**dict(zip(names, shape)), "dr_y": dr_y, "tilt": tilt}
    extents = (_around(x_start, x_range), _around(y_start, y_range))
    return (
        yield from _run(
            "spiral", "spiral", detectors, points, args, per_step, md, start_at=start_at, extents=extents
        )
    )


@plan
def rel_spiral(
    detectors: Iterable[Any],
    x_motor: Any,
    y_motor: Any,
    x_range: float,
    y_range: float,
    dr: float,
    nth: float,
    *,
    dr_y: float | None = None,
    tilt: float = 0.0,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit rings around where the motors are, and bring them back.

    Parameters
    ----------
    detectors, x_motor, y_motor, x_range, y_range, dr, nth, dr_y, tilt, start_at, per_step, md
        As for :func:`spiral`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> len(planned_positions(rel_spiral([det], x, y, 2, 2, 0.1, 6, dr_y=0.2), x, y))
    198
    """
    named = {"plan_name": "rel_spiral", **(md or {})}
    shape = (x_motor, y_motor, 0, 0, x_range, y_range, dr, nth)
    inner = spiral(detectors, *shape, dr_y=dr_y, tilt=tilt, start_at=start_at, per_step=per_step, md=named)
    return (yield from relatively(inner, [x_motor, y_motor]))


@plan
def spiral_fermat(
    detectors: Iterable[Any],
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
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit the points of Fermat's spiral: even density, no preferred direction.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    x_motor, y_motor, x_start, y_start, x_range, y_range, dr, factor, dr_y, tilt
        As for :func:`bsh.plan_patterns.spiral_fermat_points`.
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
    >>> len(planned_positions(spiral_fermat([det], x, y, 0, 0, 2, 2, 0.1, 1), x, y))
    125
    """
    shape = (x_motor, y_motor, x_start, y_start, x_range, y_range, dr, factor)
    points = spiral_fermat_points(*shape, dr_y=dr_y, tilt=tilt)
    names = ("x_motor", "y_motor", "x_start", "y_start", "x_range", "y_range", "dr", "factor")
    args = {**dict(zip(names, shape)), "dr_y": dr_y, "tilt": tilt}
    extents = (_around(x_start, x_range), _around(y_start, y_range))
    return (
        yield from _run(
            "spiral_fermat",
            "spiral_fermat",
            detectors,
            points,
            args,
            per_step,
            md,
            start_at=start_at,
            extents=extents,
        )
    )


@plan
def rel_spiral_fermat(
    detectors: Iterable[Any],
    x_motor: Any,
    y_motor: Any,
    x_range: float,
    y_range: float,
    dr: float,
    factor: float,
    *,
    dr_y: float | None = None,
    tilt: float = 0.0,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit the points of Fermat's spiral around where the motors are, and bring them back.

    Parameters
    ----------
    detectors, x_motor, y_motor, x_range, y_range, dr, factor, dr_y, tilt, start_at, per_step, md
        As for :func:`spiral_fermat`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> len(planned_positions(rel_spiral_fermat([det], x, y, 2, 2, 0.1, 1, tilt=0.5), x, y))
    123
    """
    named = {"plan_name": "rel_spiral_fermat", **(md or {})}
    shape = (x_motor, y_motor, 0, 0, x_range, y_range, dr, factor)
    inner = spiral_fermat(
        detectors, *shape, dr_y=dr_y, tilt=tilt, start_at=start_at, per_step=per_step, md=named
    )
    return (yield from relatively(inner, [x_motor, y_motor]))


@plan
def spiral_square(
    detectors: Iterable[Any],
    x_motor: Any,
    y_motor: Any,
    x_center: float,
    y_center: float,
    x_range: float,
    y_range: float,
    x_num: int,
    y_num: int,
    *,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every point of an even grid from the centre outwards.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    x_motor, y_motor, x_center, y_center, x_range, y_range, x_num, y_num
        As for :func:`bsh.plan_patterns.spiral_square_points`.
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
    >>> planned_positions(spiral_square([det], x, y, 0, 0, 2, 2, 3, 3), x, y)[:4]
    [(0.0, 0.0), (1.0, 0.0), (1.0, -1.0), (0.0, -1.0)]
    """
    shape = (x_motor, y_motor, x_center, y_center, x_range, y_range, x_num, y_num)
    points = spiral_square_points(*shape)
    names = ("x_motor", "y_motor", "x_center", "y_center", "x_range", "y_range", "x_num", "y_num")
    return (
        yield from _run(
            "spiral_square",
            "spiral_square_pattern",
            detectors,
            points,
            dict(zip(names, shape)),
            per_step,
            md,
            start_at=start_at,
            gridding="rectilinear_nonsequential",
            shape=(check_num(y_num), check_num(x_num)),
            extents=(_around(y_center, y_range), _around(x_center, x_range)),
        )
    )


@plan
def rel_spiral_square(
    detectors: Iterable[Any],
    x_motor: Any,
    y_motor: Any,
    x_range: float,
    y_range: float,
    x_num: int,
    y_num: int,
    *,
    start_at: int = 0,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every point of an even grid around where the motors are, and bring them back.

    Parameters
    ----------
    detectors, x_motor, y_motor, x_range, y_range, x_num, y_num, start_at, per_step, md
        As for :func:`spiral_square`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> len(planned_positions(rel_spiral_square([det], x, y, 2, 2, 6, 5), x, y))
    30
    """
    named = {"plan_name": "rel_spiral_square", **(md or {})}
    shape = (x_motor, y_motor, 0, 0, x_range, y_range, x_num, y_num)
    inner = spiral_square(detectors, *shape, start_at=start_at, per_step=per_step, md=named)
    return (yield from relatively(inner, [x_motor, y_motor]))


relative_spiral = rel_spiral
relative_spiral_fermat = rel_spiral_fermat
