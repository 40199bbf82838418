"""The whole program is killed in mid-scan: what it printed is looked for, and the scan is resumed."""

from __future__ import annotations

import os
import random
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bsh.store import RunLibrary
from tests.shell.terminal import PROGRAM
from tests.system.scans import points

LINE = "ascan th -1 1 100 0.001"
POINTS = 101
WAIT_S = 60.0


@dataclass
class Programs:
    """What killing the program has shown."""

    kills: int = 0
    printed: int = 0
    missing: int = 0
    resumed: int = 0
    told: int = 0


def kill_program(home: Path, chance: random.Random, found: Programs) -> None:
    """Kill ``bsh -c`` in mid-scan, look for the points that it printed, and resume the scan.

    Parameters
    ----------
    home : Path
        Of this trial alone.
    chance : random.Random
        Decides about the moment.
    found : Programs
        Is added to.
    """
    environment = {**os.environ, "BSH_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    command = [*PROGRAM, "-p", "sim", "-c"]
    process = subprocess.Popen(
        [*command, LINE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment, bufsize=0,
    )  # fmt: skip
    assert process.stdout is not None
    text = b""
    while not points(text.decode()) and (piece := process.stdout.read(1 << 16)):
        text += piece
    moment = time.monotonic() + chance.random() * 0.8
    while (left := moment - time.monotonic()) > 0 and select.select([process.stdout], [], [], left)[0]:
        piece = process.stdout.read(1 << 16)
        if not piece:
            break
        text += piece
    process.kill()
    rest, _ = process.communicate(timeout=WAIT_S)
    printed = points((text + (rest or b"")).decode())
    found.kills += 1
    found.printed += len(printed)
    with RunLibrary(home / "sim" / "runs.db") as library:
        for run in library.runs():
            found.missing += max(0, len(printed) - run.num_points)
            if run.exit_status is not None or run.num_points == POINTS:
                return  # it was quicker
    again = subprocess.run(
        [*command, "resume -1"], env=environment, capture_output=True, text=True, timeout=WAIT_S, check=False
    )
    found.told += "was interrupted at point" in again.stderr and "resume 1 continues" in again.stderr
    with RunLibrary(home / "sim" / "runs.db") as library:
        total = sum(run.num_points for run in library.runs())
    found.resumed += again.returncode == 0 and total == POINTS
