"""Which devices are still waited for, while people look at the prompt."""

from __future__ import annotations

import threading
from collections.abc import Iterable

__all__ = ["CONNECT_TIMEOUT_S", "ConnectProgress"]

CONNECT_TIMEOUT_S = 3.0
"""How long all devices together may take to answer at the start, in seconds."""

MOST_NAMED = 4


class ConnectProgress:
    """A checklist of devices that have to answer; from any thread."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        self._total = 0
        self._lock = threading.Lock()

    def begin(self, names: Iterable[str]) -> None:
        """Note who has to answer.

        Parameters
        ----------
        names : iterable of str
            The devices.
        """
        with self._lock:
            self._waiting.update(dict.fromkeys(names))
            self._total = len(self._waiting)

    def answered(self, name: str) -> None:
        """Note that a device has answered, or never will."""
        with self._lock:
            self._waiting.pop(name, None)

    def text(self) -> str:
        """Return ``connecting 40/42: samx samy``; empty where nobody is waited for."""
        with self._lock:
            waiting, total = list(self._waiting), self._total
        if not waiting:
            return ""
        more = f" +{len(waiting) - MOST_NAMED}" if len(waiting) > MOST_NAMED else ""
        return f"connecting {total - len(waiting)}/{total}: {' '.join(waiting[:MOST_NAMED])}{more}"
