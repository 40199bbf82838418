"""One stream of a run: its descriptor, and a template from which events are made.

Owns the shape of descriptors and events, sequence numbers and their rewinding, and the comparison of
keys. Reads no device and no clock: readings and times are handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bsh.documents.ids import new_uid, uid_sequence

__all__ = ["EventStream", "ObjectDescription", "find_collision"]


class ObjectDescription:
    """What one device says of itself for a descriptor.

    Parameters
    ----------
    name : str
        Name of the device.
    data_keys : mapping
        Its ``describe()`` (or one stream of ``describe_collect()``).
    hints : mapping, optional
        Its hints.
    configuration : mapping, optional
        ``{"data": ..., "timestamps": ..., "data_keys": ...}``.
    """

    __slots__ = ("configuration", "data_keys", "hints", "name")

    def __init__(
        self,
        name: str,
        data_keys: Mapping[str, Any],
        hints: Mapping[str, Any] | None = None,
        configuration: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.data_keys = {key: {**value, "object_name": name} for key, value in data_keys.items()}
        self.hints = hints
        self.configuration = configuration


def find_collision(
    described: Sequence[ObjectDescription], newcomer: ObjectDescription
) -> tuple[str, list[str]] | None:
    """Return the name of a device that shares data keys with ``newcomer``, and the keys, or None."""
    for other in described:
        shared = other.data_keys.keys() & newcomer.data_keys.keys()
        if shared:
            return other.name, sorted(shared)
    return None


class EventStream:
    """A named stream of events that all have the same keys.

    Parameters
    ----------
    name : str
        For example ``"primary"``.
    run_start : str
        Uid of the run.
    objects : sequence of object
        The devices that are read for each event, in order.
    descriptions : sequence of ObjectDescription
        What they say of themselves, in the same order.
    time : float
        Seconds since the epoch, for the descriptor.
    """

    __slots__ = (
        "_array_keys",
        "_external",
        "_keys",
        "_next_uid",
        "checkpoint_seq_num",
        "descriptor",
        "descriptor_uid",
        "name",
        "next_seq_num",
        "objects",
        "validated",
    )

    def __init__(
        self,
        name: str,
        run_start: str,
        objects: Sequence[Any],
        descriptions: Sequence[ObjectDescription],
        *,
        time: float,
        next_seq_num: int = 1,
    ) -> None:
        self.name = name
        self.objects = list(objects)
        self.next_seq_num = next_seq_num
        self.checkpoint_seq_num = next_seq_num
        self.validated = False
        self.descriptor_uid = new_uid()
        self._next_uid = uid_sequence()
        data_keys: dict[str, Any] = {}
        for description in descriptions:
            data_keys.update(description.data_keys)
        # Streamed external frames have no value in the events: stream_datum documents point to them.
        in_events = {key: value for key, value in data_keys.items() if not _is_streamed(value)}
        self._keys = frozenset(in_events)
        self._array_keys = tuple(key for key, value in in_events.items() if value.get("dtype") == "array")
        self._external = {key: False for key, value in in_events.items() if "external" in value}
        self.descriptor: dict[str, Any] = {
            "uid": self.descriptor_uid,
            "run_start": run_start,
            "time": time,
            "name": name,
            "data_keys": data_keys,
            "object_keys": {each.name: list(each.data_keys) for each in descriptions},
            "hints": {each.name: dict(each.hints) for each in descriptions if each.hints is not None},
            "configuration": {
                each.name: dict(each.configuration) for each in descriptions if each.configuration is not None
            },
        }

    @property
    def num_events(self) -> int:
        """Number of distinct sequence numbers emitted so far."""
        return self.next_seq_num - 1

    @property
    def data_keys(self) -> dict[str, Any]:
        """The descriptor's data keys."""
        keys: dict[str, Any] = self.descriptor["data_keys"]
        return keys

    @property
    def keys_in_events(self) -> frozenset[str]:
        """Keys that its events have a value for: all but those of streamed frames."""
        return self._keys

    @property
    def streamed_keys(self) -> list[str]:
        """Keys of streamed frames, which no event has a value for."""
        return [key for key in self.data_keys if key not in self._keys]

    def mark_checkpoint(self) -> None:
        """Remember the sequence number to fall back to."""
        self.checkpoint_seq_num = self.next_seq_num

    def rewind(self) -> None:
        """Fall back to the sequence number of the last checkpoint."""
        self.next_seq_num = self.checkpoint_seq_num

    def event(self, readings: Sequence[Mapping[str, Any]], time: float) -> dict[str, Any]:
        """Make the next event from the readings of this stream's devices.

        Parameters
        ----------
        readings : sequence of mapping
            For each device ``{key: {"value": ..., "timestamp": ...}}``.
        time : float
            Seconds since the epoch.

        Raises
        ------
        ValueError
            The keys differ from the descriptor's.
        """
        if len(readings) == 1:
            reading = readings[0]
            return self.event_of(
                {key: item["value"] for key, item in reading.items()},
                {key: item["timestamp"] for key, item in reading.items()},
                time,
            )
        data: dict[str, Any] = {}
        timestamps: dict[str, float] = {}
        for reading in readings:
            for key, item in reading.items():
                data[key] = item["value"]
                timestamps[key] = item["timestamp"]
        return self.event_of(data, timestamps, time)

    def event_of(self, data: dict[str, Any], timestamps: dict[str, float], time: float) -> dict[str, Any]:
        """Make the next event from values and timestamps, which the document then owns."""
        if data.keys() != self._keys:
            self._refuse_keys(data)
        for key in self._array_keys:
            data[key] = _private_array(data[key])
        seq_num = self.next_seq_num
        self.next_seq_num = seq_num + 1
        return {
            "uid": self._next_uid(),
            "time": time,
            "data": data,
            "timestamps": timestamps,
            "seq_num": seq_num,
            "filled": self._external.copy(),
            "descriptor": self.descriptor_uid,
        }

    def _refuse_keys(self, data: Mapping[str, Any]) -> None:
        missing = sorted(self._keys - data.keys())
        surplus = sorted(data.keys() - self._keys)
        parts = []
        if missing:
            parts.append(f"missing {', '.join(missing)}")
        if surplus:
            parts.append(f"not described {', '.join(surplus)}")
        raise ValueError(
            f"Stream {self.name!r}: read() and describe() of {', '.join(self.descriptor['object_keys'])} "
            f"do not agree: {'; '.join(parts)}"
        )


def _is_streamed(data_key: Mapping[str, Any]) -> bool:
    return str(data_key.get("external", "")).startswith("STREAM:")


def _private_array(value: Any) -> Any:
    """Copy an array that its device may overwrite; immutable ones are shared."""
    flags = getattr(value, "flags", None)
    if flags is not None:
        return value.copy() if flags.writeable else value
    return value.copy() if isinstance(value, list) else value
