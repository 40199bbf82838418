"""Takes the pictures of docs/pictures from the real program in a terminal.

Run ``python docs/pictures.py [NAME...]`` after a change of what is on the screen. Each picture is what a terminal
emulator shows at one moment: characters at their places, dots and blocks as shapes, so that no font matters.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import pexpect
import pyte

PICTURES = Path(__file__).parent / "pictures"
ROOT = Path(__file__).parents[1]
COLUMNS, LINES = 80, 30
PATIENCE_S = 60.0

WIDTH, HEIGHT = 8.4, 18.0
"""Size of a character in the picture."""

GROUND, INK = "#1b1e24", "#d7dae0"
COLOURS = {
    "black": "#3b4048", "red": "#e06c75", "green": "#98c379", "brown": "#e5c07b", "blue": "#61afef",
    "magenta": "#c678dd", "cyan": "#56b6c2", "white": INK,
}  # fmt: skip
DOTS = (
    (0x01, 0, 0),
    (0x02, 0, 1),
    (0x04, 0, 2),
    (0x08, 1, 0),
    (0x10, 1, 1),
    (0x20, 1, 2),
    (0x40, 0, 3),
    (0x80, 1, 3),
)


class Program:
    """``bsh`` in a terminal whose screen can be looked at."""

    def __init__(self, home: str) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)
        self._changed = threading.Condition()
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
        environ = {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "BSH_HOME": home}
        command = "import sys; sys.argv[0] = 'bsh'; from bsh.cli import run; run()"
        self._child = pexpect.spawn(
            sys.executable, ["-c", command, "-p", "sim"],
            dimensions=(LINES, COLUMNS), env=environ, cwd=str(ROOT), timeout=None,
        )  # fmt: skip
        self.screen.write_process_input = self._answer
        threading.Thread(target=self._read, daemon=True).start()

    def _answer(self, data: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self._child.child_fd, data.encode())

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._child.child_fd, 65536):
                with self._changed:
                    self._stream.feed(data)
                    self._changed.notify_all()

    def type(self, line: str) -> None:
        """Type a line at the prompt, when there is one."""
        self.wait(r"^sim \d+> *$")
        os.write(self._child.child_fd, line.encode())
        self.wait(re.escape(line[:40]))
        os.write(self._child.child_fd, b"\r")

    def wait(self, pattern: str) -> None:
        """Wait until a line of the screen matches."""
        deadline = time.monotonic() + PATIENCE_S
        with self._changed:
            while not any(re.search(pattern, line) for line in self.screen.display):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no {pattern!r} on:\n" + "\n".join(self.screen.display))
                self._changed.wait(left)

    def picture(self) -> str:
        """Return the screen as an SVG file, without empty lines at its end."""
        with self._changed:
            rows = [[self.screen.buffer[y][x] for x in range(COLUMNS)] for y in range(LINES)]
        while rows and not any(cell.data.strip() or cell.bg != "default" for cell in rows[-1]):
            rows.pop()
        return svg(rows)

    def close(self) -> None:
        self._child.close(force=True)


def svg(rows: list[list[Any]]) -> str:
    """Draw rows of cells."""
    width, height = COLUMNS * WIDTH + 16, len(rows) * HEIGHT + 16
    shapes = [shape for y, row in enumerate(rows) for shape in _row_shapes(row, 8 + y * HEIGHT)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">',
            f'<rect width="{width:g}" height="{height:g}" rx="6" fill="{GROUND}"/>',
            *shapes,
            "</svg>\n",
        ]
    )


def _row_shapes(row: list[Any], top: float) -> Iterator[str]:
    start = 0
    while start < len(row):
        end = start + 1
        while end < len(row) and _look(row[end]) == _look(row[start]):
            end += 1
        yield from _run_shapes(
            "".join(cell.data for cell in row[start:end]), row[start], 8 + start * WIDTH, top
        )
        start = end


def _look(cell: Any) -> tuple[Any, ...]:
    return (cell.fg, cell.bg, cell.bold, cell.reverse)


def _run_shapes(text: str, cell: Any, left: float, top: float) -> Iterator[str]:
    ink, ground = _colour(cell.fg, INK), _colour(cell.bg, GROUND)
    if cell.reverse:
        ink, ground = ground, ink
    if ground != GROUND:
        yield _rect(left, top, len(text) * WIDTH, HEIGHT, ground)
    letters = []
    for number, character in enumerate(text):
        x = left + number * WIDTH
        if 0x2800 <= ord(character) <= 0x28FF:
            bits = ord(character) - 0x2800
            for bit, across, down in DOTS:
                if bits & bit:
                    cx, cy = x + (0.28 + 0.44 * across) * WIDTH, top + (0.14 + 0.24 * down) * HEIGHT
                    yield f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="1.3" fill="{ink}"/>'
        elif character not in "▀█":
            letters.append((x, character))
    for match in re.finditer("▀+|█+", text):
        tall = HEIGHT / 2 if match[0][0] == "▀" else HEIGHT
        yield _rect(left + match.start() * WIDTH, top, len(match[0]) * WIDTH, tall, ink)
    for x, word in _words(letters):
        places = " ".join(f"{x + i * WIDTH:.1f}" for i in range(len(word)))
        weight = ' font-weight="bold"' if cell.bold else ""
        yield f'<text x="{places}" y="{top + 13.5:g}" fill="{ink}"{weight}>{escape(word)}</text>'


def _words(letters: list[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """Join letters that follow each other; blanks separate."""
    word, first, after = "", 0.0, -1.0
    for x, letter in letters:
        if word and (letter == " " or abs(x - after) > 0.1):
            yield first, word
            word = ""
        if letter != " ":
            word, first = word + letter, first if word else x
            after = x + WIDTH
    if word:
        yield first, word


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width + 0.3:.1f}" height="{height + 0.3:.1f}" fill="{fill}"/>'
    )


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return COLOURS.get(
        name.removeprefix("bright"), f"#{name}" if re.fullmatch("[0-9a-f]{6}", name) else default
    )


# -- the pictures ----------------------------------------------------------------------------------


def scan(program: Program) -> str:
    """A scan of one axis in its last third."""
    program.type("ascan th -1 1 40 0.1")
    program.wait(r"#1 .* 3[3-6]/41")
    return program.picture()


def peak(program: Program) -> str:
    """The end of a scan: the whole plot and the peaks."""
    program.type("ascan th -1 1 40 0.05")
    program.wait(r"^mon: ")
    program.wait(r"^sim 2> *$")
    return program.picture()


def mesh(program: Program) -> str:
    """A grid that is scanned to and fro."""
    program.type("RE(bp.grid_scan([det], th, -0.6, 0.6, 13, samx, 0, 1, 16, snake_axes=True))")
    program.wait(r"#1 .* 1[4-6]\d/208")
    return program.picture()


def wait(program: Program) -> str:
    """A long move of two axes."""
    program.type("mv th 60 samx 10")
    program.wait(r"^th +[2-4]\d\.")
    return program.picture()


TAKEN: dict[str, Callable[[Program], str]] = {"scan": scan, "peak": peak, "mesh": mesh, "wait": wait}


def take(name: str) -> str:
    """Run the program and return one picture."""
    with tempfile.TemporaryDirectory() as home:
        program = Program(home)
        try:
            return TAKEN[name](program)
        finally:
            program.close()


def main(*names: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    for name in names or TAKEN:
        (PICTURES / f"{name}.svg").write_text(take(name), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
