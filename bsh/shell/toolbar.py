"""The profile's toolbar signals, read in the background.

Owns a thread for each of them, so that one that hangs keeps neither the prompt nor the others waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["ToolbarValues"]

PERIOD_S = 1.0
STALE_AFTER_S = 5.0


class ToolbarValues:
    """The last known values of a few signals.

    Parameters
    ----------
    period_s : float
        Seconds between two looks at each.
    """

    def __init__(self, *, period_s: float = PERIOD_S) -> None:
        self._period_s = period_s
        self._stopped = threading.Event()
        self._items: list[_Item] = []

    def start(self, signals: Iterable[tuple[str, Callable[[], Any]]]) -> None:
        """Begin to look at signals.

        Parameters
        ----------
        signals : iterable of (str, callable)
            Name on screen, and what returns the signal or device: it is asked each time, for one that is offline may come.
        """
        self._items = [_Item(name, find) for name, find in signals]
        for item in self._items:
            thread = threading.Thread(
                target=self._follow, args=(item,), name=f"bsh-toolbar-{item.name}", daemon=True
            )
            thread.start()

    def stop(self) -> None:
        """Look no longer."""
        self._stopped.set()

    def texts(self) -> list[str]:
        """Return ``name value unit`` for each signal; a question mark for one that does not answer."""
        return [item.text(time.monotonic()) for item in self._items]

    def _follow(self, item: _Item) -> None:
        while not self._stopped.is_set():
            item.read()
            self._stopped.wait(self._period_s)


class _Item:
    """One signal and what it said last."""

    def __init__(self, name: str, find: Callable[[], Any]) -> None:
        self.name = name
        self._find = find
        self._shown = "?"
        self._read_at = float("-inf")

    def read(self) -> None:
        """Ask the signal; it may take its time."""
        from bsh.commands import position_of, precision_of, units_of
        from bsh.commands.columns import format_value

        try:
            signal = self._find()
            value = position_of(signal)
            units = units_of(signal) or getattr(signal, "units", "") or ""
            text = format_value(value, precision_of(signal) or 2)
        except Exception:  # offline: its value is simply not known
            return
        self._shown = f"{text} {units}".strip()
        self._read_at = time.monotonic()

    def text(self, now: float) -> str:
        """Return name and value."""
        is_fresh = now - self._read_at <= STALE_AFTER_S
        return f"{self.name} {self._shown if is_fresh else '?'}"
