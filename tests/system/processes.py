"""The processes that a test has started, however deep, found by a mark in their environment."""

from __future__ import annotations

import os
import select
import time
import uuid
from pathlib import Path

MARK = "BSH_TEST_MARK"


class Family:
    """A program and all that it starts, sessions and process groups of their own included.

    Give ``environment`` to the program.
    """

    def __init__(self) -> None:
        self._mark = f"{MARK}={uuid.uuid4()}"

    @property
    def environment(self) -> dict[str, str]:
        name, _, value = self._mark.partition("=")
        return {name: value}

    def living(self) -> dict[int, str]:
        """Return process id and command line of each that lives."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                try:
                    environment = (folder / "environ").read_bytes().split(b"\0")
                    words = (folder / "cmdline").read_bytes().split(b"\0")
                except OSError:  # it has just ended, or is none of ours
                    continue
                if self._mark.encode() in environment:
                    found[int(folder.name)] = b" ".join(words).decode().strip()
        return found

    def living_after(self, seconds: float) -> dict[int, str]:
        """Wait until all have ended; return those that have not."""
        deadline = time.monotonic() + seconds
        for pid in self.living():
            try:
                handle = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            try:
                select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
            finally:
                os.close(handle)
        return self.living()
