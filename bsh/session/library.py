"""``scans`` at the prompt: old runs by number, and the command of that name."""

from __future__ import annotations

from typing import Any

from bsh.commands import Command, CommandRunner

__all__ = ["ScanLibrary", "ScanRunner"]


class ScanLibrary:
    """Old runs: ``scans[-1]`` is the last one, ``scans[142]`` the one with that number.

    Parameters
    ----------
    store : RunStore
        Where they are.
    """

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getitem__(self, ref: int | str) -> Any:
        """Return a stored run by scan number, uid (or its beginning), or place from the end."""
        return self._store.run(ref)

    def __repr__(self) -> str:
        return "scans[-1] is the last scan, scans[142] the one with that number"


class ScanRunner(CommandRunner):
    """The command ``scans``, which also hands out old runs by number.

    Parameters
    ----------
    command : Command
        The command that lists scans.
    session : Session
        What it acts on.
    """

    def __init__(self, command: Command, session: Any) -> None:
        super().__init__(command, session)
        self._library = ScanLibrary(session.store)

    def __getitem__(self, ref: int | str) -> Any:
        """Return a stored run by scan number, uid (or its beginning), or place from the end."""
        return self._library[ref]
