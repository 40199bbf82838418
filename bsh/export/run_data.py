"""The data of a run as columns.

Owns the way from documents to columns: pages opened, points that were taken again there once, references to files
resolved. Needs neither numpy nor pandas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bsh.callbacks.columns import choose_columns
from bsh.callbacks.router import DocumentRouter
from bsh.callbacks.table import QUIET_STREAMS
from bsh.protocols import Document

__all__ = ["RunData", "Stream", "StreamFile", "is_streamed"]


@dataclass(frozen=True)
class StreamFile:
    """A file that holds what is not in the documents.

    Parameters
    ----------
    uri : str
        Where it is.
    kind : str
        Its type, as the documents name it.
    dataset : str
        The place in an HDF5 file; empty where none is named.
    """

    uri: str
    kind: str = ""
    dataset: str = ""

    @property
    def path(self) -> str:
        """The file's path, for ``file:`` addresses and plain paths."""
        from urllib.parse import unquote, urlsplit

        if not self.uri.startswith("file:"):
            return self.uri
        return unquote(urlsplit(self.uri).path)


@dataclass
class Stream:
    """One stream of a run.

    Attributes
    ----------
    name : str
        For example ``primary``.
    start : dict
        The run's start document.
    descriptor : dict
        Of the stream; where it had several, the last one with the data keys of all.
    seq_nums : list of int
        Sequence numbers of the points, from 1.
    times : list of float
        When they were taken, seconds since the epoch.
    columns : dict of str to list
        A value for each point; None where a point has none.
    files : dict of str to StreamFile
        Of data keys that are in files of their own.
    """

    name: str
    start: Document
    descriptor: Document
    seq_nums: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, StreamFile] = field(default_factory=dict)

    @property
    def data_keys(self) -> Mapping[str, Any]:
        """What the descriptor says of each column."""
        keys: Mapping[str, Any] = self.descriptor.get("data_keys") or {}
        return keys

    @property
    def axes(self) -> list[str]:
        """The columns that the plan moved."""
        return [key for key, role in self._roles() if role == "axis"]

    @property
    def counters(self) -> list[str]:
        """The columns that matter, as the devices hint; most important first."""
        return [key for key, role in self._roles() if role == "counter"]

    @property
    def ordered(self) -> list[str]:
        """All columns: what the plan moved, what counts, the rest."""
        return list(dict.fromkeys([*self.axes, *self.counters, *self.columns]))

    def units(self, key: str) -> str:
        """Return the units of a column; empty where it has none."""
        return str(self.data_keys.get(key, {}).get("units") or "")

    def _roles(self) -> list[tuple[str, str]]:
        chosen = choose_columns(self.start, self.descriptor)
        return [(column.key, column.role) for column in chosen if column.key in self.columns]


class RunData(DocumentRouter):
    """Collects the documents of one run.

    Parameters
    ----------
    documents : iterable of (str, dict), optional
        In the order of emission.

    Attributes
    ----------
    start_doc : dict
        The start document.
    stop_doc : dict or None
        The stop document; None for a run without one.
    streams : dict of str to Stream
        By name, in the order in which they came.

    Examples
    --------
    >>> data = RunData(scans[-1].documents())  # doctest: +SKIP
    >>> data.main.columns["det"]  # doctest: +SKIP
    """

    def __init__(self, documents: Iterable[tuple[str, Document]] = ()) -> None:
        self.start_doc: Document = {}
        self.stop_doc: Document | None = None
        self.streams: dict[str, Stream] = {}
        self._of_descriptor: dict[str, Stream] = {}
        self._points: dict[str, dict[int, Document]] = {}
        self._resources: dict[str, StreamFile] = {}
        self._of_key: dict[str, StreamFile] = {}
        self._datums: dict[str, StreamFile] = {}
        for name, doc in documents:
            self(name, doc)
        self._fill_columns()

    @property
    def main(self) -> Stream:
        """The stream with the points of the scan: ``primary``, else the longest of the others."""
        if "primary" in self.streams:
            return self.streams["primary"]
        others = [stream for name, stream in self.streams.items() if name not in QUIET_STREAMS]
        nothing = Stream("primary", self.start_doc, {})
        return max(others, key=lambda stream: len(stream.seq_nums), default=nothing)

    def start(self, doc: Document) -> None:
        """Take the start document."""
        self.start_doc = doc

    def stop(self, doc: Document) -> None:
        """Take the stop document."""
        self.stop_doc = doc

    def descriptor(self, doc: Document) -> None:
        """Begin a stream, or go on with one that has changed."""
        name = str(doc.get("name", "primary"))
        stream = self.streams.get(name)
        if stream is None:
            stream = self.streams[name] = Stream(name, self.start_doc, doc)
        else:
            keys = {**stream.data_keys, **(doc.get("data_keys") or {})}
            stream.descriptor = {**doc, "data_keys": keys}
        self._of_descriptor[doc["uid"]] = stream

    def event(self, doc: Document) -> None:
        """Take a point; one that was taken again takes the place of the first."""
        stream = self._of_descriptor.get(doc["descriptor"])
        if stream is not None:
            self._points.setdefault(stream.name, {})[doc["seq_num"]] = doc

    def resource(self, doc: Document) -> None:
        """Take note of a file."""
        path = "/".join(part for part in (doc.get("root"), doc.get("resource_path")) if part)
        self._resources[doc["uid"]] = StreamFile(
            path, str(doc.get("spec", "")), _dataset(doc, "resource_kwargs")
        )

    def stream_resource(self, doc: Document) -> None:
        """Take note of a file that has a column."""
        file = StreamFile(str(doc.get("uri", "")), str(doc.get("mimetype", "")), _dataset(doc, "parameters"))
        self._resources[doc["uid"]] = file
        self._of_key[str(doc.get("data_key", ""))] = file

    def datum(self, doc: Document) -> None:
        """Take note of a place in a file."""
        file = self._resources.get(doc["resource"])
        if file is not None:
            self._datums[doc["datum_id"]] = file

    def datum_page(self, doc: Document) -> None:
        """Take note of places in a file."""
        for datum_id in doc["datum_id"]:
            self.datum({"datum_id": datum_id, "resource": doc["resource"]})

    def stream_datum(self, doc: Document) -> None:
        """Take note of which stream a file belongs to."""
        stream = self._of_descriptor.get(doc["descriptor"])
        file = self._resources.get(doc["stream_resource"])
        if stream is not None and file is not None:
            stream.files |= {key: known for key, known in self._of_key.items() if known is file}

    def _fill_columns(self) -> None:
        for name, stream in self.streams.items():
            events = list(self._points.get(name, {}).values())
            stream.seq_nums = [event["seq_num"] for event in events]
            stream.times = [event["time"] for event in events]
            keys = [key for key in stream.data_keys if key not in stream.files]
            stream.columns = {key: [event["data"].get(key) for event in events] for key in keys}
            for key in [key for key in keys if stream.data_keys[key].get("external")]:
                self._resolve(stream, key)

    def _resolve(self, stream: Stream, key: str) -> None:
        """Put names of files in the place of datum ids."""
        values: Sequence[Any] = stream.columns[key]
        found = [self._datums.get(value) if isinstance(value, str) else None for value in values]
        if found and found[0] is not None and all(file == found[0] for file in found):
            stream.files[key] = found[0]
        stream.columns[key] = [file.path if file is not None else value for file, value in zip(found, values)]


def is_streamed(about: Mapping[str, Any]) -> bool:
    """Whether the values of a data key are in files only, and not in the events.

    Parameters
    ----------
    about : mapping
        What the descriptor says of it.
    """
    return str(about.get("external") or "").startswith("STREAM:")


def _dataset(doc: Document, where: str) -> str:
    """Return the place in an HDF5 file."""
    words = doc.get(where)
    if not isinstance(words, Mapping):
        return ""
    named = next((words[key] for key in ("dataset", "path", "key", "swmr_dataset") if key in words), "")
    if not named and doc.get("spec") in ("AD_HDF5", "AD_HDF5_SWMR"):
        return "/entry/data/data"
    return str(named) if isinstance(named, str) else ""
