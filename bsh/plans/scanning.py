"""Scans along a line, and through any list of points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plan_patterns.arguments import check_num, check_number, name_or_repr, partition
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.products import line_points, list_points
from bsh.plan_patterns.relative import relative_run_wrapper, reset_positions_wrapper
from bsh.plan_patterns.spacing import logspace
from bsh.plan_patterns.trajectory import Trajectory, lockstep
from bsh.plans.metadata import as_devices, axis_hints, derive_default_hints, shown_args, start_md
from bsh.plans.stepping import PerStep, run_steps

__all__ = [
    "half_of",
    "inner_product_scan",
    "list_scan",
    "log_scan",
    "rel_list_scan",
    "rel_log_scan",
    "rel_scan",
    "relative_inner_product_scan",
    "relative_list_scan",
    "relative_log_scan",
    "relative_scan",
    "relatively",
    "scan",
    "scan_nd",
    "x2x_scan",
]

MD = Mapping[str, Any] | None


def relatively(plan: MsgGenerator, motors: Iterable[Any]) -> MsgGenerator:
    """Let a plan count from where motors are, and bring them back at its end.

    Parameters
    ----------
    plan : plan
        The plan.
    motors : iterable of devices
        Its axes.
    """
    motors = list(motors)
    return reset_positions_wrapper(relative_run_wrapper(plan, motors), motors)


def _named(name: str, md: MD) -> dict[str, Any]:
    return {"plan_name": name, **(md or {})}


@plan
def scan_nd(
    detectors: Iterable[Any], cycler: Any, *, per_step: PerStep | None = None, md: MD = None
) -> MsgGenerator:
    """Visit the points of a Cycler.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    cycler : Cycler
        Its keys are the motors, its points their positions.
    per_step : callable, optional
        ``f(detectors, step, pos_cache)`` returns the plan of one point; ``f(detectors, motor, step)`` will
        do for one motor.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(scan_nd([det], cycler(x, [1, 2, 3]) * cycler(y, [5, 6])), x, y)
    [(1, 5), (1, 6), (2, 5), (2, 6), (3, 5), (3, 6)]
    """
    devices = as_devices(detectors)
    points = Trajectory.from_cycler(cycler)
    points.check()
    motors = points.merged().axes
    full_md = start_md(
        "scan_nd",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "cycler": _shown_cycler(cycler),
            "per_step": repr(per_step),
        },
        md,
        motors=motors,
        num_points=len(points),
        hints=axis_hints(motors),
    )
    return (yield from run_steps(devices, points, per_step, full_md))


def _shown_cycler(cycler: Any) -> str:
    # A million points written out would be a start document of many megabytes.
    if len(cycler) <= 1000:
        return repr(cycler)
    names = ", ".join(sorted(str(getattr(key, "name", key)) for key in cycler.keys))
    return f"<cycler of {len(cycler)} points of {names}>"


def _split_num(args: Sequence[Any], num: Any) -> tuple[tuple[Any, ...], int]:
    if num is None:
        if len(args) % 3 != 1:
            raise ValueError(
                "the number of points is missing: give it last, or as num=... "
                f"(scan([det], motor, start, stop, num)); got {', '.join(map(name_or_repr, args)) or 'nothing'}"
            )
        *rest, num = args
        args = rest
    return tuple(args), check_num(num)


@plan
def scan(
    detectors: Iterable[Any],
    *args: Any,
    num: int | None = None,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Move one or more motors in lockstep along a line.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    *args
        ``motor, start, stop`` for each motor in its own units, then the number of points.
    num : int, optional
        Number of points, if it is not the last of `args`.
    per_step : callable, optional
        As for :func:`scan_nd`.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    ValueError
        The number of points is missing or not a whole number, or a motor has no start or stop.

    Examples
    --------
    >>> planned_positions(scan([det], th, -1, 1, 5), th)
    [(-1.0,), (-0.5,), (0.0,), (0.5,), (1.0,)]
    >>> planned_positions(scan([det], x, 0, 2, y, 10, 14, 3), x, y)
    [(0.0, 10.0), (1.0, 12.0), (2.0, 14.0)]
    """
    args, num = _split_num(args, num)
    devices = as_devices(detectors)
    shown = shown_args(args, 3, "motor, start, stop")
    points = line_points(num, args)
    full_md = start_md(
        "scan",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "num": num,
            "args": shown,
            "per_step": repr(per_step),
        },
        md,
        motors=points.axes,
        num_points=num,
        pattern=("inner_product", {"num": num, "args": shown}),
        hints=derive_default_hints(points.axes),
    )
    return (yield from run_steps(devices, points, per_step, full_md))


@plan
def rel_scan(
    detectors: Iterable[Any],
    *args: Any,
    num: int | None = None,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Move motors in lockstep along a line that is counted from where they are, and back.

    Parameters
    ----------
    detectors, *args, num, per_step, md
        As for :func:`scan`; starts and stops are distances.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(rel_scan([det], x, -1, 1, 5), x)
    [(9.0,), (9.5,), (10.0,), (10.5,), (11.0,)]
    """
    args, num = _split_num(args, num)
    motors = [motor for motor, _, _ in partition(3, args, "motor, start, stop")]
    inner = scan(detectors, *args, num=num, per_step=per_step, md=_named("rel_scan", md))
    return (yield from relatively(inner, motors))


@plan
def inner_product_scan(
    detectors: Iterable[Any], num: int, *args: Any, per_step: PerStep | None = None, md: MD = None
) -> MsgGenerator:
    """Do what :func:`scan` does, with the number of points in front.

    Parameters
    ----------
    detectors, num, *args, per_step, md
        As for :func:`scan`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(inner_product_scan([det], 5, th, -1, 1), th)
    [(-1.0,), (-0.5,), (0.0,), (0.5,), (1.0,)]
    """
    named = _named("inner_product_scan", md)
    return (yield from scan(detectors, *args, num=num, per_step=per_step, md=named))


@plan
def relative_inner_product_scan(
    detectors: Iterable[Any], num: int, *args: Any, per_step: PerStep | None = None, md: MD = None
) -> MsgGenerator:
    """Do what :func:`rel_scan` does, with the number of points in front.

    Parameters
    ----------
    detectors, num, *args, per_step, md
        As for :func:`rel_scan`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(relative_inner_product_scan([det], 5, x, -1, 1), x)
    [(9.0,), (9.5,), (10.0,), (10.5,), (11.0,)]
    """
    named = _named("relative_inner_product_scan", md)
    return (yield from rel_scan(detectors, *args, num=num, per_step=per_step, md=named))


@plan
def list_scan(
    detectors: Iterable[Any], *args: Any, per_step: PerStep | None = None, md: MD = None
) -> MsgGenerator:
    """Move one or more motors in lockstep through lists of positions.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    *args
        ``motor, [position, position, ...]`` for each motor, in its own units.
    per_step, md
        As for :func:`scan_nd`.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    ValueError
        The lists are not equally long, or a motor has none.

    Examples
    --------
    >>> planned_positions(list_scan([det], th, [0, 1, 4, 9]), th)
    [(0,), (1,), (4,), (9,)]
    """
    args = _lists_made(args)
    points = list_points(args)
    devices = as_devices(detectors)
    shown = shown_args(args, 2, "motor, [positions]")
    full_md = start_md(
        "list_scan",
        devices,
        {"detectors": [repr(device) for device in devices], "args": shown, "per_step": repr(per_step)},
        md,
        motors=points.axes,
        num_points=len(points),
        pattern=("inner_list_product", {"args": shown}),
        hints=derive_default_hints(points.axes),
    )
    return (yield from run_steps(devices, points, per_step, full_md))


def _lists_made(args: Sequence[Any]) -> tuple[Any, ...]:
    """Return the arguments with iterators turned to lists, as they are gone through twice."""
    return tuple(
        list(arg) if index % 2 and hasattr(arg, "__next__") else arg for index, arg in enumerate(args)
    )


@plan
def rel_list_scan(
    detectors: Iterable[Any], *args: Any, per_step: PerStep | None = None, md: MD = None
) -> MsgGenerator:
    """Move motors in lockstep through lists of distances from where they are, and back.

    Parameters
    ----------
    detectors, *args, per_step, md
        As for :func:`list_scan`; positions are distances.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(rel_list_scan([det], x, [0, 1, 4], y, [0, 2, 0]), x, y)
    [(10.0, 20.0), (11.0, 22.0), (14.0, 20.0)]
    """
    motors = [motor for motor, _ in partition(2, args, "motor, [positions]")]
    inner = list_scan(detectors, *args, per_step=per_step, md=_named("rel_list_scan", md))
    return (yield from relatively(inner, motors))


@plan
def log_scan(
    detectors: Iterable[Any],
    motor: Any,
    start: float,
    stop: float,
    num: int,
    *,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Move a motor in steps that are even on a logarithmic scale.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motor : device
        The axis.
    start, stop : float
        Powers of ten of the first and the last position.
    num : int
        Number of points.
    per_step, md
        As for :func:`scan_nd`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(log_scan([det], th, 0, 3, 4), th)
    [(1.0,), (10.0,), (100.0,), (1000.0,)]
    """
    num = check_num(num)
    devices = as_devices(detectors)
    for name, value in (("start", start), ("stop", stop)):
        check_number(value, f"{name} of {name_or_repr(motor)}, a power of ten,")
    points = lockstep([motor], [logspace(start, stop, num)])
    full_md = start_md(
        "log_scan",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "num": num,
            "start": start,
            "stop": stop,
            "motor": repr(motor),
            "per_step": repr(per_step),
        },
        md,
        motors=[motor],
        num_points=num,
        plan_pattern="logspace",
        plan_pattern_module="numpy",
        plan_pattern_args={"start": start, "stop": stop, "num": num},
        hints=derive_default_hints([motor]),
    )
    return (yield from run_steps(devices, points, per_step, full_md))


@plan
def rel_log_scan(
    detectors: Iterable[Any],
    motor: Any,
    start: float,
    stop: float,
    num: int,
    *,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Do what :func:`log_scan` does, counted from where the motor is, and bring it back.

    Parameters
    ----------
    detectors, motor, start, stop, num, per_step, md
        As for :func:`log_scan`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(rel_log_scan([det], x, 0, 2, 3), x)
    [(11.0,), (20.0,), (110.0,)]
    """
    inner = log_scan(detectors, motor, start, stop, num, per_step=per_step, md=_named("rel_log_scan", md))
    return (yield from relatively(inner, [motor]))


@plan
def x2x_scan(
    detectors: Iterable[Any],
    motor1: Any,
    motor2: Any,
    start: float,
    stop: float,
    num: int,
    *,
    per_step: PerStep | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Move two motors from where they are, the second half as far as the first, and bring them back.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motor1, motor2 : device
        The axes, for example 2-theta and theta.
    start, stop : float
        Distances of the first motor.
    num : int
        Number of points.
    per_step, md
        As for :func:`scan_nd`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(x2x_scan([det], tth, th, 0, 4, 3), tth, th)
    [(0.0, 0.0), (2.0, 1.0), (4.0, 2.0)]
    """
    num = check_num(num)
    devices = as_devices(detectors)
    points = line_points(num, (motor1, start, stop, motor2, half_of(start), half_of(stop)))
    full_md = start_md(
        "x2x_scan",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "motor1": repr(motor1),
            "motor2": repr(motor2),
            "start": start,
            "stop": stop,
            "num": num,
            "per_step": repr(per_step),
        },
        md,
        motors=points.axes,
        num_points=num,
        hints=derive_default_hints(points.axes),
    )
    return (yield from relatively(run_steps(devices, points, per_step, full_md), points.axes))


def half_of(position: Any) -> Any:
    """Return half of a distance; what is no number is left for the check that follows.

    Parameters
    ----------
    position : object
        As it was given.
    """
    return position / 2 if isinstance(position, int | float) else position


relative_scan = rel_scan
relative_list_scan = rel_list_scan
relative_log_scan = rel_log_scan
