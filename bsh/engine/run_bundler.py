"""One open run: reads become events here.

Drives :mod:`bsh.documents` with what devices say; emits through the engine's dispatcher. Where a device
answers with an awaitable the work goes on in a coroutine, else everything is done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from time import time
from typing import TYPE_CHECKING, Any

from bsh.documents import (
    AssetDocuments,
    EventStream,
    ObjectDescription,
    compose_stop,
    find_collision,
    validate,
)
from bsh.engine.awaiting import each_of
from bsh.engine.describing import DeviceRecord, describe_device, describe_now, is_asynchronous
from bsh.engine.devices import name_of
from bsh.engine.tracing import RunSpan
from bsh.errors import IllegalMessageSequence
from bsh.protocols import Document

if TYPE_CHECKING:
    from bsh.engine.monitors import Monitor

__all__ = ["RunBundler"]

Emit = Callable[[str, Document], None]

_Bundle = tuple[str, list[Any], list[Any], list[tuple[str, Document]], bool]
"""Stream, devices, readings, documents about data kept elsewhere, and whether the plan may do without."""


class RunBundler:
    """The documents of one run, from start to stop.

    Parameters
    ----------
    start : dict
        The start document, already composed.
    emit : callable
        Hands a document to the subscribers.
    record_interruptions : bool
        Whether pauses are recorded in a stream of their own.
    validate_all : bool
        Whether every event is checked against the schema, not only the first of each stream.
    require_declaration : bool
        Whether a stream has to be declared before its first event.
    tracer : opentelemetry.trace.Tracer, optional
        Makes a span for the run.
    """

    def __init__(
        self,
        start: Document,
        *,
        emit: Emit,
        record_interruptions: bool = False,
        validate_all: bool = False,
        require_declaration: bool = False,
        tracer: Any = None,
    ) -> None:
        self.uid: str = start["uid"]
        self._span = RunSpan(tracer, start)
        self._emit = emit
        self._record_interruptions = record_interruptions
        self._validate_all = validate_all
        self._require_declaration = require_declaration
        self.streams: dict[str, EventStream] = {}
        self._streams_by_descriptor: dict[str, EventStream] = {}
        self._stale: set[str] = set()
        self._partial: set[str] = set()
        self.records: dict[Any, DeviceRecord] = {}
        # The bundle that is open between create and save.
        self.bundle_name: str | None = None
        self._objects: list[Any] = []
        self._readings: list[Any] = []
        self._assets: list[tuple[str, Document]] = []
        self._asset_documents = AssetDocuments(self.uid)
        # Resources that a dropped bundle had; and whether frames may be there that belong to no event.
        self._carried: list[tuple[str, Document]] = []
        self._frames_left_over = False
        # What a rewind goes back to, and what it took away.
        self._bundle_at_checkpoint: _Bundle | None = None
        self._bundle_lost = self._lost_at_checkpoint = False
        self._bundle_forsaken = False
        self._emitted_before_rewind: dict[str, int] = {}
        self.monitors: dict[Any, Monitor] = {}
        self.uncollected: dict[Any, None] = {}
        self.collect_streams: dict[Any, dict[str, EventStream]] = {}
        self._start = start
        self.suspended_s: dict[str, float] = {}  # by what was waited for; waits at the same time count each
        self.closed = False
        validate("start", start)

    def open(self) -> None:
        """Emit the start document."""
        self._emit("start", self._start)

    # -- bundles ---------------------------------------------------------------------------------

    def create(self, name: str, *, partial: bool = False) -> None:
        """Open a bundle for one event of the stream ``name``; ``partial``: its events need not be of the same devices."""
        if self.bundling:
            raise IllegalMessageSequence(
                f"A bundle of the stream {self.bundle_name!r} is open already: send save or drop first."
            )
        if self._require_declaration and name not in self.streams:
            raise IllegalMessageSequence(
                f"The stream {name!r} was not declared: send declare_stream first "
                "(RE.require_stream_declaration is on)."
            )
        self.bundle_name = name
        self._bundle_lost = False
        if partial:
            self._partial.add(name)

    @property
    def bundling(self) -> bool:
        """Whether a bundle is open that the plan still wants; one that it has left behind is dropped."""
        if self._bundle_forsaken and self.bundle_name is not None:
            self._bundle_lost = True
            self.discard_bundle()
        return self.bundle_name is not None

    def forsake_bundle(self) -> None:
        """Note that an exception went into the plan: it may do without its bundle, and without dropping it."""
        self._bundle_forsaken = self.bundle_name is not None
        self._frames_left_over = True

    def add_reading(self, obj: Any, reading: Any) -> Coroutine[Any, Any, Any] | None:
        """Put a device's reading into the open bundle.

        Returns a coroutine when there is something to wait for; its result is the reading.
        """
        record = self.records.get(obj)
        if record is None:
            if is_asynchronous(obj):
                return self._add_first_reading(obj, reading)
            record = self.records[obj] = describe_now(obj)
        self._objects.append(obj)
        self._readings.append(reading)
        if record.asset_docs is not None:
            return self._collect_assets(record.asset_docs, reading)
        stream = self.streams.get(self.bundle_name)  # type: ignore[arg-type]  # a bundle is open
        place = len(self._objects) - 1
        if stream is None or place >= len(stream.objects) or stream.objects[place] is not obj:
            self._refuse_collisions(obj)
        return None

    async def _add_first_reading(self, obj: Any, reading: Any) -> Any:
        self.records[obj] = record = await describe_device(obj)
        self._objects.append(obj)
        self._readings.append(reading)
        self._refuse_collisions(obj)
        if record.asset_docs is not None:
            await self._collect_assets(record.asset_docs, reading)
        return reading

    async def _collect_assets(self, asset_docs: Callable[..., Any], reading: Any) -> Any:
        async for name, doc in each_of(asset_docs()):
            self._assets.append((name, doc))
        return reading

    def _refuse_collisions(self, obj: Any) -> None:
        others = [self.records[each].description for each in self._objects if each is not obj]
        collision = find_collision(others, self.records[obj].description)
        if collision is not None:
            other, keys = collision
            raise ValueError(
                f"{name_of(obj)} and {other} both have the data keys {', '.join(keys)}: "
                "they cannot be read into the same event."
            )

    def save(self) -> bool:
        """Emit the open bundle as an event; False if :meth:`save_with_descriptor` has to do it."""
        name = self.bundle_name
        if name is None:
            raise IllegalMessageSequence("There is no open bundle to save: send create first.")
        if not self._objects:
            self.drop()
            return True
        stream = self.streams.get(name)
        if stream is None or name in self._stale or self._differs(stream):
            return False
        self._emit_bundle(stream)
        return True

    async def save_with_descriptor(self) -> None:
        """Emit the descriptor of the open bundle's stream, then the bundle as an event."""
        name, objects = self.bundle_name, list(self._objects)
        if name is None:
            raise IllegalMessageSequence("There is no open bundle to save: send create first.")
        for obj in dict.fromkeys(objects):
            if obj not in self.records:
                self.records[obj] = await describe_device(obj)
        self._emit_bundle(self.declare(name, objects))

    def declare(self, name: str, objects: Sequence[Any]) -> EventStream:
        """Emit the descriptor of a stream whose devices are all described already."""
        self._refuse_mismatch(self.streams.get(name), objects)
        descriptions = [self.records[obj].description for obj in dict.fromkeys(objects)]
        return self.open_stream(name, list(objects), descriptions)

    def open_stream(
        self, name: str, objects: Sequence[Any], descriptions: Sequence[ObjectDescription]
    ) -> EventStream:
        """Emit a descriptor; a stream of that name goes on counting where it was."""
        old = self.streams.get(name)
        stream = EventStream(
            name, self.uid, objects, descriptions, time=time(), next_seq_num=old.next_seq_num if old else 1
        )
        if old is not None:
            stream.checkpoint_seq_num = old.checkpoint_seq_num
        validate("descriptor", stream.descriptor)
        self.streams[name] = stream
        self._streams_by_descriptor[stream.descriptor_uid] = stream
        self._stale.discard(name)
        self._emit("descriptor", stream.descriptor)
        return stream

    def _differs(self, stream: EventStream) -> bool:
        """Whether the open bundle has other devices than the last one, and may."""
        return stream.name in self._partial and set(stream.objects) != set(self._objects)

    def _refuse_mismatch(self, stream: EventStream | None, objects: Sequence[Any]) -> None:
        if stream is None or stream.objects == objects or stream.name in self._partial:
            return
        if set(stream.objects) != set(objects):
            expected = ", ".join(name_of(obj) for obj in stream.objects)
            got = ", ".join(name_of(obj) for obj in objects)
            raise RuntimeError(
                f"Mismatched objects read for the stream {stream.name!r}: expected {expected}; got {got}."
            )

    def _emit_bundle(self, stream: EventStream) -> None:
        if stream.objects != self._objects:
            self._refuse_mismatch(stream, self._objects)
        readings, assets = self._readings, self._assets
        if self._carried:
            assets = [*self._take_carried(stream), *assets]
        self.bundle_name = None
        self._bundle_forsaken = False
        self._objects, self._readings, self._assets = [], [], []
        if assets and self.emit_assets(assets, stream, one_event=True) > 1:
            raise RuntimeError(
                f"More than one frame was given for one event of the stream {stream.name!r}: a device that "
                "is read gives one."
            )
        self._frames_left_over = False
        self.emit_event(stream, stream.event(readings, time()))

    def emit_event(self, stream: EventStream, doc: Document) -> None:
        """Emit one event; the first of each stream is checked against the schema."""
        if self._validate_all or not stream.validated:
            validate("event", doc)
            stream.validated = True
        self._emit("event", doc)

    def emit_page(self, page: Document) -> None:
        """Emit several events of one stream as one document, checked against the schema."""
        validate("event_page", page)
        self._emit("event_page", page)

    def emit_assets(
        self, assets: Iterable[tuple[str, Document]], stream: EventStream | None, *, one_event: bool = False
    ) -> int:
        """Emit documents about data that are kept elsewhere, checked against the schemas.

        Parameters
        ----------
        assets : iterable of (str, dict)
            As the devices gave them.
        stream : EventStream or None
            The stream that the data belong to; None where a device has several.
        one_event : bool
            Whether they are all about one event.

        Returns
        -------
        int
            How many events of the stream they are for.
        """
        completed, frames = self._asset_documents.complete(
            assets, stream, last_frame_only=one_event and self._frames_left_over
        )
        for name, doc in completed:
            validate(name, doc)
            self._emit(name, doc)
        return frames

    def _take_carried(self, stream: EventStream) -> list[tuple[str, Document]]:
        """Return the resources of dropped bundles that belong to a stream: a device tells of them once."""
        streamed = stream.streamed_keys
        taken = [each for each in self._carried if each[0] == "resource" or each[1]["data_key"] in streamed]
        self._carried = [each for each in self._carried if each not in taken]
        return taken

    def drop(self) -> None:
        """Close the open bundle without an event."""
        if self.bundle_name is None and not self._bundle_lost:
            raise IllegalMessageSequence("There is no open bundle to drop: send create first.")
        self._bundle_lost = False
        self.discard_bundle()

    def discard_bundle(self) -> None:
        """Forget an open bundle, if there is one, but for resources that its devices told of."""
        self._carried += [each for each in self._assets if each[0] in ("resource", "stream_resource")]
        self._frames_left_over = True
        self.bundle_name = None
        self._bundle_forsaken = False
        self._objects, self._readings, self._assets = [], [], []

    # -- configuration ---------------------------------------------------------------------------

    async def refresh(self, obj: Any) -> None:
        """Take a device's new configuration into the next descriptor of each stream that has it."""
        self.records.pop(obj, None)
        for name, stream in self.streams.items():
            if obj in stream.objects:
                self._stale.add(name)

    # -- rewinding -------------------------------------------------------------------------------

    def mark_checkpoint(self) -> None:
        """Make the present sequence numbers, and the bundle if one is open, what a rewind falls back to."""
        for stream in self.streams.values():
            stream.mark_checkpoint()
        self._bundle_at_checkpoint = None
        self._lost_at_checkpoint = self._bundle_lost
        if self.bundle_name is not None:
            self._bundle_at_checkpoint = (
                self.bundle_name,
                list(self._objects),
                list(self._readings),
                list(self._assets),
                self._bundle_forsaken,
            )

    def rewind(self) -> None:
        """Fall back to the last checkpoint; monitored and collected streams only go forward."""
        # A plan that leaves instead of going on may still want to drop the bundle that it has opened.
        taken = self.bundle_name is not None and self._bundle_at_checkpoint is None
        self._bundle_lost = taken or self._lost_at_checkpoint
        self.discard_bundle()
        if self._bundle_at_checkpoint is not None:
            name, objects, readings, assets, self._bundle_forsaken = self._bundle_at_checkpoint
            self.bundle_name = name
            self._objects, self._readings, self._assets = list(objects), list(readings), list(assets)
            self._carried = [each for each in self._carried if each not in assets]
        forward_only = {monitor.stream_name for monitor in self.monitors.values()} | {"interruptions"}
        for streams in self.collect_streams.values():
            forward_only |= streams.keys()
        for stream in self.streams.values():
            if stream.name not in forward_only:
                self._emitted_before_rewind[stream.name] = self._num_events(stream)
                stream.rewind()

    def _num_events(self, stream: EventStream) -> int:
        """Count the events of a stream that are out, also if they are to be repeated."""
        return max(stream.num_events, self._emitted_before_rewind.get(stream.name, 0))

    def record_interruption(self, content: str) -> None:
        """Put a pause, suspension or resume into the stream ``interruptions``, if that is wanted."""
        if not self._record_interruptions:
            return
        stream = self.streams.get("interruptions")
        if stream is None:
            data_keys = {"interruption": {"dtype": "string", "shape": [], "source": "RunEngine"}}
            description = ObjectDescription("interruptions", data_keys)
            stream = self.open_stream("interruptions", [], [description])
        now = time()
        doc = stream.event_of({"interruption": content}, {"interruption": now}, now)
        self.emit_event(stream, doc)

    # -- monitors --------------------------------------------------------------------------------

    def suspend_monitors(self) -> None:
        """Stop listening for the time of a pause, to all of them even if one fails."""
        failures = []
        for monitor in self.monitors.values():
            try:
                monitor.silence()
            except Exception as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def restore_monitors(self) -> None:
        """Listen again after a pause."""
        for monitor in self.monitors.values():
            monitor.listen()

    # -- the end ---------------------------------------------------------------------------------

    def close(self, exit_status: str, reason: str) -> None:
        """Emit the stop document, once."""
        if self.closed:
            return
        self.discard_bundle()
        doc = compose_stop(
            run_start=self.uid,
            time=time(),
            exit_status=exit_status,
            reason=reason,
            num_events={name: self._num_events(stream) for name, stream in self.streams.items()},
        )
        if self.suspended_s:
            doc["suspended_s"] = {cause: round(seconds, 3) for cause, seconds in self.suspended_s.items()}
        validate("stop", doc)
        # Noted first: a subscriber that fails on the document, or hangs in it, must not get it twice.
        self.closed = True
        self._span.end(exit_status, reason)
        self._emit("stop", doc)
