"""From exec to the first prompt, and to the answer of the first line, in a pseudo-terminal: wall-clock and CPU time.

This module is measured first and imports nothing heavy: a large process takes longer to fork.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.figures import Bound, Figure, Measurement

__all__ = ["prompt_rows"]

HERE = Path(__file__).parent
IPYTHON_PROMPT = re.compile(rb"In \[1\]: ")
BSH_PROMPT = re.compile(rb"\w+ (\d+|\?)> ")
CONTROL = re.compile(rb"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-B0-2]|[=>78])")
SUM = (b"20 + 22", re.compile(rb"Out\[1\]: 42"))
IDLE = (b"str(RE.state).upper()", re.compile(rb"'IDLE'"))
PATIENCE_S = 60.0


@dataclass(frozen=True)
class _Shell:
    """A program, what its prompt looks like, and a first line with its answer."""

    argv: Sequence[str]
    prompt: re.Pattern[bytes]
    line: bytes
    answer: re.Pattern[bytes]


@dataclass(frozen=True)
class _Times:
    """Wall-clock and CPU seconds since exec."""

    wall: float
    cpu: float


def prompt_rows() -> list[Measurement]:
    """Return the rows about the time to the first prompt."""
    return [Measurement("first prompt", _measure)]


def _shells() -> dict[str, _Shell]:
    bin_folder = Path(sys.executable).parent
    ipython, bsh = str(bin_folder / "ipython"), str(bin_folder / "bsh")
    profiles = HERE / "profiles"
    return {
        "ipython": _Shell([ipython], IPYTHON_PROMPT, *SUM),
        "bsui": _Shell([ipython, "-i", str(HERE / "bsui_like.py")], IPYTHON_PROMPT, *IDLE),
        "sim": _Shell([bsh, "-p", str(profiles / "sim20.yml")], BSH_PROMPT, *IDLE),
        "ophyd": _Shell([bsh, "-p", str(profiles / "ophyd20.yml")], BSH_PROMPT, *IDLE),
    }


def _measure(rounds: int) -> list[Figure]:
    shells = _shells()
    times: dict[str, list[_Times]] = {name: [] for name in shells}
    answers: dict[str, list[_Times]] = {name: [] for name in shells}
    with TemporaryDirectory() as home:
        for shell in shells.values():
            _start(shell, home)  # byte code, profile folders, caches
        for _ in range(rounds):
            for name, shell in shells.items():
                prompt, answer = _start(shell, home)
                times[name].append(prompt)
                answers[name].append(answer)
    wall = {name: statistics.median(each.wall for each in all_times) for name, all_times in times.items()}
    cpu = {name: statistics.median(each.cpu for each in all_times) for name, all_times in times.items()}
    answered = {
        name: statistics.median(each.cpu for each in all_times) for name, all_times in answers.items()
    }
    imports = (
        "IPython and prompt_toolkit are three quarters of it; the rest is the import of bsh's profile and store, "
        "of yaml and click. Commands, engine, plans and tables are loaded after the prompt is "
        "drawn: the rows of the first line's answer have them."
    )
    ophyd = "the import of ophyd: the class bodies of its area detector, numpy and networkx, in this order."
    return [
        Figure(
            "first prompt, 20 sim devices, CPU (reference: bare ipython)",
            "s",
            cpu["ipython"],
            cpu["sim"],
            Bound(ratio=1 / 1.25),
            Bound(ratio=1),
            imports,
        ),
        Figure(
            "first prompt, 20 sim devices, CPU (reference: bsui-like)",
            "s",
            cpu["bsui"],
            cpu["sim"],
            Bound(ratio=1 / 0.4),
            Bound(ratio=1 / 0.25),
            imports,
        ),
        Figure(
            "first prompt, 20 sim devices, wall (reference: bare ipython)", "s", wall["ipython"], wall["sim"]
        ),
        Figure("first prompt, 20 sim devices, wall (reference: bsui-like)", "s", wall["bsui"], wall["sim"]),
        Figure(
            "first prompt, 20 ophyd.sim devices, CPU (reference: bsui-like)",
            "s",
            cpu["bsui"],
            cpu["ophyd"],
            Bound(ratio=1 / 0.65),
            Bound(ratio=1 / 0.45),
            ophyd,
        ),
        Figure(
            "first prompt, 20 ophyd.sim devices, wall (reference: bsui-like)",
            "s",
            wall["bsui"],
            wall["ophyd"],
        ),
        Figure(
            "first line typed at once and answered, 20 sim devices, CPU (reference: bare ipython)",
            "s",
            answered["ipython"],
            answered["sim"],
        ),
        Figure(
            "first line typed at once and answered, 20 sim devices, CPU (reference: bsui-like)",
            "s",
            answered["bsui"],
            answered["sim"],
        ),
    ]


def _start(shell: _Shell, home: str) -> tuple[_Times, _Times]:
    """Start a shell, wait for its prompt, type a line and wait for its answer; return when these were there."""
    environment = {
        **{key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ},
        "HOME": home,
        "IPYTHONDIR": f"{home}/ipython",
        "MPLCONFIGDIR": f"{home}/matplotlib",
        "BSH_HOME": f"{home}/bsh",
        "XDG_CONFIG_HOME": f"{home}/config",
        "MPLBACKEND": "Agg",
        "TERM": "xterm-256color",
        "COLUMNS": "100",
        "LINES": "30",
    }
    began = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.execve(shell.argv[0], list(shell.argv), environment)
        finally:
            os._exit(127)
    try:
        prompt = _wait_for(shell.prompt, shell, pid, terminal, began)
        os.write(terminal, shell.line + b"\r")
        return prompt, _wait_for(shell.answer, shell, pid, terminal, began)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(pid, 0)


def _wait_for(pattern: re.Pattern[bytes], shell: _Shell, pid: int, terminal: int, began: float) -> _Times:
    shown = b""
    while time.monotonic() - began < PATIENCE_S:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            new = os.read(terminal, 65536)
        except OSError:
            break  # it has ended
        shown += new
        if b"\x1b[6n" in new:
            os.write(terminal, b"\x1b[1;1R")  # where the cursor is: terminals answer that
        if pattern.search(CONTROL.sub(b"", shown)):
            return _Times(time.monotonic() - began, time.clock_gettime(_cpu_clock(pid)))
    raise RuntimeError(
        f"{pattern.pattern!r} was not shown by {' '.join(shell.argv)}:\n{shown.decode(errors='replace')}"
    )


def _cpu_clock(pid: int) -> int:
    """Return the clock of all CPU time of another process, as clock_getcpuclockid(3) makes it."""
    return (~pid << 3) | 2
