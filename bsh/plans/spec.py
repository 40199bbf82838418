"""The scans of SPEC as plans: intervals instead of points, a counting time, the fast motor of a mesh first.

The order of arguments is the one of SPEC's standard macros. A scan of n intervals takes n + 1 points.
Relative scans bring their motors back when they end, are stopped, aborted or fail; not after a halt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bsh.errors import UsageError
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.arguments import GridAxis, partition
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.messages import CHECKPOINT
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.products import grid_points, line_points, list_points
from bsh.plan_patterns.trajectory import Trajectory
from bsh.plan_stubs.steps import repeat
from bsh.plans.count_times import count_for
from bsh.plans.metadata import as_devices, axis_hints, derive_default_hints, start_md
from bsh.plans.scanning import relatively
from bsh.plans.stepping import run_steps
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = [
    "a2scan",
    "a3scan",
    "a4scan",
    "a5scan",
    "anscan",
    "ascan",
    "ct",
    "d2scan",
    "d3scan",
    "d4scan",
    "d5scan",
    "dmesh",
    "dnscan",
    "dscan",
    "loopscan",
    "lup",
    "mesh",
    "pointscan",
    "th2th",
    "timescan",
]

MD = Mapping[str, Any] | None
CountTime = Mapping[str, str] | None


def _intervals(value: Any) -> int:
    try:
        whole = int(value)
        is_whole = whole == value
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole or isinstance(value, bool):
        raise UsageError(
            f"the number of intervals must be a whole number, got {value!r}",
            hint="the order is: start, stop, intervals, seconds; 10 intervals are 11 points",
        )
    if whole < 1:
        raise UsageError(f"a scan needs at least 1 interval, got {whole}")
    return whole


def _line(
    name: str,
    detectors: Iterable[Any],
    axes: Sequence[Any],
    intervals: Any,
    seconds: float | None,
    md: MD,
    *,
    relative: bool,
    settle: float,
    count_time: CountTime,
) -> MsgGenerator:
    intervals = _intervals(intervals)
    devices = as_devices(detectors)
    triples = partition(3, axes, "motor, start, stop")
    points = line_points(intervals + 1, axes)
    full_md = start_md(
        name,
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "args": [part for motor, start, stop in triples for part in (repr(motor), start, stop)],
            "intervals": intervals,
            "seconds": seconds,
        },
        md,
        motors=points.axes,
        num_points=intervals + 1,
        pattern=(
            "inner_product",
            {
                "num": intervals + 1,
                "args": [part for motor, start, stop in triples for part in (repr(motor), start, stop)],
            },
        ),
        hints=derive_default_hints(points.axes),
        count_time=seconds,
    )
    return (yield from _run(devices, points, full_md, seconds, relative, settle, count_time))


def _run(
    devices: Sequence[Any],
    points: Trajectory,
    md: Mapping[str, Any],
    seconds: float | None,
    relative: bool,
    settle: float,
    count_time: CountTime,
) -> MsgGenerator:
    scan = run_steps(devices, points, None, md, settle=settle)
    if relative:
        scan = relatively(scan, points.axes)
    return (yield from count_for(scan, devices, seconds, count_time))


@plan
def anscan(
    detectors: Iterable[Any],
    *args: Any,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
    name: str = "anscan",
) -> MsgGenerator:
    """Move any number of motors along a line.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    *args
        ``motor, start, stop`` for each motor in its own units, then intervals and seconds.
    settle : float, optional
        Seconds between the end of a move and the measurement.
    count_time : mapping, optional
        For detectors by name the attribute that takes the counting time.
    md : mapping, optional
        Metadata of the run.
    name : str, optional
        Name of the plan in the start document.

    Returns
    -------
    str
        The uid of the run.
    """
    axes, intervals, seconds = _tail(args)
    return (
        yield from _line(
            name,
            detectors,
            axes,
            intervals,
            seconds,
            md,
            relative=False,
            settle=settle,
            count_time=count_time,
        )
    )


@plan
def dnscan(
    detectors: Iterable[Any],
    *args: Any,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
    name: str = "dnscan",
) -> MsgGenerator:
    """Move any number of motors along a line counted from where they are, and back.

    Parameters
    ----------
    detectors, *args, settle, count_time, md, name
        As for :func:`anscan`; starts and stops are distances.

    Returns
    -------
    str
        The uid of the run.
    """
    axes, intervals, seconds = _tail(args)
    return (
        yield from _line(
            name,
            detectors,
            axes,
            intervals,
            seconds,
            md,
            relative=True,
            settle=settle,
            count_time=count_time,
        )
    )


def _tail(args: Sequence[Any]) -> tuple[Sequence[Any], Any, Any]:
    if len(args) < 5 or len(args) % 3 != 2:
        raise UsageError(
            "expected motor, start, stop for each motor, then intervals and seconds; "
            f"got {len(args)} arguments"
        )
    return args[:-2], args[-2], args[-1]


@plan
def ascan(
    detectors: Iterable[Any],
    motor: Any,
    start: float,
    stop: float,
    intervals: int,
    seconds: float | None,
    *,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Move a motor from start to stop.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motor : device
        The axis.
    start, stop : float
        First and last position, in the motor's own units.
    intervals : int
        Steps; there is one point more.
    seconds : float or None
        Counting time; negative is a number of monitor counts; None leaves it as it is.
    settle, count_time, md
        As for :func:`anscan`.

    Returns
    -------
    str
        The uid of the run.
    """
    return (
        yield from anscan(
            detectors,
            motor,
            start,
            stop,
            intervals,
            seconds,
            settle=settle,
            count_time=count_time,
            md=md,
            name="ascan",
        )
    )


@plan
def dscan(
    detectors: Iterable[Any],
    motor: Any,
    start: float,
    stop: float,
    intervals: int,
    seconds: float | None,
    *,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
    name: str = "dscan",
) -> MsgGenerator:
    """Move a motor from start to stop, counted from where it is, and back.

    Parameters
    ----------
    detectors, motor, start, stop, intervals, seconds, settle, count_time, md
        As for :func:`ascan`; start and stop are distances.
    name : str, optional
        Name of the plan in the start document.

    Returns
    -------
    str
        The uid of the run.
    """
    return (
        yield from dnscan(
            detectors,
            motor,
            start,
            stop,
            intervals,
            seconds,
            settle=settle,
            count_time=count_time,
            md=md,
            name=name,
        )
    )


@plan
def lup(
    detectors: Iterable[Any],
    motor: Any,
    start: float,
    stop: float,
    intervals: int,
    seconds: float | None,
    **kwargs: Any,
) -> MsgGenerator:
    """Line up: :func:`dscan` by its other name.

    Parameters
    ----------
    detectors, motor, start, stop, intervals, seconds, **kwargs
        As for :func:`dscan`.

    Returns
    -------
    str
        The uid of the run.
    """
    kwargs.setdefault("name", "lup")
    return (yield from dscan(detectors, motor, start, stop, intervals, seconds, **kwargs))


def _several(count: int, name: str, scan: Any, summary: str) -> Any:
    def several(detectors: Iterable[Any], *args: Any, **kwargs: Any) -> MsgGenerator:
        if len(args) != 3 * count + 2:
            raise UsageError(
                f"{name} takes motor, start, stop for {count} motors, then intervals and seconds: "
                f"{3 * count + 2} arguments, got {len(args)}"
            )
        kwargs.setdefault("name", name)
        return (yield from scan(detectors, *args, **kwargs))

    several.__name__ = several.__qualname__ = name
    several.__doc__ = f"""{summary}

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    *args
        ``motor, start, stop`` for each of {count} motors in its own units, then intervals and seconds.
    **kwargs
        As for :func:`{scan.__name__}`.

    Returns
    -------
    str
        The uid of the run.
    """
    return plan(several)


def _absolute(count: int) -> Any:
    return _several(count, f"a{count}scan", anscan, f"Move {count} motors in lockstep from start to stop.")


def _relative(count: int) -> Any:
    return _several(
        count, f"d{count}scan", dnscan, f"Move {count} motors in lockstep, counted from where they are."
    )


a2scan, a3scan, a4scan, a5scan = (_absolute(count) for count in (2, 3, 4, 5))
d2scan, d3scan, d4scan, d5scan = (_relative(count) for count in (2, 3, 4, 5))


@plan
def th2th(
    detectors: Iterable[Any],
    tth: Any,
    th: Any,
    start: float,
    stop: float,
    intervals: int,
    seconds: float | None,
    **kwargs: Any,
) -> MsgGenerator:
    """Move two-theta, and theta half as far, counted from where they are.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    tth, th : device
        The two axes.
    start, stop : float
        Distances of two-theta, in its own units.
    intervals, seconds, **kwargs
        As for :func:`dscan`.

    Returns
    -------
    str
        The uid of the run.
    """
    kwargs.setdefault("name", "th2th")
    axes = (tth, start, stop, th, start / 2, stop / 2)
    return (yield from dnscan(detectors, *axes, intervals, seconds, **kwargs))


def _mesh(
    name: str,
    detectors: Iterable[Any],
    args: Sequence[Any],
    relative: bool,
    snake: bool,
    settle: float,
    count_time: CountTime,
    md: MD,
) -> MsgGenerator:
    *axes, seconds = args
    fast, slow = (axes[:4], axes[4:])
    grid = [
        GridAxis(motor, start, stop, _intervals(intervals) + 1, snake and motor is fast[0])
        for motor, start, stop, intervals in (slow, fast)
    ]
    devices = as_devices(detectors)
    motors = [axis.motor for axis in grid]
    points = grid_points(grid)
    full_md = start_md(
        name,
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "args": [repr(part) if hasattr(part, "name") else part for part in axes],
            "seconds": seconds,
            "snake": snake,
        },
        md,
        motors=motors,
        num_points=len(points),
        hints=axis_hints(motors, "rectilinear"),
        shape=tuple(axis.num for axis in grid),
        extents=tuple([axis.start, axis.stop] for axis in grid),
        snaking=tuple(axis.snake for axis in grid),
        count_time=seconds,
    )
    return (yield from _run(devices, points, full_md, seconds, relative, settle, count_time))


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
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every point of a grid; the first motor is the fast one, as in SPEC.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motor1, start1, stop1, intervals1
        The fast axis.
    motor2, start2, stop2, intervals2
        The slow axis.
    seconds : float or None
        Counting time, as for :func:`ascan`.
    snake : bool, optional
        Whether the fast axis runs forth and back.
    settle, count_time, md
        As for :func:`anscan`.

    Returns
    -------
    str
        The uid of the run.
    """
    args = (motor1, start1, stop1, intervals1, motor2, start2, stop2, intervals2, seconds)
    return (yield from _mesh("mesh", detectors, args, False, snake, settle, count_time, md))


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
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Visit every point of a grid counted from where the motors are, and bring them back.

    Parameters
    ----------
    detectors, motor1, start1, stop1, intervals1, motor2, start2, stop2, intervals2, seconds
        As for :func:`mesh`; starts and stops are distances.
    snake, settle, count_time, md
        As for :func:`mesh`.

    Returns
    -------
    str
        The uid of the run.
    """
    args = (motor1, start1, stop1, intervals1, motor2, start2, stop2, intervals2, seconds)
    return (yield from _mesh("dmesh", detectors, args, True, snake, settle, count_time, md))


@plan
def pointscan(
    detectors: Iterable[Any],
    motor: Any,
    positions: Iterable[float],
    seconds: float | None,
    *,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Move a motor through a list of positions.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motor : device
        The axis.
    positions : iterable of float
        In the motor's own units.
    seconds, settle, count_time, md
        As for :func:`ascan`.

    Returns
    -------
    str
        The uid of the run.
    """
    places = list(positions)
    devices = as_devices(detectors)
    points = list_points((motor, places))
    full_md = start_md(
        "pointscan",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "motor": repr(motor),
            "positions": places,
            "seconds": seconds,
        },
        md,
        motors=[motor],
        num_points=len(points),
        hints=derive_default_hints([motor]),
        count_time=seconds,
    )
    return (yield from _run(devices, points, full_md, seconds, False, settle, count_time))


def _in_time(
    name: str,
    detectors: Iterable[Any],
    num: int | None,
    seconds: float | None,
    sleep: float,
    count_time: CountTime,
    md: MD,
) -> MsgGenerator:
    devices = as_devices(detectors)
    full_md = start_md(
        name,
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "num": num,
            "seconds": seconds,
            "sleep": sleep,
        },
        md,
        num_points=num,
        hints={"dimensions": [(("time",), "primary")]},
        count_time=seconds,
    )
    bundle = Bundle(devices)
    pause = Msg("sleep", None, sleep)

    def shots() -> MsgGenerator:
        # SPEC sleeps between the end of one count and the start of the next.
        if sleep <= 0:
            yield from repeat(bundle.take, num)
            return
        taken = 0
        while num is None or taken < num:
            if taken:
                yield CHECKPOINT
                yield pause
            yield CHECKPOINT
            yield from bundle.take()
            taken += 1

    run = stage_wrapper(run_wrapper(shots(), md=full_md), devices)
    return (yield from count_for(run, devices, seconds, count_time))


@plan
def timescan(
    detectors: Iterable[Any],
    seconds: float | None = 1.0,
    sleep: float = 0.0,
    *,
    num: int | None = None,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Count again and again until it is stopped.

    Parameters
    ----------
    detectors : list of devices
        What to read.
    seconds : float or None, optional
        Counting time, as for :func:`ascan`.
    sleep : float, optional
        Seconds between the end of one count and the start of the next.
    num : int, optional
        Number of points; None goes on until it is stopped.
    count_time, md
        As for :func:`anscan`.

    Returns
    -------
    str
        The uid of the run.
    """
    return (yield from _in_time("timescan", detectors, num, seconds, sleep, count_time, md))


@plan
def loopscan(
    detectors: Iterable[Any],
    npoints: int,
    seconds: float | None = 1.0,
    sleep: float = 0.0,
    *,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Count a number of times.

    Parameters
    ----------
    detectors : list of devices
        What to read.
    npoints : int
        Number of points.
    seconds, sleep, count_time, md
        As for :func:`timescan`.

    Returns
    -------
    str
        The uid of the run.
    """
    if isinstance(npoints, bool) or int(npoints) != npoints or npoints < 1:
        raise UsageError(f"the number of points must be a whole number, 1 or more, got {npoints!r}")
    return (yield from _in_time("loopscan", detectors, int(npoints), seconds, sleep, count_time, md))


@plan
def ct(
    detectors: Iterable[Any],
    seconds: float | None = None,
    *,
    save: bool = False,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Count once; nothing is saved unless asked for.

    Parameters
    ----------
    detectors : list of devices
        What to read.
    seconds : float or None, optional
        Counting time, as for :func:`ascan`.
    save : bool, optional
        Whether to open a run.
    count_time, md
        As for :func:`anscan`.

    Returns
    -------
    dict or str
        The readings; the uid of the run if it is saved.
    """
    if save:
        return (yield from _in_time("ct", detectors, 1, seconds, 0.0, count_time, md))
    devices = as_devices(detectors)
    counting = stage_wrapper(Bundle(devices).look(), devices)
    return (yield from count_for(counting, devices, seconds, count_time))
