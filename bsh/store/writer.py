"""The thread that writes.

Owns the queue of documents and requests, the writing connection and the group commit. Everybody else only
appends to the queue; nobody ever waits for a lock that this thread holds.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from bsh.errors import StoreError
from bsh.protocols import Document
from bsh.store.database import Database, transaction
from bsh.store.failures import is_corruption, store_error
from bsh.store.run_table import Row, RunTable

__all__ = ["GROUP_WINDOW_S", "Writer"]

WhenDurable: TypeAlias = Callable[[BaseException | None], None]
_Taken: TypeAlias = tuple[str, Document]

GROUP_WINDOW_S = 0.01
"""Commits of events follow each other no faster than this, so that fast scans share them."""
_RETRY_S = 0.2
_MAX_BATCH = 5000
_WARNINGS_KEPT = 100


@dataclass
class _Request:
    """A function to run in a write transaction, and who waits for its result."""

    function: Callable[[sqlite3.Connection], Any]
    changes_state: bool = True
    """Whether it writes metadata or scan numbers, of which a copy is kept beside the database."""
    future: Future[Any] = field(default_factory=Future)
    result: Any = None
    error: Exception | None = None


@dataclass
class _Batch:
    """What one transaction writes; documents stay in it until they are on disk."""

    taken: int = 0
    rows: list[Row] = field(default_factory=list)
    requests: list[_Request] = field(default_factory=list)
    waiters: list[WhenDurable] = field(default_factory=list)


class Writer:
    """Writes documents and runs requests, one transaction for whatever is queued.

    Parameters
    ----------
    database : Database
        Where to.
    connection : sqlite3.Connection
        Opened for writing; belongs to this object from now on.
    table : RunTable
        Where documents go; on the same connection.
    warnings : list of str
        Where to put what a person should know.
    """

    def __init__(
        self,
        database: Database,
        connection: sqlite3.Connection,
        table: RunTable,
        warnings: list[str],
    ) -> None:
        self.committed = 0
        self.error: StoreError | None = None
        self.is_asleep = False
        """Whether a document that is appended must be followed by :meth:`wake`."""
        self.on_commit: list[Callable[[int], None]] = []
        self._database = database
        self._connection = connection
        self._table = table
        self._warnings = warnings
        self._queue: deque[_Taken | _Request | WhenDurable] = deque()
        self.append = self._queue.append
        """Append a document as ``(name, doc)``; the hot path's only call."""
        self._wakeups: SimpleQueue[None] = SimpleQueue()
        self._closing = threading.Event()
        self._batch = _Batch()
        self._left: list[_Taken] = []
        self.has_ended = False
        """Whether nothing is written any more."""
        self._last_commit = float("-inf")
        self._thread = threading.Thread(target=self._run, name="bsh-store-writer", daemon=True)
        self._thread.start()

    # called from any thread

    def wake(self) -> None:
        """Have the queue written at once."""
        self._wakeups.put(None)

    def when_durable(self, callback: WhenDurable) -> None:
        """Call back when what is in the queue now is on disk, or has failed to get there."""
        self._queue.append(callback)
        if self.has_ended:
            self._refuse_the_rest()
        self.wake()

    def submit(
        self, function: Callable[[sqlite3.Connection], Any], *, changes_state: bool = True
    ) -> Future[Any]:
        """Run ``function(connection)`` in a transaction; the future is done when it is on disk.

        ``changes_state`` says whether it writes metadata or scan numbers.
        """
        future = self._enqueue(_Request(function, changes_state))
        self.wake()
        return future

    def submit_later(self, function: Callable[[sqlite3.Connection], None]) -> Future[None]:
        """Run ``function(connection)`` in the next transaction that there is for another reason.

        It writes neither metadata nor scan numbers.
        """
        return self._enqueue(_Request(function, changes_state=False))

    def _enqueue(self, request: _Request) -> Future[Any]:
        self._queue.append(request)
        if self.has_ended:
            self._refuse_the_rest()
        return request.future

    def run(self, function: Callable[[sqlite3.Connection], Any], timeout_s: float) -> Any:
        """Run ``function(connection)`` in a transaction and return its result once it is on disk.

        Raises
        ------
        StoreError
            If it cannot be written, or not within ``timeout_s``.
        """
        if threading.current_thread() is self._thread:  # a call-back of ours: we are between transactions
            with transaction(self._connection):
                return function(self._connection)
        try:
            return self.submit(function).result(timeout_s)
        except TimeoutError as error:
            raise store_error(self._database.path, f"write within {timeout_s:g} s to", error) from error

    def stop(self, timeout_s: float) -> None:
        """Write what is queued and end the thread, but wait no longer than ``timeout_s`` for that."""
        self._closing.set()
        self.wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)

    def unsaved(self) -> list[tuple[str, Document | str]]:
        """Return the documents that are not on disk, as ``(name, doc)`` or ``(name, JSON text)``."""
        rows: list[tuple[str, Document | str]] = [(row.name, row.body) for row in list(self._batch.rows)]
        return rows + [item for item in [*self._left, *self._queue] if isinstance(item, tuple)]

    # the thread

    def _run(self) -> None:
        try:
            self._guarded(self._table.complete_text_index)
            while self._wait_for_work():
                self._save(self._take_batch())
                if self._batch.rows:
                    break  # closing, and it cannot be written
        except BaseException as error:  # no known way to fail: say so rather than vanish
            self.error = store_error(self._database.path, "go on writing to", error)
        finally:
            self.has_ended = True
            self._refuse_the_rest()
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()

    def _wait_for_work(self) -> bool:
        """Wait for something to write; return False when it is time to end."""
        while not self._queue:
            if self._closing.is_set():
                return False
            self.is_asleep = True
            if not self._queue and not self._closing.is_set():  # nothing came in between
                self._wakeups.get()
            self.is_asleep = False
        pause = self._last_commit + GROUP_WINDOW_S - time.monotonic()
        if pause > 0 and not self._closing.is_set():
            with contextlib.suppress(Empty):  # woken early by somebody who waits
                self._wakeups.get(timeout=pause)
        return True

    def _take_batch(self) -> _Batch:
        batch = self._batch = _Batch()
        self._fill(batch)
        return batch

    def _fill(self, batch: _Batch) -> None:
        """Move what is queued into the batch; documents are encoded here, before any lock is taken."""
        with contextlib.suppress(Empty):  # all these wake-ups are for what is taken now
            while True:
                self._wakeups.get_nowait()
        while self._queue and batch.taken < _MAX_BATCH:
            item = self._queue.popleft()
            if isinstance(item, tuple):
                batch.taken += 1
                row = self._table.row(*item)
                if row is not None:
                    batch.rows.append(row)
            elif isinstance(item, _Request):
                if item.future.set_running_or_notify_cancel():
                    batch.requests.append(item)
            else:
                batch.waiters.append(item)

    def _save(self, batch: _Batch) -> None:
        """Write a batch, however many attempts it takes; who waits is told of each failure."""
        while not self._try_to_commit(batch):
            if self._closing.is_set():
                return  # what is left is in unsaved()
            self._closing.wait(_RETRY_S)
            self._fill(batch)

    def _try_to_commit(self, batch: _Batch) -> bool:
        """Return whether there is nothing left to write."""
        try:
            if batch.rows or batch.requests:
                self._commit(batch)
        except Exception as error:
            self._tell_failure(batch, store_error(self._database.path, "save to", error))
            return not batch.rows
        self._tell_success(batch)
        return True

    def _commit(self, batch: _Batch) -> None:
        self._database.check_in_place()
        try:
            with transaction(self._connection):
                if batch.rows:
                    self._table.write(batch.rows)
                for request in batch.requests:
                    self._perform(request)
        except BaseException:
            self._table.rolled_back()
            raise
        self._table.written(batch.rows)
        self._last_commit = time.monotonic()

    def _perform(self, request: _Request) -> None:
        self._connection.execute("SAVEPOINT request")
        try:
            request.result, request.error = request.function(self._connection), None
        except Exception as error:
            if isinstance(error, sqlite3.OperationalError) or is_corruption(error):
                raise  # the disk's fault, not the request's
            request.error = error
            self._connection.execute("ROLLBACK TO request")
        self._connection.execute("RELEASE request")

    def _tell_success(self, batch: _Batch) -> None:
        self.error = None
        self.committed += batch.taken
        self._batch = _Batch()
        for request in batch.requests:
            if request.error is None:
                request.future.set_result(request.result)
            else:
                request.future.set_exception(request.error)
        for waiter in batch.waiters:
            self._guarded(waiter, None)
        if batch.taken:
            for callback in list(self.on_commit):
                self._guarded(callback, self.committed)
        if any(request.changes_state for request in batch.requests):
            self._guarded(self._database.last_good.save, self._connection)

    def _tell_failure(self, batch: _Batch, error: StoreError) -> None:
        self.error = error
        requests, batch.requests = batch.requests, []
        waiters, batch.waiters = batch.waiters, []
        for request in requests:
            request.future.set_exception(error)
        for waiter in waiters:
            self._guarded(waiter, error)

    def _refuse_the_rest(self) -> None:
        """Tell everybody who still waits that nothing is written any more; documents are kept aside."""
        rest = _Batch()
        while self._queue:
            with contextlib.suppress(IndexError):  # another thread does the same
                item = self._queue.popleft()
                if isinstance(item, tuple):
                    self._left.append(item)
                elif isinstance(item, _Request):
                    rest.requests.append(item)
                else:
                    rest.waiters.append(item)
        error = self.error or StoreError(f"the run store {self._database.path} is closed")
        for request in rest.requests:
            if request.future.set_running_or_notify_cancel():
                request.future.set_exception(error)
        for waiter in rest.waiters:
            self._guarded(waiter, error if self.unsaved() else None)

    def _guarded(self, function: Callable[..., object], *args: Any) -> None:
        """Call somebody's function; its error is noted, and the writing goes on."""
        try:
            function(*args)
        except Exception as error:
            text = f"{getattr(function, '__qualname__', function)} failed: {type(error).__name__}: {error}"
            if text not in self._warnings and len(self._warnings) < _WARNINGS_KEPT:
                self._warnings.append(text)
