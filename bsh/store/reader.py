"""A connection for queries, usable from any thread.

Owns one read-only connection and the lock that lets one thread use it at a time. The writer has its own
connection and never waits for a reader.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from bsh.errors import StoreError
from bsh.store.database import Database
from bsh.store.failures import store_error

__all__ = ["Reader"]

T = TypeVar("T")


class Reader:
    """Reads a database.

    Parameters
    ----------
    database : Database
        Which. Its file is opened at the first query.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()
        self._closed = False

    def rows(self, sql: str, parameters: tuple[Any, ...] | list[Any] = ()) -> list[Any]:
        """Return the rows of a query.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        return self.read(lambda connection: connection.execute(sql, parameters).fetchall())

    def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Return ``function(connection)``; a short read, since other threads wait for it.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        with self._lock:
            try:
                return function(self._open())
            except sqlite3.Error as error:
                raise store_error(self._database.path, "read", error) from error

    def can_run(self, sql: str) -> bool:
        """Return whether SQLite accepts a query: has its tables, and the modules they need."""

        def attempt(connection: sqlite3.Connection) -> bool:
            try:
                connection.execute(sql).close()
            except sqlite3.OperationalError:
                return False
            return True

        return self.read(attempt)

    def data_version(self) -> int:
        """Return a number that changes whenever another connection has written (a few microseconds)."""
        return int(self.read(lambda connection: connection.execute("PRAGMA data_version").fetchone()[0]))

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def close(self) -> None:
        """Close the connection; later reads raise StoreError."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(f"the run store {self._database.path} is closed")
        if self._connection is None:
            self._connection = self._database.connect_for_reading()
        return self._connection
