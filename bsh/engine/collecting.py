"""Collecting flyers: partial events and pages become documents of their streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import time
from typing import Any

from bsh.documents import EventStream, ObjectDescription
from bsh.engine.awaiting import each_of, settled
from bsh.engine.describing import read_configuration
from bsh.engine.devices import name_of
from bsh.engine.run_bundler import RunBundler
from bsh.protocols import Document

__all__ = ["collect_into", "declare_collected"]


async def collect_into(
    run: RunBundler, flyers: Sequence[Any], *, stream: bool, name: str | None
) -> list[Document]:
    """Emit what the flyers have acquired since the last time; return the events.

    Parameters
    ----------
    run : RunBundler
        The open run.
    flyers : sequence of object
        Collected one after another.
    stream : bool
        Emit ``event`` documents one by one, else one ``event_page`` a stream.
    name : str, optional
        The stream, for flyers whose ``describe_collect`` does not name one.
    """
    payload: list[Document] = []
    index = await _common_index(flyers)
    if name is not None and len(flyers) > 1 and not any(flyer in run.collect_streams for flyer in flyers):
        await declare_collected(run, flyers, name)
    described = {flyer: await _describe_once(run, flyer, name) for flyer in flyers}
    # First: events refer to them.
    reached = await _emit_assets(run, flyers, index)
    for flyer, streams in described.items():
        if hasattr(flyer, "collect_pages"):
            payload += await _collect_pages(run, flyer, streams)
        elif hasattr(flyer, "collect"):
            payload += await _collect_events(run, flyer, streams, one_by_one=stream)
    for advanced, seq_num in reached:
        # Frames that have events as well share their numbers.
        advanced.next_seq_num = max(advanced.next_seq_num, seq_num)
    return payload


async def declare_collected(run: RunBundler, flyers: Sequence[Any], name: str) -> EventStream:
    """Emit the descriptor of one stream that several flyers are collected into together."""
    descriptions = []
    for flyer in flyers:
        data_keys = await settled(flyer.describe_collect())
        descriptions.append(
            ObjectDescription(
                name_of(flyer),
                data_keys,
                hints=getattr(flyer, "hints", None),
                configuration=await read_configuration(flyer),
            )
        )
    stream = run.open_stream(name, flyers, descriptions)
    for flyer in flyers:
        run.collect_streams[flyer] = {name: stream}
    return stream


async def _common_index(flyers: Sequence[Any]) -> int | None:
    """Return how many frames all of them have written: what is ahead waits for the next time."""
    indices = [await settled(flyer.get_index()) for flyer in flyers if hasattr(flyer, "get_index")]
    return min(indices) if indices else None


async def _describe_once(run: RunBundler, flyer: Any, name: str | None) -> dict[str, EventStream]:
    known = run.collect_streams.get(flyer)
    if known is not None:
        return known
    described = await settled(flyer.describe_collect())
    by_stream = {name or name_of(flyer): described} if _is_data_keys(described) else described
    configuration = await read_configuration(flyer)
    streams = {}
    for stream_name, data_keys in by_stream.items():
        description = ObjectDescription(
            name_of(flyer), data_keys, hints=getattr(flyer, "hints", None), configuration=configuration
        )
        existing = run.streams.get(stream_name)
        if existing is not None and existing.data_keys.keys() != description.data_keys.keys():
            raise RuntimeError(
                f"Mismatched keys collected for the stream {stream_name!r}: expected "
                f"{', '.join(existing.data_keys)}; got {', '.join(description.data_keys)}."
            )
        streams[stream_name] = existing or run.open_stream(stream_name, [flyer], [description])
    run.collect_streams[flyer] = streams
    return streams


def _is_data_keys(described: Mapping[str, Any]) -> bool:
    """Whether ``describe_collect`` gave data keys, not data keys by stream."""
    return all("dtype" in value and "source" in value for value in described.values()) and bool(described)


def _stream_of(streams: Mapping[str, EventStream], data: Mapping[str, Any], flyer: Any) -> EventStream:
    for stream in streams.values():
        if stream.keys_in_events == data.keys():
            return stream
    raise RuntimeError(
        f"{name_of(flyer)} collected the keys {', '.join(sorted(data))}, which its describe_collect() has "
        f"in none of the streams {', '.join(streams)}."
    )


async def _collect_events(
    run: RunBundler, flyer: Any, streams: Mapping[str, EventStream], *, one_by_one: bool
) -> list[Document]:
    pages: dict[str, list[Document]] = {}
    payload = []
    async for partial in each_of(flyer.collect()):
        stream = _stream_of(streams, partial["data"], flyer)
        event = stream.event_of(
            dict(partial["data"]), dict(partial["timestamps"]), partial.get("time") or time()
        )
        if "filled" in partial:
            event["filled"] = dict(partial["filled"])
        payload.append(event)
        if one_by_one:
            run.emit_event(stream, event)
        else:
            pages.setdefault(stream.name, []).append(event)
    for events in pages.values():
        run.emit_page(_page_of(events))
    return payload


async def _collect_pages(run: RunBundler, flyer: Any, streams: Mapping[str, EventStream]) -> list[Document]:
    payload = []
    async for partial in each_of(flyer.collect_pages()):
        stream = _stream_of(streams, partial["data"], flyer)
        events = [
            stream.event_of(
                {key: values[i] for key, values in partial["data"].items()},
                {key: values[i] for key, values in partial["timestamps"].items()},
                moment,
            )
            for i, moment in enumerate(partial["time"])
        ]
        if events:
            run.emit_page(_page_of(events))
        payload += events
    return payload


def _page_of(events: Sequence[Document]) -> Document:
    """Pack events of one stream into an event page."""
    first = events[0]
    return {
        "descriptor": first["descriptor"],
        "uid": [event["uid"] for event in events],
        "time": [event["time"] for event in events],
        "seq_num": [event["seq_num"] for event in events],
        "data": {key: [event["data"][key] for event in events] for key in first["data"]},
        "timestamps": {key: [event["timestamps"][key] for event in events] for key in first["timestamps"]},
        "filled": {key: [event["filled"][key] for event in events] for key in first["filled"]},
    }


async def _emit_assets(
    run: RunBundler, flyers: Sequence[Any], index: int | None
) -> list[tuple[EventStream, int]]:
    """Emit what the flyers say of data kept elsewhere; return to which numbers streams have come."""
    # What is collected into one stream together is numbered together.
    rounds: dict[str | None, tuple[EventStream | None, list[tuple[str, Document]]]] = {}
    for flyer in flyers:
        asset_docs = getattr(flyer, "collect_asset_docs", None)
        if asset_docs is None:
            continue
        streams = run.collect_streams[flyer]
        only = next(iter(streams.values())) if len(streams) == 1 else None
        _, assets = rounds.setdefault(None if only is None else only.name, (only, []))
        arguments = (index,) if hasattr(flyer, "get_index") else ()
        assets += [asset async for asset in each_of(asset_docs(*arguments))]
    reached = []
    for stream, assets in rounds.values():
        frames = run.emit_assets(assets, stream)
        if stream is not None:
            reached.append((stream, stream.next_seq_num + frames))
    return reached
