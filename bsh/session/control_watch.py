"""Looks who is in control of a profile, and tells this shell's people when that changes.

Owns a thread and the words. Other hosts take control, too, so it is the store that is looked at, once a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from bsh.errors import StoreError

__all__ = ["ControlWatch"]

LOOK_EVERY_S = 1.0


class ControlWatch:
    """Tells of control that is lost, and of control that is free again.

    Parameters
    ----------
    shells : Shells
        Of the session's store.
    tell : callable
        Takes one line, from any thread.
    look_every_s : float, optional
        Seconds.
    """

    def __init__(
        self, shells: Any, tell: Callable[[str], None], *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        self._shells = shells
        self._tell = tell
        self._look_every_s = look_every_s
        self._over = threading.Event()

    def start(self) -> None:
        """Begin to look; what is so already is not told."""
        threading.Thread(target=self._look, name="bsh-control", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._over.set()

    def _look(self) -> None:
        before = self._other_holder(None)
        while not self._over.wait(self._look_every_s):
            other = self._other_holder(before)
            if other is not None and (before is None or other.identity != before.identity):
                self._tell(
                    f"{other} has taken control of this profile: what runs here goes on, nothing new starts"
                )
            elif other is None and before is not None:
                self._tell(f"{before} has left: plans can be run here again")
            before = other

    def _other_holder(self, before: Any) -> Any:
        """Return the shell that is in control, if that is not this one; as before where the store cannot be read."""
        try:
            holder = self._shells.holder()
            return None if holder is None or self._shells.has_control() else holder
        except StoreError:  # people hear of that from whatever needs the store
            return before
