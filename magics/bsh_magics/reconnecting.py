"""Devices that were not there: ``reconnect``."""

from __future__ import annotations

from bsh.commands import CommandSession, Words, command, nearest_hint
from bsh.commands.reports import Text
from bsh.devices.epics import is_connected
from bsh.errors import UsageError

__all__ = ["COMMANDS", "reconnect"]

TIMEOUT_S = 3.0
"""How long devices that were lost may take to answer, in seconds."""


@command(group="where", aliases=["retry"], examples=["reconnect", "reconnect {motor}"])
def reconnect(session: CommandSession, names: Words = ()) -> Text:
    """Try again to reach devices that are offline, or have been lost since, all or by name.

    Those that answer late come in by themselves within the first minute.
    """
    from bsh.session.connecting import connect_all

    for name in names:
        if name not in session.devices:
            raise UsageError(
                f"reconnect: there is no device {name}", hint=nearest_hint(name, session.devices)
            )
    chosen = {name: device for name, device in session.devices.items() if not names or name in names}
    missing = [name for name in session.offline if name in chosen]
    lost = {
        name: device for name, device in chosen.items() if name not in missing and not is_connected(device)
    }
    if not missing and not lost:
        return Text(f"{', '.join(names) or 'every device'} is there")
    if missing:
        session.reconnect(*missing)
    left = {name: device.reason for name, device in session.offline.items() if name in missing}
    left |= connect_all(lost, TIMEOUT_S)
    lines = [f"{name} is there again" for name in (*missing, *lost) if name not in left]
    return Text("\n".join([*lines, *(f"{name} is offline: {reason}" for name, reason in left.items())]))


COMMANDS = [reconnect]
