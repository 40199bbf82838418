"""Scans in SPEC's order of arguments: intervals, not points; counters for one scan as trailing words."""

from __future__ import annotations

from typing import Any

from bsh.commands import CommandSession, CountTime, Detectors, Intervals, Metadata, Motor, Target, command
from bsh_magics.counting import active_counters

__all__ = ["COMMANDS", "ascan", "dscan"]


@command(
    kind="plan",
    group="scan",
    examples=["ascan {motor} -1 1 20 0.1", "ascan {motor} -1 1 20 0.1 {counter}"],
    generator="bsh.plans.spec.ascan",
)
def ascan(
    session: CommandSession,
    motor: Motor,
    start: Target,
    stop: Target,
    intervals: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    md: Metadata = None,
) -> Any:
    """Scan a motor from start to stop in equal intervals.

    There is one point more than intervals. Counters at the end of the line count instead of the active
    ones; key=value goes into the metadata.
    """
    from bsh.plans import spec

    devices = active_counters(session, counters)
    times = session.profile.count_time
    return spec.ascan(devices, motor, start, stop, intervals, seconds, count_time=times, md=md)


@command(
    kind="plan",
    aliases=["lup"],
    group="scan",
    examples=["dscan {motor} -0.5 0.5 20 0.1"],
    generator="bsh.plans.spec.dscan",
)
def dscan(
    session: CommandSession,
    motor: Motor,
    start: Target,
    stop: Target,
    intervals: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    md: Metadata = None,
) -> Any:
    """Scan a motor around where it is, and bring it back.

    Start and stop are distances; otherwise like ascan.
    """
    from bsh.plans import spec

    devices = active_counters(session, counters)
    times = session.profile.count_time
    return spec.dscan(devices, motor, start, stop, intervals, seconds, count_time=times, md=md)


COMMANDS = [ascan, dscan]
