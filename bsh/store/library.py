"""The run library: which runs there are, and finding one.

Owns the queries over runs. Reads only: it works beside a shell that is writing, and on a store that no
shell has open.
"""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from bsh.errors import RunNotFound
from bsh.store.database import Database
from bsh.store.process import is_alive
from bsh.store.reader import Reader
from bsh.store.run_state import search_words
from bsh.store.stored_run import StoredDocument, StoredRun, read_document
from bsh.store.summary import INTERRUPTED, RUNNING, RunSummary

__all__ = ["RunLibrary", "TextSearch"]

TextSearch = Literal["auto", "fts5", "like"]
"""How free text is searched: with the full-text index where there is one, or always in one way."""

_STARTED = "coalesce(started, time)"
_STARTED_SINCE_VERSION = 4
_NEWEST_FIRST = "ORDER BY time DESC, run DESC"
_NUMBER = re.compile(r"[+-]?\d{1,18}")
_MANY = 2000
"""So many runs with a word or a motor are looked up and sorted; more are not, see :meth:`RunLibrary._among`."""
_UID_DIGITS = 6
"""So many digits may also be the beginning of a uid; fewer are a scan number that somebody mistyped."""
_UNSEEN_WRITER_GRACE_S = 3600.0
"""A run whose process cannot be seen from here (other host, other container) counts as running until
nothing was written for this long."""


class RunLibrary:
    """Lists and finds stored runs.

    Parameters
    ----------
    store : path or Database
        The run store. A file that does not exist is a library without runs.
    text_search : {"auto", "fts5", "like"}, optional
        See :data:`TextSearch`.
    clock : callable, optional
        Seconds since the epoch.
    """

    def __init__(
        self,
        store: Path | Database,
        *,
        text_search: TextSearch = "auto",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = store if isinstance(store, Database) else Database(Path(store), ())
        self._reader = Reader(self._database)
        self._text_search = text_search
        self._clock = clock
        self._has_tables = False
        self._started = "time"
        """When a run began, as SQL; known better once there are tables."""

    def __enter__(self) -> RunLibrary:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; runs that were handed out cannot be read any more."""
        self._reader.close()

    def runs(
        self,
        limit: int | None = None,
        *,
        plan_name: str | None = None,
        since: float | datetime.datetime | None = None,
        until: float | datetime.datetime | None = None,
        exit_status: str | None = None,
        text: str | None = None,
        motor: str | None = None,
        pieces: str | None = None,
    ) -> list[RunSummary]:
        """Return summaries of runs, those that began last first.

        Parameters
        ----------
        limit : int, optional
            How many at most; all without it.
        plan_name : str, optional
            Only runs of this plan.
        since, until : float or datetime, optional
            Only runs that began at or after ``since`` and before ``until``: seconds since the epoch, or a
            datetime (local time if it names no zone).
        exit_status : str, optional
            ``success``, ``abort``, ``fail``, or ``running`` or ``interrupted`` for runs without a stop
            document.
        text : str, optional
            Only runs in whose command or other metadata each of these words occurs, or a word that begins
            with it; upper and lower case are the same.
        motor : str, optional
            Only runs that name this motor in their start document.
        pieces : str, optional
            As `text`, but each word may also stand inside another one.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        if not self._has_file() or (limit is not None and limit <= 0):
            return []
        conditions = _Conditions()
        conditions.add("plan_name = ?", plan_name)
        conditions.add("time >= ?", _seconds(since))  # no later than its place: this one has an index
        conditions.add(f"{self._started} >= ?", _seconds(since))
        conditions.add(f"{self._started} < ?", _seconds(until))
        if motor is not None:
            conditions.add(*self._among("SELECT run FROM run_motors WHERE motor = ?", motor, limit))
        for sql, value in self._text_conditions(text or ""):
            conditions.add(*self._among(sql, value, limit))
        for piece in search_words(pieces or ""):
            sql, value = _words_like(f"%{piece}%")
            conditions.add(f"run IN ({sql})", value)
        is_about_open_runs = exit_status in (RUNNING, INTERRUPTED)
        if is_about_open_runs:
            conditions.add("stop_time IS NULL")
        else:
            conditions.add("exit_status = ?", exit_status)
        # Whether an open run is running or interrupted is not in the table: all of them are looked at.
        sql_limit = -1 if limit is None or is_about_open_runs else limit
        rows = self._reader.rows(
            f"SELECT {self._columns} FROM runs {conditions.where()} {_NEWEST_FIRST} LIMIT ?",
            [*conditions.values, sql_limit],
        )
        summaries = self._summaries(rows)
        if is_about_open_runs:
            summaries = [one for one in summaries if one.reason.startswith(str(exit_status))][:limit]
        return summaries

    def interrupted_runs(self) -> list[RunSummary]:
        """Return the runs that have no stop document and whose process is gone, newest first."""
        return self.runs(exit_status=INTERRUPTED)

    def count(self) -> int:
        """Return how many runs there are."""
        return int(self._reader.rows("SELECT count(*) FROM runs")[0][0]) if self._has_file() else 0

    def run(self, ref: int | str) -> StoredRun:
        """Return one run.

        Parameters
        ----------
        ref : int or str
            A scan number (the newest run with it), a negative number counted from the end (-1 is the run
            that began last), or the beginning of a uid. Text may be any of these.

        Raises
        ------
        RunNotFound
            Names what is near.
        StoreError
            If the store cannot be read.
        """
        text = str(ref).strip()
        if not self._has_file() or not self._reader.rows("SELECT 1 FROM runs LIMIT 1"):
            raise RunNotFound(f"there is no run {text!r}: no run is stored yet in {self._database.path}")
        if _NUMBER.fullmatch(text):
            row = self._by_number(int(text))
            if row is None and not isinstance(ref, int) and len(text) >= _UID_DIGITS:
                row = self._by_uid(text, needed=False)
            if row is None:
                raise self._no_such_number(int(text))
        else:
            row = self._by_uid(text, needed=True)
        return StoredRun(self._reader, row[0], self._summaries([row])[0])

    def documents_after(self, sequence: int, limit: int = 500) -> list[StoredDocument]:
        """Return the documents of all runs that were saved after one, in the order in which they were.

        Only what is on disk is returned: a sink that follows the store never sees a document that a crash
        could take back.

        Parameters
        ----------
        sequence : int
            Number of the last document that is known already; 0 for all of them.
        limit : int, optional
            How many at most.

        Raises
        ------
        StoreError
            If the store cannot be read, or a document in it is damaged.
        """
        if not self._has_file():
            return []
        rows = self._reader.rows(
            "SELECT seq, uid, name, body FROM documents LEFT JOIN runs USING (run) WHERE seq > ?"
            " ORDER BY seq LIMIT ?",
            (sequence, limit),
        )
        return [StoredDocument(seq, uid, name, read_document(seq, body)) for seq, uid, name, body in rows]

    def _has_file(self) -> bool:
        """Return whether there is a store; one that another process is just making has no tables yet."""
        path = self._database.path
        if not self._has_tables and path.exists() and path.stat().st_size > 0:
            version = self._reader.rows("PRAGMA user_version")[0][0]
            self._has_tables = version > 0
            self._started = _STARTED if version >= _STARTED_SINCE_VERSION else "time"
        return self._has_tables and path.exists()

    @property
    def _columns(self) -> str:
        return (
            f"run, scan_id, uid, {self._started}, plan_name, command, num_points, exit_status, reason, profile,"
            " stop_time, writer, touched"
        )

    def _by_number(self, number: int) -> Any:
        if number < 0:
            rows = self._reader.rows(
                f"SELECT {self._columns} FROM runs {_NEWEST_FIRST} LIMIT 1 OFFSET ?", (-number - 1,)
            )
        else:
            rows = self._reader.rows(
                f"SELECT {self._columns} FROM runs WHERE scan_id = ? {_NEWEST_FIRST} LIMIT 1", (number,)
            )
        return rows[0] if rows else None

    def _by_uid(self, prefix: str, *, needed: bool) -> Any:
        """Return the row whose uid begins so; a range, so that the index is used."""
        for text in dict.fromkeys((prefix, prefix.lower())):
            rows = self._reader.rows(
                f"SELECT {self._columns} FROM runs WHERE uid >= ? AND uid < ? ORDER BY uid LIMIT 6",
                (text, text + "\U0010ffff"),
            )
            if len(rows) == 1 or (rows and rows[0][2] == text):
                return rows[0]
            if rows:
                raise RunNotFound(
                    f"several runs have a uid that begins with {prefix!r}",
                    hint=f"Type more of it: {_named(rows[:5])}{' ...' if len(rows) > 5 else ''}.",
                )
        if needed:
            raise self._no_such_uid(prefix)
        return None

    def _no_such_number(self, number: int) -> RunNotFound:
        if number < 0:
            count = self.count()
            return RunNotFound(
                f"there is no run {number}: {count} run{'s are' if count != 1 else ' is'} stored",
                hint=f"-1 is the last run, {-count} the first.",
            )
        below = self._reader.rows(
            "SELECT DISTINCT scan_id FROM runs WHERE scan_id < ? ORDER BY scan_id DESC LIMIT 2", (number,)
        )
        above = self._reader.rows(
            "SELECT DISTINCT scan_id FROM runs WHERE scan_id > ? ORDER BY scan_id LIMIT 2", (number,)
        )
        near = ", ".join(str(scan_id) for (scan_id,) in [*reversed(below), *above])
        hint = f"Nearest: {near}; -1 is the last run." if near else "-1 is the last run."
        return RunNotFound(f"there is no scan {number}", hint=hint)

    def _no_such_uid(self, prefix: str) -> RunNotFound:
        select = f"SELECT {self._columns} FROM runs WHERE uid"
        near = [
            *self._reader.rows(f"{select} < ? ORDER BY uid DESC LIMIT 1", (prefix,)),
            *self._reader.rows(f"{select} > ? ORDER BY uid LIMIT 1", (prefix,)),
        ]
        return RunNotFound(
            f"no run has a uid that begins with {prefix!r}",
            hint=f"Nearest: {_named(near)}. A scan number, or -1 for the last run, is good too.",
        )

    def _among(self, numbers: str, value: str, limit: int | None) -> tuple[str, str]:
        """Return the condition that a run is among those of a query.

        Many of them are not all looked up to be sorted by time: the newest runs are asked one by one whether they
        are among them, which the plus sign tells SQLite, until there are enough.
        """
        is_common = limit is not None and bool(
            self._reader.rows(f"{numbers} LIMIT 1 OFFSET {_MANY}", (value,))
        )
        return f"{'+' if is_common else ''}run IN ({numbers})", value

    def _text_conditions(self, text: str) -> Iterator[tuple[str, str]]:
        words = search_words(text)
        if not words:
            return
        if self._uses_text_index():
            # Quoted, so that nothing in them is FTS5's syntax; the star makes each a prefix.
            query = " ".join(f'"{word}"*' for word in words)
            yield "SELECT rowid FROM runs_text WHERE runs_text MATCH ?", query
            return
        for word in words:
            yield _words_like(f"% {word}%")

    def _uses_text_index(self) -> bool:
        if self._text_search != "auto":
            return self._text_search == "fts5"
        return self._reader.can_run("SELECT rowid FROM runs_text LIMIT 0")

    def _summaries(self, rows: list[Any]) -> list[RunSummary]:
        alive: dict[str, bool | None] = {}
        return [self._summary(row, alive) for row in rows]

    def _summary(self, row: Any, alive: dict[str, bool | None]) -> RunSummary:
        summary = RunSummary(*row[1:10])
        stop_time, writer, touched = row[10:]
        if stop_time is not None:
            return summary
        if writer not in alive:
            alive[writer] = is_alive(writer)
        is_running = alive[writer]
        if is_running is None:
            is_running = self._clock() - touched < _UNSEEN_WRITER_GRACE_S
        reason = RUNNING if is_running else f"{INTERRUPTED} at point {summary.num_points}"
        return replace(summary, reason=reason)


def _words_like(pattern: str) -> tuple[str, str]:
    """Return the query for runs by their words, and its value."""
    return "SELECT run FROM run_words WHERE words LIKE ? ESCAPE '\\'", pattern.replace("_", "\\_")


class _Conditions:
    """Collects the conditions of a query with their values."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.values: list[Any] = []

    def add(self, sql: str, value: Any = ...) -> None:
        """Add a condition; one whose value is None is left out, one without a value has no ``?``."""
        if value is None:
            return
        self._conditions.append(sql)
        if value is not ...:
            self.values.append(value)

    def where(self) -> str:
        """Return the WHERE clause."""
        return "WHERE " + " AND ".join(self._conditions) if self._conditions else ""


def _seconds(moment: float | datetime.datetime | None) -> float | None:
    return moment.timestamp() if isinstance(moment, datetime.datetime) else moment


def _named(rows: list[Any]) -> str:
    """Return uids short enough to read and long enough to type, with their scan numbers."""
    return ", ".join(f"{row[2][:8]} (scan {row[1]})" for row in rows)
