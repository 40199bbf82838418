"""SPEC's counts: ``ct``, ``timescan``, ``loopscan``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.messages import CHECKPOINT
from bsh.plan_patterns.plan import plan
from bsh.plans.count_times import count_for
from bsh.plans.metadata import as_devices, start_md
from bsh.plans.spec.arguments import check_points
from bsh.plans.spec.running import MD, CountTime
from bsh.plans.stepping import predeclare
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = ["ct", "loopscan", "timescan"]


def _shots(devices: list[Any], num: int | None, sleep: float) -> MsgGenerator:
    yield from predeclare(devices)
    bundle = Bundle(devices)
    pause = Msg("sleep", None, sleep)
    taken = 0
    while num is None or taken < num:
        if taken and sleep > 0:
            yield CHECKPOINT  # a pause during the sleep must not take the point again
            yield pause
        yield CHECKPOINT
        yield from bundle.take()
        taken += 1


def _in_run(
    name: str,
    detectors: Iterable[Any],
    num: int | None,
    seconds: float | None,
    sleep: float,
    count_time: CountTime,
    md: MD,
) -> MsgGenerator:
    devices = as_devices(detectors)
    num = None if num is None else check_points(num)
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
    run = stage_wrapper(run_wrapper(_shots(devices, num, sleep), md=full_md), devices)
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
        Counting time; negative is a number of monitor counts; None leaves it as it is.
    sleep : float, optional
        Seconds between the end of one count and the start of the next.
    num : int, optional
        Number of points; None goes on until it is stopped.
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
    >>> len(planned_positions(timescan([det], 0.5, num=3)))
    3
    """
    return _in_run("timescan", detectors, num, seconds, sleep, count_time, md)


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

    Examples
    --------
    >>> len(planned_positions(loopscan([det], 3, 0.5)))
    3
    """
    num = check_points(npoints)
    return (yield from _in_run("loopscan", detectors, num, seconds, sleep, count_time, md))


@plan
def ct(
    detectors: Iterable[Any],
    seconds: float | None = None,
    *,
    save: bool = False,
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Count once; no run is opened unless asked for.

    Parameters
    ----------
    detectors : list of devices
        What to read.
    seconds : float or None, optional
        Counting time, as for :func:`timescan`.
    save : bool, optional
        Whether to open a run, and to save what was counted.
    count_time, md
        As for :func:`timescan`.

    Returns
    -------
    dict or str
        The readings; the uid of the run if it is saved.

    Examples
    --------
    >>> estimate(ct([det], 0.5)).counting
    0.5
    """
    if save:
        return _in_run("ct", detectors, 1, seconds, 0.0, count_time, md)
    return _look(detectors, seconds, count_time)


def _look(detectors: Iterable[Any], seconds: float | None, count_time: CountTime) -> MsgGenerator:
    devices = as_devices(detectors)
    counting = stage_wrapper(Bundle(devices).look(), devices)
    return (yield from count_for(counting, devices, seconds, count_time))
