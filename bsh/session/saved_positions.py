"""Positions that people gave a name, kept in the profile's folder.

Owns the file. Going there is the business of a command.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bsh.errors import CommandError, StoreError

__all__ = ["SavedPositions"]

FILE = "positions.json"


class SavedPositions:
    """Named positions of several axes.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._read_at = -1
        self._known: dict[str, dict[str, Any]] = {}

    def all(self) -> Mapping[str, Mapping[str, Any]]:
        """Return for each name ``axes`` (positions by axis) and ``time`` (seconds since the epoch)."""
        try:
            changed = self._file.stat().st_mtime_ns
        except OSError:
            return {}
        if changed != self._read_at:
            try:
                found = json.loads(self._file.read_text(encoding="utf-8"))
                self._known = {
                    str(name): {"axes": dict(one["axes"]), "time": one["time"]} for name, one in found.items()
                }
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise StoreError(f"the saved positions in {self._file} cannot be read: {error}") from error
            self._read_at = changed
        return self._known

    def of(self, name: str) -> Mapping[str, float]:
        """Return the positions by axis.

        Parameters
        ----------
        name : str
            As saved.

        Raises
        ------
        CommandError
            Nothing was saved under that name.
        """
        known = self.all()
        if name not in known:
            names = ", ".join(known) or "none yet: pos save NAME"
            raise CommandError(f"pos: nothing is saved as {name}", hint=f"saved: {names}")
        found: Mapping[str, float] = known[name]["axes"]
        return found

    def save(self, name: str, axes: Mapping[str, float]) -> bool:
        """Save positions; return whether there were others of that name.

        Parameters
        ----------
        name : str
            For people.
        axes : mapping of str to float
            In each axis's own units.
        """
        known = dict(self.all())
        is_new = name not in known
        self._write({**known, name: {"axes": dict(axes), "time": time.time()}})
        return not is_new

    def remove(self, name: str) -> None:
        """Forget positions.

        Parameters
        ----------
        name : str
            As saved.
        """
        self.of(name)
        self._write({key: value for key, value in self.all().items() if key != name})

    def presets(self, axis: str) -> dict[str, float]:
        """Return for each name where an axis was; what cannot be read is left out.

        Parameters
        ----------
        axis : str
            Its name.
        """
        try:
            known = self.all()
        except StoreError:
            return {}
        return {name: one["axes"][axis] for name, one in known.items() if axis in one["axes"]}

    def _write(self, known: Mapping[str, Any]) -> None:
        beside = self._file.with_suffix(f".{os.getpid()}.tmp")
        try:
            beside.write_text(json.dumps(known, indent=1), encoding="utf-8")
            beside.replace(self._file)
        except OSError as error:
            raise StoreError(f"the saved positions in {self._file} cannot be written: {error}") from error
        self._read_at = -1
