"""Which motors there are and what is the matter with them: ``lsmot``, ``st``."""

from __future__ import annotations

from bsh.commands import CommandSession, Names, axes_of, command, limits_of, precision_of, units_of
from bsh.commands.columns import align, format_value
from bsh.commands.reports import Listing
from bsh.devices.traversal import labels_of
from bsh_magics.positions import rows_of, selected

__all__ = ["COMMANDS", "lsmot", "st"]


@command(group="where", aliases=["sta"], examples=["st", "st {motor}"])
def st(session: CommandSession, names: Names = ()) -> Listing:
    """Show the states of motors, all or by name, wildcard or label: ok, moving, at a limit, offline, locked."""
    rows = [["name", "state", "position", "", "remark"]]
    rows += [
        [row.name, row.state, row.text(row.value), row.units, row.note] for row in rows_of(session, names)
    ]
    return Listing(tuple(align(rows, left=(0, 1, 3, 4))))


@command(group="where", examples=["lsmot", "lsmot sam*"])
def lsmot(session: CommandSession, names: Names = ()) -> Listing:
    """List the motors: units, limits, kind, labels; nothing is moved and no position is read."""
    rows = [["name", "units", "low", "high", "kind", "labels"]]
    for name, axis in selected(session, names) if names else axes_of(session.devices):
        offline = hasattr(type(axis), "offline_error")
        limits = None if offline else limits_of(axis)
        low, high = (
            ("-", "-") if limits is None else (format_value(one, precision_of(axis)) for one in limits)
        )
        kind = "offline" if offline else type(axis).__name__
        rows.append(
            [name, "" if offline else units_of(axis), low, high, kind, " ".join(sorted(labels_of(axis)))]
        )
    return Listing(tuple(align(rows, left=(0, 1, 4, 5))))


COMMANDS = [st, lsmot]
