"""Scans over grids: ``mesh`` and ``dmesh``. The first motor is the fast one, as in SPEC."""

from __future__ import annotations

from typing import Annotated, Any

from bsh.commands import (
    CommandSession,
    CountTime,
    Detectors,
    Flag,
    Intervals,
    Metadata,
    Motor,
    Target,
    command,
)
from bsh_magics.counting import active_counters
from bsh_magics.scans import Settle

__all__ = ["COMMANDS", "dmesh", "mesh"]


@command(
    kind="plan",
    group="scan",
    examples=["mesh {motor} -1 1 10 {motor2} -1 1 5 0.1", "mesh -s {motor} -1 1 10 {motor2} -1 1 5 0.1"],
    generator="bsh.plans.spec.mesh",
)
def mesh(
    session: CommandSession,
    motor1: Motor,
    start1: Target,
    stop1: Target,
    intervals1: Intervals,
    motor2: Motor,
    start2: Target,
    stop2: Target,
    intervals2: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    snake: Annotated[bool, Flag("-s", "--snake")] = False,
    settle: Settle = 0.0,
    md: Metadata = None,
) -> Any:
    """Scan a grid; the first motor is the fast one.

    With -s the fast motor runs forth and back.
    """
    fast, slow = (motor1, start1, stop1, intervals1), (motor2, start2, stop2, intervals2)
    return _mesh(session, "mesh", fast, slow, seconds, counters, snake, settle, md)


@command(
    kind="plan",
    group="scan",
    examples=["dmesh {motor} -1 1 10 {motor2} -1 1 5 0.1"],
    generator="bsh.plans.spec.dmesh",
)
def dmesh(
    session: CommandSession,
    motor1: Motor,
    start1: Target,
    stop1: Target,
    intervals1: Intervals,
    motor2: Motor,
    start2: Target,
    stop2: Target,
    intervals2: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    snake: Annotated[bool, Flag("-s", "--snake")] = False,
    settle: Settle = 0.0,
    md: Metadata = None,
) -> Any:
    """Scan a grid around where its motors are, and bring them back.

    Starts and stops are distances; otherwise like mesh.
    """
    fast, slow = (motor1, start1, stop1, intervals1), (motor2, start2, stop2, intervals2)
    return _mesh(session, "dmesh", fast, slow, seconds, counters, snake, settle, md)


def _mesh(
    session: CommandSession,
    name: str,
    fast: tuple[Any, ...],
    slow: tuple[Any, ...],
    seconds: float,
    counters: Any,
    snake: bool,
    settle: float,
    md: Any,
) -> Any:
    from bsh.plans import spec

    devices = active_counters(session, counters)
    times = session.profile.count_time
    plan = getattr(spec, name)
    return plan(devices, *fast, *slow, seconds, snake=snake, settle=settle, count_time=times, md=md)


COMMANDS = [mesh, dmesh]
