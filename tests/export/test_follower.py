"""A writer that follows the store gets everything, whatever happens to it, and hurts nobody."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bsh.errors import CommandError
from bsh.export import follower as follower_module
from bsh.export.follower import Follower
from bsh.store import RunStore
from tests.store.runs import run_documents, save

WAIT_S = 20.0


class Recorder:
    """A writer that remembers what it got, and fails where it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.made = self.closed = 0
        self.abandoned: list[str] = []
        self.settled = threading.Semaphore(0)
        self.fails: Callable[[str, dict[str, Any]], bool] = lambda name, doc: False
        self.error: Exception = OSError(28, "No space left on device")
        self.has_failed = threading.Event()

    def make(self) -> Recorder:
        self.made += 1
        return self

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        if self.fails(name, doc):
            self.has_failed.set()
            raise self.error
        if (name, doc) not in self.got:
            self.got.append((name, doc))

    def abandon(self, uid: str) -> None:
        self.abandoned.append(uid)

    def settle(self) -> None:
        self.settled.release()

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(tmp_path / "runs.db") as store:
        yield store


@pytest.fixture
def told() -> list[str]:
    return []


Follow = Callable[..., Follower]


@pytest.fixture
def follow(store: RunStore, told: list[str]) -> Iterator[Follow]:
    made: list[Follower] = []

    def start(writer: Any, on: RunStore = store, **options: Any) -> Follower:
        follower = Follower(on, "spec", writer.make, tell=told.append, first_retry_s=0.001, **options)
        made.append(follower)
        follower.start()
        return follower

    yield start
    for follower in made:
        follower.close(WAIT_S)


def test_everything_that_is_stored_comes_in_order(store: RunStore, follow: Follow) -> None:
    writer = Recorder()
    follower = follow(writer)
    documents = [*run_documents(700), *run_documents(2)]
    save(store, documents)
    assert follower.wait(WAIT_S)
    assert writer.got == documents
    assert (follower.lag, follower.problem) == (0, None)


def test_a_writer_can_do_later_what_it_put_off(
    store: RunStore, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "POLL_S", 0.001)
    writer = Recorder()
    follower = follow(writer)
    save(store, run_documents())
    assert follower.wait(WAIT_S)
    for _ in range(5):  # also while nothing new comes
        assert writer.settled.acquire(timeout=WAIT_S)


def test_a_writer_that_fails_at_event_5_gets_everything_later(
    store: RunStore, follow: Follow, told: list[str]
) -> None:
    writer = Recorder()
    writer.fails = lambda name, doc: name == "event" and doc["seq_num"] == 5
    follower = follow(writer)
    documents = run_documents(8)
    save(store, documents)
    assert writer.has_failed.wait(WAIT_S)
    assert list(store.run(-1).documents()) == documents, "the store has all of it meanwhile"
    assert not follower.wait(0)
    assert follower.lag > 0
    assert follower.problem == "No space left on device"
    writer.fails = lambda name, doc: False
    assert follower.wait(WAIT_S)
    assert writer.got == documents
    assert told == [
        "spec: No space left on device; the data are in the store, the file follows when it can",
        "spec: the file has caught up",
    ]


def test_a_writer_that_hangs_holds_nobody_up(store: RunStore, follow: Follow) -> None:
    hanging, go_on = threading.Event(), threading.Event()

    class Hanging(Recorder):
        def __call__(self, name: str, doc: dict[str, Any]) -> None:
            hanging.set()
            go_on.wait(WAIT_S)
            super().__call__(name, doc)

    writer = Hanging()
    follower = follow(writer)
    documents = run_documents(50)
    save(store, documents)
    assert hanging.wait(WAIT_S)
    assert store.committed == len(documents)
    assert follower.lag == len(documents)
    follower.close(0.01)
    assert writer.got == []
    go_on.set()


def test_what_was_stored_before_the_writer_was_first_used_is_left_out(
    store: RunStore, follow: Follow
) -> None:
    save(store, run_documents())
    writer = Recorder()
    follower = follow(writer)
    documents = run_documents()
    save(store, documents)
    assert follower.wait(WAIT_S)
    assert writer.got == documents


def test_the_first_run_of_a_new_store_is_not_forgotten_by_a_crash(
    store: RunStore, follow: Follow, tmp_path: Path
) -> None:
    broken = Recorder()
    broken.fails = lambda name, doc: True
    follower = follow(broken)
    documents = run_documents()
    save(store, documents)
    assert broken.has_failed.wait(WAIT_S)
    follower.close(WAIT_S)
    writer = Recorder()
    assert follow(writer).wait(WAIT_S)
    assert writer.got == documents


def test_what_comes_while_the_writer_cannot_be_made_is_not_forgotten_by_a_crash(
    store: RunStore, follow: Follow, told: list[str]
) -> None:
    documents = run_documents()

    def make() -> Recorder:
        if not store.last_sequence():
            save(store, documents)  # they are there before anything was written
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    follower = Follower(store, "spec", make, tell=told.append, first_retry_s=WAIT_S)
    follower.start()
    follower.close(WAIT_S)
    assert told
    writer = Recorder()
    assert follow(writer).wait(WAIT_S)
    assert writer.got == documents


def test_the_next_session_goes_on_before_the_first_unfinished_run(
    tmp_path: Path, follow: Follow, told: list[str]
) -> None:
    path = tmp_path / "runs.db"
    finished, unfinished = run_documents(2), run_documents(4)
    with RunStore(path) as store:
        writer = Recorder()
        follower = follow(writer, store)
        save(store, [*finished, *unfinished[:3]])
        assert follower.wait(WAIT_S)
        follower.close(WAIT_S)
    with RunStore(path) as store:
        writer = Recorder()
        follower = follow(writer, store)
        save(store, unfinished[3:])
        assert follower.wait(WAIT_S)
        assert writer.got == unfinished
        follower.close(WAIT_S)
    with RunStore(path) as store:
        writer = Recorder()
        follower = follow(writer, store)
        assert follower.wait(WAIT_S)
        assert writer.got == []
        follower.close(WAIT_S)


def test_one_shell_writes_and_the_other_takes_over(tmp_path: Path, follow: Follow) -> None:
    first, second = Recorder(), Recorder()
    with RunStore(tmp_path / "runs.db") as store, RunStore(tmp_path / "runs.db") as other:
        writing = follow(first, store)
        assert writing.wait(WAIT_S)
        waiting = follow(second, other)
        documents = run_documents()
        save(other, documents)  # stored by one, written by the other
        assert writing.wait(WAIT_S)
        assert first.got == documents
        assert (waiting.lag, second.made) == (0, 0)
        commented = threading.Event()
        waiting.do(lambda writer: commented.set())
        assert commented.wait(WAIT_S), "comments come from every shell"
        writing.close(WAIT_S)
        more = run_documents()
        save(other, more)
        assert waiting.wait(WAIT_S)
        assert second.got[-len(more) :] == more
        waiting.close(WAIT_S)


def test_a_run_that_a_writer_cannot_deal_with_does_not_keep_the_others_back(
    store: RunStore, follow: Follow, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "MOST_ATTEMPTS", 3)
    writer = Recorder()
    bad, good = run_documents(3), run_documents(3)
    writer.error = CommandError("this is no number")
    writer.fails = lambda name, doc: doc == bad[3][1]
    follower = follow(writer)
    save(store, [*bad, *good])
    assert follower.wait(WAIT_S)
    assert writer.got == [*bad[:3], *good]
    assert f"spec: the run {bad[0][1]['uid'][:8]} is left out of the files: this is no number" in told


def test_jobs_are_done_after_what_is_stored(store: RunStore, follow: Follow) -> None:
    writer = Recorder()
    follower = follow(writer)
    documents = run_documents()
    save(store, documents)
    done: list[int] = []
    follower.do(lambda writer: done.append(len(writer.got)))
    assert follower.wait(WAIT_S)
    assert done == [len(documents)]


def test_a_writer_that_cannot_be_made_is_told_once(store: RunStore, follow: Follow, told: list[str]) -> None:
    tried = threading.Semaphore(0)

    class Missing:
        def make(self) -> Any:
            tried.release()
            raise CommandError("h5py is not installed")

    follow(Missing())
    for _ in range(3):
        assert tried.acquire(timeout=WAIT_S)
    assert told == ["spec: h5py is not installed; the data are in the store, the file follows when it can"]


def test_a_store_that_is_closed_before_a_slow_writer_is_done_is_no_problem_to_tell(
    tmp_path: Path, follow: Follow, told: list[str]
) -> None:
    slow, go_on = threading.Event(), threading.Event()

    class Slow(Recorder):
        def __call__(self, name: str, doc: dict[str, Any]) -> None:
            slow.set()
            go_on.wait(WAIT_S)

    with RunStore(tmp_path / "runs.db") as store:
        follower = follow(Slow(), store)
        save(store, run_documents(1000))
        assert slow.wait(WAIT_S)
        follower.close(0.01)
    go_on.set()
    follower.close(WAIT_S)
    assert (told, follower.lag) == ([], 0)


def test_a_folder_that_takes_no_files_for_a_while_is_waited_for(
    store: RunStore, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Semaphore(0)
    really_open = os.open

    def full(path: Any, *args: Any, **options: Any) -> int:
        if str(path).endswith(".spec.writer"):
            tried.release()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return really_open(path, *args, **options)

    monkeypatch.setattr(os, "open", full)
    writer = Recorder()
    follower = follow(writer)
    documents = run_documents()
    save(store, documents)
    assert tried.acquire(timeout=WAIT_S)
    assert tried.acquire(timeout=WAIT_S)
    monkeypatch.undo()
    assert follower.wait(WAIT_S)
    assert writer.got == documents
