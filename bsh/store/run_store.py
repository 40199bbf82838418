"""The run store: every document, every scan number and the metadata of one profile.

Owns the life of the store in this process and the hot path on which documents come in. See
:mod:`bsh.store.schema` for what is in the file.
"""

from __future__ import annotations

import datetime
import logging
import os
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from bsh.errors import StoreError
from bsh.protocols import Document
from bsh.store.cursors import Cursors
from bsh.store.database import Database
from bsh.store.failures import is_corruption
from bsh.store.filesystem import filesystem_type
from bsh.store.library import RunLibrary, TextSearch
from bsh.store.metadata import Metadata
from bsh.store.metadata_table import take_scan_number
from bsh.store.process import this_process
from bsh.store.reader import Reader
from bsh.store.rescue import write_rescue_file
from bsh.store.run_table import RunTable
from bsh.store.run_words import add_words
from bsh.store.schema import METADATA_TABLES, RUN_COLUMNS, RUN_TABLES
from bsh.store.shells import Shells
from bsh.store.stored_run import StoredDocument, StoredRun
from bsh.store.summary import RunSummary
from bsh.store.writer import Writer

__all__ = ["RunStore"]

_METADATA_TIMEOUT_S = 30.0
_EXIT_TIMEOUT_S = 10.0


class RunStore:
    """A durable sink for documents, and the library of what it took.

    Calling it with ``(name, document)`` takes a copy and appends it to a queue; a thread of its own
    writes. Documents come from one thread at a time (the engine's); all else may be called from any.
    Several processes may have the same file open.

    Parameters
    ----------
    path : path
        The file, made with its folder if missing. A damaged one is moved aside, see ``warnings``.
    profile : str, optional
        Recorded with each run.
    text_search : {"auto", "fts5", "like"}, optional
        How free text is searched in :meth:`runs`.
    filesystem_type : callable, optional
        Tells the type of the file system that holds a folder; decides about the journal.
    max_queued : int, optional
        From how many unwritten documents on the store is ``congested``.
    busy_timeout_s : float, optional
        How long to wait for a lock of another process before that counts as an error, in seconds.
    clock : callable, optional
        Seconds since the epoch.

    Attributes
    ----------
    metadata : Metadata
        Persistent metadata, a mapping.
    is_on_network : bool
        Whether the file lies on a network file system, where only one shell should have it open.
    shells : Shells
        Who else has the file open, and who may run plans.
    accepted : int
        Number of documents handed in so far.
    is_patient : bool
        Whether who asks :meth:`when_durable` hears nothing of failures that may pass, such as a full disk: for where
        people see :attr:`error` and can mend it, or stop waiting. False at first.

    Raises
    ------
    StoreError
        If the file cannot be opened or made.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        profile: str = "",
        text_search: TextSearch = "auto",
        filesystem_type: Callable[[Path], str] = filesystem_type,
        max_queued: int = 20_000,
        busy_timeout_s: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = Path(path)
        self.profile = profile
        self.accepted = 0
        self.is_patient = False
        self._closed = False
        self._max_queued = max_queued
        database = Database(
            self.path,
            (*METADATA_TABLES, *RUN_TABLES),
            columns=RUN_COLUMNS,
            text_index=text_search != "like",
            filesystem_type=filesystem_type,
            busy_timeout_s=busy_timeout_s,
            clock=clock,
        )
        connection = database.open()
        self.is_on_network = database.is_on_network
        self._warnings = database.warnings
        self._library = RunLibrary(database, text_search=text_search, clock=clock)
        table = RunTable(connection, profile=profile, writer=this_process(), clock=clock)
        self._writer = Writer(database, connection, table, self._warnings)
        self._append = self._writer.append
        metadata_reader = Reader(database)  # not the library's: a long query must not hold up a scan
        self._cursors = Cursors(metadata_reader, self._writer)
        self.shells = Shells(metadata_reader, self._writer, clock=clock)
        transact = partial(self._writer.run, timeout_s=_METADATA_TIMEOUT_S)
        self.metadata = Metadata(metadata_reader, transact, counts_scans=True, clock=clock)
        self._leave = partial(_leave, self._writer, [self._library, metadata_reader], self.path)
        self._finalizer = weakref.finalize(self, _leave_at_exit, self._leave)

    def __enter__(self) -> RunStore:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<RunStore {self.path}{' (closed)' if self._closed else ''}>"

    # the durable sink

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document; neither waits nor does anything slow.

        Raises
        ------
        StoreError
            If the store is closed.
        """
        if self._closed:
            raise self._closed_error()
        if name == "event":
            kept = doc.copy()
            try:
                kept["data"] = doc["data"].copy()
                kept["timestamps"] = doc["timestamps"].copy()
            except (KeyError, AttributeError):
                pass  # not in event-model's shape: kept as it is
        else:
            kept = _copied(name, doc)
        self.accepted += 1
        self._append((name, kept))
        writer = self._writer
        if writer.is_asleep:
            writer.is_asleep = False  # one wake-up is enough for what follows until it is awake
            writer.wake()

    @property
    def committed(self) -> int:
        """Number of documents that are on disk."""
        return self._writer.committed

    @property
    def congested(self) -> bool:
        """Whether so many documents are waiting that the engine should wait too."""
        return self.accepted - self._writer.committed >= self._max_queued

    @property
    def error(self) -> StoreError | None:
        """Why the last attempt to write failed; None once one has succeeded."""
        return self._writer.error

    @property
    def warnings(self) -> list[str]:
        """What a person should know about this store: one sentence each."""
        return [*self._warnings, *self.metadata.warnings]

    def when_durable(self, callback: Callable[[BaseException | None], None]) -> None:
        """Call back when all that was accepted so far is on disk, or could not be written.

        Parameters
        ----------
        callback : callable
            Called once, with None, or with a StoreError that names file and cause: at once if there is
            nothing to wait for, else on the writer's thread. After an error the store goes on trying;
            call again to learn of that, unless it ``is_patient``.
        """
        if self.committed >= self.accepted:
            callback(None)
        else:
            self._writer.when_durable(partial(self._told, callback))

    def _told(self, callback: Callable[[BaseException | None], None], error: BaseException | None) -> None:
        goes_on = not (self._closed or self._writer.has_ended)
        may_pass = goes_on and error is not None and not is_corruption(error.__cause__ or error)
        if may_pass and self.is_patient:
            self._writer.when_durable(partial(self._told, callback))
        else:
            callback(error)

    def on_commit(self, callback: Callable[[int], None]) -> None:
        """Call ``callback(committed)`` on the writer's thread after each commit of documents.

        Parameters
        ----------
        callback : callable
            Quick, and without a lock that others hold for long: the next commit waits for it.
        """
        self._writer.on_commit.append(callback)

    # scan numbers

    def take_scan_id(self) -> Future[int]:
        """Take the next scan number, which nobody else gets, in any process.

        Returns
        -------
        concurrent.futures.Future of int
            Done when the number is on disk; StoreError if it cannot be written.
        """
        return self._writer.submit(take_scan_number)

    def peek_scan_id(self) -> int:
        """Return the number that the next scan would get now; another shell may be quicker."""
        return self.metadata.scan_number() + 1

    # the library

    def runs(
        self,
        limit: int | None = None,
        *,
        plan_name: str | None = None,
        since: float | datetime.datetime | None = None,
        until: float | datetime.datetime | None = None,
        exit_status: str | None = None,
        text: str | None = None,
        motor: str | None = None,
        pieces: str | None = None,
    ) -> list[RunSummary]:
        """Return summaries of runs, newest first; see :meth:`RunLibrary.runs` for the filters."""
        return self._library.runs(
            limit,
            plan_name=plan_name,
            since=since,
            until=until,
            exit_status=exit_status,
            text=text,
            motor=motor,
            pieces=pieces,
        )

    def run(self, ref: int | str) -> StoredRun:
        """Return one run by scan number, uid prefix, or number from the end; see :meth:`RunLibrary.run`."""
        return self._library.run(ref)

    def interrupted_runs(self) -> list[RunSummary]:
        """Return the runs that have no stop document and whose process is gone, newest first."""
        return self._library.interrupted_runs()

    def add_words(self, uid: str, text: str) -> Future[None]:
        """Have a run found by the words of a text, too, as by those of its metadata.

        Parameters
        ----------
        uid : str
            The run; one that is not stored is passed over.
        text : str
            For example a comment on it.

        Returns
        -------
        concurrent.futures.Future
            Done when that is on disk; StoreError if it cannot be written.
        """
        return self._writer.submit(lambda connection: add_words(connection, uid, text), changes_state=False)

    # following the store

    def documents_after(self, sequence: int, limit: int = 500) -> list[StoredDocument]:
        """Return what was saved after a document; see :meth:`RunLibrary.documents_after`."""
        return self._library.documents_after(sequence, limit)

    def last_sequence(self) -> int:
        """Return the number of the last document on disk; 0 if there is none."""
        return self._cursors.last_sequence()

    def cursor(self, sink: str) -> int:
        """Return the number of the last document that a sink has dealt with; 0 if it has seen none.

        Parameters
        ----------
        sink : str
            The name it is kept by.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        return self._cursors.get(sink)

    def move_cursor(self, sink: str, sequence: int) -> None:
        """Note that a sink has dealt with all documents up to one; neither waits nor costs a commit.

        It is on disk with the next documents that are, or when the store is closed: after a crash a sink
        may be given a few documents a second time.

        Parameters
        ----------
        sink : str
            The name it is kept by.
        sequence : int
            Number of that document; a smaller one than before has the sink go through them again.

        Raises
        ------
        StoreError
            If the store is closed.
        """
        if self._closed:
            raise self._closed_error()
        self._cursors.move(sink, sequence)

    # the end

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what is queued and close the file; a second call does nothing.

        Parameters
        ----------
        timeout_s : float, optional
            How long to try, in seconds.

        Raises
        ------
        StoreError
            If documents could not be saved; the hint names the file that they were written to instead.
        """
        if self._closed:
            return
        self._closed = True
        self.shells.leave()
        error = self._leave(timeout_s)
        self._finalizer.detach()  # not earlier: a Ctrl+C above leaves the rest to the end of Python
        if error is not None:
            raise error

    def _closed_error(self) -> StoreError:
        return StoreError(f"the run store {self.path} is closed")


def _copied(name: str, doc: Document) -> Document:
    """Return a copy of a document that is no event.

    A start document holds the user's metadata, which may be edited before the writer has come to it.
    """
    if name == "start":
        return {key: _copied_value(value) for key, value in doc.items()}
    kept = doc.copy()
    for key in ("data", "timestamps"):
        if isinstance(columns := kept.get(key), dict):
            kept[key] = columns.copy()
    return kept


def _copied_value(value: Any, depth: int = 0) -> Any:
    if depth < 20:
        if isinstance(value, dict):
            return {key: _copied_value(item, depth + 1) for key, item in list(value.items())}
        if isinstance(value, list):
            return [_copied_value(item, depth + 1) for item in list(value)]
    return value


def _leave(
    writer: Writer, readers: list[RunLibrary | Reader], path: Path, timeout_s: float
) -> StoreError | None:
    """End the writer and return what is to be said about documents that it could not save."""
    for reader in readers:  # the last connection to close tidies up the file, and that must be able to write
        reader.close()
    writer.stop(timeout_s)
    unsaved = writer.unsaved()
    if not unsaved:
        return None
    cause = writer.error or StoreError(f"not done within {timeout_s:g} s")
    rescue = write_rescue_file(path, unsaved)
    hint = f"They were written to {rescue}; take them in with: bsh import {rescue}" if rescue else None
    error = StoreError(f"{len(unsaved)} documents are not in {path}: {cause}", hint=hint)
    error.__cause__ = cause
    return error


def _leave_at_exit(leave: Callable[[float], StoreError | None]) -> None:
    """Close a store that nobody closed, when Python ends or the store is garbage."""
    error = leave(_EXIT_TIMEOUT_S)
    if error is not None:
        logging.getLogger("bsh.store").error("%s. %s", error, error.hint)
