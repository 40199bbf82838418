"""A writer that follows the store, on a thread of its own.

Owns how far the writer has come, over crashes and failures: it gets every document that is on disk, in order, as
often as it takes. The engine never waits for it, and nothing that it does can stop a scan.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from bsh.errors import BshError, StoreError
from bsh.protocols import Document
from bsh.store import StoredDocument
from bsh.store.summary import IMPORTED, INTERRUPTED

__all__ = ["Follower", "RunWriter"]

POLL_S = 1.0
"""How often it is looked whether another shell has stored something."""

FIRST_RETRY_S, LONGEST_RETRY_S = 0.2, 30.0
MOST_ATTEMPTS = 10
"""So often a run is tried that the writer cannot deal with, before it is left out; a disk is tried for ever."""

NOTHING = -1
"""Cursor of a writer that was there before the first document."""


class RunWriter(Protocol):
    """Puts runs into files.

    The same documents may come again, from the start of a run: that changes nothing in the files.
    """

    def __call__(self, name: str, doc: Document) -> Any:
        """Take a document."""

    def settle(self) -> None:
        """Do what was put off; called when all that is stored was given, and at least each second."""

    def abandon(self, uid: str) -> None:
        """Finish a run that was cut off with its process, and gets no stop document."""

    def close(self) -> None:
        """Close the files."""


class Follower:
    """Hands all documents of a store to a writer.

    Of several shells on one store only one follows it for a writer; another one takes over when that one ends.

    Parameters
    ----------
    store : RunStore
        What to follow.
    name : str
        Of the writer; its cursor is kept by this name.
    make_writer : callable
        Makes the writer, again after each failure; on the follower's thread.
    tell : callable
        ``tell(text)`` tells people once when the writer fails, and once when it has caught up.
    first_retry_s : float, optional
        The pause after a failure, in seconds; the next ones grow.

    Attributes
    ----------
    problem : str or None
        Why the files are behind; None while all is well.
    """

    def __init__(
        self,
        store: Any,
        name: str,
        make_writer: Callable[[], RunWriter],
        *,
        tell: Callable[[str], None],
        first_retry_s: float = FIRST_RETRY_S,
    ) -> None:
        self.name = name
        self.problem: str | None = None
        self._store = store
        self._make_writer = make_writer
        self._tell = tell
        self._first_retry_s = first_retry_s
        self._writer: RunWriter | None = None
        self._first = NOTHING
        self._seen: int | None = None
        self._open: dict[str, int] = {}
        self._left_out: set[str] = set()
        self._attempts = 0
        self._failed_at = NOTHING
        self._jobs: list[Callable[[Any], None]] = []
        self._wake, self._idle, self._closing = threading.Event(), threading.Condition(), threading.Event()
        self._lock = _OneProcess(Path(store.path).with_name(f".{name}.writer"))
        self._thread = threading.Thread(target=self._run, name=f"bsh-{name}-writer", daemon=True)

    def start(self) -> None:
        """Begin to follow; what was stored before the writer was first used is left out."""
        self._first = self._store.last_sequence() or NOTHING
        self._store.on_commit(lambda committed: self._wake.set())
        self._wake.set()
        self._thread.start()

    @property
    def lag(self) -> int:
        """How many documents the files are behind."""
        if self._seen is None:  # another shell writes, or nobody has begun yet
            return 0
        try:
            return max(0, int(self._store.last_sequence()) - max(self._seen, 0))
        except StoreError:  # closed meanwhile
            return 0

    def do(self, job: Callable[[Any], None]) -> None:
        """Have something done with the writer, after the documents that are stored by now.

        Parameters
        ----------
        job : callable
            Gets the writer; on the follower's thread. What it raises counts as a failure of the writer.
        """
        with self._idle:
            self._jobs.append(job)
        self._wake.set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until the files are as far as the store is; return whether they are.

        Parameters
        ----------
        timeout_s : float
            How long at most, in seconds.
        """
        self._wake.set()
        with self._idle:
            return self._idle.wait_for(self._is_done, timeout_s)

    def close(self, timeout_s: float = 5.0) -> None:
        """Write what is stored by now, and end; what is not done by then is done at the next start.

        Parameters
        ----------
        timeout_s : float, optional
            How long to try, in seconds.
        """
        self._closing.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    # -- the thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while True:
                self._wake.wait(POLL_S)
                self._wake.clear()
                ending = self._closing.is_set()  # asked before: what was stored until then is written
                self._attempt()
                if ending:
                    return
                if self.problem is not None:
                    self._closing.wait(min(self._first_retry_s * 2 ** (self._attempts - 1), LONGEST_RETRY_S))
                    self._wake.set()
        finally:
            self._give_up_writer()
            self._lock.release()

    def _attempt(self) -> None:
        try:
            if self._lock.take():
                self._catch_up()
            elif self._jobs:
                self._writer = self._make_writer()  # for them alone: another shell writes the runs
            else:
                return
            while self._jobs:
                self._jobs[0](self._writer)
                self._jobs.pop(0)
            if not self._lock.is_ours:
                self._give_up_writer()
        except Exception as error:  # of a writer, a disk, a store: nobody may be hurt by it
            self._note_failure(error)
        else:
            self._note_success()
        with self._idle:
            self._idle.notify_all()

    def _catch_up(self) -> None:
        began = is_new = self._writer is None
        if is_new:
            self._seen = self._store.cursor(self.name) or self._first
            self._open.clear()
            self._note_place()  # before anything can fail: what is stored from now on is written some day
            self._writer = self._make_writer()
        assert self._seen is not None
        while documents := self._store.documents_after(self._seen):
            for one in documents:
                began = self._hand(one) or began
            self._note_place()
        if self._open and began:
            self._finish_abandoned()
        assert self._writer is not None
        self._writer.settle()

    def _hand(self, one: StoredDocument) -> bool:
        """Give one document to the writer; return whether it begins a run."""
        assert self._writer is not None
        begins, ends = one.name == "start", one.name == "stop"
        uid = one.doc["uid"] if begins else one.run_uid
        if begins:
            self._open.setdefault(str(uid), one.sequence)
            if IMPORTED in one.doc:  # it has files already: those that it came from
                self._left_out.add(str(uid))
        if uid not in self._left_out:
            try:
                self._writer(one.name, one.doc)
            except OSError:
                raise
            except Exception as error:
                self._leave_out_later(one, uid, error)
                raise
        if ends:
            self._open.pop(str(uid), None)
        self._seen = one.sequence
        return begins

    def _note_place(self) -> None:
        """Keep where to go on after a crash: before the first run that is not finished."""
        assert self._seen is not None
        unfinished = min(self._open.values(), default=self._seen + 1)
        self._store.move_cursor(self.name, unfinished - 1 or NOTHING)

    def _finish_abandoned(self) -> None:
        """Finish runs whose process is gone."""
        assert self._writer is not None
        for uid in list(self._open):
            summary = self._store.run(uid).summary
            if summary.exit_status is None and summary.reason.startswith(INTERRUPTED):
                if uid not in self._left_out:
                    self._writer.abandon(uid)
                del self._open[uid]
        self._note_place()

    # -- failures ----------------------------------------------------------------------------------

    def _leave_out_later(self, one: StoredDocument, uid: str | None, error: Exception) -> None:
        """Give up on a run that the writer cannot deal with, so that the others are written."""
        if one.sequence != self._failed_at:
            self._failed_at, self._attempts = one.sequence, 0
        if self._attempts + 1 >= MOST_ATTEMPTS and uid is not None:
            self._left_out.add(uid)
            self._tell(f"{self.name}: the run {uid[:8]} is left out of the files: {_words(error)}")

    def _note_failure(self, error: Exception) -> None:
        if self._closing.is_set() and isinstance(error, StoreError):
            return  # the session has ended without waiting for us; the next one goes on
        self._attempts += 1
        is_new, self.problem = self.problem is None, _words(error)
        if is_new:
            self._tell(
                f"{self.name}: {self.problem}; the data are in the store, the file follows when it can"
            )
        self._give_up_writer()

    def _note_success(self) -> None:
        if self.problem is not None:
            self.problem = None
            self._tell(f"{self.name}: the file has caught up")
        self._attempts = 0

    def _give_up_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                writer.close()
            except Exception:  # it has failed before, or at least all is written
                return

    def _is_done(self) -> bool:
        return self.problem is None and not self._jobs and self._seen is not None and self.lag == 0


class _OneProcess:
    """A lock that one process at a time can have, and that ends with it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_ours(self) -> bool:
        """Whether this process has it."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Try to get it; return whether it is ours."""
        if self.is_ours:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError:  # a file system without locks: nobody else is kept out
            pass
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give it up."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return error.message if isinstance(error, BshError) else f"{type(error).__name__}: {error}"
