"""What somebody else did, and what to do in an emergency: ``drift``, ``sync``, ``panic``."""

from __future__ import annotations

from bsh.commands import CommandSession, command
from bsh.commands.columns import align, format_value
from bsh.commands.reports import Listing, Report, Text
from bsh.errors import CommandError

__all__ = ["COMMANDS", "drift", "panic", "sync"]


@command(group="tools", examples=["panic"])
def panic(session: CommandSession) -> Text:
    """Run the profile's emergency actions, such as closing the shutter.

    While a scan runs or the shell hangs: bsh panic in another terminal, which halts the scan first.
    """
    from bsh.session.emergency import caller, run_panic

    done: list[str] = []
    run_panic(session, caller(), lambda text, ok: done.append(text if ok else f"FAILED {text}"))  # type: ignore[arg-type]  # a session
    return Text("\n".join(done))


@command(group="where", examples=["drift"])
def drift(session: CommandSession) -> Report:
    """List the axes that were moved by somebody else than bsh, and since when.

    sync takes it that they are where they should be.
    """
    moved = session.drift.look()
    if not moved:
        return Text("every axis is where bsh left it")
    rows = [["name", "was", "is", "moved by", "units", "since"]]
    for one in moved:
        numbers = (format_value(value, one.precision) for value in (one.was, one.now, one.now - one.was))
        rows.append([one.name, *numbers, one.units, one.since_text])
    return Listing(tuple(align(rows, left=(0, 4, 5))))


@command(group="where", examples=["sync"])
def sync(session: CommandSession) -> Text:
    """Look at all devices anew: reach for those that are offline, and take the axes where they are now.

    Axes that were moved by somebody else are listed; what drift compares with is where they are now.
    """
    if session.state not in ("idle", "paused"):
        raise CommandError(f"sync: not while a scan is {session.state}")
    lines = [f"{name} answers now" for name in session.reconnect()]
    lines += [f"{name} is offline: {device.reason}" for name, device in session.offline.items()]
    lines += [f"{one.name} {one}" for one in session.drift.settle()]
    return Text("\n".join(lines) or "every axis is where bsh left it")


COMMANDS = [drift, sync, panic]
