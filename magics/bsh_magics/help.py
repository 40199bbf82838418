"""What can be typed: ``h``."""

from __future__ import annotations

from bsh.commands import Command, CommandSession, CommandWord, command, movable_names, readable_names
from bsh.commands.columns import align
from bsh.commands.reports import Listing, Report, Text

__all__ = ["COMMANDS", "h"]


@command(group="help", examples=["h", "h ascan"])
def h(session: CommandSession, name: CommandWord = "") -> Report:
    """Show the commands, or how one of them is used, with names of this session."""
    if name:
        return Text(_one(session, session.registry[name]))
    return Listing(tuple(_all(session)))


def _one(session: CommandSession, found: Command) -> str:
    counters = [device.name for device in session.counters] or readable_names(session)
    lines = [found.help_text(movable_names(session), counters)]
    if found.details:
        lines.append(found.details)
    if found.aliases:
        lines.append(f"also: {', '.join(found.aliases)}")
    if found.generator:
        lines.append(f"in plans: yield from {found.generator}(...)")
    return "\n".join(lines)


def _all(session: CommandSession) -> list[str]:
    groups: dict[str, list[Command]] = {}
    for found in session.registry:
        groups.setdefault(found.group, []).append(found)
    rows = [
        [group if position == 0 else "", " ".join(found.names), found.summary]
        for group, commands in groups.items()
        for position, found in enumerate(commands)
    ]
    foot = "h NAME shows usage and examples. All else is Python: RE(bp.count([det]))"
    return [*align(rows, left=(0, 1, 2)), foot]


COMMANDS = [h]
