"""What can be done with a paused plan: ``resume``, ``stop``, ``abort``, ``halt``."""

from __future__ import annotations

from typing import Annotated

from bsh.commands import CommandSession, RestOfLine, command
from bsh.commands.argument_types import NumberType
from bsh.errors import CommandError

__all__ = ["COMMANDS", "abort", "halt", "resume", "stop"]


@command(group="paused", examples=["resume", "resume 142"])
def resume(session: CommandSession, scan: Annotated[int | None, NumberType(whole=True)] = None) -> None:
    """Go on with the paused plan, or with an old scan that was broken off.

    The point under way when it was paused is taken again. A number takes the points that this scan has left, as a
    new scan that names it; -1 is the last one.
    """
    if scan is not None:
        session.resume_scan(scan)
        return
    _paused(session, "resume")
    session.resume()


@command(group="paused", examples=["stop"])
def stop(session: CommandSession) -> None:
    """End the paused plan and keep its data.

    Relative scans bring their motors back.
    """
    _paused(session, "stop")
    session.stop()


@command(group="paused", examples=["abort", "abort wrong sample"])
def abort(session: CommandSession, reason: RestOfLine = "") -> None:
    """End the paused plan and mark its data as aborted.

    Words after it go into the record as the reason.
    """
    _paused(session, "abort")
    session.abort(reason or "aborted at the prompt")


@command(group="paused", examples=["halt"])
def halt(session: CommandSession) -> None:
    """End the paused plan at once, without its cleanup.

    Motors stay where they are.
    """
    _paused(session, "halt")
    session.halt()


def _paused(session: CommandSession, name: str) -> None:
    if session.RE.state != "paused":
        raise CommandError(f"{name}: nothing is paused", hint="Ctrl+C pauses a scan that runs")


COMMANDS = [resume, stop, abort, halt]
