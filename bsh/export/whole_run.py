"""A file for each run, for formats that have to be written as a whole.

Owns when such a file is written: a run under way has one that is a little behind, and complete in itself. What is in it
is the format's business.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bsh.export.formats import ExportFormat, own_path, write_run
from bsh.export.run_of import RunOf
from bsh.protocols import Document

__all__ = ["WholeRunWriter"]

FIRST_S = 1.0
"""So long after its start a run has a file, and between two versions of it is at least so much time."""

SHARE = 0.05
"""Of the time that passes may be spent on runs under way."""


class WholeRunWriter:
    """Write each run into a file of its own: every now and then while it is taken, and once it is complete.

    A file is there whole or not at all, and each version is a complete file of what was taken until then: readers need
    to know nothing of the writer, and a crash leaves the last version. A run that comes again takes the place of its
    file; one whose number was used before gets a file of its own.

    Parameters
    ----------
    store : RunStore
        Where the runs are read from.
    format : ExportFormat
        What is written.
    path_of : callable
        From a start document to the file of the run.
    clock : callable, optional
        Seconds that only grow.
    """

    def __init__(
        self,
        store: Any,
        format: ExportFormat,
        path_of: Callable[[Document], Path],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._format = format
        self._path_of = path_of
        self._clock = clock
        self._run_of = RunOf()
        self._paths: dict[str, Path] = {}
        self._due: dict[str, float] = {}
        """For the runs under way that can be written: when it is time for the next version."""
        self._behind: set[str] = set()

    def __call__(self, name: str, doc: Document) -> None:
        """Take a document; the stop document has the file completed."""
        uid = self._run_of(name, doc)
        if uid is None:
            return
        if name == "start":
            self._due[uid] = self._clock() + FIRST_S
        elif name == "stop":
            self._complete(uid)
        elif uid in self._due:
            self._behind.add(uid)

    def settle(self) -> None:
        """Write the runs under way that have changed, where it is time for it."""
        for uid in [uid for uid in self._behind if self._clock() >= self._due[uid]]:
            began = self._clock()
            try:
                self._write(uid, durable=False)
            except OSError:
                raise
            except Exception:  # what is not complete can be odd: its end decides whether it can be written
                del self._due[uid]
            else:
                now = self._clock()
                self._due[uid] = now + max(FIRST_S, (now - began) / SHARE)
            self._behind.discard(uid)

    def abandon(self, uid: str) -> None:
        """Write what there is of a run that was cut off with its process.

        Parameters
        ----------
        uid : str
            The run.
        """
        self._complete(uid)

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, start: Document) -> Path:
        uid = start["uid"]
        if uid not in self._paths:  # once a run: it is read who has the file of that name
            self._paths[uid] = own_path(self._format, self._path_of(start), start)
        return self._paths[uid]

    def _complete(self, uid: str) -> None:
        self._write(uid, durable=True)
        self._due.pop(uid, None)
        self._behind.discard(uid)
        self._paths.pop(uid, None)
        self._run_of.forget(uid)

    def _write(self, uid: str, *, durable: bool) -> None:
        run = self._store.run(uid)
        path = self._path(run.start)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_run(run, self._format, path, durable=durable)
