"""Names of types that annotations in scripts use."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, Literal, ParamSpec, TypeAlias, TypedDict, TypeVar

from bsh.msg import Msg
from bsh.protocols import Document

__all__ = [
    "Callback", "CustomPlanMetadata", "Descriptor", "Dtype", "ExternalAssetDoc", "MsgGenerator", "ObjDict", "OneOrMany", "P",
    "PerShot", "PerStep", "PerStep1D", "PerStepND", "ReadingOptional", "ScalarOrIterableFloat", "StreamAsset",
    "Subscriber", "SubscriberMap", "Subscribers", "T", "T_co", "TakeReading",
]  # fmt: skip

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Callback: TypeAlias = Callable[[dict[str, Any]], None]
"""What a device calls with new readings."""
Dtype: TypeAlias = Literal["string", "number", "array", "boolean", "integer"]
Descriptor: TypeAlias = dict[str, Any]
"""One data key of a stream."""
StreamAsset: TypeAlias = tuple[Literal["stream_resource", "stream_datum"], Document]
ExternalAssetDoc: TypeAlias = Document
ObjDict: TypeAlias = dict[Any, dict[str, T]]
"""Something for each data key, for each device."""

MsgGenerator: TypeAlias = Generator[Msg, Any, T]
"""A plan; ``MsgGenerator[int]`` returns an int."""
OneOrMany: TypeAlias = T | Sequence[T]
ScalarOrIterableFloat: TypeAlias = float | Iterable[float]
CustomPlanMetadata: TypeAlias = dict[str, Any]
Subscriber: TypeAlias = Callable[[str, Document], Any]


class SubscriberMap(TypedDict, total=False):
    """Callbacks by the documents they want."""

    all: OneOrMany[Subscriber]
    start: OneOrMany[Subscriber]
    stop: OneOrMany[Subscriber]
    event: OneOrMany[Subscriber]
    descriptor: OneOrMany[Subscriber]


Subscribers: TypeAlias = OneOrMany[Subscriber] | SubscriberMap


class ReadingOptional(TypedDict, total=False):
    """What a reading may have beside value and timestamp."""

    alarm_severity: int
    message: str


_Plan: TypeAlias = Any
PerShot: TypeAlias = Callable[[Sequence[Any]], _Plan]
"""``per_shot(detectors)``"""
PerStep1D: TypeAlias = Callable[[Sequence[Any], Any, Any], _Plan]
"""``per_step(detectors, motor, step)``"""
PerStepND: TypeAlias = Callable[[Sequence[Any], Mapping[Any, Any], dict[Any, Any]], _Plan]
"""``per_step(detectors, step, pos_cache)``"""
PerStep: TypeAlias = PerStep1D | PerStepND
TakeReading: TypeAlias = Callable[[Sequence[Any]], _Plan]
"""``take_reading(devices)``"""
