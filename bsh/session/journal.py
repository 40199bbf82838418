"""What people did: moves, redefined positions, limits, comments; kept in the profile's folder.

Owns the file and its tables. One typed line is one step, whatever it moved; a step can be marked as undone. What a
change means for a device is not its business.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from bsh.errors import StoreError
from bsh.store.filesystem import filesystem_type, journal_mode

__all__ = ["Change", "ChangeKind", "Journal", "Note", "Step"]

ChangeKind: TypeAlias = Literal["move", "set", "limits"]

FILE = "journal.db"
MOST_LOOKED_AT = 200
"""So many of the last changes are looked at for the last places of an axis."""

_NOTE = "time, text, scan_id, run"
_TABLES = """
CREATE TABLE IF NOT EXISTS steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, line TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'done', undone_at REAL);
CREATE TABLE IF NOT EXISTS changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, step INTEGER NOT NULL REFERENCES steps(id), kind TEXT NOT NULL,
    name TEXT NOT NULL, before TEXT NOT NULL, after TEXT);
CREATE INDEX IF NOT EXISTS changes_of_step ON changes (step);
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, text TEXT NOT NULL, scan_id INTEGER, run TEXT);
"""


@dataclass(frozen=True)
class Change:
    """What one axis went through.

    Parameters
    ----------
    kind : {"move", "set", "limits"}
        It was moved, its position got another name, or its limits were changed.
    name : str
        The axis.
    before, after : object
        Positions in the axis's own units, or pairs of limits; `after` is None for a move that was cut off with its
        process.
    """

    kind: ChangeKind
    name: str
    before: Any
    after: Any = None


@dataclass(frozen=True)
class Step:
    """What one typed line did.

    Parameters
    ----------
    number : int
        Its number in the journal.
    time : float
        When it began, seconds since the epoch.
    line : str
        As typed.
    changes : tuple of Change
        In order.
    undone : bool
        Whether it was taken back.
    """

    number: int
    time: float
    line: str
    changes: tuple[Change, ...]
    undone: bool = False


@dataclass(frozen=True)
class Note:
    """A comment.

    Parameters
    ----------
    time : float
        Seconds since the epoch.
    text : str
        As typed.
    scan_id : int or None
        The last scan before it.
    run : str or None
        The uid of that scan.
    """

    time: float
    text: str
    scan_id: int | None = None
    run: str | None = None


class Journal:
    """The journal of a profile; the file is made when there is something to write.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    clock : callable, optional
        Seconds since the epoch.

    Examples
    --------
    >>> journal = Journal(folder)  # doctest: +SKIP
    >>> journal.begin("mv th 1")  # doctest: +SKIP
    >>> journal.record([Change("move", "th", 0.0, 1.0)])  # doctest: +SKIP
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._file = Path(folder) / FILE
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()
        self._line: str | None = None
        self._step: int | None = None
        self._silent = 0
        self.on_note: Callable[[Note], object] = lambda note: None
        """Hears of each comment."""

    # -- writing -----------------------------------------------------------------------------------

    def begin(self, line: str) -> None:
        """Make what follows one step.

        Parameters
        ----------
        line : str
            As typed.
        """
        self._line, self._step = line.strip(), None

    @property
    def typed(self) -> str:
        """The line that is carried out now, as typed; empty in between."""
        return self._line or ""

    @contextmanager
    def line(self, line: str) -> Iterator[None]:
        """Make what is done meanwhile one step, unless it is part of one already.

        Parameters
        ----------
        line : str
            As typed.
        """
        if self._line is not None:
            yield
            return
        self.begin(line)
        try:
            yield
        finally:
            self._line = self._step = None

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Record nothing meanwhile: what is done now takes back, or repeats, what is recorded."""
        self._silent += 1
        try:
            yield
        finally:
            self._silent -= 1

    def record(self, changes: Iterable[Change], line: str = "") -> list[int]:
        """Add changes to the step under way, or make one of their own where no line was begun.

        Parameters
        ----------
        changes : iterable of Change
            In order.
        line : str
            What the step is called where no line was begun.

        Returns
        -------
        list of int
            A number for each change, for :meth:`finish`.

        Raises
        ------
        StoreError
            The file cannot be written.
        """
        changes = list(changes)
        if self._silent or not changes:
            return []
        with self._transaction() as connection:
            step = self._step if self._line is not None else None
            if step is None:
                # what was undone before cannot be done again: the axes are elsewhere now
                connection.execute("UPDATE steps SET state = 'gone' WHERE state = 'undone'")
                cursor = connection.execute(
                    "INSERT INTO steps (time, line) VALUES (?, ?)", (self._clock(), self._line or line)
                )
                step = cursor.lastrowid
            numbers = [
                connection.execute(
                    "INSERT INTO changes (step, kind, name, before, after) VALUES (?, ?, ?, ?, ?)",
                    (step, change.kind, change.name, json.dumps(change.before), _text(change.after)),
                ).lastrowid
                for change in changes
            ]
        self._step = step
        return [number for number in numbers if number is not None]

    def finish(self, ends: Iterable[tuple[int, Any]]) -> None:
        """Fill in where axes ended; one that is where it was is taken out.

        Parameters
        ----------
        ends : iterable of (int, object)
            What :meth:`record` returned, and the position afterwards, None to take the change out.
        """
        with self._transaction() as connection:
            ended = list(ends)
            steps = {
                step
                for number, _ in ended
                for (step,) in connection.execute("SELECT step FROM changes WHERE id = ?", (number,))
            }
            for number, after in ended:
                if after is None:
                    connection.execute("DELETE FROM changes WHERE id = ?", (number,))
                else:
                    connection.execute(
                        "UPDATE changes SET after = ? WHERE id = ?", (json.dumps(after), number)
                    )
            empty = [
                step
                for step in steps
                if connection.execute("SELECT 1 FROM changes WHERE step = ?", (step,)).fetchone() is None
            ]
            connection.executemany("DELETE FROM steps WHERE id = ?", [(step,) for step in empty])
        if self._step in empty:
            self._step = None

    def mark(self, step: Step, *, undone: bool) -> None:
        """Say that a step was taken back, or done again.

        Parameters
        ----------
        step : Step
            Which.
        undone : bool
            Whether it is undone now.
        """
        state, when = ("undone", self._clock()) if undone else ("done", None)
        with self._transaction() as connection:
            connection.execute(
                "UPDATE steps SET state = ?, undone_at = ? WHERE id = ?", (state, when, step.number)
            )

    def note(self, text: str, scan_id: int | None = None, run: str | None = None) -> Note:
        """Keep a comment; return it.

        Parameters
        ----------
        text : str
            As typed.
        scan_id : int, optional
            The last scan.
        run : str, optional
            The uid of that scan.
        """
        note = Note(self._clock(), text, scan_id, run)
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO notes (time, text, scan_id, run) VALUES (?, ?, ?, ?)",
                (note.time, text, scan_id, run),
            )
        self.on_note(note)
        return note

    # -- reading -----------------------------------------------------------------------------------

    def steps(self, limit: int | None = None) -> list[Step]:
        """Return the steps, newest first; those that were undone and can be done again included.

        Parameters
        ----------
        limit : int, optional
            The most that are wanted.
        """
        return self._steps("state != 'gone' ORDER BY id DESC", limit)

    def to_undo(self, count: int) -> list[Step]:
        """Return the last steps that stand, newest first.

        Parameters
        ----------
        count : int
            How many at most.
        """
        return self._steps("state = 'done' ORDER BY id DESC", count)

    def to_redo(self, count: int) -> list[Step]:
        """Return the steps that were undone last, in the order in which they were done.

        Parameters
        ----------
        count : int
            How many at most.
        """
        return self._steps("state = 'undone' ORDER BY id", count)

    def last_places(self, axis: str, count: int = 2) -> list[Any]:
        """Return where an axis was before its last moves, the latest first; of the last lines only, so that it is quick.

        Parameters
        ----------
        axis : str
            Its name.
        count : int, optional
            How many places at most.
        """
        try:
            rows = self._rows(
                f"SELECT before FROM (SELECT * FROM changes ORDER BY id DESC LIMIT {MOST_LOOKED_AT}) "
                "WHERE kind = 'move' AND name = ?",
                (axis,),
            )
        except StoreError:
            return []
        return list(dict.fromkeys(json.loads(before) for (before,) in rows))[:count]

    def notes(self, limit: int | None = None) -> list[Note]:
        """Return the comments, newest first.

        Parameters
        ----------
        limit : int, optional
            The most that are wanted.
        """
        rows = self._rows(f"SELECT {_NOTE} FROM notes ORDER BY id DESC LIMIT ?", (_limit(limit),))
        return [Note(*row) for row in rows]

    def notes_of(self, run: str) -> list[Note]:
        """Return the comments on a scan, newest first: those written before the next one.

        Parameters
        ----------
        run : str
            Its uid; a number can be that of several scans.
        """
        rows = self._rows(f"SELECT {_NOTE} FROM notes WHERE run = ? ORDER BY id DESC", (run,))
        return [Note(*row) for row in rows]

    def _steps(self, condition: str, limit: int | None) -> list[Step]:
        rows = self._rows(
            f"SELECT id, time, line, state FROM steps WHERE {condition} LIMIT ?", (_limit(limit),)
        )
        return [
            Step(number, when, line, tuple(self._changes(number)), state == "undone")
            for number, when, line, state in rows
        ]

    def _changes(self, step: int) -> Iterator[Change]:
        rows = self._rows("SELECT kind, name, before, after FROM changes WHERE step = ? ORDER BY id", (step,))
        for kind, name, before, after in rows:
            yield Change(kind, name, json.loads(before), None if after is None else json.loads(after))

    def _rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._connection is None and not self._file.exists():
            return []
        with self._lock, _told(self._file):
            return self._opened().execute(statement, values).fetchall()

    # -- the file ----------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _told(self._file):
            connection = self._opened()
            with connection:
                yield connection

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None and not _is_writable(self._file):  # an archive: it can be read
            address = f"file:{quote(str(self._file))}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        elif self._connection is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=5.0, check_same_thread=False)
            connection.execute(f"PRAGMA journal_mode = {journal_mode(filesystem_type(self._file.parent))}")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_TABLES)
            if "run" not in {row[1] for row in connection.execute("PRAGMA table_info(notes)")}:
                connection.execute("ALTER TABLE notes ADD COLUMN run TEXT")  # of an earlier version
            self._connection = connection
        return self._connection


def _is_writable(file: Path) -> bool:
    """Return whether a file can be written, or made where it is missing; its folder may be missing, too."""
    return not file.exists() or (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def _limit(limit: int | None) -> int:
    return -1 if limit is None else limit


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the journal of moves {file} cannot be used: {error}") from error
