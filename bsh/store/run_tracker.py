"""Which run a document belongs to.

Owns the runs that are open in this process and the ways in which documents refer to each other:
``run_start``, ``descriptor``, ``resource``, ``stream_resource``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bsh.protocols import Document
from bsh.store.codec import text_of
from bsh.store.run_state import RunState

__all__ = ["RunTracker"]


class RunTracker:
    """Follows documents in the order of emission.

    Parameters
    ----------
    find_stored : callable
        Given the uid of a run that is not open here, returns its state as far as it is stored, or None.
    """

    def __init__(self, find_stored: Callable[[str], RunState | None]) -> None:
        self._find_stored = find_stored
        self._by_uid: dict[str, RunState] = {}
        self._by_descriptor: dict[str, RunState] = {}
        self._by_resource: dict[str, RunState] = {}

    def take(self, name: str, doc: Document) -> RunState | None:
        """Take note of a document and return its run; None if it names none that is known.

        Parameters
        ----------
        name : str
            Kind of document.
        doc : dict
            The document.
        """
        handler = _HANDLERS.get(name)
        return None if handler is None else handler(self, doc)

    def forget(self, state: RunState) -> None:
        """Drop a run that has ended."""
        self._by_uid.pop(state.uid, None)
        for descriptor in state.descriptors():
            self._by_descriptor.pop(descriptor, None)
        for uid in [uid for uid, owner in self._by_resource.items() if owner is state]:
            del self._by_resource[uid]

    def _start(self, doc: Document) -> RunState:
        state = self._known_run(text_of(doc["uid"])) or RunState(doc)
        self._by_uid[state.uid] = state
        return state

    def _stop(self, doc: Document) -> RunState | None:
        state = self._run_of(doc)
        if state is not None:
            state.finish(doc)
        return state

    def _descriptor(self, doc: Document) -> RunState | None:
        state = self._run_of(doc)
        if state is not None:
            state.declare(doc)
            self._by_descriptor[doc["uid"]] = state
        return state

    def _event(self, doc: Document) -> RunState | None:
        return self._events(doc["descriptor"], (doc["seq_num"],))

    def _event_page(self, doc: Document) -> RunState | None:
        return self._events(doc["descriptor"], doc["seq_num"])

    def _bulk_events(self, doc: Document) -> RunState | None:
        state = None
        for descriptor, events in doc.items():
            state = self._events(descriptor, [event["seq_num"] for event in events])
        return state

    def _events(self, descriptor: str, seq_nums: Iterable[Any]) -> RunState | None:
        state = self._by_descriptor.get(descriptor)
        if state is not None:
            state.count(descriptor, seq_nums)
        return state

    def _resource(self, doc: Document) -> RunState | None:
        state = self._run_of(doc)
        if state is not None:
            self._by_resource[doc["uid"]] = state
        return state

    def _datum(self, doc: Document) -> RunState | None:
        return self._by_resource.get(doc["resource"])

    def _stream_datum(self, doc: Document) -> RunState | None:
        return self._by_descriptor.get(doc["descriptor"]) or self._by_resource.get(doc["stream_resource"])

    def _run_of(self, doc: Document) -> RunState | None:
        return self._known_run(text_of(doc.get("run_start", "")))

    def _known_run(self, uid: str) -> RunState | None:
        state = self._by_uid.get(uid)
        if state is None and (state := self._find_stored(uid)) is not None:
            self._by_uid[uid] = state
            for descriptor in state.descriptors():
                self._by_descriptor[descriptor] = state
        return state


_HANDLERS: dict[str, Callable[[RunTracker, Document], RunState | None]] = {
    "start": RunTracker._start,
    "stop": RunTracker._stop,
    "descriptor": RunTracker._descriptor,
    "event": RunTracker._event,
    "event_page": RunTracker._event_page,
    "bulk_events": RunTracker._bulk_events,
    "resource": RunTracker._resource,
    "datum": RunTracker._datum,
    "datum_page": RunTracker._datum,
    "bulk_datum": RunTracker._datum,
    "stream_resource": RunTracker._resource,
    "stream_datum": RunTracker._stream_datum,
}
