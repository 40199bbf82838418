"""What the main thread does while a plan runs, when nobody gives it anything better to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from bsh.engine.notices import Notice
from bsh.engine.questions import Question

__all__ = ["BlockingEvent", "DefaultDuringTask", "DuringTask"]

LOOK_S = 0.2
"""How long to wait before looking up, in seconds.

A signal that comes just before a wait begins is handled only when the wait ends: no wait may be endless.
"""


class BlockingEvent(Protocol):
    """What the caller of a plan waits for; a ``threading.Event`` that nobody but the engine sets would do."""

    def is_set(self) -> bool:
        """Whether the caller may go on."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it may, or for a time in seconds; return whether it may."""
        ...


class DuringTask:
    """Waits until the engine lets the caller go on. Subclasses do useful things meanwhile."""

    def block(self, blocking_event: BlockingEvent) -> None:
        """Return when ``blocking_event`` is set.

        Parameters
        ----------
        blocking_event : BlockingEvent
            Set by the engine when the plan is done or paused.
        """
        while not blocking_event.wait(LOOK_S):
            pass


class DefaultDuringTask(DuringTask):
    """Prints notices and asks questions on the main thread.

    Parameters
    ----------
    write : callable, optional
        Takes one line; ``print`` by default.
    read : callable, optional
        Takes a prompt, returns a line; ``input`` by default.
    """

    def __init__(self, write: Callable[[str], Any] = print, read: Callable[[str], str] = input) -> None:
        self._items: SimpleQueue[Notice | Question | None] = SimpleQueue()
        self._write = write
        self._read = read

    def notify(self, notice: Notice) -> None:
        """Take a notice, from any thread or a signal handler."""
        self._items.put(notice)

    def ask(self, prompt: str) -> Future[str]:
        """Have a question asked on the main thread; the future gets the answer."""
        question = Question(prompt)
        self._items.put(question)
        return question.answer

    def wake(self) -> None:
        """Let :meth:`block` look at its event; the engine calls this after setting it."""
        self._items.put(None)

    def block(self, blocking_event: BlockingEvent) -> None:
        """Print and ask until ``blocking_event`` is set."""
        while not blocking_event.is_set():
            try:
                self._serve(self._items.get(timeout=LOOK_S))
            except Empty:
                continue
        while not self._items.empty():
            self._serve(self._items.get())

    def _serve(self, item: Notice | Question | None) -> None:
        if isinstance(item, Notice):
            self._write(item.text)
        elif isinstance(item, Question):
            hand_over = item.ask(self._read, lambda: self._write(""))
            if hand_over is not None:
                hand_over()
