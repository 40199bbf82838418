"""The last good state of what must survive a damaged database.

Owns a small JSON file beside the database with the scan number and the metadata, replaced as a whole after
each change of them, and what is put back from it, or saved from the wreck, into a new database.
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bsh.store.values import decode_value

__all__ = ["LastGood", "SavedState"]


@dataclass
class SavedState:
    """Scan number and metadata.

    Parameters
    ----------
    scan_number : int
        The last one that was taken; 0 if none.
    metadata : dict of str to str
        Value texts by key, as :func:`bsh.store.values.encode_value` makes them.
    """

    scan_number: int = 0
    metadata: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.scan_number or self.metadata)


class LastGood:
    """The file beside a database that holds its last good state.

    Parameters
    ----------
    database : Path
        The database's path.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self.path = database.with_name(database.name + ".last-good.json")

    def save(self, connection: sqlite3.Connection) -> None:
        """Write what the database holds now; a reader sees the old file or the new one.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        state = _read_state(connection)
        content = json.dumps({"scan_number": state.scan_number, "metadata": state.metadata}, indent=1)
        # No fsync: after a power cut the file may be missing or old, the database itself is not.
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(self.path)

    def load(self) -> SavedState:
        """Return the saved state; what cannot be read is left out."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            return _checked(content["scan_number"], content["metadata"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return SavedState()

    def salvage(self, wreck: Path) -> SavedState:
        """Return the saved state, brought up to date with what a damaged database still yields.

        Parameters
        ----------
        wreck : Path
            The damaged database, moved aside.
        """
        state = self.load()
        try:
            connection = sqlite3.connect(wreck)
        except sqlite3.Error:
            return state
        try:
            found = _read_state(connection)
        finally:
            connection.close()
        return SavedState(max(state.scan_number, found.scan_number), state.metadata | found.metadata)


def restore(connection: sqlite3.Connection, state: SavedState, now: float) -> None:
    """Put a saved state into a database, inside the caller's transaction.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the new database. What it already holds is left as it is.
    state : SavedState
        What to put back.
    now : float
        Seconds since the epoch.
    """
    rows = [(key, text, now) for key, text in state.metadata.items()]
    connection.executemany(
        "INSERT OR IGNORE INTO metadata (key, value, version, mtime) VALUES (?, ?, 1, ?)", rows
    )
    if state.scan_number:
        connection.execute("UPDATE scan_number SET last = max(last, ?)", (state.scan_number,))


def _read_state(connection: sqlite3.Connection) -> SavedState:
    numbers = _rows(connection, "SELECT last FROM scan_number")
    numbers += _rows(connection, "SELECT max(scan_id) FROM runs WHERE scan_id IS NOT NULL")
    last = max((number for (number,) in numbers if isinstance(number, int)), default=0)
    return _checked(last, _rows(connection, "SELECT key, value FROM metadata ORDER BY rowid"))


def _rows(connection: sqlite3.Connection, sql: str) -> list[Any]:
    try:
        return connection.execute(sql).fetchall()
    except sqlite3.Error:  # damaged, or a database without this table
        return []


def _checked(scan_number: Any, items: Any) -> SavedState:
    state = SavedState(scan_number if isinstance(scan_number, int) else 0)
    for key, text in items:
        try:
            decode_value(text)
        except (ValueError, TypeError):
            continue
        state.metadata[str(key)] = text
    return state
