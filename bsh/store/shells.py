"""Which shells have a profile open, and which of them is in control.

Owns the table of shells: who opened one, where and since when. A shell whose process is gone counts no more,
whatever the table says; one that cannot be seen from here, on another host, does.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from bsh.errors import ControlError
from bsh.store.process import is_alive, this_process
from bsh.store.reader import Reader
from bsh.store.writer import Writer

__all__ = ["OpenShell", "Shells"]

_TIMEOUT_S = 10.0
_UNSEEN_IS_GONE_AFTER_S = 7 * 86400.0
"""A shell on a host that cannot be seen from here is no longer told of after this time."""


@dataclass(frozen=True)
class OpenShell:
    """A shell that has the profile open.

    Parameters
    ----------
    identity : str
        Its process, see :mod:`bsh.store.process`.
    user : str
        Who opened it.
    terminal : str
        Where it shows itself, such as ``/dev/pts/3``; empty without a terminal.
    since : float
        When it was opened, seconds since the epoch.
    has_control : bool
        Whether it is the one that may run plans, where only one may.
    """

    identity: str
    user: str
    terminal: str
    since: float
    has_control: bool

    @property
    def host(self) -> str:
        """The host that it runs on."""
        return self.identity.split("|")[0]

    @property
    def pid(self) -> int:
        """Its process id on that host."""
        return int(self.identity.split("|")[3])

    def __str__(self) -> str:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.since))
        where = f"pid {self.pid}" + (f", {self.terminal}" if self.terminal else "")
        return f"{self.user} on {self.host} ({where}) since {when}"


class Shells:
    """The shells of one store, seen from one of them.

    Parameters
    ----------
    reader : Reader
        Reads the store.
    writer : Writer
        Writes it.
    identity : str, optional
        Of this process.
    clock : callable, optional
        Seconds since the epoch.
    """

    def __init__(
        self,
        reader: Reader,
        writer: Writer,
        *,
        identity: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._identity = identity or this_process()
        self._clock = clock
        self._is_entered = False

    def others(self) -> list[OpenShell]:
        """Return the other shells that are open, the oldest first."""
        return [shell for shell in self._open() if shell.identity != self._identity]

    def holder(self) -> OpenShell | None:
        """Return the shell that is in control; None if there is none, or it is gone."""
        return next((shell for shell in self._open() if shell.has_control), None)

    def enter(self) -> Future[None]:
        """Note that this shell is open; the future is done when that is on disk."""
        self._is_entered = True
        return self._writer.submit(self._enter, changes_state=False)

    def take_control(self, *, by_force: bool = False) -> OpenShell | None:
        """Become the one shell that may run plans; return the one that was before, if it is open.

        Parameters
        ----------
        by_force : bool, optional
            Whether to take it from a shell that is open.

        Raises
        ------
        ControlError
            Another shell is in control.
        StoreError
            The store cannot be written.
        """
        self._is_entered = True
        before: OpenShell | None = self._writer.submit(
            lambda connection: self._take(connection, by_force=by_force), changes_state=False
        ).result(_TIMEOUT_S)
        return before

    def has_control(self) -> bool:
        """Return whether this shell is the one in control."""
        rows = self._reader.rows("SELECT 1 FROM shells WHERE identity = ? AND control", (self._identity,))
        return bool(rows)

    def leave(self) -> None:
        """Note that this shell is closing; written with what else is."""
        if self._is_entered:
            self._is_entered = False
            self._writer.submit_later(self._leave)

    def _open(self) -> list[OpenShell]:
        return self._living(self._reader.rows(_SELECT))

    def _living(self, rows: list[Any]) -> list[OpenShell]:
        found = []
        for identity, user, terminal, since, control in rows:
            shell = OpenShell(identity, user, terminal, since, bool(control))
            alive = is_alive(shell.identity)
            is_recent = self._clock() - shell.since < _UNSEEN_IS_GONE_AFTER_S
            if alive or (alive is None and (is_recent or shell.has_control)):
                found.append(shell)
        return found

    def _enter(self, connection: sqlite3.Connection) -> None:
        gone = [
            (identity,)
            for (identity,) in connection.execute("SELECT identity FROM shells").fetchall()
            if is_alive(identity) is False
        ]
        connection.executemany("DELETE FROM shells WHERE identity = ?", gone)
        connection.execute(
            "INSERT OR IGNORE INTO shells (identity, user, terminal, since, control) VALUES (?, ?, ?, ?, 0)",
            (self._identity, _user(), _terminal(), self._clock()),
        )

    def _take(self, connection: sqlite3.Connection, *, by_force: bool) -> OpenShell | None:
        self._enter(connection)
        living = self._living(connection.execute(_SELECT).fetchall())
        before = next((shell for shell in living if shell.has_control), None)
        if before is not None and before.identity == self._identity:
            return None
        if before is not None and not by_force:
            raise ControlError(f"another shell is in control: {before}")
        connection.execute("UPDATE shells SET control = identity = ?", (self._identity,))
        return before

    def _leave(self, connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM shells WHERE identity = ?", (self._identity,))


_SELECT = "SELECT identity, user, terminal, since, control FROM shells ORDER BY since"


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return str(os.getuid())


def _terminal() -> str:
    for stream in (sys.__stdin__, sys.__stdout__):
        try:
            if stream is not None and stream.isatty():
                return os.ttyname(stream.fileno())
        except (OSError, ValueError):
            continue
    return ""
