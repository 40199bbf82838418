"""A callback in a thread of its own, behind a bounded queue."""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from bsh.protocols import Document

__all__ = ["BufferingWrapper"]

logger = logging.getLogger("bsh.callbacks")


class BufferingWrapper:
    """Call a callback in a thread of its own, so that it can neither slow nor break a plan.

    Errors of the callback are logged. Documents that find the queue full are lost, which is logged and
    counted: such a callback must not be the only one that keeps the data.

    Parameters
    ----------
    target : callable
        Called with ``(name, doc)``, from one thread, in order.
    queue_size : int, optional
        Documents that may wait.

    Attributes
    ----------
    lost : int
        Documents that found the queue full.

    Examples
    --------
    >>> names = []
    >>> wrapper = BufferingWrapper(lambda name, doc: names.append(name))
    >>> wrapper("start", {"uid": "a"})
    >>> wrapper.shutdown()
    >>> names
    ['start']
    """

    def __init__(self, target: Callable[[str, Document], Any], queue_size: int = 1_000_000) -> None:
        if not callable(target):
            raise TypeError(f"target must be callable with (name, doc), not {target!r}")
        if queue_size < 1:
            raise ValueError(f"queue_size must be 1 or more, not {queue_size}")
        self.target = target
        self.lost = 0
        self._queue: deque[tuple[str, Document]] = deque()
        self._queue_size = queue_size
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="bsh-buffered-callback", daemon=True)
        self._thread.start()
        atexit.register(self.shutdown)

    def __call__(self, name: str, doc: Document) -> None:
        """Put one document into the queue; returns at once.

        Parameters
        ----------
        name : str
            Kind of the document.
        doc : dict
            The document; it must not be changed afterwards.

        Raises
        ------
        RuntimeError
            After :meth:`shutdown`.
        """
        with self._changed:
            if self._is_closed:
                raise RuntimeError("This BufferingWrapper was shut down; it takes no more documents.")
            if len(self._queue) < self._queue_size:
                self._queue.append((name, doc))
                self._changed.notify()
                return
            self.lost += 1
        if self.lost == 1:
            logger.error(
                "%r is too slow: %d documents wait for it, and from now on some are lost.",
                self.target,
                self._queue_size,
            )

    def shutdown(self, wait: bool = True) -> None:
        """Take no more documents; those that wait are still handed on.

        Parameters
        ----------
        wait : bool, optional
            Return when they have been.
        """
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        atexit.unregister(self.shutdown)
        if wait and threading.current_thread() is not self._thread:
            self._thread.join()

    def _work(self) -> None:
        while (document := self._next()) is not None:
            try:
                self.target(*document)
            except Exception:
                logger.exception("%r failed on a %s document.", self.target, document[0])

    def _next(self) -> tuple[str, Document] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._is_closed)
            return self._queue.popleft() if self._queue else None
