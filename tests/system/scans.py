"""Scans as a test sees them: rows that were printed, documents that were stored."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bsh.store import RunLibrary, RunSummary

ROW = re.compile(r"^ +\d+(?: +-?\d+(?:\.\d+)?)+$")
PAUSE_MENU = r"r resume \(Enter\) +s stop, keep the data +h stop here"


def rows(text: str) -> list[list[str]]:
    """Return the cells of each row of a live table; a line that is cut off is none."""
    whole = text.rpartition("\n")[0].split("\n")
    return [line.split() for line in whole if ROW.match(line.rstrip("\r"))]


def points(text: str) -> list[int]:
    """Return the numbers of the points in a live table."""
    return [int(row[0]) for row in rows(text)]


def bring_online(shell: Any) -> None:
    """Wait for devices that answer only after the shell has opened, on a busy machine."""
    if "offline" in shell.text:
        shell.run("session.reconnect(timeout_s=30)", 40)
        left = "[name for name, one in session.devices.items() if hasattr(type(one), 'offline_error')]"
        assert shell.run(left) == "[]"


class Home:
    """The folder where bsh keeps its state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def store(self, profile: str) -> Path:
        return self.folder / profile / "runs.db"

    def runs(self, profile: str = "sim") -> list[RunSummary]:
        """Return the stored runs, the first one first."""
        with RunLibrary(self.store(profile)) as library:
            return library.runs()[::-1]

    def documents(self, scan: int = -1, profile: str = "sim") -> list[tuple[str, dict[str, Any]]]:
        """Return the documents of a run as they are on disk now."""
        with RunLibrary(self.store(profile)) as library:
            return list(library.run(scan).documents())

    def readings(self, scan: int = -1, profile: str = "sim") -> list[dict[str, Any]]:
        """Return the data of each point of a run."""
        documents = self.documents(scan, profile)
        primary = {doc["uid"] for name, doc in documents if name == "descriptor" and doc["name"] == "primary"}
        return [doc["data"] for name, doc in documents if name == "event" and doc["descriptor"] in primary]


def wait_until(condition: Callable[[], Any], timeout: float = 30.0, *, what: str = "") -> Any:
    """Wait for something that another process brings about; return it."""
    deadline = time.monotonic() + timeout
    tick = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what or condition} did not come in {timeout} s"
        tick.wait(0.02)
    return found
