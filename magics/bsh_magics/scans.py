"""Scans in SPEC's order of arguments: intervals, not points; counters for one scan as trailing words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

from bsh.commands import (
    Command,
    CommandSession,
    CountTime,
    Detectors,
    Intervals,
    Metadata,
    Motor,
    Number,
    Option,
    Parameter,
    Target,
    command,
)
from bsh.commands.argument_types import (
    CountTimeType,
    DetectorsType,
    MetadataType,
    MotorType,
    NumberType,
    TargetType,
)
from bsh.commands.values import device_named
from bsh.errors import CommandError
from bsh_magics.counting import active_counters

__all__ = ["COMMANDS", "LAST_PARAMETERS", "Settle", "ascan", "dscan", "lineup", "th2th"]

SETTLE = Option(("--settle",), NumberType(minimum=0, units="s"))
Settle: TypeAlias = Annotated[float, SETTLE]
"""Seconds between the end of a move and the count after it."""

LAST_PARAMETERS = (
    Parameter("intervals", NumberType(whole=True, minimum=1), required=True),
    Parameter("seconds", CountTimeType(), required=True),
    Parameter("counters", DetectorsType(), required=False),
    Parameter("settle", SETTLE.type, required=False, option=SETTLE),
    Parameter("md", MetadataType(), required=False),
)
"""What stands behind the axes of a scan along a line, where its command is declared by its parameters."""


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
    settle: Settle = 0.0,
    md: Metadata = None,
) -> Any:
    """Scan a motor from start to stop in equal intervals.

    There is one point more than intervals. Counters at the end of the line count instead of the active
    ones; key=value goes into the metadata. --settle is the time in seconds between a move and its count.
    """
    return line_scan(session, "ascan", (motor, start, stop), intervals, seconds, counters, settle, md)


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
    settle: Settle = 0.0,
    md: Metadata = None,
) -> Any:
    """Scan a motor around where it is, and bring it back.

    Start and stop are distances; otherwise like ascan.
    """
    return line_scan(session, "dscan", (motor, start, stop), intervals, seconds, counters, settle, md)


def line_scan(
    session: CommandSession,
    name: str,
    axes: Sequence[Any],
    intervals: int,
    seconds: float,
    counters: Sequence[Any],
    settle: float,
    md: Mapping[str, Any] | None,
) -> Any:
    """Return the plan of that name in :mod:`bsh.plans.spec`, with the session's counters and counting times.

    Parameters
    ----------
    session : CommandSession
        Whose counters count.
    name : str
        ``ascan``, ``d2scan``...
    axes : sequence
        Motor, start and stop of each axis.
    intervals, seconds, counters, settle, md
        As typed.
    """
    from bsh.plans import spec

    devices = active_counters(session, counters)
    plan = getattr(spec, name)
    times = session.profile.count_time
    return plan(devices, *axes, intervals, seconds, settle=settle, count_time=times, md=md)


def _several(motors: int, *, relative: bool) -> Command:
    """Declare the scan of so many motors in lockstep."""
    name = f"{'d' if relative else 'a'}{motors}scan"

    def scan(
        session: CommandSession,
        *,
        intervals: int,
        seconds: float,
        counters: Sequence[Any] = (),
        settle: float = 0.0,
        md: Mapping[str, Any] | None = None,
        **axes: Any,
    ) -> Any:
        return line_scan(session, name, tuple(axes.values()), intervals, seconds, counters, settle, md)

    scan.__name__ = scan.__qualname__ = name
    placed = [
        parameter
        for number in range(1, motors + 1)
        for parameter in (
            Parameter(f"motor{number}", MotorType(), required=True),
            Parameter(f"start{number}", TargetType(), required=True),
            Parameter(f"stop{number}", TargetType(), required=True),
        )
    ]
    around = ", around where they are, and bring them back" if relative else ""
    names = ["{motor}", "{motor2}", "{motor3}", "{motor4}"][:motors]
    example = " ".join([name, *(f"{motor} -0.1 0.1" for motor in names), "10 0.1"])
    return Command(
        name=name,
        function=scan,
        kind="plan",
        parameters=(*placed, *LAST_PARAMETERS),
        group="scan",
        summary=f"Scan {motors} motors in lockstep{around}.",
        examples=(example,),
        generator=f"bsh.plans.spec.{name}",
        details="Starts and stops are distances." if relative else "",
    )


a2scan, a3scan, a4scan = (_several(motors, relative=False) for motors in (2, 3, 4))
d2scan, d3scan, d4scan = (_several(motors, relative=True) for motors in (2, 3, 4))


@command(
    kind="plan",
    group="scan",
    examples=["th2th -0.2 0.2 10 0.1"],
    generator="bsh.plans.spec.th2th",
)
def th2th(
    session: CommandSession,
    start: Number,
    stop: Number,
    intervals: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    settle: Settle = 0.0,
    md: Metadata = None,
) -> Any:
    """Scan tth, and th half as far, around where they are.

    Start and stop are distances of tth. Both motors are brought back.
    """
    axes = (_named(session, "tth"), _named(session, "th"), start, stop)
    return line_scan(session, "th2th", axes, intervals, seconds, counters, settle, md)


def _named(session: CommandSession, name: str) -> Any:
    known = {**session.devices, **getattr(session, "aliases", {})}
    device = device_named(name, known)
    if device is None:
        raise CommandError(
            f"th2th: this profile has no motor {name}",
            hint=f"give one that name (aliases: {{{name}: ...}}), or use d2scan",
        )
    if hasattr(type(device), "offline_error"):
        raise device.offline_error()
    return device


@command(
    kind="plan",
    group="scan",
    examples=["lineup {motor} -0.5 0.5 20 0.1"],
    generator="bsh.plans.spec.lineup",
)
def lineup(
    session: CommandSession,
    motor: Motor,
    start: Target,
    stop: Target,
    intervals: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    md: Metadata = None,
) -> Any:
    """Scan a motor around where it is, and go to the peak.

    The first plotted counter decides. Without a good peak the motor goes back, and this is said.
    """
    from bsh.commands.selection import selection_of

    plotted = selection_of(session).plotted
    devices = active_counters(session, counters)
    signal = plotted[0] if plotted and not counters and plotted[0] in _fields(devices) else None
    from bsh.plans import spec

    return spec.lineup(
        devices,
        motor,
        start,
        stop,
        intervals,
        seconds,
        signal=signal,
        count_time=session.profile.count_time,
        md=md,
    )


def _fields(devices: Sequence[Any]) -> list[str]:
    from bsh.plans import get_hinted_fields

    return [field for device in devices for field in get_hinted_fields(device)]


COMMANDS = [ascan, dscan, a2scan, a3scan, a4scan, d2scan, d3scan, d4scan, th2th, lineup]
