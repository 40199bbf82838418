"""Monitored devices: events whenever a value changes, posted to the engine's thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from time import time
from typing import TYPE_CHECKING, Any

from bsh.documents import EventStream

if TYPE_CHECKING:
    from bsh.engine.run_bundler import RunBundler

__all__ = ["Monitor"]


class Monitor:
    """One subscription to a device's changes, for one run.

    Parameters
    ----------
    run : RunBundler
        Where the events go.
    obj : object
        The device.
    stream : EventStream
        Its stream, whose descriptor is out already.
    post : callable
        ``post(function, *args)`` calls a function on the engine's thread.
    fail : callable
        Told what goes wrong with an event: it fails the plan.
    kwargs : dict
        Passed to ``obj.subscribe``.
    """

    def __init__(
        self,
        run: RunBundler,
        obj: Any,
        stream: EventStream,
        post: Callable[..., Any],
        fail: Callable[[Exception], Any],
        kwargs: dict[str, Any],
    ) -> None:
        self._run = run
        self._obj = obj
        self._stream = stream
        self._post = post
        self._fail = fail
        self._kwargs = kwargs
        self._only_key = next(iter(stream.data_keys)) if len(stream.data_keys) == 1 else None
        self._listening = False
        self._changes: deque[tuple[Any, float | None, dict[str, Any]]] = deque()

    @property
    def stream_name(self) -> str:
        """Name of the stream of its events."""
        return self._stream.name

    def listen(self) -> None:
        """Subscribe; most devices answer with their present value at once."""
        if not self._listening:
            self._listening = True
            # Asynchronous devices have the newer name: what they call back with is a reading.
            subscribe = getattr(self._obj, "subscribe_reading", None) or self._obj.subscribe
            subscribe(self._changed, **self._kwargs)

    def silence(self) -> None:
        """Take the subscription back; what has come by then still becomes events."""
        if self._listening:
            self._obj.clear_sub(self._changed)
            self._make_events()
            self._listening = False

    def _changed(self, *args: Any, **kwargs: Any) -> None:
        # On the device library's thread: only pass on what came.
        value = kwargs.get("value", args[0] if args else None)
        self._changes.append((value, kwargs.get("timestamp"), kwargs))
        self._post(self._make_events)

    def _make_events(self) -> None:
        while self._changes:
            change = self._changes.popleft()
            if not self._listening:
                continue
            try:
                self._make_event(*change)
            except Exception as error:
                self._fail(error)

    def _make_event(self, value: Any, timestamp: float | None, kwargs: dict[str, Any]) -> None:
        now = time()
        if not kwargs and self._is_reading(value):
            doc = self._stream.event([value], now)
        elif self._only_key is not None and (value is not None or "value" in kwargs):
            doc = self._stream.event_of(
                {self._only_key: value}, {self._only_key: now if timestamp is None else timestamp}, now
            )
        else:
            doc = self._stream.event([self._obj.read()], now)
        self._run.emit_event(self._stream, doc)

    def _is_reading(self, value: Any) -> bool:
        """Whether a device calls back with what its ``read`` returns."""
        return (
            isinstance(value, Mapping)
            and value.keys() == self._stream.data_keys.keys()
            and all(isinstance(item, Mapping) and "value" in item for item in value.values())
        )
