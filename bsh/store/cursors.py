"""How far each sink that follows the store has come.

Owns the table of cursors: the numbers that were noted in this process, and when they are written. A cursor
that is a little behind costs only documents that are given twice, so it never has a commit of its own
unless many have piled up.
"""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import Future

from bsh.store.reader import Reader
from bsh.store.writer import Writer

__all__ = ["Cursors"]

_MOST_AGAIN = 500
"""So many documents at most are given a second time after a crash, for each sink."""


class Cursors:
    """Keeps the number of the last document that each sink has dealt with.

    Parameters
    ----------
    reader : Reader
        Reads the store.
    writer : Writer
        Writes it.
    """

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()
        self._noted: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self._is_queued = False

    def last_sequence(self) -> int:
        """Return the number of the last document on disk; 0 if there is none."""
        return int(self._reader.rows("SELECT coalesce(max(seq), 0) FROM documents")[0][0])

    def get(self, sink: str) -> int:
        """Return a sink's cursor, as noted here or else as stored; 0 if there is none."""
        with self._lock:
            if sink in self._noted:
                return self._noted[sink]
        rows = self._reader.rows("SELECT seq FROM cursors WHERE sink = ?", (sink,))
        return int(rows[0][0]) if rows else 0

    def move(self, sink: str, sequence: int) -> None:
        """Note a sink's cursor; it is written with the next commit."""
        with self._lock:
            before = self._written.setdefault(sink, self._noted.get(sink, 0))
            self._noted[sink] = sequence
            must_queue, self._is_queued = not self._is_queued, True
        if must_queue:
            self._writer.submit_later(self._write).add_done_callback(self._is_done)
        if abs(sequence - before) >= _MOST_AGAIN:
            self._writer.wake()

    def _write(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._is_queued = False
            noted = self._written = dict(self._noted)
        connection.executemany("INSERT OR REPLACE INTO cursors (sink, seq) VALUES (?, ?)", noted.items())

    def _is_done(self, future: Future[None]) -> None:
        if future.exception() is not None:  # not written, perhaps not even tried: the next move tries again
            with self._lock:
                self._is_queued = False
