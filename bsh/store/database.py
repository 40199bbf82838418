"""One SQLite file: making it, opening it, and getting over a damaged one.

Owns the connection's settings (journal, sync, timeouts), the creation of tables and the moving aside of a
file that is no database any more. Knows nothing of documents.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from bsh.errors import StoreError
from bsh.store.failures import is_corruption, store_error
from bsh.store.filesystem import filesystem_type, is_network, journal_mode
from bsh.store.last_good import LastGood, SavedState, restore
from bsh.store.schema import SCHEMA_VERSION, TEXT_INDEX

__all__ = ["Database", "transaction"]

_OPENING_TIMEOUT_S = 5.0
_LAST_ROWS = (
    "SELECT key, value FROM metadata",
    "SELECT last FROM scan_number",
    "SELECT * FROM runs ORDER BY run DESC LIMIT 20",
    "SELECT * FROM documents ORDER BY seq DESC LIMIT 20",
)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run a block as one write transaction: all of it is saved, or nothing.

    Parameters
    ----------
    connection : sqlite3.Connection
        In autocommit mode (``isolation_level=None``).
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


class Database:
    """Where a database lies and how it is opened.

    Parameters
    ----------
    path : Path
        The file. Its folder is made when the database is opened for writing.
    tables : sequence of str
        SQL statements that make what is missing; harmless when repeated.
    columns : mapping, optional
        SQL statements that add columns which files of earlier versions lack, by table and column.
    text_index : bool, optional
        Whether to make the full-text index where this SQLite has FTS5.
    filesystem_type : callable, optional
        Tells the type of the file system that holds a folder.
    busy_timeout_s : float, optional
        How long to wait for a lock of another process, in seconds.
    clock : callable, optional
        Seconds since the epoch.

    Attributes
    ----------
    warnings : list of str
        What a person should know about this database: one sentence each.
    is_on_network : bool
        Whether it lies on a network file system; known once it is opened for writing.
    """

    def __init__(
        self,
        path: Path,
        tables: Sequence[str],
        *,
        columns: Mapping[tuple[str, str], str] | None = None,
        text_index: bool = False,
        filesystem_type: Callable[[Path], str] = filesystem_type,
        busy_timeout_s: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.last_good = LastGood(path)
        self.warnings: list[str] = []
        self.is_on_network = False
        self._tables = tables
        self._columns = columns or {}
        self._text_index = text_index
        self._filesystem_type = filesystem_type
        self._busy_timeout_s = busy_timeout_s
        self._clock = clock
        self._inode: int | None = None

    def open(self) -> sqlite3.Connection:
        """Return a connection for writing; a damaged file is moved aside and a new one begun.

        Raises
        ------
        StoreError
            If the file cannot be opened or made.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _alone_in(self.path.parent):
                connection = self._open_or_replace()
                self._inode = self.path.stat().st_ino
                return connection
        except (OSError, sqlite3.Error) as error:
            raise store_error(self.path, "open", error) from error

    def check_in_place(self) -> None:
        """Raise if the file that was opened for writing is not where it was.

        Without this, what is written to a file that somebody has removed or replaced would be lost
        without a word.

        Raises
        ------
        FileNotFoundError
            If it is gone, or another file is in its place.
        """
        try:
            is_there = self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            is_there = False
        if not is_there:
            raise FileNotFoundError(errno.ENOENT, "the file was removed or replaced while it was in use")

    def connect_for_reading(self) -> sqlite3.Connection:
        """Return a connection that cannot write; the file must exist.

        Raises
        ------
        StoreError
            If it cannot be opened.
        """
        address = f"file:{quote(str(self.path))}?mode=ro"
        try:
            try:
                return self._connect_and_look(address)
            except sqlite3.OperationalError:
                if os.access(self.path.parent, os.W_OK):
                    raise
                # a WAL database in a folder that we may not write to
                return self._connect_and_look(address + "&immutable=1")
        except sqlite3.Error as error:
            raise store_error(self.path, "read", error) from error

    def _connect_and_look(self, address: str) -> sqlite3.Connection:
        connection = self._connect(address, uri=True)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self, address: str, *, uri: bool = False) -> sqlite3.Connection:
        # Each connection is used by one thread at a time; Python's own check would forbid handing it on.
        return sqlite3.connect(
            address, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False, uri=uri
        )

    def _open_or_replace(self) -> sqlite3.Connection:
        exists = self.path.exists()
        if exists and not os.access(self.path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        was_emptied = exists and self.path.stat().st_size == 0
        try:
            connection = self._open_once()
        except sqlite3.DatabaseError as error:
            if not is_corruption(error):
                raise
            wreck = self._move_aside()
            connection = self._open_once()
            what = f"was damaged ({error}) and is kept as {wreck.name}"
            runs = f" The runs in the old file, as far as they can be read: bsh import {wreck}"
            self._put_back(connection, self.last_good.salvage(wreck), what, runs)
        else:
            if was_emptied and (state := self.last_good.load()):
                self._put_back(connection, state, "was empty")
        return connection

    def _open_once(self) -> sqlite3.Connection:
        connection = self._connect(str(self.path))
        try:
            # FULL, and the folder is synced, too, when a rollback journal is deleted: a power cut could bring the
            # journal back otherwise, and with it the state before a transaction that was acknowledged
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA fullfsync = ON")  # what it takes on macOS; nothing elsewhere
            self._choose_journal(connection)
            self._make_tables(connection)
            for sql in _LAST_ROWS:  # a truncated or overwritten file shows here, not in mid-scan
                _try_reading(connection, sql)
        except BaseException:
            connection.close()
            raise
        return connection

    def _choose_journal(self, connection: sqlite3.Connection) -> None:
        kind = self._filesystem_type(self.path.parent)
        self.is_on_network = is_network(kind)
        wanted = journal_mode(kind)
        if self.is_on_network:
            self._warn(
                f"{self.path} lies on a network file system ({kind}): a rollback journal is used instead of "
                "the write-ahead log, so points are saved more slowly, and one shell at a time has the profile. "
                "A local home is better: --home DIR."
            )
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != wanted:
            (mode,) = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
        if mode != wanted:
            self._warn(f"{self.path} keeps the journal mode {mode!r}; {wanted!r} was refused.")

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.path} was written by a newer bsh (format {version}, this one reads {SCHEMA_VERSION})",
                hint="Upgrade bsh: pip install -U bsh.",
            )
        if version < SCHEMA_VERSION:
            with transaction(connection):
                for sql in self._tables:
                    connection.execute(sql)
                for (table, column), sql in self._columns.items():
                    if column not in {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}:
                        connection.execute(sql)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if self._text_index:
            with contextlib.suppress(sqlite3.OperationalError):  # an SQLite without FTS5
                connection.execute(TEXT_INDEX)

    def _move_aside(self) -> Path:
        stamp = time.strftime("%Y%m%dT%H%M%S", time.localtime(self._clock()))
        wreck = self.path.with_name(f"{self.path.name}.corrupt-{stamp}")
        count = 1
        while wreck.exists():
            count += 1
            wreck = self.path.with_name(f"{self.path.name}.corrupt-{stamp}-{count}")
        for suffix in ("", "-wal", "-shm", "-journal"):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.rename(wreck.with_name(wreck.name + suffix))
        return wreck

    def _put_back(self, connection: sqlite3.Connection, state: SavedState, what: str, runs: str = "") -> None:
        with transaction(connection):
            restore(connection, state, self._clock())
        kept = "no metadata and no scan number could be saved from it"
        if state:
            kept = f"the last good metadata and scan number ({state.scan_number}) were taken over"
        self._warn(f"{self.path} {what}; a new one was begun, {kept}.{runs}")

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def _try_reading(connection: sqlite3.Connection, sql: str) -> None:
    try:
        connection.execute(sql).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):  # not every database has all tables
            raise


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder, so that two processes do not make or replace a database in it at once."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        give_up = time.monotonic() + _OPENING_TIMEOUT_S
        while time.monotonic() < give_up:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.01)
                continue
            except OSError:  # a file system without locks: SQLite's own still hold
                pass
            break
        yield
    finally:
        os.close(handle)
