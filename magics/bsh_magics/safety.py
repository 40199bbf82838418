"""In an emergency: ``panic``."""

from __future__ import annotations

from bsh.commands import CommandSession, command
from bsh.commands.reports import Text

__all__ = ["COMMANDS", "panic"]


@command(group="tools", examples=["panic"])
def panic(session: CommandSession) -> Text:
    """Run the profile's emergency actions, such as closing the shutter.

    While a scan runs or the shell hangs: bsh panic in another terminal, which halts the scan first.
    """
    from bsh.session.emergency import caller, run_panic

    done: list[str] = []
    run_panic(session, caller(), lambda text, ok: done.append(text if ok else f"FAILED {text}"))  # type: ignore[arg-type]  # a session
    return Text("\n".join(done))


COMMANDS = [panic]
