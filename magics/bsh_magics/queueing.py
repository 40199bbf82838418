"""Lines that wait for their turn: ``queue``; and having nothing run after the present scan: ``finish``."""

from __future__ import annotations

from pathlib import Path

from bsh.commands import CommandSession, RestOfLine, command
from bsh.commands.columns import align, format_duration
from bsh.commands.reports import Listing, Report, Text
from bsh.errors import BshError, CommandError, UsageError

__all__ = ["COMMANDS", "finish", "queue"]

USAGE = "q, q add LINE, q rm N, q up N, q clear, q pause, q go"


@command("queue", group="queue", aliases=["q"], examples=["q", "q add wa", "q go"])
def queue(session: CommandSession, what: RestOfLine = "") -> Report:
    """Show the lines that wait, or change them: q add LINE, q rm N, q up N, q clear, q pause, q go.

    Lines that are typed while a plan runs wait here; each is checked when it is typed, and again when its turn comes. A
    line that fails or is interrupted pauses the queue, q go lets it go on.
    """
    waiting = session.queue
    word, _, rest = what.strip().partition(" ")
    if word == "add" and rest.strip():
        added = waiting.add(rest)
        return Text(f"queued {added.number}: {added.text}")
    if word in ("rm", "up"):
        return Text(_changed(session, word, rest))
    if word and rest.strip():
        raise UsageError(f"queue: {what.strip()} is not understood", hint=USAGE)
    if word == "clear":
        count = waiting.clear()
        return Text(f"{count} {'line' if count == 1 else 'lines'} taken out")
    if word == "pause":
        waiting.pause("as asked")
    elif word == "go":
        waiting.go_on()
    elif word:
        raise UsageError(f"queue: {what.strip()} is not understood", hint=USAGE)
    return _listing(session)


def _changed(session: CommandSession, word: str, numbers: str) -> str:
    chosen = numbers.split()
    if not chosen or not all(number.isdigit() for number in chosen):
        raise UsageError(
            f"queue {word}: the number of a line is wanted, got {numbers or 'nothing'}", hint=USAGE
        )
    change, done = (
        (session.queue.remove, "taken out") if word == "rm" else (session.queue.move_up, "one place earlier")
    )
    return "\n".join(f"{done}: {change(int(number)).text}" for number in chosen)


def _listing(session: CommandSession) -> Report:
    waiting = session.queue
    if not len(waiting):
        return Text("nothing is queued: lines typed while a plan runs wait here, or q add LINE")
    rows = [[str(line.number), line.text] for line in waiting.lines]
    state = f"paused ({waiting.paused}): q go runs them" if waiting.paused else "next at the end of what runs"
    return Listing((state, *align(rows, left=(1,)), *_time_of_all(session)))


def _time_of_all(session: CommandSession) -> tuple[str, ...]:
    """Say how long all that waits will take, each line from where those before it leave the axes."""
    from bsh.session.command_file import CommandFile

    text = "\n".join(line.text for line in session.queue.lines)
    try:
        file = CommandFile(Path("<queue>"), session, text)  # type: ignore[arg-type]  # a command's session is one
        seconds = file.look_ahead().seconds_from(1)
    except BshError:  # each line is checked again when its turn comes
        return ()
    return (f"all of it takes at least {format_duration(seconds)}",) if seconds else ()


@command("finish", group="queue", examples=["finish"])
def finish(session: CommandSession) -> Text:
    """Let the scan that runs end, and nothing after it begin: of its line, of a file of commands, of the queue.

    Typed below the scan. A file says from which line it goes on, q go runs what waits.
    """
    if session.state == "idle":
        raise CommandError("finish: nothing runs", hint="q pause keeps the queue from running")
    session.queue.finish()
    return Text("nothing is started after the plan that runs")


COMMANDS = [queue, finish]
