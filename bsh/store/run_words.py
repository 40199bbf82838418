"""The words that a run is found by, beyond those of its start document.

Owns that the table of words and its index say the same.
"""

from __future__ import annotations

import sqlite3

from bsh.store.run_state import search_words

__all__ = ["add_words"]


def add_words(connection: sqlite3.Connection, uid: str, text: str) -> None:
    """Have a run found by the words of a text, too; inside the caller's transaction.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer's.
    uid : str
        The run; one that is not stored is passed over.
    text : str
        What was said of it.
    """
    found = connection.execute(
        "SELECT run, words FROM run_words JOIN runs USING (run) WHERE uid = ?", (uid,)
    ).fetchone()
    words = "".join(f" {word}" for word in search_words(text))
    if found is None or not words:
        return
    run, known = found
    is_indexed = _is_indexed(connection, run)
    if is_indexed:  # the index holds no texts: it wants to hear what it forgets
        connection.execute(
            "INSERT INTO runs_text (runs_text, rowid, words) VALUES ('delete', ?, ?)", (run, known)
        )
    connection.execute("UPDATE run_words SET words = ? WHERE run = ?", (known + words, run))
    if is_indexed:
        connection.execute("INSERT INTO runs_text (rowid, words) VALUES (?, ?)", (run, known + words))


def _is_indexed(connection: sqlite3.Connection, run: int) -> bool:
    try:
        connection.execute("SELECT rowid FROM runs_text LIMIT 0")
        found = connection.execute("SELECT 1 FROM runs_text_docsize WHERE id = ?", (run,)).fetchone()
    except sqlite3.OperationalError:  # no such table, or no such module
        return False
    return found is not None
