"""A run as it is stored, and a single document of it.

Owns the reading back of documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bsh.errors import StoreError
from bsh.protocols import Document
from bsh.store.codec import decode
from bsh.store.reader import Reader
from bsh.store.summary import RunSummary

__all__ = ["StoredDocument", "StoredRun", "read_document"]

_CHUNK = 500


@dataclass(frozen=True)
class StoredDocument:
    """A document with its place in the store.

    Parameters
    ----------
    sequence : int
        Grows with each document that is saved, over all runs and all processes.
    run_uid : str or None
        The run that it belongs to; None if it names none that the store knows.
    name : str
        Kind of document.
    doc : dict
        The document.
    """

    sequence: int
    run_uid: str | None
    name: str
    doc: Document


class StoredRun:
    """One run of the library.

    Parameters
    ----------
    reader : Reader
        Reads the store.
    row_id : int
        Number of the run's row in the store.
    summary : RunSummary
        The run as it was when it was looked up.
    """

    def __init__(self, reader: Reader, row_id: int, summary: RunSummary) -> None:
        self._reader = reader
        self._row_id = row_id
        self.summary = summary

    def __repr__(self) -> str:
        return f"<StoredRun {self.summary.scan_id} {self.summary.uid[:8]} {self.summary.command!r}>"

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Yield ``(name, document)`` in the order of emission.

        A point that was taken again after a pause is there twice, as it was emitted. Of a run that is
        still being taken, what is on disk is yielded. The store is not held while the caller works.

        Raises
        ------
        StoreError
            If the store cannot be read, or a document in it is damaged.
        """
        seq = 0
        while True:
            rows = self._reader.rows(
                "SELECT seq, name, body FROM documents WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?",
                (self._row_id, seq, _CHUNK),
            )
            for seq, name, body in rows:
                yield name, read_document(seq, body)
            if len(rows) < _CHUNK:
                return

    def sample(self, most: int) -> Iterator[tuple[str, Document]]:
        """Yield ``(name, document)`` as :meth:`documents` does, of a long run only some of its events.

        Parameters
        ----------
        most : int
            About so many events at most, evenly spread.
        """
        every = max(1, -(-self.summary.num_points // most))
        rows = self._reader.rows(
            "SELECT seq, name, body FROM documents WHERE run = ? AND (name != 'event' OR seq % ? = 0)"
            " ORDER BY seq",
            (self._row_id, every),
        )
        for seq, name, body in rows:
            yield name, read_document(seq, body)

    @property
    def start(self) -> Document:
        """The start document."""
        for name, doc in self.documents():
            if name == "start":
                return doc
        raise StoreError(f"run {self.summary.uid} has no start document")

    @property
    def stop(self) -> Document | None:
        """The stop document; None for a run that has not ended properly."""
        rows = self._reader.rows(
            "SELECT seq, body FROM documents WHERE run = ? AND name = 'stop' ORDER BY seq DESC LIMIT 1",
            (self._row_id,),
        )
        return read_document(*rows[0]) if rows else None


def read_document(seq: int, body: str) -> Document:
    """Return a stored document.

    Parameters
    ----------
    seq : int
        Its number in the store, for the error's text.
    body : str
        Its JSON text.

    Raises
    ------
    StoreError
        If the text is damaged.
    """
    try:
        document: Document = decode(body)
    except ValueError as error:
        raise StoreError(f"document {seq} of the store is damaged: {error}") from error
    return document
