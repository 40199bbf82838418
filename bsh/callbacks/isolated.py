"""Callbacks that only show something: on a thread of their own, so that the plan never waits for them.

Owns the queue between the engine's thread and the callback, and what becomes of a callback that fails or hangs: one
warning, and it is off for the rest of the run.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeAlias, overload

from bsh.protocols import Document

__all__ = ["DisplayCallback", "display_callback"]

logger = logging.getLogger("bsh.callbacks")

PATIENCE_S = 10.0
"""A callback that has not returned from one document after this long is left alone."""

MOST_WAITING = 100_000
"""Documents that wait for a slow callback; with more it is left alone."""

Callback: TypeAlias = Callable[[str, Document], Any]


@overload
def display_callback(func: Callback, *, patience_s: float = ...) -> DisplayCallback: ...
@overload
def display_callback(
    func: None = ..., *, patience_s: float = ...
) -> Callable[[Callback], DisplayCallback]: ...
def display_callback(func: Callback | None = None, *, patience_s: float = PATIENCE_S) -> Any:
    """Declare that a callback only shows something: it may be slow, fail or hang, and no scan suffers.

    Parameters
    ----------
    func : callable, optional
        Takes name and document; without it a decorator is returned.
    patience_s : float, optional
        Seconds that it may take for one document before it counts as hanging.

    Examples
    --------
    >>> seen = []
    >>> @display_callback
    ... def show(name, doc):
    ...     seen.append((name, doc["uid"]))
    >>> show("start", {"uid": "a"})
    >>> show.wait(timeout_s=5)
    True
    >>> seen
    [('start', 'a')]
    """
    if func is None:
        return functools.partial(DisplayCallback, patience_s=patience_s)
    return DisplayCallback(func, patience_s=patience_s)


class DisplayCallback:
    """Hand documents to a callback on a thread of its own, in order.

    It is never called on the thread that hands the documents over. After an error, or when it hangs, it gets no more
    documents until the next run starts.

    Parameters
    ----------
    func : callable
        Takes name and document.
    patience_s : float, optional
        Seconds that it may take for one document before it counts as hanging.
    monotonic : callable, optional
        Returns seconds.
    """

    def __init__(
        self,
        func: Callback,
        *,
        patience_s: float = PATIENCE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        functools.update_wrapper(self, func)
        self._func = func
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._worker: _Worker | None = None

    def __call__(self, name: str, doc: Document) -> None:
        """Take a document; only appends a reference to a queue."""
        worker = self._worker
        if worker is None or (name == "start" and worker.is_off):
            worker = self._worker = _Worker(self._func, self._monotonic)
            weakref.finalize(self, worker.queue.put, None)
        if worker.is_off:
            return
        since = worker.busy_since
        if since is not None and self._monotonic() - since > self._patience_s:
            worker.leave(f"has not returned for {self._patience_s:g} s")
        elif worker.queue.qsize() >= MOST_WAITING:
            worker.leave(f"is {MOST_WAITING} documents behind")
        else:
            worker.queue.put((name, doc))

    def wait(self, timeout_s: float) -> bool:
        """Wait until it has seen all documents so far; tell whether it has.

        Parameters
        ----------
        timeout_s : float
            How long to wait at most.
        """
        worker = self._worker
        if worker is None or worker.is_off:
            return False
        reached = threading.Event()
        worker.queue.put(reached)
        return reached.wait(timeout_s)


class _Worker:
    """The thread of one callback, until it fails."""

    def __init__(self, func: Callback, monotonic: Callable[[], float]) -> None:
        self.queue: SimpleQueue[tuple[str, Document] | threading.Event | None] = SimpleQueue()
        self.is_off = False
        self.busy_since: float | None = None
        self._name = getattr(func, "__qualname__", None) or type(func).__name__
        self._monotonic = monotonic
        threading.Thread(target=self._run, args=(func,), name="bsh-display-callback", daemon=True).start()

    def leave(self, why: str, *, error: Exception | None = None) -> None:
        """Hand over nothing more; say so once."""
        self.is_off = True
        logger.warning(
            "The callback %s %s and is off for the rest of this run", self._name, why, exc_info=error
        )

    def _run(self, func: Callback) -> None:
        while (item := self.queue.get()) is not None and not self.is_off:
            if isinstance(item, threading.Event):
                item.set()
                continue
            self.busy_since = self._monotonic()
            try:
                func(*item)
            except Exception as error:
                if not self.is_off:
                    self.leave("failed", error=error)
                return
            finally:
                self.busy_since = None
