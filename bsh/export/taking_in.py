"""Runs of other programs, taken into the library.

Owns which numbers they get, and that a file that is taken in twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bsh.errors import CommandError, RunNotFound
from bsh.export.documents_files import TornFileError, read_json_documents, read_msgpack_documents
from bsh.export.run_of import RunOf, part_of
from bsh.export.spec_reader import is_spec_file, read_spec_documents
from bsh.export.store_files import is_store_file, read_store_documents
from bsh.protocols import Document
from bsh.store.summary import IMPORTED, RUNNING

__all__ = ["TakenIn", "read_documents", "take_in"]

_TIMEOUT_S = 60.0
_HDF5 = b"\x89HDF\r\n\x1a\n"
"""How NeXus files begin."""


@dataclass
class TakenIn:
    """What came of a file.

    Attributes
    ----------
    new : list of int
        Scan numbers of the runs that were taken in.
    known : int
        How many runs were in the library already.
    torn : str
        Where the file ends in the middle of a document; empty where it is whole.
    """

    new: list[int] = field(default_factory=list)
    known: int = 0
    torn: str = ""

    def __str__(self) -> str:
        first, last = (self.new[0], self.new[-1]) if self.new else (0, 0)
        numbers = (
            f" (scan {first})" if len(self.new) == 1 else f" (scans {first} to {last})" if self.new else ""
        )
        text = f"{len(self.new)} run{'' if len(self.new) == 1 else 's'} taken in{numbers}"
        text += f", {self.known} known already" if self.known else ""
        return text + (f"; {self.torn}" if self.torn else "")


def read_documents(path: Path) -> Iterator[tuple[str, Document]]:
    """Yield the documents of a file, whatever its format.

    Parameters
    ----------
    path : Path
        JSON lines, JSON or msgpack documents, a SPEC file, or a run store.

    Raises
    ------
    CommandError
        The file cannot be read, or is none of these.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(len(_HDF5))
        if begin[:1] in (b"[", b"{"):
            yield from read_json_documents(path)
        elif begin and begin[0] >= 0x80 and begin != _HDF5:  # an array or a map of msgpack
            yield from read_msgpack_documents(path)
        elif is_store_file(path):
            yield from read_store_documents(path)
        elif is_spec_file(path):
            yield from read_spec_documents(path)
        else:
            raise CommandError(
                f"{path} is no file of runs",
                hint="JSON lines or msgpack documents, a SPEC file, or a runs.db",
            )
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror or error}") from error


def take_in(store: Any, documents: Iterable[tuple[str, Document]], origin: str) -> TakenIn:
    """Take runs into a store.

    A run keeps its uid; it gets a new scan number, and its own is kept in the metadata, ``imported``.

    Parameters
    ----------
    store : RunStore
        The library.
    documents : iterable of (str, dict)
        Of any number of runs.
    origin : str
        Where they come from.

    Raises
    ------
    CommandError
        A run has no start document.
    """
    taken = TakenIn()
    runs = _Runs(store)
    known: set[str] = set()
    for name, doc in _until_torn(documents, taken):
        uid = runs.of(name, doc)
        if uid is None:
            raise CommandError(
                f"{origin} does not begin with a start document: nothing says which run is meant"
            )
        if name == "start" and uid not in known:
            _wait(store)  # numbers that the file itself has used must be seen
            there = _stored(store, uid)
            if there is not None and there.stop is not None:
                known.add(uid)
                taken.known += 1
                continue
            doc = _renumbered(store, doc, origin) if there is None else there.start
            taken.new.append(doc["scan_id"])
        if uid not in known:
            store(name, doc)
            if store.congested:
                _wait(store)
    _wait(store)
    return taken


def _until_torn(documents: Iterable[tuple[str, Document]], taken: TakenIn) -> Iterator[tuple[str, Document]]:
    """Yield documents up to the one that a crash has torn, which is noted."""
    try:
        yield from documents
    except TornFileError as error:
        taken.torn = error.message


def _wait(store: Any) -> None:
    """Wait until all is on disk."""
    outcome: Future[None] = Future()
    store.when_durable(lambda error: outcome.set_exception(error) if error else outcome.set_result(None))
    outcome.result(_TIMEOUT_S)


class _Runs:
    """Which run a document belongs to; also to one of the library that has not ended."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._run_of = RunOf()

    def of(self, name: str, doc: Document) -> str | None:
        """Return the uid of a document's run; None if neither the file nor the library knows it."""
        uid = self._run_of(name, doc)
        if uid is None and name != "start":
            self._look_for(part_of(doc))
            uid = self._run_of(name, doc)
        return uid

    def _look_for(self, part: str) -> None:
        """Look for a descriptor or a resource in the runs of the library that have not ended."""
        for summary in [*self._store.interrupted_runs(), *self._store.runs(exit_status=RUNNING)]:
            run = self._store.run(summary.uid)
            for name, doc in run.documents():
                if name == "start":
                    start = doc
                elif name in ("descriptor", "resource", "stream_resource"):
                    self._run_of.of_part[str(doc["uid"])] = summary.uid
            if part in self._run_of.of_part:
                self._store("start", start)  # nothing new to the store, which has to think of the run again
                return


def _stored(store: Any, uid: str | None) -> Any:
    try:
        run = store.run(uid)
    except RunNotFound:
        return None
    return run if run.summary.uid == uid else None


def _renumbered(store: Any, start: Document, origin: str) -> Document:
    own = start.get("scan_id")
    if _was_taken_here(store, own):  # saved from this very library when it could not be written
        return start
    number = store.take_scan_id().result(_TIMEOUT_S)
    return {**start, "scan_id": number, IMPORTED: {"file": origin, "scan_id": own}}


def _was_taken_here(store: Any, number: Any) -> bool:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < store.peek_scan_id():
        return False
    try:
        store.run(number)
    except RunNotFound:
        return True
    return False
