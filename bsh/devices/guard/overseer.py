"""One thread that looks at everything that is guarded and under way."""

from __future__ import annotations

import threading
import time
from typing import Protocol

__all__ = ["LOOK_EVERY_S", "Overseen", "overseer"]

LOOK_EVERY_S = 0.1
"""How often what is under way is looked at, in seconds."""


class Overseen(Protocol):
    """Something under way that can be judged."""

    def look(self, now: float) -> bool:
        """Judge it as it stands at a monotonic time; return whether it is over."""

    def give_up(self, error: Exception) -> None:
        """Fail: it cannot be judged."""


class Overseer:
    """Looks ten times a second, and when it is rung; rests while nothing is under way."""

    def __init__(self) -> None:
        self._under_way: list[Overseen] = []
        self._changed = threading.Condition()
        self._rung = False
        self._thread: threading.Thread | None = None

    def watch(self, overseen: Overseen) -> None:
        """Look at something until it is over.

        Parameters
        ----------
        overseen : Overseen
            What is under way.
        """
        with self._changed:
            self._under_way.append(overseen)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bsh-guard", daemon=True)
                self._thread.start()
            self._changed.notify()

    def ring(self) -> None:
        """Look now."""
        with self._changed:
            self._rung = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._under_way:
                    self._changed.wait()
                if not self._rung:
                    self._changed.wait(LOOK_EVERY_S)
                self._rung = False
                under_way = list(self._under_way)
            now = time.monotonic()
            over = [one for one in under_way if self._is_over(one, now)]
            with self._changed:
                self._under_way = [one for one in self._under_way if one not in over]

    def _is_over(self, overseen: Overseen, now: float) -> bool:
        try:
            return overseen.look(now)
        except Exception as error:  # it cannot be judged: that is a failure, not a success
            overseen.give_up(error)
            return True


overseer = Overseer()
"""The one of this process."""
