"""A file for each run, written when the run has ended.

Owns when such a file is written; what is in it is the format's business.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bsh.export.formats import export_run
from bsh.protocols import Document

__all__ = ["WholeRunWriter"]


class WholeRunWriter:
    """Write each run into a file of its own once it is complete.

    A file is there whole or not at all; a run that comes again takes the place of its file.

    Parameters
    ----------
    store : RunStore
        Where the runs are read from.
    format : str
        A key of :data:`bsh.export.FORMATS`.
    path_of : callable
        From a start document to the file of the run.
    """

    def __init__(self, store: Any, format: str, path_of: Callable[[Document], Path]) -> None:
        self._store = store
        self._format = format
        self._path_of = path_of

    def __call__(self, name: str, doc: Document) -> None:
        """Take a document; the stop document has the file written."""
        if name == "stop":
            self._write(doc["run_start"])

    def abandon(self, uid: str) -> None:
        """Write what there is of a run that was cut off with its process.

        Parameters
        ----------
        uid : str
            The run.
        """
        self._write(uid)

    def close(self) -> None:
        """Nothing is open."""

    def _write(self, uid: str) -> None:
        run = self._store.run(uid)
        path = self._path_of(run.start)
        path.parent.mkdir(parents=True, exist_ok=True)
        export_run(run, self._format, path)
