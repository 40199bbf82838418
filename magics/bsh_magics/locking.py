"""Devices that are not to be moved: ``lock`` and ``unlock``."""

from __future__ import annotations

import time
from typing import Annotated, Any

from bsh.commands import CommandSession, Words, axis_named, command, movable_names, nearest_hint
from bsh.commands.argument_types import WordType
from bsh.commands.columns import align
from bsh.commands.reports import Listing, Report, Text
from bsh.errors import UsageError

__all__ = ["COMMANDS", "lock", "unlock"]


class MotorWord(WordType):
    """The name of something that can be moved."""

    completes = "motors"


Name = Annotated[str, MotorWord()]


@command(group="move", examples=["lock", "lock {motor} beam stop is in"])
def lock(session: CommandSession, motor: Name = "", reason: Words = ()) -> Report:
    """Let nobody move a motor until it is unlocked; without a name, list what is locked.

    In every shell of the profile, also after a restart. The reason is told to whoever wants to move it.
    """
    locks = session.locks
    if not motor:
        return _listing(locks)
    made = locks.lock(_known(session, "lock", motor), " ".join(reason))
    session.journal.note(f"{time.ctime()}.  {made.name} {made}")
    return Text(f"{made.name} is {made}; unlock {made.name} lets it move again")


@command(group="move", examples=["unlock {motor}"])
def unlock(session: CommandSession, motor: Name) -> Text:
    """Let a motor move again that was locked."""
    found = session.locks.unlock(motor)
    if found is None:
        _known(session, "unlock", motor)
        return Text(f"{motor} is not locked")
    session.journal.note(f"{time.ctime()}.  {motor} unlocked")
    return Text(f"{motor} can move again; it was {found}")


def _known(session: CommandSession, name: str, motor: str) -> str:
    device = axis_named(motor, {**session.devices, **getattr(session, "aliases", {})})
    if device is None or not hasattr(type(device), "set"):
        known = movable_names(session)
        raise UsageError(
            f"{name}: unknown motor {motor}", hint=nearest_hint(motor, known) or f"motors: {', '.join(known)}"
        )
    return str(device.name)


def _listing(locks: Any) -> Report:
    rows = [["name", "", "reason"]]
    for one in locks.all().values():
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.time))
        rows.append([one.name, f"{one.who}, {since}", one.reason])
    return Listing(tuple(align(rows, left=(0, 1, 2)))) if len(rows) > 1 else Text("nothing is locked")


COMMANDS = [lock, unlock]
