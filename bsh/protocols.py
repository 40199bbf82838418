"""What a device, a status, a subscriber and a durable sink must offer.

Owns structural types only: nothing here is instantiated, and nothing checks them on a hot path
(:func:`check_supports` is for set-up time). Devices of ophyd, ophyd-async and bare objects all fit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypedDict, TypeVar, runtime_checkable

__all__ = [
    "Asset", "Checkable", "Collectable", "Configurable", "Document", "DurableSink", "EventCollectable",
    "EventPageCollectable", "Flyable", "HasHints", "HasName", "HasParent", "Hints", "Locatable", "Location",
    "Movable", "NamedMovable", "Pausable", "Preparable", "Readable", "Reading", "Stageable", "Status",
    "Stoppable", "Subscribable", "Subscriber", "SyncOrAsync", "SyncOrAsyncIterator", "Triggerable",
    "WritesExternalAssets", "WritesStreamAssets", "check_supports",
]  # fmt: skip

T = TypeVar("T")
P = TypeVar("P")
T_contra = TypeVar("T_contra", contravariant=True)

Document: TypeAlias = dict[str, Any]
"""One document of a run, in event-model's shape. Subscribers must not change it."""

Subscriber: TypeAlias = Callable[[str, Document], Any]
"""A callback ``f(name, document)``."""

SyncOrAsync: TypeAlias = T | Awaitable[T]
SyncOrAsyncIterator: TypeAlias = Iterator[T] | AsyncIterator[T]
Asset: TypeAlias = tuple[Literal["resource", "datum", "stream_resource", "stream_datum"], Document]


class _ReadingOptional(TypedDict, total=False):
    alarm_severity: int
    message: str


class Reading(_ReadingOptional, Generic[T]):
    """One value and the time at which it was valid (seconds since the epoch)."""

    value: T
    timestamp: float


class Location(TypedDict, Generic[T]):
    """Where a movable was asked to be and where it is."""

    setpoint: T
    readback: T


class Hints(TypedDict, total=False):
    """What a device suggests to show."""

    fields: list[str]
    dimensions: list[tuple[list[str], str]]
    gridding: str


@runtime_checkable
class Status(Protocol):
    """Something that will be done later, from any thread."""

    @property
    def done(self) -> bool:
        """Whether it has ended, with or without success."""

    @property
    def success(self) -> bool:
        """Whether it has ended with success."""

    def add_callback(self, callback: Callable[[Any], None]) -> None:
        """Call ``callback(status)`` when done, at once if it already is."""


@runtime_checkable
class HasName(Protocol):
    """Has a name."""

    @property
    def name(self) -> str:
        """The name used in documents and on screen."""


@runtime_checkable
class HasParent(Protocol):
    """May be part of another device."""

    @property
    def parent(self) -> Any | None:
        """The device that this one is part of, or None."""


@runtime_checkable
class HasHints(HasName, Protocol):
    """Suggests what to show."""

    @property
    def hints(self) -> Hints:
        """The hinted fields."""


@runtime_checkable
class Readable(HasName, Protocol[T]):
    """Can be read into an event."""

    def read(self) -> SyncOrAsync[dict[str, Reading[T]]]:
        """Return the present readings, a value and a timestamp for each data key."""

    def describe(self) -> SyncOrAsync[dict[str, Any]]:
        """Return the data key (dtype, shape, source, units, ...) of each reading."""


@runtime_checkable
class Configurable(Protocol[T]):
    """Has settings that are recorded once a run."""

    def read_configuration(self) -> SyncOrAsync[dict[str, Reading[T]]]:
        """Return the present configuration."""

    def describe_configuration(self) -> SyncOrAsync[dict[str, Any]]:
        """Return the data key of each configuration value."""


@runtime_checkable
class Movable(Protocol[T_contra]):
    """Can be set to a value."""

    def set(self, value: T_contra, *args: Any, **kwargs: Any) -> Status:
        """Start moving; the status is done when the move is."""


@runtime_checkable
class NamedMovable(Movable[T_contra], HasName, HasParent, Protocol):
    """A movable with a name."""


@runtime_checkable
class Locatable(Movable[T], Protocol):
    """A movable that knows its setpoint and readback."""

    def locate(self) -> SyncOrAsync[Location[T]]:
        """Return setpoint and readback."""


@runtime_checkable
class Triggerable(Protocol):
    """Takes a measurement."""

    def trigger(self) -> Status:
        """Start a measurement; the status is done when it can be read."""


@runtime_checkable
class Preparable(Protocol):
    """Can be made ready for a fly scan."""

    def prepare(self, value: Any) -> Status:
        """Make ready with the given parameters."""


@runtime_checkable
class Flyable(Protocol):
    """Acquires on its own."""

    def kickoff(self) -> Status:
        """Start; the status is done when it has started."""

    def complete(self) -> Status:
        """Ask to finish; the status is done when it has."""


@runtime_checkable
class Stageable(Protocol):
    """Is made ready before a run and put back after it."""

    def stage(self) -> Any:
        """Make ready; return the list of staged devices, or a status."""

    def unstage(self) -> Any:
        """Put back; return the list of unstaged devices, or a status."""


@runtime_checkable
class Pausable(Protocol):
    """Wants to know of pauses."""

    def pause(self) -> SyncOrAsync[None]:
        """Called when the engine pauses."""

    def resume(self) -> SyncOrAsync[None]:
        """Called when the engine resumes."""


@runtime_checkable
class Stoppable(Protocol):
    """Can be stopped in mid-move."""

    def stop(self, success: bool = True) -> SyncOrAsync[None]:
        """Stop; ``success`` is the outcome of the running move's status."""


@runtime_checkable
class Subscribable(Readable[T], Protocol):
    """Tells of changes."""

    def subscribe(self, function: Callable[..., None]) -> Any:
        """Call ``function`` at each change, on any thread."""

    def clear_sub(self, function: Callable[..., None]) -> None:
        """Take a subscription back."""


@runtime_checkable
class Checkable(Protocol[T_contra]):
    """Can say whether a value is allowed without moving."""

    def check_value(self, value: T_contra) -> SyncOrAsync[None]:
        """Raise when ``value`` is out of limits."""


@runtime_checkable
class Collectable(HasName, Protocol):
    """Describes what it collects."""

    def describe_collect(self) -> SyncOrAsync[dict[str, Any]]:
        """Return data keys, or data keys for each stream."""


@runtime_checkable
class EventCollectable(Collectable, Protocol):
    """Collects partial events."""

    def collect(self) -> SyncOrAsyncIterator[Document]:
        """Yield partial events: time, data, timestamps."""


@runtime_checkable
class EventPageCollectable(Collectable, Protocol):
    """Collects partial event pages."""

    def collect_pages(self) -> SyncOrAsyncIterator[Document]:
        """Yield partial event pages: lists for time, data, timestamps."""


@runtime_checkable
class WritesExternalAssets(Protocol):
    """Writes data outside the documents, one datum a value."""

    def collect_asset_docs(self) -> SyncOrAsyncIterator[Asset]:
        """Yield resource and datum documents."""


@runtime_checkable
class WritesStreamAssets(Protocol):
    """Writes data outside the documents, a stream of them."""

    def collect_asset_docs(self, index: int | None = None) -> SyncOrAsyncIterator[Asset]:
        """Yield stream_resource and stream_datum documents up to ``index``."""

    def get_index(self) -> SyncOrAsync[int]:
        """Return how many frames have been written."""


@runtime_checkable
class DurableSink(Protocol):
    """A subscriber that keeps documents and can say when they are safe.

    Calling it only appends to a queue. ``accepted`` counts the documents handed in, ``committed`` how
    many of those are on disk; both only grow.
    """

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document; never blocks."""

    @property
    def accepted(self) -> int:
        """Number of documents handed in so far."""

    @property
    def committed(self) -> int:
        """Number of documents that are on disk."""

    @property
    def congested(self) -> bool:
        """Whether the queue is so long that the engine has to wait."""

    def when_durable(self, callback: Callable[[BaseException | None], None]) -> None:
        """Call back, on any thread, when all that was accepted so far is on disk, or with the error."""


def check_supports(obj: Any, protocol: type[P]) -> P:
    """Return ``obj`` if it offers what ``protocol`` asks for.

    Parameters
    ----------
    obj : object
        Any device.
    protocol : type
        One of this module's protocols.

    Raises
    ------
    TypeError
        Names the object and what it lacks.
    """
    if isinstance(obj, protocol):
        return obj
    wanted = _members(protocol)
    missing = [name for name in wanted if not hasattr(obj, name)]
    raise TypeError(f"{obj!r} is not {protocol.__name__}: it lacks {', '.join(missing) or 'the right type'}")


def _members(protocol: type) -> Iterable[str]:
    names: Mapping[str, None] = {
        name: None
        for base in protocol.__mro__
        if getattr(base, "_is_protocol", False)
        for name in vars(base)
        if not name.startswith("_")
    }
    return names
