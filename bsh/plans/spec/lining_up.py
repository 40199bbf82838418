"""``lineup``: a ``dscan`` that ends at the peak, if there is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.errors import UsageError
from bsh.msg import MsgGenerator
from bsh.plan_patterns.plan import plan
from bsh.plans.count_times import count_for
from bsh.plans.lining_up import lineup as lineup_by_points
from bsh.plans.metadata import as_devices, get_hinted_fields
from bsh.plans.spec.arguments import check_intervals
from bsh.plans.spec.running import MD, CountTime

__all__ = ["lineup"]


@plan
def lineup(
    detectors: Iterable[Any],
    motor: Any,
    start: float,
    stop: float,
    intervals: int,
    seconds: float | None,
    *,
    signal: str | None = None,
    feature: str = "cen",
    count_time: CountTime = None,
    md: MD = None,
) -> MsgGenerator:
    """Scan a motor around where it is, and move it to the peak; without a good peak, back.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    motor : device
        The axis.
    start, stop : float
        Distances from where the motor is, in its own units.
    intervals, seconds, count_time
        As for :func:`dscan`.
    signal : str, optional
        The data key whose peak is wanted; the first that the first detector hints at if not given.
    feature : {"cen", "com", "max"}, optional
        Where to go: the middle at half height, the centre of mass, or the highest point.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    CommandError
        There is no peak inside the range. The run is saved, and the motor is back.

    Examples
    --------
    >>> planned_positions(lineup([det], x, -1, 1, 4, 0.1), x)
    [(9.0,), (9.5,), (10.0,), (10.5,), (11.0,)]
    """
    num = check_intervals(intervals) + 1
    devices = as_devices(detectors)
    signal = _first_signal(devices) if signal is None else signal
    given = {"count_time": seconds, **(md or {})}
    scan = lineup_by_points(devices, signal, motor, start, stop, num, feature=feature, md=given)
    return (yield from count_for(scan, devices, seconds, count_time))


def _first_signal(devices: list[Any]) -> str:
    for device in devices:
        fields = get_hinted_fields(device)
        if fields:
            return fields[0]
    names = ", ".join(str(device.name) for device in devices) or "none"
    raise UsageError(
        f"none of the counters says which of its values to look at ({names})",
        hint="name it: signal='det'",
    )
