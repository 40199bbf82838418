"""Counting again and again: ``timescan`` and ``loopscan``."""

from __future__ import annotations

from typing import Annotated, Any

from bsh.commands import CommandSession, CountTime, Detectors, Metadata, Option, command
from bsh.commands.argument_types import NumberType
from bsh_magics.counting import active_counters

__all__ = ["COMMANDS", "loopscan", "timescan"]

Sleep = Annotated[float, NumberType(minimum=0, units="s")]
Points = Annotated[int, NumberType(whole=True, minimum=1)]


@command(
    kind="plan",
    group="scan",
    examples=["timescan -n 5 0.1", "timescan -n 5 0.1 1 {counter}"],
    interrupt="finish",
    generator="bsh.plans.spec.timescan",
)
def timescan(
    session: CommandSession,
    seconds: CountTime = 1.0,
    sleep: Sleep = 0.0,
    counters: Detectors = (),
    number: Annotated[int | None, Option(("-n",), NumberType(whole=True, minimum=1))] = None,
    md: Metadata = None,
) -> Any:
    """Count again and again until Ctrl+C, which ends it; its data are good.

    Sleep is the time in seconds between two counts; -n ends it after so many points.
    """
    from bsh.plans import spec

    devices = active_counters(session, counters)
    times = session.profile.count_time
    return spec.timescan(devices, seconds, sleep, num=number, count_time=times, md=md)


@command(
    kind="plan",
    group="scan",
    examples=["loopscan 5 0.1", "loopscan 5 0.1 1 {counter}"],
    generator="bsh.plans.spec.loopscan",
)
def loopscan(
    session: CommandSession,
    points: Points,
    seconds: CountTime = 1.0,
    sleep: Sleep = 0.0,
    counters: Detectors = (),
    md: Metadata = None,
) -> Any:
    """Count a number of times.

    Sleep is the time in seconds between two counts.
    """
    from bsh.plans import spec

    devices = active_counters(session, counters)
    return spec.loopscan(devices, points, seconds, sleep, count_time=session.profile.count_time, md=md)


COMMANDS = [timescan, loopscan]
