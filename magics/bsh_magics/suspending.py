"""What may hold scans: ``suspenders``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bsh.commands import CommandSession, command
from bsh.commands.columns import align, format_value
from bsh.commands.reports import Listing, Report, Text
from bsh.devices.epics import is_connected

__all__ = ["COMMANDS", "suspenders"]


@command(group="where", examples=["suspenders"])
def suspenders(session: CommandSession) -> Report:
    """List the conditions that hold scans: signal, value, rule, since when it holds, when it lets go.

    Scans that they held have the time that was lost in their stop documents.
    """
    watching = session.RE.suspenders
    if not watching:
        return Text("nothing holds scans: the profile's key suspenders, or RE.install_suspender, would")
    rows = [
        ["signal", "value", "rule", "holds since", "lets go at"],
        *(_row(suspender) for suspender in watching),
    ]
    return Listing(tuple(align(rows, left=(0, 2, 3, 4))))


def _row(suspender: Any) -> list[str]:
    signal = getattr(suspender, "_signal", None)
    name = str(getattr(signal, "name", "?"))
    describe = getattr(suspender, "report", None)
    if describe is None:  # of another library
        tripped = getattr(suspender, "tripped", False)
        return [name, "", type(suspender).__name__, "holds" if tripped else "-", ""]
    told = describe()
    if not is_connected(signal):
        value = "not connected"  # the last one may be long ago
    else:
        value = "?" if told.value is None else _shown(told.value, signal)
    if not told.tripped:
        return [name, value, told.rule, "-", ""]
    release = ""
    if told.releases_at is not None:
        left_s = max(0.0, (told.releases_at - datetime.now()).total_seconds())
        release = f"{told.releases_at:%H:%M:%S} ({left_s:.0f} s)"
    since = "holds" if told.since is None else f"{told.since:%H:%M:%S}"  # not connected, who knows how long
    return [name, value, told.rule, since, release]


def _shown(value: Any, signal: Any) -> str:
    units = getattr(signal, "egu", "") or ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{format_value(value, getattr(signal, 'precision', None))} {units}".rstrip()
    return str(value)


COMMANDS = [suspenders]
