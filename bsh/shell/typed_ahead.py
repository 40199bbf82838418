"""The input line below a plan that runs: what is typed there is checked and waits for its turn.

Owns the keys that are typed meanwhile, and what becomes of a line at Enter. It is asked now and then by whoever draws the
screen; it never waits for a key.
"""

from __future__ import annotations

import ast
import codecs
import os
import re
import select
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bsh.commands import Syntax, rewrite
from bsh.errors import BshError, UsageError
from bsh.session import Session

__all__ = ["TypedAhead"]

AT_ONCE = frozenset({"where", "help", "queue", "points"})
"""Groups of commands that only look, or are about the plan that runs: they need not wait."""

_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?")


class TypedAhead:
    """Keys typed while a plan runs.

    Parameters
    ----------
    session : Session
        Whose queue takes the lines.
    tell : callable
        Shows a line of text.
    run : callable
        Carries out a line that need not wait.
    tell_status : callable
        Shows how far the plan is and what it waits for; for ``?`` and Ctrl+T.
    fd : int, optional
        The terminal; standard input without it.

    Attributes
    ----------
    text : str
        What is typed and not ended with Enter.
    divert : callable or None
        Gets the keys first, while no line is begun; returns those that are none of its.
    """

    def __init__(
        self,
        session: Session,
        tell: Callable[[str], None],
        run: Callable[[str], None],
        tell_status: Callable[[], None],
        fd: int | None = None,
    ) -> None:
        self._session = session
        self._tell = tell
        self._run = run
        self._tell_status = tell_status
        self._fd = fd
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.text = ""
        self.divert: Callable[[str], str] | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether there is a prompt at which the lines could be typed afterwards."""
        return self._session.interactive

    @property
    def shown(self) -> str:
        """What stands below the plan: the line that is typed, else how far a file is and what waits."""
        if self.text:
            return f"next> {self.text}"
        queue = self._session.queue
        if not len(queue):
            return queue.place
        state = "queue paused" if queue.paused else "next"
        more = f"   and {len(queue) - 1} more" if len(queue) > 1 else ""
        place = f"{queue.place}   " if queue.place else ""
        return f"{place}{state}: {queue.lines[0].text}{more}"

    def look(self) -> None:
        """Take the keys that were typed since."""
        fd = sys.stdin.fileno() if self._fd is None else self._fd
        while select.select([fd], [], [], 0)[0]:
            typed = os.read(fd, 1024)
            if not typed:
                return
            keys = self._decode(typed)
            self.take(keys if self.divert is None or self.text else self.divert(keys))

    def take(self, keys: str) -> None:
        """Take keys as they were typed.

        Parameters
        ----------
        keys : str
            Characters; control characters edit the line.
        """
        for key in _ESCAPE.sub("", keys):
            if key in "\r\n":
                self._enter()
            elif key in "\x7f\x08":
                self.text = self.text[:-1]
            elif key == "\x15":
                self.text = ""
            elif key == "\x17":
                self.text = re.sub(r"\S*\s*\Z", "", self.text)
            elif key == "\t":
                self._complete()
            elif key == "\x14":
                self._tell_status()
            elif key.isprintable():
                self.text += key

    def _complete(self) -> None:
        from bsh.shell.completion import complete

        found = complete(self.text, self._session, self._session.namespace)
        if found is not None and found.words:
            self.text += _common_start(found.words)[len(found.fragment) :]

    def _enter(self) -> None:
        line, self.text = self.text.strip(), ""
        if not line:
            return
        if line == "?":
            self._tell_status()
            return
        try:
            warnings = self._checked(line)
        except BshError as error:
            self.text = line  # to be mended
            self._tell(f"{line}: {error.message}" + (f" ({error.hint})" if error.hint else ""))
            return
        if warnings is None:
            self._run(line)
            return
        queued = self._session.queue.add(line)
        self._tell(f"queued {queued.number}: {line}")
        for warning in warnings:
            self._tell(f"  {warning}; looked at again when its turn comes")

    def _checked(self, line: str) -> list[str] | None:
        """Return what is doubtful about a line; None for one that need not wait."""
        session = self._session
        registry = session.registry
        first = line.split(maxsplit=1)[0].lstrip("%")
        if first in registry and registry[first].group in AT_ONCE:
            return None
        if line[0] in "%!?" or line.endswith("?"):
            return []
        text = rewrite(line, registry.syntaxes)
        try:
            ast.parse(text)
        except SyntaxError as error:
            raise UsageError("this is neither a command nor Python, or goes on in the next line") from error
        if first in registry and registry[first].syntax is Syntax.RAW:
            return []
        return _foreseen(session, line)


def _common_start(words: Sequence[str]) -> str:
    first, last = min(words), max(words)
    same = (place for place, letter in enumerate(first) if letter != last[place : place + 1])
    return first[: next(same, len(first))]


def _foreseen(session: Session, line: str) -> list[str]:
    """Look at a line as if it ran now; what is wrong with where things are now may be right later."""
    from bsh.session.command_file import CommandFile

    try:
        CommandFile(Path("<queue>"), session, line).look_ahead()
    except BshError as error:
        cause = error.__cause__ if isinstance(error.__cause__, BshError) else error
        may_be_made_before = len(session.queue) and "unknown name" in cause.message
        if isinstance(error, UsageError) and not may_be_made_before:
            raise cause from None
        return [cause.message]
    return []
