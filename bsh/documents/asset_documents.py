"""Documents about data that are kept elsewhere: completed with what a device cannot know, and checked."""

from __future__ import annotations

from collections.abc import Iterable

from bsh.documents.event_stream import EventStream
from bsh.protocols import Document

__all__ = ["AssetDocuments"]

_NAMES = ("resource", "datum", "stream_resource", "stream_datum")


class AssetDocuments:
    """The asset documents of one run.

    Parameters
    ----------
    run_start : str
        Uid of the run.
    """

    def __init__(self, run_start: str) -> None:
        self._run_start = run_start
        self._data_key_of: dict[str, str] = {}

    def complete(
        self,
        assets: Iterable[tuple[str, Document]],
        stream: EventStream | None,
        *,
        last_frame_only: bool = False,
    ) -> tuple[list[tuple[str, Document]], int]:
        """Complete what devices said at one time, for one event or one collection.

        Parameters
        ----------
        assets : iterable of (str, dict)
            Names and documents as the devices gave them; they are not changed.
        stream : EventStream or None
            The stream that they belong to; None where a device has several.
        last_frame_only : bool
            Leave out all frames of a key but the last: the others were taken before a rewind, for an event
            that never was.

        Returns
        -------
        list of (str, dict)
            The documents with run, descriptor and sequence numbers.
        int
            How many frames were added to each streamed key.

        Raises
        ------
        RuntimeError
            A document refers to what is not known, or the streamed keys were not all given the same number
            of frames.
        """
        completed: list[tuple[str, Document]] = []
        frames: dict[str, int] = {}
        for name, doc in _last_frames(assets) if last_frame_only else assets:
            if name not in _NAMES:
                raise RuntimeError(f"A device gave a document {name!r}; known are {', '.join(_NAMES)}.")
            if name in ("resource", "stream_resource"):
                doc = {**doc, "run_start": self._run_start}
            if name == "stream_resource":
                self._register(doc, stream)
            elif name == "stream_datum":
                doc = self._numbered(doc, stream, frames)
            completed.append((name, doc))
        if stream is not None and frames:
            _refuse_uneven(frames, stream)
        return completed, max(frames.values(), default=0)

    def _register(self, doc: Document, stream: EventStream | None) -> None:
        key = doc["data_key"]
        if stream is not None and key not in stream.streamed_keys:
            raise RuntimeError(
                f"A stream_resource was given for {key!r}, but the keys of the stream {stream.name!r} with "
                f"external='STREAM:' are {', '.join(stream.streamed_keys) or 'none'}."
            )
        self._data_key_of[doc["uid"]] = key

    def _numbered(self, doc: Document, stream: EventStream | None, frames: dict[str, int]) -> Document:
        key = self._data_key_of.get(doc["stream_resource"])
        if key is None:
            raise RuntimeError(
                f"The stream_datum {doc['uid']} refers to the stream_resource {doc['stream_resource']}, "
                "which was not given before it."
            )
        told = frames.get(key, 0)
        frames[key] = told + doc["indices"]["stop"] - doc["indices"]["start"]
        if stream is None:
            return doc
        first = stream.next_seq_num
        seq_nums = {"start": first + told, "stop": first + frames[key]}
        return {**doc, "descriptor": stream.descriptor_uid, "seq_nums": seq_nums}


def _last_frames(assets: Iterable[tuple[str, Document]]) -> list[tuple[str, Document]]:
    kept: list[tuple[str, Document]] = []
    seen: set[str] = set()
    for name, doc in reversed(list(assets)):
        if name == "stream_datum":
            if doc["stream_resource"] in seen:
                continue
            seen.add(doc["stream_resource"])
            stop = doc["indices"]["stop"]
            doc = {**doc, "indices": {"start": max(doc["indices"]["start"], stop - 1), "stop": stop}}
        kept.append((name, doc))
    return kept[::-1]


def _refuse_uneven(frames: dict[str, int], stream: EventStream) -> None:
    counts = {key: frames.get(key, 0) for key in stream.streamed_keys}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{key}: {count}" for key, count in counts.items())
        raise RuntimeError(
            f"The frames of the stream {stream.name!r} do not go together ({told}): each event needs one of "
            "each key."
        )
