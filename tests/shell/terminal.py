"""A real pseudo-terminal with a screen that can be waited for.

A thread of its own feeds everything that the program writes to an emulated screen, and answers the
questions that prompt_toolkit asks of terminals. Tests wait for what a person would see.
"""

import contextlib
import os
import re
import sys
import threading
import time

import pexpect
import pyte

SCRUBBED = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "COLORTERM", "BSH_PROFILE", "PYTHONSTARTUP")


class Screen(pyte.HistoryScreen):
    """A screen that answers the program behind it."""

    def __init__(self, columns, lines, answer):
        super().__init__(columns, lines, history=5000, ratio=0.5)
        self._answer = answer

    def write_process_input(self, data):
        self._answer(data)


class Terminal:
    """A program in a terminal of a certain size.

    Parameters
    ----------
    argv : list of str
        The program and its arguments.
    env : dict, optional
        Added to a scrubbed copy of the environment.
    columns, lines : int
        Size of the screen.
    """

    def __init__(self, argv, *, env=None, columns=100, lines=30):
        environment = {key: value for key, value in os.environ.items() if key not in SCRUBBED}
        environment |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        self._changed = threading.Condition(threading.RLock())
        self.screen = Screen(columns, lines, self._reply)
        self._stream = pyte.ByteStream(self.screen)
        self.process = pexpect.spawn(
            argv[0], argv[1:], env=environment, dimensions=(lines, columns), timeout=None
        )
        self.process.delaybeforesend = None
        self.raw = b""
        self._writes = 0
        self.ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # -- the program's side ------------------------------------------------------------------------

    def _read(self):
        while True:
            try:
                data = os.read(self.process.child_fd, 65536)
            except OSError:
                data = b""
            with self._changed:
                if not data:
                    self.ended = True
                    self._changed.notify_all()
                    return
                self.raw += data
                self._writes += 1
                self._stream.feed(data)
                self._changed.notify_all()

    def _reply(self, data):
        with contextlib.suppress(OSError):
            os.write(self.process.child_fd, data.encode() if isinstance(data, str) else data)

    # -- the person's side -------------------------------------------------------------------------

    @property
    def text(self):
        """What is on the screen, and above it."""
        with self._changed:
            return self._text()

    def _text(self):
        above = ["".join(row[x].data for x in range(self.screen.columns)) for row in self.screen.history.top]
        return "\n".join(line.rstrip() for line in [*above, *self.screen.display]).rstrip()

    @property
    def cursor_row(self):
        """The line in which the cursor stands."""
        with self._changed:
            return self.screen.display[self.screen.cursor.y].rstrip()

    def wait_row_other_than(self, row, timeout=5.0):
        """Wait until the line with the cursor is another one; return whether it is."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self.ended or self.screen.display[self.screen.cursor.y].rstrip() != row, timeout
            )

    def wait_writes(self, count, timeout):
        """Wait until the program has written a number of times more; return whether it has."""
        with self._changed:
            wanted = self._writes + count
            return self._changed.wait_for(lambda: self.ended or self._writes >= wanted, timeout)

    def wait(self, pattern, timeout=20.0, *, after=0):
        """Wait until a pattern is on the screen (or above it); return the match.

        Parameters
        ----------
        pattern : str
            Regular expression, multi-line.
        timeout : float
            Seconds.
        after : int
            How many matches are old ones.
        """
        compiled = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = list(compiled.finditer(self._text()))
                if len(found) > after:
                    return found[after]
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    why = "the program ended" if self.ended else f"{timeout} s"
                    raise AssertionError(f"no {pattern!r} ({why}) on:\n{self._text()}")
                self._changed.wait(left)

    def count(self, pattern):
        """Return how often a pattern is on the screen or above it."""
        return len(re.findall(pattern, self.text, re.MULTILINE))

    def type(self, text):
        """Type a line and Enter."""
        self.send(text + "\r")

    def send(self, keys):
        """Press keys."""
        os.write(self.process.child_fd, keys.encode())

    def interrupt(self):
        """Press Ctrl+C."""
        self.send("\x03")

    def wait_end(self, timeout=20.0):
        """Wait until the program has ended; return its exit code (negative: the signal)."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self.ended:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"still running after {timeout} s:\n{self._text()}")
                self._changed.wait(left)
        self.process.wait()
        return self.process.exitstatus if self.process.signalstatus is None else -self.process.signalstatus

    def hang_up(self) -> None:
        """Close the terminal's window: its end of the line is gone once our reader has let go of it."""
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self.process.child_fd)
        os.close(nothing)

    def close(self):
        """End the program if it still runs."""
        if self.process.isalive():
            self.process.kill(9)
        self._reader.join(5)
        with contextlib.suppress(OSError, pexpect.ExceptionPexpect):
            self.process.close(force=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


PROGRAM = [sys.executable, "-c", "import sys; sys.argv[0] = 'bsh'; from bsh.cli import run; run()"]
PROMPT = re.compile(r"^\w+ (?:\d+|\[[^\]]*\])> ?$")


class Shell(Terminal):
    """The program ``bsh`` in a terminal.

    Parameters
    ----------
    arguments : list of str
        What stands after ``bsh``.
    **options
        As for :class:`Terminal`.
    """

    def __init__(self, arguments=(), **options):
        super().__init__([*PROGRAM, *arguments], **options)

    @property
    def at_prompt(self):
        """Whether the cursor stands behind an empty prompt."""
        with self._changed:
            return PROMPT.match(self.screen.display[self.screen.cursor.y].rstrip()) is not None

    def wait_prompt(self, timeout=30.0):
        """Wait until a line can be typed."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while PROMPT.match(self.screen.display[self.screen.cursor.y].rstrip()) is None:
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    raise AssertionError(
                        f"no prompt ({'ended' if self.ended else timeout}) on:\n{self._text()}"
                    )
                self._changed.wait(left)

    def run(self, line, timeout=30.0):
        """Type a line at the prompt, wait for the next prompt, return what was shown between."""
        self.start(line)
        self.wait_prompt(timeout)
        return self.output

    def start(self, line):
        """Type a line at the prompt; do not wait for its end."""
        self.wait_prompt()
        self._typed = line
        self.send(line)
        self._wait_cursor(lambda row: "> " + line in row)
        self.send("\r")
        self._wait_cursor(lambda row: "> " + line not in row)

    def _wait_cursor(self, condition, timeout=20.0):
        """Wait until the line with the cursor meets a condition."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not condition(self.screen.display[self.screen.cursor.y].rstrip()):
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    why = "the program ended" if self.ended else f"{timeout} s"
                    raise AssertionError(f"{self._typed!r} was not taken ({why}) on:\n{self._text()}")
                self._changed.wait(left)

    @property
    def output(self):
        """What has been shown since the last line was typed, without prompt and toolbar."""
        deadline = time.monotonic() + 20.0
        with self._changed:
            # the prompt may be being drawn once more, with the line
            while (shown := self._shown_below()) is None:
                left = deadline - time.monotonic()
                assert left > 0, f"{self._typed!r} is not to be seen on:\n{self._text()}"
                self._changed.wait(left)
        return shown

    def _shown_below(self):
        """Return what stands below the line that was typed last; None where that line is not to be seen."""
        rows = self._text().split("\n")
        if rows and rows[-1] == self.screen.display[-1].rstrip():  # the toolbar
            rows.pop()
        while rows and not rows[-1]:
            rows.pop()
        if rows and PROMPT.match(rows[-1]):
            rows.pop()
        places = [place for place, row in enumerate(rows) if row.endswith("> " + self._typed)]
        return "\n".join(rows[places[-1] + 1 :]) if places else None

    def wait_output(self, pattern, timeout=30.0):
        """Wait for a pattern in what has been shown since the last line was typed; return the match."""
        compiled = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = compiled.search(self._shown_below() or "")
                if found:
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    raise AssertionError(f"no {pattern!r} after {timeout} s in:\n{self._text()}")
                self._changed.wait(left)
