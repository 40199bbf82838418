"""SPEC's scans along a line: ``ascan``, ``dscan`` and their kin for several motors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plan_patterns.arguments import partition
from bsh.plan_patterns.plan import Plan, plan
from bsh.plan_patterns.products import line_points, list_points, positions_of
from bsh.plans.metadata import as_devices, derive_default_hints, start_md
from bsh.plans.scanning import half_of
from bsh.plans.spec.arguments import check_intervals, split_tail
from bsh.plans.spec.running import MD, CountTime, Options, run_points

__all__ = [
    "a2scan",
    "a3scan",
    "a4scan",
    "a5scan",
    "anscan",
    "ascan",
    "d2scan",
    "d3scan",
    "d4scan",
    "d5scan",
    "dnscan",
    "dscan",
    "lup",
    "pointscan",
    "th2th",
]


def _line(
    name: str,
    detectors: Iterable[Any],
    args: tuple[Any, ...],
    relative: bool,
    *,
    motors: int | None = None,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    axes, intervals, seconds = split_tail(args, motors)
    num = check_intervals(intervals) + 1
    devices = as_devices(detectors)
    points = line_points(num, axes)
    shown = [
        part for motor, *ends in partition(3, axes, "motor, start, stop") for part in (repr(motor), *ends)
    ]
    full_md = start_md(
        name,
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "args": shown,
            "intervals": num - 1,
            "seconds": seconds,
        },
        md,
        motors=points.axes,
        num_points=num,
        pattern=("inner_product", {"num": num, "args": shown}),
        hints=derive_default_hints(points.axes),
        count_time=seconds,
    )
    return (yield from run_points(devices, points, full_md, Options(seconds, relative, settle, count_time)))


@plan
def anscan(
    detectors: Iterable[Any], *args: Any, settle: float = 0.0, count_time: CountTime = None, md: MD = None
) -> MsgGenerator:
    """Move any number of motors in lockstep along a line.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    *args
        ``motor, start, stop`` for each motor in its own units, then intervals (there is one point more)
        and seconds (negative: a number of monitor counts; None: the counting time stays as it is).
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
    >>> planned_positions(anscan([det], x, 0, 2, y, 10, 14, 2, 0.1), x, y)
    [(0.0, 10.0), (1.0, 12.0), (2.0, 14.0)]
    """
    return _line("anscan", detectors, args, False, settle=settle, count_time=count_time, md=md)


@plan
def dnscan(
    detectors: Iterable[Any], *args: Any, settle: float = 0.0, count_time: CountTime = None, md: MD = None
) -> MsgGenerator:
    """Move any number of motors along a line counted from where they are, and back.

    Parameters
    ----------
    detectors, *args, settle, count_time, md
        As for :func:`anscan`; starts and stops are distances.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(dnscan([det], x, -1, 1, y, -2, 2, 2, 0.1), x, y)
    [(9.0, 18.0), (10.0, 20.0), (11.0, 22.0)]
    """
    return _line("dnscan", detectors, args, True, settle=settle, count_time=count_time, md=md)


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

    Examples
    --------
    >>> planned_positions(ascan([det], th, -1, 1, 4, 0.1), th)
    [(-1.0,), (-0.5,), (0.0,), (0.5,), (1.0,)]
    >>> estimate(ascan([det], th, -1, 1, 4, 0.1)).counting
    0.5
    """
    args = (motor, start, stop, intervals, seconds)
    return _line("ascan", detectors, args, False, settle=settle, count_time=count_time, md=md)


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
) -> MsgGenerator:
    """Move a motor from start to stop, counted from where it is, and back.

    Parameters
    ----------
    detectors, motor, start, stop, intervals, seconds, settle, count_time, md
        As for :func:`ascan`; start and stop are distances.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(dscan([det], x, -1, 1, 4, 0.1), x)
    [(9.0,), (9.5,), (10.0,), (10.5,), (11.0,)]
    """
    args = (motor, start, stop, intervals, seconds)
    return _line("dscan", detectors, args, True, settle=settle, count_time=count_time, md=md)


@plan
def lup(
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
    """Line up: :func:`dscan` by its other name.

    Parameters
    ----------
    detectors, motor, start, stop, intervals, seconds, settle, count_time, md
        As for :func:`dscan`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(lup([det], x, -1, 1, 4, 0.1), x)
    [(9.0,), (9.5,), (10.0,), (10.5,), (11.0,)]
    """
    args = (motor, start, stop, intervals, seconds)
    return _line("lup", detectors, args, True, settle=settle, count_time=count_time, md=md)


@plan
def th2th(
    detectors: Iterable[Any],
    tth: Any,
    th: Any,
    start: float,
    stop: float,
    intervals: int,
    seconds: float | None,
    *,
    settle: float = 0.0,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Move two-theta, and theta half as far, counted from where they are, and back.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    tth, th : device
        The two axes.
    start, stop : float
        Distances of two-theta, in its own units.
    intervals, seconds, settle, count_time, md
        As for :func:`dscan`.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(th2th([det], tth, th, 0, 4, 2, 0.1), tth, th)
    [(0.0, 0.0), (2.0, 1.0), (4.0, 2.0)]
    """
    args = (tth, start, stop, th, half_of(start), half_of(stop), intervals, seconds)
    return _line("th2th", detectors, args, True, settle=settle, count_time=count_time, md=md)


def _for(motors: int, relative: bool) -> Callable[..., Plan]:
    """Make the scan for a given number of motors."""
    name = f"{'d' if relative else 'a'}{motors}scan"
    all_motors = "dnscan" if relative else "anscan"

    def several(
        detectors: Iterable[Any], *args: Any, settle: float = 0.0, count_time: CountTime = None, md: MD = None
    ) -> MsgGenerator:
        return _line(
            name, detectors, args, relative, motors=motors, settle=settle, count_time=count_time, md=md
        )

    axes = ("x", "y", "th", "tth", "phi")[:motors]
    example = ", ".join(f"{axis}, 0, 2" for axis in axes)
    several.__name__ = several.__qualname__ = name
    several.__doc__ = f"""Move {motors} motors in lockstep{", counted from where they are" if relative else ""}.

    Parameters
    ----------
    detectors, *args, settle, count_time, md
        As for :func:`{all_motors}`, for {motors} motors.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> len(planned_positions({name}([det], {example}, 4, 0.1), {", ".join(axes[:2])}))
    5
    """
    return plan(several)


a2scan, a3scan, a4scan, a5scan = (_for(motors, relative=False) for motors in (2, 3, 4, 5))
d2scan, d3scan, d4scan, d5scan = (_for(motors, relative=True) for motors in (2, 3, 4, 5))


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

    Examples
    --------
    >>> planned_positions(pointscan([det], th, [0, 1, 4, 9], 0.1), th)
    [(0,), (1,), (4,), (9,)]
    """
    places = positions_of(motor, positions)
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
    return (yield from run_points(devices, points, full_md, Options(seconds, False, settle, count_time)))
