"""The SQL of metadata and scan numbers.

Owns what is read and written inside one transaction; connections, threads and caches are the callers'.
Values are texts of :mod:`bsh.store.values` throughout.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from bsh.store.merge import merged

__all__ = [
    "KEPT_VERSIONS",
    "Stored",
    "delete_keys",
    "last_scan_number",
    "read_history",
    "read_value",
    "read_versions",
    "set_scan_number",
    "set_values",
    "take_scan_number",
    "update_value",
]

KEPT_VERSIONS = 10
"""How many previous versions of a key are kept."""


@dataclass(frozen=True)
class Stored:
    """One stored value: its text, its version and when it was written (seconds since the epoch)."""

    text: str
    version: int
    mtime: float


def read_versions(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the version of each key, in the order in which the keys were first set."""
    return dict(connection.execute("SELECT key, version FROM metadata ORDER BY rowid").fetchall())


def read_value(connection: sqlite3.Connection, key: str) -> Stored | None:
    """Return what is stored for a key, or None."""
    row = connection.execute("SELECT value, version, mtime FROM metadata WHERE key = ?", (key,)).fetchone()
    return None if row is None else Stored(*row)


def read_history(connection: sqlite3.Connection, key: str) -> list[Stored]:
    """Return the previous versions of a key, newest first; deletions are left out."""
    rows = connection.execute(
        "SELECT value, version, mtime FROM metadata_history WHERE key = ? AND value IS NOT NULL"
        " ORDER BY version DESC",
        (key,),
    )
    return [Stored(*row) for row in rows.fetchall()]


def set_values(connection: sqlite3.Connection, texts: Mapping[str, str], now: float) -> None:
    """Store values, whatever was there before.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a write transaction.
    texts : mapping of str to str
        Value texts by key.
    now : float
        Seconds since the epoch.
    """
    for key, text in texts.items():
        old = read_value(connection, key)
        if old is None or old.text != text:
            _put(connection, key, text, old, now)


def update_value(connection: sqlite3.Connection, key: str, base: str, ours: str, now: float) -> str:
    """Store an edited value together with what others made of it meanwhile; return what is stored now.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a write transaction.
    key : str
        The key.
    base : str
        The value's text before our edit.
    ours : str
        And after it.
    now : float
        Seconds since the epoch.
    """
    old = read_value(connection, key)
    text = ours
    if old is not None and old.text != base:
        text = _merged_texts(base, ours, old.text)
    if old is None or old.text != text:
        _put(connection, key, text, old, now)
    return text


def delete_keys(connection: sqlite3.Connection, keys: list[str], now: float) -> int:
    """Delete keys and return how many of them there were; their versions are kept."""
    count = 0
    for key in keys:
        old = read_value(connection, key)
        if old is None:
            continue
        _remember(connection, key, old)
        # The deletion takes a version number of its own, so that a later value never gets an old one.
        connection.execute(
            "INSERT OR REPLACE INTO metadata_history (key, version, value, mtime) VALUES (?, ?, NULL, ?)",
            (key, old.version + 1, now),
        )
        connection.execute("DELETE FROM metadata WHERE key = ?", (key,))
        count += 1
    return count


def last_scan_number(connection: sqlite3.Connection) -> int:
    """Return the last scan number that was taken; 0 if none."""
    row = connection.execute("SELECT last FROM scan_number").fetchone()
    return 0 if row is None else int(row[0])


def take_scan_number(connection: sqlite3.Connection) -> int:
    """Return the next scan number, which nobody else gets; inside a write transaction."""
    connection.execute("UPDATE scan_number SET last = last + 1")
    return last_scan_number(connection)


def set_scan_number(connection: sqlite3.Connection, last: int) -> None:
    """Make ``last`` the last scan number that was taken; inside a write transaction."""
    connection.execute("UPDATE scan_number SET last = ?", (last,))


def _put(connection: sqlite3.Connection, key: str, text: str, old: Stored | None, now: float) -> None:
    if old is None:
        row = connection.execute("SELECT max(version) FROM metadata_history WHERE key = ?", (key,)).fetchone()
        version = (row[0] or 0) + 1
    else:
        _remember(connection, key, old)
        version = old.version + 1
    connection.execute(
        "INSERT INTO metadata (key, value, version, mtime) VALUES (?, ?, ?, ?) ON CONFLICT (key)"
        " DO UPDATE SET value = excluded.value, version = excluded.version, mtime = excluded.mtime",
        (key, text, version, now),
    )


def _remember(connection: sqlite3.Connection, key: str, old: Stored) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO metadata_history (key, version, value, mtime) VALUES (?, ?, ?, ?)",
        (key, old.version, old.text, old.mtime),
    )
    connection.execute(
        "DELETE FROM metadata_history WHERE key = ? AND version <= ?", (key, old.version - KEPT_VERSIONS)
    )


def _merged_texts(base: str, ours: str, theirs: str) -> str:
    try:
        value = merged(json.loads(base), json.loads(ours), json.loads(theirs))
    except (ValueError, RecursionError):  # what is stored is garbage
        return ours
    return json.dumps(value, separators=(",", ":"))
