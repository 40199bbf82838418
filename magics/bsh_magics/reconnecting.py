"""Devices that were not there: ``reconnect``."""

from __future__ import annotations

from bsh.commands import CommandSession, Words, command, nearest_hint
from bsh.commands.reports import Text
from bsh.errors import UsageError

__all__ = ["COMMANDS", "reconnect"]


@command(group="where", aliases=["retry"], examples=["reconnect", "reconnect {motor}"])
def reconnect(session: CommandSession, names: Words = ()) -> Text:
    """Try again to reach devices that are offline, all or by name.

    Those that answer late come in by themselves within the first minute.
    """
    for name in names:
        if name not in session.devices:
            raise UsageError(
                f"reconnect: there is no device {name}", hint=nearest_hint(name, session.devices)
            )
    offline = session.offline
    wanted = [name for name in offline if not names or name in names]
    if not wanted:
        return Text(f"{', '.join(names) or 'every device'} is there")
    session.reconnect(*wanted)
    left = session.offline
    lines = [f"{name} is there again" for name in wanted if name not in left]
    lines += [f"{name} is offline: {left[name].reason}" for name in wanted if name in left]
    return Text("\n".join(lines))


COMMANDS = [reconnect]
