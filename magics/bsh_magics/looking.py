"""Looking before something runs, and after something failed: ``dry``, ``explain``, ``why``."""

from __future__ import annotations

import shutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from bsh.commands import CommandSession, Line, axis_named, command, limits_of, precision_of
from bsh.commands.columns import align, format_duration, format_value
from bsh.commands.reports import Text
from bsh.commands.statements import statements
from bsh.errors import CommandError, UsageError

if TYPE_CHECKING:
    from bsh.session.preflight import Preflight

__all__ = ["COMMANDS", "dry", "explain", "why"]


@command(group="tools", examples=["dry ascan {motor} -1 1 20 0.1", "dry mv {motor} 1"])
def dry(session: CommandSession, line: Line) -> Text:
    """Look at a line without running it: points, time, travel, limits.

    A scan, a move, or RE(plan). Nothing moves and no scan number is used. What is wrong is said as if it were run.
    """
    if len(list(statements(line))) != 1:
        raise UsageError("dry takes one command at a time", hint="dry ascan th -1 1 20 0.1")
    first = line.split(maxsplit=1)[0].partition("(")[0]
    if first != "RE":
        if first not in session.registry:
            raise UsageError(f"dry: {first} is no command", hint="dry takes a scan, a move, or RE(plan)")
        found = session.registry[first]
        if found.kind != "plan" and found.interrupt != "stop":
            raise CommandError(f"dry: {first} runs no plan, there is nothing to look at")
    from bsh.session import evaluate
    from bsh.session.preflight import DryRun

    try:
        with session.dry():
            evaluate(line, session.namespace, session.registry)  # type: ignore[arg-type]  # it is a dict
    except DryRun as found_out:
        return Text("\n".join(_lines(session, found_out.known)))
    raise CommandError(f"dry: {line.strip()} runs no plan, there is nothing to look at")


def _lines(session: CommandSession, known: Preflight) -> Iterator[str]:
    if known.axes is None and known.num_points is None and known.seconds is None:
        yield "not known: the plan cannot be looked at before it runs (it was made already, or looks at its data)"
        return
    parts = [] if not known.num_points else [f"{known.num_points:,} points"]
    if known.seconds is None:
        parts.append("goes on until it is stopped")
    else:
        parts.append(f"at least {format_duration(known.seconds)}")
        if known.ends_at is not None:
            from bsh.display.times import clock_time

            parts.append(f"ends {clock_time(known.ends_at, known.started_at)} at the earliest")
    parts.append("1 move" if known.moves == 1 else f"{known.moves} moves")
    yield ", ".join(parts)
    if known.travel:
        yield from align(
            [["axis", "from", "lowest", "highest", "limits"], *_travel(session, known.travel)], left=(0, 4)
        )
    rules = len(session.profile.rules)
    yield "limits kept, devices answer" + (f", {rules} rules kept" if rules else "")
    folder = getattr(session, "folder", None)
    if folder is not None and known.num_points:
        yield f"{shutil.disk_usage(folder).free / 1e9:.1f} GB of disk left"
    yield from known.warnings


def _travel(session: CommandSession, travel: Any) -> Iterator[list[str]]:
    for name, way in travel.items():
        axis = axis_named(name, session.devices)
        digits = None if axis is None else precision_of(axis)
        limits = None if axis is None else limits_of(axis)
        kept = "none" if limits is None else " to ".join(format_value(limit, digits) for limit in limits)
        shown = [format_value(value, digits) for value in (way.start, way.low, way.high)]
        yield [name, *shown, f"{kept} {way.unit}".rstrip()]


@command(group="help", examples=["explain ascan {motor} -1 1 20 0.1", "explain LimitError"])
def explain(session: CommandSession, line: Line) -> Text:
    """Say what a line is in Python and in bluesky, or what an error is about.

    Nothing is run.
    """
    from bsh_magics.explaining import explained

    return Text("\n".join(explained(session, line.strip())))


@command(group="help", examples=["why"])
def why(session: CommandSession) -> Text:
    """Show all that is known of the last error."""
    error = getattr(sys, "last_value", None)
    if error is None:
        raise CommandError("nothing went wrong since the start")
    return Text("".join(traceback.format_exception(type(error), error, _from_typed_line(error))).rstrip())


def _from_typed_line(error: BaseException) -> TracebackType | None:
    """Return the traceback without the frames of IPython that lead to what was typed."""
    trace = error.__traceback__
    while (
        trace is not None
        and trace.tb_next is not None
        and "IPython" in Path(trace.tb_frame.f_code.co_filename).parts
    ):
        trace = trace.tb_next
    return trace


COMMANDS = [dry, explain, why]
