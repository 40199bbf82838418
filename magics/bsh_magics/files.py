"""Files of typed lines: ``do`` and ``qdo`` run them, ``rec`` writes them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from weakref import WeakKeyDictionary

from bsh.commands import CommandSession, Flag, Option, command
from bsh.commands.argument_types import NumberType, WordType
from bsh.commands.columns import format_duration
from bsh.commands.reports import Text
from bsh.errors import CommandError, UsageError

if TYPE_CHECKING:
    from bsh.session.command_file import CommandFile, FileLine, Foreseen

__all__ = ["COMMANDS", "do", "qdo", "rec"]

MOST_NESTED = 5
"""So deep may files run files; more is a file that runs itself."""

_last: WeakKeyDictionary[Any, Path] = WeakKeyDictionary()
"""For each session the file that ran last, for ``qdo .``."""

_open: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""For each session how many files run within each other."""


class FileType(WordType):
    """The name of a file."""

    completes = "files"


FileName = Annotated[str, FileType()]
FromLine = Annotated[int, Option(("-f", "--from"), NumberType(whole=True, minimum=1))]
NoRun = Annotated[bool, Flag("-d", "--dry")]


@command("do", group="files", examples=["do align.mac", "do -f 12 align.mac", "do -d align.mac"])
def do(session: CommandSession, file: FileName, start: FromLine = 1, dry: NoRun = False) -> Text:
    """Run a file of typed lines, and show each line before it runs.

    The whole file is looked at first: nothing runs when a line could not. It stops at the first line that fails or is
    interrupted; -f LINE goes on there. -d only looks. The name . means the file that ran last.
    """
    return _run(session, file, start, dry, echo=True)


@command("qdo", group="files", examples=["qdo align.mac", "qdo ."])
def qdo(session: CommandSession, file: FileName, start: FromLine = 1, dry: NoRun = False) -> Text:
    """Run a file of typed lines without showing them; otherwise like do."""
    return _run(session, file, start, dry, echo=False)


def _run(session: CommandSession, name: str, start: int, dry: bool, *, echo: bool) -> Text:
    from bsh.session.command_file import CommandFile

    if session.state != "idle":
        raise CommandError(f"do: not while a scan is {session.state}", hint="resume or stop it first")
    path = _last.get(session) if name == "." else Path(name)
    if path is None:
        raise CommandError("do: no file was run yet", hint="do FILE")
    file = CommandFile(path, session)  # type: ignore[arg-type]  # a command's session is one
    foreseen = file.look_ahead(start)
    said = Text("\n".join([_summary(file, foreseen, start), *foreseen.warnings]))
    if dry:
        return said
    depth = _open.get(session, 0)
    if depth >= MOST_NESTED:
        raise CommandError(
            f"do: {name} would be file number {depth + 1} within others", hint="does it run itself?"
        )
    _last[session] = path
    if echo:
        session.show(said)
    session.journal.note(f"do {path}")
    _open[session] = depth + 1
    began = time.monotonic()
    try:
        _run_lines(session, file, foreseen, start, echo)
    finally:
        _open[session] = depth
    return Text(f"{path}: done after {format_duration(time.monotonic() - began)}")


def _run_lines(
    session: CommandSession, file: CommandFile, foreseen: Foreseen, start: int, echo: bool
) -> None:
    numbers = [line.number for line in file.lines if line.number >= start]
    at, outer = start, session.queue.place

    def before(line: FileLine) -> None:
        nonlocal at
        at = line.number
        left = foreseen.seconds_from(line.number)
        time_left = f", {format_duration(left)} left" if left else ""
        place = f"[{numbers.index(line.number) + 1}/{len(numbers)}{time_left}]"
        session.queue.place = f"{file.file.name}:{line.number} {place}"
        if echo:
            session.show(Text(f"{file.file.name}:{line.number}> {line.head}   {place}"))

    try:
        file.run(start, before)
    except BaseException:
        session.show(Text(_how_it_goes_on(session, file, at)))
        raise
    finally:
        session.queue.place = outer


def _how_it_goes_on(session: CommandSession, file: CommandFile, at: int) -> str:
    if session.state != "paused":
        return f"{file.file} stopped at line {at}; from there it goes on with: do -f {at} {file.file}"
    following = next((line.number for line in file.lines if line.number > at), None)
    if following is None:
        return f"{file.file} is paused in its last line, {at}"
    return f"{file.file} is paused in line {at}; once that is done it goes on with: do -f {following} {file.file}"


def _summary(file: CommandFile, foreseen: Foreseen, start: int) -> str:
    count = sum(line.number >= start for line in file.lines)
    parts = [f"{count} {'line' if count == 1 else 'lines'}"]
    if foreseen.points:
        parts.append(f"{foreseen.points} points")
    seconds = foreseen.seconds_from(start)
    if seconds:
        from bsh.display.times import clock_time

        now = time.time()
        end = clock_time(now + seconds, now)
        parts.append(f"at least {format_duration(seconds)}, ends {end} at the earliest")
    return f"{file.file}: {', '.join(parts)}"


@command("rec", group="files", examples=["rec align.mac", "rec off"])
def rec(session: CommandSession, file: FileName = "") -> Text:
    """Write what is typed from now on into a file, for do; rec off ends that.

    Lines that fail are left out, and a line that is undone is taken out again. Without a name it tells what is being
    written.
    """
    recorder = session.recorder
    if file in ("off", "stop", "end"):
        return Text(recorder.stop())
    if file == "start":
        raise UsageError("rec: a file is missing", hint="rec align.mac begins, rec off ends")
    if file:
        recorder.start(Path(file))
    if recorder.file is None:
        return Text("nothing is being recorded: rec FILE")
    return Text(f"lines typed go into {recorder.file} ({len(recorder.lines)} so far); rec off ends it")


COMMANDS = [do, qdo, rec]
