"""A processed stream of documents, with uids of its own.

Owns the documents that come out: a start that names the run they were made from, descriptors made from the
processed data, events, a stop with their count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from itertools import count
from typing import Any

from bsh.callbacks.callback_base import CallbackBase
from bsh.documents.ids import new_uid
from bsh.protocols import Document, Subscriber

__all__ = ["LiveDispatcher"]


class LiveDispatcher(CallbackBase):
    """Emit processed documents while a run goes on; subclasses define ``event``.

    Examples
    --------
    >>> class Doubled(LiveDispatcher):
    ...     def event(self, doc):
    ...         data = {"double": 2 * doc["data"]["det"]}
    ...         return super().event({**doc, "data": data})
    >>> doubled, seen = Doubled(), []
    >>> token = doubled.subscribe(lambda name, doc: seen.append(doc["data"]), "event")
    >>> _ = doubled("start", {"uid": "a"})
    >>> _ = doubled("descriptor", {"uid": "d", "run_start": "a", "name": "primary", "data_keys": {}})
    >>> _ = doubled("event", {"descriptor": "d", "data": {"det": 4.0}})
    >>> seen
    [{'double': 8.0}]
    """

    def __init__(self) -> None:
        super().__init__()
        self._subscribers: dict[int, tuple[str, Subscriber]] = {}
        self._tokens = count()
        self._forget()

    def _forget(self) -> None:
        self.raw_descriptors: dict[str, Document] = {}
        self._descriptors: dict[tuple[str, Hashable], str] = {}
        self._counts: dict[str, int] = {}
        self._start_uid: str | None = None

    def start(self, doc: Document, _md: Mapping[str, Any] | None = None) -> None:
        """Emit a start document like `doc`, with a uid and a time of its own.

        Parameters
        ----------
        doc : dict
            Start document of the run that is processed; its uid is kept as ``original_run_uid``.
        _md : dict, optional
            More entries.
        """
        self._forget()
        self._start_uid = new_uid()
        more = {"original_run_uid": doc["uid"]} | dict(_md or {})
        self.emit("start", {**doc, "uid": self._start_uid, "time": time.time(), **more})

    def descriptor(self, doc: Document) -> None:
        """Keep a descriptor; one for the processed data is emitted with their first event."""
        self.raw_descriptors[doc["uid"]] = doc

    def event(self, doc: Document, **kwargs: Any) -> None:
        """Emit an event; its data are those of `doc`.

        Parameters
        ----------
        doc : dict
            An event, processed.
        **kwargs
            As for :meth:`process_event`.
        """
        self.process_event(doc, **kwargs)

    def process_event(
        self,
        doc: Document,
        stream_name: str = "primary",
        id_args: Hashable = None,
        config: Mapping[str, Any] | None = None,
    ) -> Document:
        """Emit an event with its data, and a descriptor before the first one of its kind.

        Parameters
        ----------
        doc : dict
            An event, processed; its ``descriptor`` names the one of the run that is processed.
        stream_name : str, optional
            Stream of the event.
        id_args : hashable, optional
            Tells kinds of events of one stream apart, each with a descriptor of its own.
        config : dict, optional
            Configuration of the processing, kept in the descriptor.

        Returns
        -------
        dict
            The event that was emitted.
        """
        data = doc["data"]
        kind = (stream_name, (tuple(sorted(data)) if id_args is None else id_args))
        if kind not in self._descriptors:
            self._descriptors[kind] = self._describe(doc, stream_name, config)
        number = self._counts[stream_name] = self._counts.get(stream_name, 0) + 1
        now = time.time()
        event = {
            "uid": new_uid(),
            "descriptor": self._descriptors[kind],
            "seq_num": number,
            "time": now,
            "data": dict(data),
            "timestamps": dict.fromkeys(data, now),
            "filled": {},
        }
        self.emit("event", event)
        return event

    def _describe(self, doc: Document, stream_name: str, config: Mapping[str, Any] | None) -> str:
        raw = self.raw_descriptors.get(doc.get("descriptor", ""), {})
        known = raw.get("data_keys") or {}
        data_keys = {key: _data_key(value, known.get(key)) for key, value in doc["data"].items()}
        hints = {
            name: {"fields": fields}
            for name, about in (raw.get("hints") or {}).items()
            if (fields := [key for key in (about or {}).get("fields") or () if key in data_keys])
        }
        configuration = dict(raw.get("configuration") or {})
        if config:
            configuration["stream"] = {"data": dict(config), "timestamps": {}, "data_keys": {}}
        uid = new_uid()
        self.emit(
            "descriptor",
            {
                "uid": uid,
                "run_start": self._start_uid,
                "time": time.time(),
                "name": stream_name,
                "data_keys": data_keys,
                "object_keys": {"stream": list(data_keys)},
                "hints": hints or {"stream": {"fields": list(data_keys)}},
                "configuration": configuration,
            },
        )
        return uid

    def stop(self, doc: Document, _md: Mapping[str, Any] | None = None) -> None:
        """Emit a stop document like `doc`, with the count of the events emitted.

        Parameters
        ----------
        doc : dict
            Stop document of the run that is processed.
        _md : dict, optional
            More entries.
        """
        if self._start_uid is None:
            return
        stop = {**doc, "uid": new_uid(), "run_start": self._start_uid, "time": time.time()}
        self.emit("stop", {**stop, "num_events": dict(self._counts), **(_md or {})})
        self._forget()

    def emit(self, name: str, doc: Document) -> None:
        """Hand one document to the subscribers.

        Parameters
        ----------
        name : str
            Kind of the document.
        doc : dict
            The document.
        """
        for wanted, subscriber in tuple(self._subscribers.values()):
            if wanted in ("all", name):
                subscriber(name, doc)

    def subscribe(self, func: Callable[[str, Document], Any], name: str = "all") -> int:
        """Have a callback called with the documents that are emitted.

        Parameters
        ----------
        func : callable
            ``func(name, doc)``.
        name : {"all", "start", "descriptor", "event", "stop"}, optional
            Which documents.

        Returns
        -------
        int
            Token for :meth:`unsubscribe`.
        """
        token = next(self._tokens)
        self._subscribers[token] = (name, func)
        return token

    def unsubscribe(self, token: int) -> None:
        """Take a callback out.

        Parameters
        ----------
        token : int
            What :meth:`subscribe` returned.
        """
        self._subscribers.pop(token, None)


def _data_key(value: Any, known: Mapping[str, Any] | None) -> dict[str, Any]:
    if known is not None:
        return {**known, "source": "Stream"}
    shape = list(getattr(value, "shape", ()))
    if shape or isinstance(value, list | tuple):
        return {"dtype": "array", "shape": shape or [len(value)], "source": "Stream"}
    if isinstance(value, bool):
        dtype = "boolean"
    elif isinstance(value, str):
        dtype = "string"
    else:
        dtype = "integer" if isinstance(value, int) else "number"
    return {"dtype": dtype, "shape": [], "source": "Stream"}
