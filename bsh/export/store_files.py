"""Documents out of a run store that is no longer in use: another profile's, or one that was damaged and kept aside.

Owns how to get around what cannot be read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bsh.errors import CommandError
from bsh.protocols import Document
from bsh.store.codec import decode

__all__ = ["is_store_file", "read_store_documents"]

_HEADER = b"SQLite format 3\0"
_AT_ONCE = 200
_GIVE_UP_AFTER = 5_000
"""So many attempts in a row that fail are the end of the file; by then they were made over 125,000 documents."""


def is_store_file(path: Path) -> bool:
    """Return whether a file is an SQLite database."""
    with path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def read_store_documents(path: Path) -> Iterator[tuple[str, Document]]:
    """Yield the documents of all runs in a store, in the order of emission.

    What cannot be read is left out; of a run whose start document is lost, everything.

    Parameters
    ----------
    path : Path
        The file; it is not changed.

    Raises
    ------
    CommandError
        Nothing in it can be read; or what follows cannot, for another reason than damage: it may be locked.
    """
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    begun = set()
    try:
        for run, name, body in _rows(connection, path):
            try:
                doc = decode(body)
            except (ValueError, TypeError):
                continue
            if name == "start":
                begun.add(run)
            if run in begun:
                yield name, doc
    finally:
        connection.close()
    if not begun:
        raise CommandError(f"{path} holds no run that can be read")


def _rows(connection: sqlite3.Connection, path: Path) -> Iterator[tuple[int | None, str, Any]]:
    sequence = failures = 0
    limit = _AT_ONCE
    has_read = False
    while failures < _GIVE_UP_AFTER:
        try:
            rows = connection.execute(
                "SELECT seq, run, name, body FROM documents WHERE seq > ? ORDER BY seq LIMIT ?",
                (sequence, limit),
            ).fetchall()
        except sqlite3.OperationalError as error:
            if has_read:
                raise CommandError(f"{path} cannot be read to its end: {error}", hint="try again") from error
            return  # not even the table
        except sqlite3.DatabaseError:
            if limit == 1:  # this one it is
                sequence += (
                    1 + failures // 100
                )  # on a long way through damage 1 % of its length may be overshot
                failures += 1
            limit = 1
            continue
        if not rows:
            return
        has_read = True
        yield from (row[1:] for row in rows)
        sequence, failures = rows[-1][0], 0
        limit = min(_AT_ONCE, 2 * limit)
