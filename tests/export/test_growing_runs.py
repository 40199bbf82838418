"""Files of runs under way can be read at any moment, and are in the end what an export of the run is."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import pandas as pd
import pytest

from bsh.export import FORMATS, ExportFormat, Follower, GrowingRunWriter, WholeRunWriter, export_run
from bsh.store import RunStore
from tests.export.test_nexus import problems
from tests.export.test_spec import ascan
from tests.store.runs import WAIT_S, save

Documents = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(tmp_path / "runs.db") as store:
        yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "run"


def growing(store: RunStore, format: str, path: Path) -> GrowingRunWriter:
    return GrowingRunWriter(store, FORMATS[format], lambda start: path)


def text_of_export(store: RunStore, format: str) -> str:
    text = io.StringIO()
    export_run(store.run(-1), format, text)
    return text.getvalue()


def again(documents: Documents, number: int) -> Documents:
    """Return the documents with one point that is taken a second time."""
    doc = documents[number][1]
    other = doc | {"uid": "again", "data": doc["data"] | {"det": 1000}}
    return [*documents[: number + 1], ("event", other), *documents[number + 1 :]]


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_each_document_is_in_the_file_at_once(store: RunStore, path: Path, format: str) -> None:
    writer = growing(store, format, path)
    documents = ascan()
    points = 0
    for name, doc in documents[:-1]:
        save(store, [(name, doc)])
        writer(name, doc)
        points += name == "event" and "det" in doc["data"]
        if points:
            assert path.read_text() == text_of_export(store, format)
    assert points == 5
    save(store, documents[-1:])
    inode = path.stat().st_ino
    writer(*documents[-1])
    assert path.read_text() == text_of_export(store, format)
    assert path.stat().st_ino == inode  # who reads it has the end of it, too


def test_a_csv_file_of_a_run_under_way_opens_in_pandas(store: RunStore, path: Path) -> None:
    writer = growing(store, "csv", path)
    documents = ascan()
    for name, doc in documents[:7]:
        writer(name, doc)
    frame = pd.read_csv(path)
    assert frame["det"].tolist() == [1, 4, 9]
    assert frame["th"].tolist() == [doc["data"]["th"] for _, doc in documents[4:7]]


def test_a_point_that_was_taken_again_is_there_once_in_the_end(store: RunStore, path: Path) -> None:
    writer = growing(store, "csv", path)
    documents = again(ascan(), 6)
    save(store, documents)
    for name, doc in documents[:-1]:
        writer(name, doc)
    assert pd.read_csv(path)["seq_num"].tolist() == [1, 2, 3, 3, 4, 5]
    writer(*documents[-1])
    assert pd.read_csv(path)["seq_num"].tolist() == [1, 2, 3, 4, 5]
    assert pd.read_csv(path)["det"].tolist() == [1, 4, 1000, 16, 25]


@pytest.mark.parametrize("cut", [0, 1, 40, 200, 10_000])
@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_a_run_that_comes_again_is_whole_and_there_once(
    store: RunStore, path: Path, format: str, cut: int
) -> None:
    documents = ascan()
    save(store, documents)
    crashed = growing(store, format, path)
    for name, doc in documents[:8]:
        crashed(name, doc)
    with path.open("r+b") as file:
        file.truncate(max(0, path.stat().st_size - cut))
    left = path.read_bytes()
    whole = left[: left.rfind(b"\n") + 1]
    writer = growing(store, format, path)
    for name, doc in documents[:-1]:
        writer(name, doc)
        assert path.read_bytes().startswith(whole), "who reads it has it all the time"
    assert path.read_text() == text_of_export(store, format)[: path.stat().st_size]
    assert path.read_text().count("\n") == (6 if format == "csv" else len(documents) - 1)


@pytest.mark.parametrize("format", ["csv", "jsonl", "nexus", "parquet"])
def test_a_run_whose_number_was_used_before_leaves_the_older_file_alone(
    store: RunStore, path: Path, format: str
) -> None:
    kind = FORMATS[format]
    older, younger = ascan(), ascan()
    for _, doc in younger:
        if "time" in doc:
            doc["time"] += 1000.0
    for documents in (older, younger, older, younger):  # the followers may give them again
        save(store, documents)
        writer = (WholeRunWriter if kind.lines is None else GrowingRunWriter)(store, kind, lambda start: path)
        for name, doc in documents:
            writer(name, doc)
    own = path.with_name(f"run_{younger[0][1]['uid'][:8]}")
    assert set(path.parent.iterdir()) == {path, own}
    for file, documents in ((path, older), (own, younger)):
        export_run(store.run(documents[0][1]["uid"]), format, path.parent / "again")
        assert file.read_bytes() == (path.parent / "again").read_bytes()


@pytest.mark.parametrize("format", ["csv", "jsonl", "nexus", "parquet"])
def test_a_file_of_somebody_else_is_left_alone(store: RunStore, path: Path, format: str) -> None:
    kind = FORMATS[format]
    path.parent.mkdir()
    path.write_text("my notes\nof today\n")
    documents = ascan()
    save(store, documents)
    writer = (WholeRunWriter if kind.lines is None else GrowingRunWriter)(store, kind, lambda start: path)
    for name, doc in documents:
        writer(name, doc)
    assert path.read_text() == "my notes\nof today\n"
    assert (path.parent / f"run_{documents[0][1]['uid'][:8]}").stat().st_size > 100


def test_runs_one_inside_the_other_have_their_own_lines(store: RunStore, tmp_path: Path) -> None:
    outer, inner = ascan(1), ascan(2)
    mixed = [*outer[:6], *inner, *outer[6:]]
    save(store, mixed)
    writer = GrowingRunWriter(store, FORMATS["csv"], lambda start: tmp_path / f"{start['scan_id']}.csv")
    for name, doc in mixed:
        writer(name, doc)
    for number in (1, 2):
        assert pd.read_csv(tmp_path / f"{number}.csv")["det"].tolist() == [1, 4, 9, 16, 25]


def test_a_file_that_was_removed_is_told_and_made_anew(store: RunStore, path: Path) -> None:
    documents = ascan()
    save(store, documents)
    writer = growing(store, "csv", path)
    for name, doc in documents[:6]:
        writer(name, doc)
    shutil.rmtree(path.parent)
    with pytest.raises(FileNotFoundError, match="moved away or removed"):
        writer(*documents[6])
    writer = growing(store, "csv", path)
    for name, doc in documents:
        writer(name, doc)
    assert pd.read_csv(path)["det"].tolist() == [1, 4, 9, 16, 25]


# -- formats that are written as a whole ---------------------------------------------------------------


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def points_in(path: Path) -> list[int]:
    if path.suffix == ".parquet":
        return [int(value) for value in pd.read_parquet(path)["det"]]
    with h5py.File(path) as file:
        assert "end_time" not in file["entry"]
        return [int(value) for value in file["entry/data/det"]]


@pytest.mark.parametrize("format", ["nexus", "parquet"])
def test_a_run_under_way_has_a_complete_file_that_is_a_little_behind(
    store: RunStore, tmp_path: Path, format: str
) -> None:
    path = tmp_path / f"run{FORMATS[format].suffix}"
    clock = Clock()
    writer = WholeRunWriter(store, FORMATS[format], lambda start: path, clock=clock)

    def take(documents: Documents) -> None:
        save(store, documents)
        for name, doc in documents:
            writer(name, doc)
        writer.settle()

    documents = ascan()
    take(documents[:6])
    assert not path.exists()  # a run that is over at once is written once
    clock.now += 1.0
    writer.settle()
    assert points_in(path) == [1, 4]
    take(documents[6:8])
    assert points_in(path) == [1, 4]
    clock.now += 1.0
    writer.settle()
    assert points_in(path) == [1, 4, 9, 16]
    if format == "nexus":
        assert "Total number of errors: 0" in problems(path)
    before = path.stat().st_ino
    clock.now += 60.0
    writer.settle()
    assert path.stat().st_ino == before  # nothing has changed
    take(documents[8:])
    export_run(store.run(-1), format, tmp_path / "exported")
    assert path.read_bytes() == (tmp_path / "exported").read_bytes()


def test_versions_of_a_long_run_take_a_small_share_of_the_time(store: RunStore, tmp_path: Path) -> None:
    clock = Clock()
    written: list[float] = []

    def write(run: Any, file: Any) -> None:
        written.append(clock.now)
        clock.now += 3.0  # as if the disk were slow

    slow = ExportFormat("slow", ".slow", "", write)
    writer = WholeRunWriter(store, slow, lambda start: tmp_path / "run", clock=clock)
    documents = ascan()
    save(store, documents[:-1])
    for name, doc in documents[:-1]:
        writer(name, doc)
        writer.settle()
    for _ in range(130):
        writer(*documents[-2])
        clock.now += 1.0
        writer.settle()
    assert written == [101.0, 164.0, 227.0]


@pytest.mark.parametrize("format", ["nexus", "parquet", "csv", "jsonl"])
def test_a_disk_is_tried_for_ever(store: RunStore, tmp_path: Path, format: str) -> None:
    path = tmp_path / "run"
    path.mkdir()  # in the way
    tried = threading.Semaphore(0)

    def path_of(start: dict[str, Any]) -> Path:
        tried.release()
        return path

    kind = FORMATS[format]
    writer = WholeRunWriter if kind.lines is None else GrowingRunWriter
    told: list[str] = []
    follower = Follower(
        store, format, lambda: writer(store, kind, path_of), tell=told.append, first_retry_s=0.0001
    )
    follower.start()
    save(store, ascan())
    for _ in range(12):
        assert tried.acquire(timeout=WAIT_S)
    path.rmdir()
    assert follower.wait(WAIT_S)
    follower.close(WAIT_S)
    assert len(told) == 2
    assert told[0].startswith(f"{format}: ")
    assert str(path) in told[0]
    assert told[1] == f"{format}: the file has caught up"
    assert path.stat().st_size > 100
