"""What can be typed: ``h``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Annotated

from bsh.commands import (
    Command,
    CommandSession,
    CommandWord,
    Flag,
    command,
    movable_names,
    nearest_hint,
    readable_names,
)
from bsh.commands.columns import align
from bsh.commands.reports import Listing, Report, Text
from bsh.errors import UsageError

__all__ = ["COMMANDS", "h"]

WIDTH = 79
"""Columns of the cheat sheet: it fits the smallest terminal that people use."""

SHORT = {
    "a2scan": "a2scan .. a4scan",
    "a3scan": "",
    "a4scan": "",
    "d2scan": "d2scan .. d4scan",
    "d3scan": "",
    "d4scan": "",
}
"""Names that need not be told one by one."""

FOOT = (
    "h NAME or h GROUP says more, h -v all. Python goes, too: mv th tth/2; x = th*2",
    "Ctrl+C pauses a scan, TAB completes, undo goes back. Else: RE(bp.count([det]))",
)


@command(group="help", examples=["h", "h ascan", "h scan", "h -v"])
def h(
    session: CommandSession,
    name: CommandWord = "",
    verbose: Annotated[bool, Flag("-v", "--verbose")] = False,
) -> Report:
    """Show the commands, a group of them, or how one is used, with names of this session."""
    groups: dict[str, list[Command]] = {}
    for found in session.registry:
        groups.setdefault(found.group, []).append(found)
    if name in session.registry:
        return Text(_one(session, session.registry[name]))
    if name:
        if name not in groups:
            known = [*session.registry.names, *groups]
            raise UsageError(
                f"h: there is no command and no group {name}",
                hint=nearest_hint(name, known) or f"groups: {' '.join(groups)}",
            )
        return Listing(tuple(_summaries({name: groups[name]})))
    if verbose:
        return Listing((*_summaries(groups), *FOOT))
    return Listing((*_sheet(groups), *FOOT))


def _one(session: CommandSession, found: Command) -> str:
    counters = [device.name for device in session.counters] or readable_names(session)
    lines = [found.help_text(movable_names(session), counters)]
    lines += [" ".join(part.split()) for part in found.details.split("\n\n") if part]
    if found.aliases:
        lines.append(f"also: {', '.join(found.aliases)}")
    if found.generator:
        lines.append(f"in plans: yield from {found.generator}(...)")
    return "\n".join(lines)


def _sheet(groups: dict[str, list[Command]]) -> Iterator[str]:
    """Yield the names of all commands, a line or two a group."""
    margin = max(map(len, groups)) + 2
    for group, commands in groups.items():
        names = (SHORT.get(found.name, "/".join(found.names)) for found in commands)
        text = "  ".join(name for name in names if name)
        yield from textwrap.wrap(
            text, WIDTH, initial_indent=group.ljust(margin), subsequent_indent=" " * margin
        )


def _summaries(groups: dict[str, list[Command]]) -> list[str]:
    rows = [
        [group if position == 0 else "", " ".join(found.names), found.summary]
        for group, commands in groups.items()
        for position, found in enumerate(commands)
    ]
    return align(rows, left=(0, 1, 2))


COMMANDS = [h]
