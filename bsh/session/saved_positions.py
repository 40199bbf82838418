"""Positions that people gave a name, kept in the profile's folder.

Owns the file. Going there is the business of a command.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bsh.errors import CommandError, StoreError

from .shared_json import SharedJson

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
        self._kept = SharedJson(folder / FILE, "saved positions")

    def all(self) -> Mapping[str, Mapping[str, Any]]:
        """Return for each name ``axes`` (positions by axis) and ``time`` (seconds since the epoch)."""
        known = self._kept.read() or {}
        try:
            return {
                str(name): {"axes": dict(one["axes"]), "time": one["time"]} for name, one in known.items()
            }
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise self._kept.damaged(error) from error

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
        self._kept.write({**known, name: {"axes": dict(axes), "time": time.time()}})
        return not is_new

    def remove(self, name: str) -> None:
        """Forget positions.

        Parameters
        ----------
        name : str
            As saved.
        """
        self.of(name)
        self._kept.write({key: value for key, value in self.all().items() if key != name})

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
