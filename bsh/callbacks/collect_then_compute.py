"""Callbacks that compute once a run has ended."""

from __future__ import annotations

from collections import deque

from bsh.callbacks.callback_base import CallbackBase
from bsh.protocols import Document

__all__ = ["CollectThenCompute"]


class CollectThenCompute(CallbackBase):
    """Keep the documents of a run; ``compute`` is called at its end. Subclasses define ``compute``.

    Examples
    --------
    >>> class Total(CollectThenCompute):
    ...     def compute(self):
    ...         print(sum(event["data"]["det"] for event in self._events))
    >>> total = Total()
    >>> _ = total("start", {"uid": "a"})
    >>> for counts in (3, 4):
    ...     _ = total("event", {"data": {"det": counts}})
    >>> _ = total("stop", {"run_start": "a"})
    7
    """

    def __init__(self) -> None:
        super().__init__()
        self._start_doc: Document | None = None
        self._stop_doc: Document | None = None
        self._events: deque[Document] = deque()
        self._descriptors: deque[Document] = deque()

    def start(self, doc: Document) -> None:
        """Forget the run before and keep this one's start."""
        self.reset()
        self._start_doc = doc
        super().start(doc)

    def descriptor(self, doc: Document) -> None:
        """Keep a descriptor."""
        self._descriptors.append(doc)
        super().descriptor(doc)

    def event(self, doc: Document) -> None:
        """Keep an event."""
        self._events.append(doc)

    def stop(self, doc: Document) -> None:
        """Keep the stop and compute."""
        self._stop_doc = doc
        self.compute()

    def reset(self) -> None:
        """Forget all documents."""
        self._start_doc = None
        self._stop_doc = None
        self._events.clear()
        self._descriptors.clear()

    def compute(self) -> None:
        """Compute from ``_start_doc``, ``_descriptors``, ``_events`` and ``_stop_doc``."""
        raise NotImplementedError(f"{type(self).__name__} must define compute()")
