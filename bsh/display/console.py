"""The one place that writes to the terminal.

Owns what kind of terminal it is, how wide, and the live region (the footer) below the lines that stay.
Every write is one string: what was in the footer is wiped, new lines scroll in, the footer is drawn again.
A terminal that went away is noted and never raises: a dead screen must not stop a scan.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from io import StringIO, TextIOWrapper, UnsupportedOperation
from select import select
from typing import Any, TextIO, TypeAlias

from rich.console import Console
from rich.text import Text

from bsh.callbacks.cells import text_width
from bsh.display.plots import Colours, Look

__all__ = ["ConsoleOwner", "Line", "Mode"]

Line: TypeAlias = str | Text
"""A line of output; a ``str`` is written as it is, a ``Text`` in its styles."""

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
ERASE_LINE, ERASE_BELOW, UP = "\r\x1b[2K", "\x1b[J", "\x1b[1A"
UP_BY, INSERT_LINES = "\x1b[{}A", "\x1b[{}L"

ESCAPE = "\x1b"
STYLE_CODE = re.compile(r"\x1b\[[\d;]*m")

BELL = "\a"
NOTIFYING = ("xterm", "foot", "alacritty", "wezterm")
"""Beginnings of the names of terminals that understand a notification, or ignore it."""
TITLED = (*NOTIFYING, "screen", "tmux", "rxvt")
"""Beginnings of the names of terminals whose windows have titles."""
KEEP_TITLE, SET_TITLE, PUT_TITLE_BACK = "\x1b[22;2t", "\x1b]2;{}\a", "\x1b[23;2t"

DUMB_TERMINALS = frozenset({"", "dumb", "unknown"})
DEFAULT_SIZE = (80, 24)
NARROWEST = 20

ASCII = str.maketrans(
    {
        "·": "-",
        "→": "->",
        "…": "...",
        "━": "#",
        "╸": "#",
        "─": ".",
        "⏸": "||",
        "±": "+-",
        "µ": "u",
        "°": "deg",
    }
)
"""What is written to a terminal that knows no Unicode."""


class Mode(Enum):
    """What can be done with the place that output goes to."""

    LIVE = "live"
    """A terminal on which the cursor can be moved."""
    LINES = "lines"
    """A terminal that only scrolls: dumb, or plain output was asked for."""
    PIPE = "pipe"
    """A file or a pipe: complete rows, no control codes."""


class ConsoleOwner:
    """Write lines and a live footer.

    Parameters
    ----------
    file : text file or callable, optional
        Where to write, or what returns it; whatever ``sys.stdout`` is at the time without it.
    plain : bool, optional
        No colour and no live region.
    environ : mapping, optional
        The environment (``TERM``, ``NO_COLOR``, ``COLUMNS``, ``LINES``).
    size : callable, optional
        Returns width and height in characters; asked from the terminal without it.
    """

    def __init__(
        self,
        file: TextIO | Callable[[], TextIO] | None = None,
        *,
        plain: bool = False,
        environ: Mapping[str, str] | None = None,
        size: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        self._file = file
        self._taken: TextIO | None = None
        self._plain = plain
        self._environ = os.environ if environ is None else environ
        self._size = size
        self._drawn: list[str] = []
        self._footer_made: list[tuple[Line, int, str]] = []
        """The lines of the last footer and what was made of them: the same objects are not styled again."""
        self._drawn_on: tuple[int, int] = (0, 0)
        self._styler: Console | None = None
        self._title = ""
        self._lost = False

    # what kind of place it is

    @property
    def stream(self) -> TextIO:
        """Where output goes."""
        file = self._file
        return self._taken or (file() if callable(file) else file) or sys.stdout

    @property
    def is_terminal(self) -> bool:
        """Whether a person may be looking."""
        try:
            return self.stream.isatty()
        except (ValueError, AttributeError):  # a closed file, or something that only has write()
            return False

    @property
    def mode(self) -> Mode:
        """What can be done here."""
        if not self.is_terminal:
            return Mode.PIPE
        is_dumb = self._environ.get("TERM", "").lower() in DUMB_TERMINALS
        return Mode.LINES if self._plain or is_dumb else Mode.LIVE

    @property
    def has_colour(self) -> bool:
        """Whether styles are written."""
        return self.mode is Mode.LIVE and not self._environ.get("NO_COLOR")

    @property
    def is_lost(self) -> bool:
        """Whether the terminal went away; nothing is written any more."""
        return self._lost

    @property
    def ascii_only(self) -> bool:
        """Whether only ASCII can be written."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        return not encoding.lower().replace("-", "").startswith("utf")

    @property
    def look(self) -> Look:
        """What plots may be made of."""
        colours: Colours = "none"
        if self.has_colour:
            system = self._console().color_system
            colours = "truecolor" if system == "truecolor" else "256" if system == "256" else "16"
        return Look(colours, self.ascii_only)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in characters."""
        if self._size is not None:
            return self._size()
        try:
            width, height = os.get_terminal_size(self.stream.fileno())
        except (OSError, ValueError, AttributeError):
            width, height = 0, 0
        return (
            width or _positive(self._environ.get("COLUMNS")) or DEFAULT_SIZE[0],
            height or _positive(self._environ.get("LINES")) or DEFAULT_SIZE[1],
        )

    @property
    def width(self) -> int:
        """Characters a line."""
        return max(NARROWEST, self.size[0])

    # writing

    def goes_to(self, stream: TextIO) -> bool:
        """Tell whether text for a stream belongs on the owned terminal or file.

        Parameters
        ----------
        stream : text file
            For example ``sys.stderr``: on a terminal it shares the screen with standard output.
        """
        if stream is self.stream:
            return True
        try:
            return self.is_terminal and stream.isatty()
        except (ValueError, AttributeError):
            return False

    @contextmanager
    def taken(self) -> Iterator[TextIO]:
        """Stay with the present stream, while ``sys.stdout`` is replaced for everybody else.

        Yields
        ------
        text file
            The stream.
        """
        before, self._taken = self._taken, self.stream
        try:
            yield self._taken
        finally:
            self.clear_footer()
            self._taken = before

    def print_rows(self, rows: Iterable[Line]) -> None:
        """Write lines that stay, above the footer, in one write.

        Parameters
        ----------
        rows : iterable of str or Text
            The lines, without newlines at their ends.
        """
        self.update(rows, None)

    def set_footer(self, lines: Sequence[Line]) -> None:
        """Show these lines below everything else; does nothing where the cursor cannot be moved.

        Parameters
        ----------
        lines : sequence of str or Text
            Few lines; what does not fit into the width is cut.
        """
        self.update((), lines)

    def clear_footer(self) -> None:
        """Take the footer away and show the cursor."""
        if self._drawn:
            self.update((), ())

    def update(self, rows: Iterable[Line], footer: Sequence[Line] | None) -> None:
        """Write lines that stay and replace the footer, in one write; None keeps the footer.

        Parameters
        ----------
        rows : iterable of str or Text
            Lines that stay.
        footer : sequence of str or Text, or None
            The new footer.
        """
        lines = [self._styled(row) for row in rows]
        drawn = self._drawn if footer is None else self._footer_lines(footer)
        if not lines and drawn == self._drawn:
            return
        size = self.size
        if self._can_insert(lines, drawn, size):
            text = self._inserted(lines, drawn)
        else:
            wipe = self._wipe(size[0])
            body = "".join(f"{line}\n" for line in lines)
            text = f"{wipe}{body}{self._draw(drawn, bool(wipe))}"
        self._drawn, self._drawn_on = drawn, size
        self._write(text)

    def _can_insert(self, lines: Sequence[str], drawn: Sequence[str], size: tuple[int, int]) -> bool:
        """Tell whether the footer may stay where it is, with only its changed lines written anew."""
        if not self._drawn or len(drawn) != len(self._drawn) or size != self._drawn_on:
            return False
        if len(lines) + len(drawn) >= size[1]:
            return False
        plain = (_unstyled(line) if ESCAPE in line else line for line in lines)
        return all(line.isprintable() and text_width(line) < size[0] for line in plain)

    def _inserted(self, lines: Sequence[str], drawn: Sequence[str]) -> str:
        """Return what makes room above the footer, fills it, and writes the footer's changed lines."""
        count, height = len(lines), len(drawn)
        text = "\n" * count  # room below; at the bottom of the screen this scrolls
        if count + height > 1:
            text += UP_BY.format(count + height - 1)
        if lines:
            text += "\r" + INSERT_LINES.format(count) + "".join(f"{line}\n" for line in lines)
        changed = (
            f"{ERASE_LINE}{new}" if new != old else "" for new, old in zip(drawn, self._drawn, strict=True)
        )
        return text + "\n".join(changed)

    def set_title(self, text: str) -> None:
        """Give the terminal's window a title, where it has one; an empty one puts the former title back.

        Parameters
        ----------
        text : str
            A few words.
        """
        is_titled = self._environ.get("TERM", "").startswith(TITLED)
        if text == self._title or not is_titled or self.mode is not Mode.LIVE:
            return
        keep = "" if self._title else KEEP_TITLE
        self._title = text
        words = "".join(character for character in text if character.isprintable())
        self._write(f"{keep}{SET_TITLE.format(words)}" if text else PUT_TITLE_BACK)

    def call_attention(self, text: str) -> None:
        """Ring the bell of a terminal, and notify the desktop where terminals know how to.

        Parameters
        ----------
        text : str
            What the notification says.
        """
        if self.mode is not Mode.LIVE:
            return
        environ = self._environ
        knows_how = environ.get("TERM", "").startswith(NOTIFYING) and not environ.get("TMUX")
        words = "".join(character for character in text if character.isprintable())
        self._write(f"\x1b]9;{words}{BELL}" if knows_how else "")
        self._write(BELL)

    def styled(self, text: Line, width: int | None = None) -> str:
        """Return a line as it would be written, cut to a width if one is given.

        Parameters
        ----------
        text : str or Text
            The line.
        width : int, optional
            Terminal columns.
        """
        if width is not None:
            text = Text(text) if isinstance(text, str) else text.copy()
            text.truncate(width, overflow="ellipsis")
        return self._styled(text)

    def _styled(self, line: Line) -> str:
        if isinstance(line, str):
            return line
        if not self.has_colour:
            return line.plain.rstrip()
        styler = self._console()
        with styler.capture() as captured:
            styler.print(line, end="", soft_wrap=True)
        return captured.get()

    def _console(self) -> Console:
        if self._styler is None:
            self._styler = Console(
                file=StringIO(),
                force_terminal=True,
                legacy_windows=False,
                highlight=False,
                markup=False,
                emoji=False,
                _environ=dict(self._environ),
            )
        return self._styler

    def _footer_lines(self, footer: Sequence[Line]) -> list[str]:
        if self.mode is not Mode.LIVE or self._lost:
            return []
        width = self.width - 1
        known = {id(line): text for line, room, text in self._footer_made if room == width}
        texts = [known[id(line)] if id(line) in known else self.styled(line, width) for line in footer]
        self._footer_made = [(line, width, text) for line, text in zip(footer, texts)]
        return texts

    def _wipe(self, width: int) -> str:
        if not self._drawn:
            return ""
        rows = len(self._drawn)
        if (
            self._environ.get("TMUX") and width < self._drawn_on[0]
        ):  # it breaks lines anew when it gets narrower
            rows = sum(max(1, -(-text_width(_unstyled(line)) // width)) for line in self._drawn)
        return ERASE_LINE + UP * (rows - 1) + ERASE_BELOW

    @staticmethod
    def _draw(drawn: Sequence[str], was_drawn: bool) -> str:
        if not drawn:
            return SHOW_CURSOR if was_drawn else ""
        return ("" if was_drawn else HIDE_CURSOR) + "\n".join(drawn)

    def _write(self, text: str) -> None:
        if self._lost or not text:
            return
        stream = self.stream
        if self.ascii_only:
            text = text.translate(ASCII).encode("ascii", "replace").decode()
        try:
            _write_all(stream, text)
        except UnicodeEncodeError:
            self._write(text.encode("utf-8", "replace").decode())
        except (OSError, ValueError):  # EIO of a dead terminal, a closed pipe, a closed file
            self._lost = True
            self._drawn = []


def _unstyled(line: str) -> str:
    return STYLE_CODE.sub("", line)


def _write_all(stream: TextIO, text: str) -> None:
    fd = _descriptor(stream)
    if fd is None:
        stream.write(text)
        stream.flush()
        return
    # Past Python's buffers: they lose text on a terminal that somebody made non-blocking.
    rest = memoryview(text.encode(stream.encoding))
    stream.flush()
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            select((), (fd,), ())


def _descriptor(stream: TextIO) -> int | None:
    """Return the file descriptor behind a real file; None for everything that only looks like one."""
    if not isinstance(stream, TextIOWrapper):
        return None
    try:
        return stream.fileno()
    except UnsupportedOperation:
        return None


def _positive(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isdigit() else 0
