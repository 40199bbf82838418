"""What is known of devices from one session to the next: where bsh left them, their settings, their soft limits.

Owns the file, ``axes.db`` in the profile's folder, which several shells may use at the same time. What the entries mean
is the business of those who write them. The file can be deleted: what is in it was only remembered.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bsh.store.filesystem import filesystem_type, journal_mode

__all__ = ["KnownAxes", "Place"]

FILE = "axes.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS places (
    name TEXT PRIMARY KEY, position REAL NOT NULL, time REAL NOT NULL, moving INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS limits (name TEXT PRIMARY KEY, low REAL NOT NULL, high REAL NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, facts TEXT NOT NULL);
"""


class Place(NamedTuple):
    """Where an axis was when bsh last knew: position in its own units, seconds since the epoch."""

    position: float
    time: float


class KnownAxes:
    """The file; a file that cannot be used is as good as an empty one.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    clock : callable, optional
        Seconds since the epoch.

    Attributes
    ----------
    problem : str
        Why nothing can be remembered; empty where all is well.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._file = Path(folder) / FILE
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()
        self.problem = ""

    # -- places ------------------------------------------------------------------------------------

    def places(self) -> dict[str, Place]:
        """Return where axes were left; one that may be anywhere, since it was moving, is left out."""
        rows = self._rows("SELECT name, position, time FROM places WHERE moving = 0")
        return {name: Place(position, when) for name, position, when in rows}

    def note_places(self, positions: Mapping[str, float]) -> None:
        """Remember where axes are.

        Parameters
        ----------
        positions : mapping of str to float
            In the axes' own units.
        """
        now = self._clock()
        self._write(
            "INSERT OR REPLACE INTO places (name, position, time) VALUES (?, ?, ?)",
            [(name, position, now) for name, position in positions.items()],
        )

    def note_moving(self, names: Iterable[str]) -> None:
        """Remember that axes are about to move: should the process end now, they may be anywhere.

        Parameters
        ----------
        names : iterable of str
            The axes.
        """
        self._write("UPDATE places SET moving = 1 WHERE name = ?", [(name,) for name in names])

    # -- soft limits -------------------------------------------------------------------------------

    def soft_limits(self) -> dict[str, tuple[float, float]]:
        """Return the soft limits that were set, by axis."""
        rows = self._rows("SELECT name, low, high FROM limits")
        return {name: (low, high) for name, low, high in rows}

    def note_soft_limits(self, name: str, limits: tuple[float, float] | None) -> None:
        """Remember soft limits, or that there are none.

        Parameters
        ----------
        name : str
            The axis.
        limits : (float, float) or None
            In its own units.
        """
        if limits is None:
            self._write("DELETE FROM limits WHERE name = ?", [(name,)])
        else:
            self._write("INSERT OR REPLACE INTO limits VALUES (?, ?, ?)", [(name, *limits)])

    # -- facts -------------------------------------------------------------------------------------

    def facts(self) -> dict[str, dict[str, Any]]:
        """Return what is known of devices: units, limits, velocity, precision, value."""
        return {name: json.loads(facts) for name, facts in self._rows("SELECT name, facts FROM facts")}

    def facts_and_places(self) -> dict[str, dict[str, Any]]:
        """Return what is known of devices; the value of an axis is where it was left."""
        facts = self.facts()
        for name, place in self.places().items():
            facts.setdefault(name, {})["value"] = place.position
        return facts

    def note_facts(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Remember what devices are like.

        Parameters
        ----------
        facts : mapping of str to mapping
            By name; values that JSON can carry.
        """
        self._write(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)",
            [(name, json.dumps(dict(known))) for name, known in facts.items()],
        )

    # -- the file ----------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        with self._lock:
            if self._connection is None and not self._file.exists():
                return rows
            with self._told():
                rows += self._opened().execute(statement)
        return rows

    def _write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        with self._lock, self._told(), self._opened() as connection:
            connection.executemany(statement, rows)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self.problem = f"{self._file} cannot be used: {error}"

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=2.0, check_same_thread=False)
            connection.execute(f"PRAGMA journal_mode = {journal_mode(filesystem_type(self._file.parent))}")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_TABLES)
            self._connection = connection
        return self._connection
