"""What devices say of themselves: descriptions, configuration, documents about data kept elsewhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from bsh.documents import ObjectDescription
from bsh.engine.awaiting import settled
from bsh.engine.devices import name_of
from bsh.protocols import Document

__all__ = [
    "DeviceRecord",
    "describe_device",
    "describe_now",
    "is_asynchronous",
    "read_configuration",
]


class DeviceRecord:
    """What is asked of a device once a run: description, configuration, whether it writes elsewhere."""

    __slots__ = ("asset_docs", "description")

    def __init__(self, description: ObjectDescription, asset_docs: Callable[..., Any] | None) -> None:
        self.description = description
        self.asset_docs = asset_docs


async def describe_device(obj: Any) -> DeviceRecord:
    """Ask a device for its description, configuration and hints."""
    return _record(obj, await settled(obj.describe()), await read_configuration(obj))


def describe_now(obj: Any) -> DeviceRecord:
    """Do what :func:`describe_device` does for a device whose methods answer at once."""
    if not hasattr(obj, "read_configuration"):
        return _record(obj, obj.describe(), _configuration({}, {}))
    return _record(
        obj, obj.describe(), _configuration(obj.read_configuration(), obj.describe_configuration())
    )


async def read_configuration(obj: Any) -> Document:
    """Ask a device for its configuration; empty for one that has none."""
    if not hasattr(obj, "read_configuration"):
        return _configuration({}, {})
    return _configuration(
        await settled(obj.read_configuration()), await settled(obj.describe_configuration())
    )


def _record(obj: Any, data_keys: Any, configuration: Document) -> DeviceRecord:
    hints = getattr(obj, "hints", None)
    description = ObjectDescription(name_of(obj), data_keys, hints=hints, configuration=configuration)
    return DeviceRecord(description, getattr(obj, "collect_asset_docs", None))


def _configuration(readings: Any, described: Any) -> Document:
    return {
        "data": {key: item["value"] for key, item in readings.items()},
        "timestamps": {key: item["timestamp"] for key, item in readings.items()},
        "data_keys": dict(described),
    }


def is_asynchronous(obj: Any) -> bool:
    """Whether a device's descriptions have to be awaited."""
    return any(
        inspect.iscoroutinefunction(getattr(obj, verb, None))
        for verb in ("describe", "read_configuration", "describe_configuration")
    )
