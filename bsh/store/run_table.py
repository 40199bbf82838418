"""The SQL that writes runs and their documents.

Owns what is written inside one transaction of the writer, and the reading back of a run that comes a
second time. Knows no threads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bsh.protocols import Document
from bsh.store.codec import decode, encode, text_of
from bsh.store.run_state import RunState
from bsh.store.run_tracker import RunTracker

__all__ = ["Row", "RunTable"]


_MAX_BODY = 500_000_000
"""Characters of one document; SQLite's own limit is 1,000,000,000 bytes. Such data belong into files."""


@dataclass(frozen=True)
class Row:
    """A document on its way into the table, with the run it belongs to."""

    state: RunState | None
    name: str
    body: str


class RunTable:
    """Turns documents into rows and writes them.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer's.
    profile : str
        Written with each run.
    writer : str
        Identity of this process.
    clock : callable
        Seconds since the epoch.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        profile: str,
        writer: str,
        clock: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._profile = text_of(profile)
        self._writer = writer
        self._clock = clock
        self._tracker = RunTracker(self._find_stored)
        self._inserted: list[RunState] = []
        self._has_text_index: bool | None = None

    def row(self, name: str, doc: Document) -> Row | None:
        """Return a document as a row; None if it is stored already. Never fails.

        Parameters
        ----------
        name : str
            Kind of document.
        doc : dict
            The document, which nobody changes any more.
        """
        body = encode(doc)
        if len(body) > _MAX_BODY:
            note = f"left out: {len(body)} characters of JSON, {_MAX_BODY} is the limit"
            body = encode({"uid": doc.get("uid"), "run_start": doc.get("run_start"), "bsh_note": note})
        try:
            state = self._tracker.take(name, doc)
        except Exception:
            state = None  # not in event-model's shape: kept, but counted for no run
        if (
            state is not None
            and state.known_documents
            and _identity(name, doc, body) in state.known_documents
        ):
            return None
        return Row(state, text_of(name), body)

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows and bring their runs up to date, inside the caller's transaction.

        Raises
        ------
        sqlite3.Error
            The caller rolls back and calls :meth:`rolled_back`.
        """
        connection = self._connection
        states = _states(rows)
        for state in states:
            if state.row_id is None:
                self._insert_run(connection, state)
        connection.executemany(
            "INSERT INTO documents (run, name, body) VALUES (?, ?, ?)",
            [(row.state.row_id if row.state else None, row.name, row.body) for row in rows],
        )
        now = self._clock()
        connection.executemany(
            "UPDATE runs SET num_points = ?, exit_status = ?, reason = ?, stop_time = ?, touched = ?,"
            " writer = ? WHERE run = ?",
            [
                (s.num_points, s.exit_status, s.reason, s.stop_time, now, self._writer, s.row_id)
                for s in states
            ],
        )

    def rolled_back(self) -> None:
        """Forget the row numbers that a failed transaction gave."""
        for state in self._inserted:
            state.row_id = None
        self._inserted.clear()

    def written(self, rows: Iterable[Row]) -> None:
        """Forget the runs that have ended; called once the rows are on disk."""
        self._inserted.clear()
        for state in _states(rows):
            if state.stop_time is not None:
                self._tracker.forget(state)

    def complete_text_index(self) -> None:
        """Index the runs that were written by a process whose SQLite has no FTS5."""
        connection = self._connection
        if not self._can_index(connection):
            return
        (missing,) = connection.execute(
            "SELECT (SELECT count(*) FROM run_words) - (SELECT count(*) FROM runs_text_docsize)"
        ).fetchone()
        if missing:
            connection.execute("INSERT INTO runs_text (runs_text) VALUES ('rebuild')")

    def _insert_run(self, connection: sqlite3.Connection, state: RunState) -> None:
        cursor = connection.execute(
            "INSERT OR IGNORE INTO runs (uid, scan_id, time, started, plan_name, command, profile, writer, touched)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                state.uid, state.scan_id, *_place(connection, state), state.plan_name, state.command, self._profile,
                self._writer, self._clock(),
            ),
        )  # fmt: skip
        self._inserted.append(state)
        if cursor.rowcount == 0:  # stored before, by this process or another
            (state.row_id,) = connection.execute(
                "SELECT run FROM runs WHERE uid = ?", (state.uid,)
            ).fetchone()
            return
        state.row_id = cursor.lastrowid
        connection.executemany(
            "INSERT OR IGNORE INTO run_motors (motor, run) VALUES (?, ?)",
            [(motor, state.row_id) for motor in state.motors],
        )
        connection.execute("INSERT INTO run_words (run, words) VALUES (?, ?)", (state.row_id, state.words))
        if self._can_index(connection):
            connection.execute(
                "INSERT INTO runs_text (rowid, words) VALUES (?, ?)", (state.row_id, state.words)
            )

    def _can_index(self, connection: sqlite3.Connection) -> bool:
        if self._has_text_index is None:
            try:
                connection.execute("SELECT rowid FROM runs_text LIMIT 0")
            except sqlite3.OperationalError:  # no such table, or no such module
                self._has_text_index = False
            else:
                self._has_text_index = True
        return self._has_text_index

    def _find_stored(self, uid: str) -> RunState | None:
        try:
            row = self._connection.execute("SELECT run FROM runs WHERE uid = ?", (uid,)).fetchone()
            return None if row is None else self._stored_state(row[0])
        except (sqlite3.Error, LookupError, TypeError, ValueError):
            return None  # the insertion finds out whether the run is there

    def _stored_state(self, row_id: int) -> RunState:
        rows = self._connection.execute(
            "SELECT name, body FROM documents WHERE run = ? ORDER BY seq", (row_id,)
        )
        state: RunState | None = None
        known = set()
        tracker = RunTracker(lambda uid: None)
        for name, body in rows:
            doc = decode(body)
            known.add(_identity(name, doc, body))
            state = tracker.take(name, doc) or state
        if state is None:
            raise LookupError(f"run {row_id} has no documents")
        state.row_id = row_id
        state.known_documents = frozenset(known)
        return state


def _place(connection: sqlite3.Connection, state: RunState) -> tuple[float, float | None]:
    """Return the columns ``time`` and ``started`` of a new run: it stands behind all that were taken before."""
    (last,) = connection.execute("SELECT max(time) FROM runs").fetchone()
    if state.is_imported or last is None or last <= state.time:
        return state.time, None
    return last, state.time


def _states(rows: Iterable[Row]) -> list[RunState]:
    """Return the runs of the rows, each once, in order."""
    return list({id(row.state): row.state for row in rows if row.state is not None}.values())


def _identity(name: str, doc: Document, body: str) -> str:
    """Return what tells a document from all others of its run."""
    identifier: Any = doc.get("uid") or doc.get("datum_id")
    return f"{name} {identifier}" if identifier else f"{name} {body}"
