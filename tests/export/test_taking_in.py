"""Runs that other programs wrote come into the library, once."""

from __future__ import annotations

import json
import pickle
import warnings
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest
from event_model import DocumentNames, schema_validators
from spec2nexus.spec import SpecDataFile

from bsh.errors import CommandError
from bsh.export import Follower, RunData, export_run, read_documents, take_in
from bsh.store import RunStore
from tests.export.test_follower import Recorder
from tests.export.test_spec import ascan, write
from tests.store.runs import run_documents, save

Documents = list[tuple[str, dict[str, Any]]]
WAIT_S = 20.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(tmp_path / "runs.db") as store:
        yield store


def test_json_lines_of_all_layouts_are_read(tmp_path: Path) -> None:
    documents = run_documents(2)
    pairs = [json.dumps([name, doc]) for name, doc in documents]
    dicts = [json.dumps({"name": name, "doc": doc}) for name, doc in documents]
    texts = {
        "pairs": "\n".join(pairs),
        "dicts": "\n\n".join(dicts) + "\n",
        "array": "[\n" + ",\n".join(dicts) + "\n]",
        "open array": "[\n" + ",\n".join(dicts) + ",\n",
        "array of pairs": json.dumps(documents),
    }
    for name, text in texts.items():
        file = tmp_path / name
        file.write_text(text)
        assert list(read_documents(file)) == documents, name


def test_msgpack_with_arrays_of_numpy_is_read(tmp_path: Path) -> None:
    documents = run_documents(2)

    def as_msgpack_numpy(value: Any) -> Any:
        nd = isinstance(value, np.ndarray)
        return {
            b"nd": nd,
            b"type": value.dtype.str,
            b"kind": b"",
            b"shape": value.shape,
            b"data": value.tobytes(),
        }

    file = tmp_path / "run.msgpack"
    packer = msgpack.Packer(use_bin_type=True, default=as_msgpack_numpy)
    documents[2][1]["data"]["det"] = np.arange(6.0).reshape(2, 3)
    documents[3][1]["data"]["det"] = np.float32(2.5)
    file.write_bytes(b"".join(packer.pack([name, doc]) for name, doc in documents))
    found = [doc["data"]["det"] for name, doc in read_documents(file) if name == "event"]
    assert found == [[[0, 1, 2], [3, 4, 5]], 2.5]


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    bomb = {b"nd": True, b"type": "|O", b"kind": b"O", b"shape": [1], b"data": pickle.dumps([print])}
    file = tmp_path / "bomb.msgpack"
    file.write_bytes(msgpack.packb(["start", {"uid": "x", "time": 0, "note": bomb}]))
    with pytest.raises(CommandError, match="document 1: it holds pickled objects"):
        list(read_documents(file))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('["start", {"uid": "a"}]\n{"oops"\n', "line 2: this is no JSON"),
        ('{"uid": "a"}\n', "line 1: this is no document"),
        ("hello\n", "is no file of runs"),
        ("", "is no file of runs"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "x"
    file.write_text(text)
    with pytest.raises(CommandError, match=words):
        list(read_documents(file))


def test_runs_get_new_numbers_and_keep_their_own(store: RunStore, tmp_path: Path) -> None:
    save(store, run_documents(1, scan_id=store.take_scan_id().result()))
    other = [*run_documents(2, scan_id=1), *run_documents(3, scan_id=70)]
    taken = take_in(store, other, "old.jsonl")
    assert str(taken) == "2 runs taken in (scans 2 to 3)"
    assert (store.run(2).summary.num_points, store.run(3).summary.num_points) == (2, 3)
    assert store.run(3).start["imported"] == {"file": "old.jsonl", "scan_id": 70}
    assert store.peek_scan_id() == 4
    expected = [(name, doc) for name, doc in other[6:] if name != "start"]
    assert [(name, doc) for name, doc in store.run(3).documents() if name != "start"] == expected


def test_a_file_that_comes_twice_changes_nothing(store: RunStore) -> None:
    documents = [*run_documents(2), *run_documents(3)]
    take_in(store, documents, "x")
    before = [list(store.run(run.uid).documents()) for run in store.runs()]
    assert str(take_in(store, documents, "x")) == "0 runs taken in, 2 known already"
    assert [list(store.run(run.uid).documents()) for run in store.runs()] == before
    assert store.peek_scan_id() == 3


def test_what_could_not_be_saved_is_completed_under_its_own_number(tmp_path: Path) -> None:
    with RunStore(tmp_path / "runs.db") as store:
        documents = run_documents(4, scan_id=store.take_scan_id().result())
        save(store, documents[:4])
    with RunStore(tmp_path / "runs.db") as store:
        take_in(store, documents[4:], "runs.db.unsaved.jsonl")
        assert list(store.run(1).documents()) == documents
        whole = run_documents(2, scan_id=store.take_scan_id().result())
        take_in(store, whole, "runs.db.unsaved.jsonl")
        assert list(store.run(2).documents()) == whole


def test_documents_of_no_run_are_refused(store: RunStore) -> None:
    with pytest.raises(CommandError, match="does not begin with a start document"):
        take_in(store, run_documents()[2:], "x")
    assert store.runs() == []


def test_runs_that_were_taken_in_are_not_written_into_files_again(store: RunStore) -> None:
    writer = Recorder()
    follower = Follower(store, "spec", writer.make, tell=print)
    follower.start()
    take_in(store, run_documents(), "x")
    own = run_documents()
    save(store, own)
    assert follower.wait(WAIT_S)
    follower.close(WAIT_S)
    assert writer.got == own


# -- SPEC files ------------------------------------------------------------------------------------


def test_a_spec_file_of_ours_is_the_same_runs(store: RunStore, tmp_path: Path) -> None:
    path = tmp_path / "a.spec"
    documents = ascan(scan_id=142, sample="cu")
    write(path, documents)
    read = RunData(read_documents(path))
    main = RunData(documents).main
    for key in ("th", "det", "mon"):
        assert read.main.columns[key] == main.columns[key]
    assert read.main.times == main.times
    assert read.main.axes == ["th"]
    assert read.start_doc["command"] == "ascan th 0 1 4 0.1"
    assert read.start_doc["sample"] == "cu"
    assert read.streams["baseline"].columns == {"th": [0.25], "samx": [-1.5]}
    save(store, documents)
    assert str(take_in(store, read_documents(path), "a.spec")) == "0 runs taken in, 1 known already"


def test_documents_made_of_a_spec_file_pass_the_schemas(tmp_path: Path) -> None:
    path = tmp_path / "a.spec"
    write(path, ascan(scan_id=142))
    for name, doc in read_documents(path):
        schema_validators[DocumentNames[name]].validate(doc)


EXAMPLES = files("spec2nexus") / "data"


@pytest.mark.parametrize(
    "name", ["APS_spec_data.dat", "02_03_setup.dat", "user6idd.dat", "usaxs-bluesky-specwritercallback.dat"]
)
def test_spec_files_of_beamlines_are_read_as_spec2nexus_reads_them(
    store: RunStore, tmp_path: Path, name: str
) -> None:
    path = Path(str(EXAMPLES / name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = SpecDataFile(str(path))
        scans = [theirs.scans[key] for key in theirs.getScanNumbersChronological()]
        for scan in scans:
            scan.interpret()
    take_in(store, read_documents(path), name)
    ours = [RunData(store.run(run.uid).documents()) for run in store.runs()]
    assert len(ours) == len(scans)
    by_line = {(run.start_doc["imported"]["scan_id"], run.start_doc["command"]): run for run in ours}
    for scan in scans:
        run = by_line[int(float(str(scan.scanNum).partition(".")[0])), " ".join(scan.scanCmd.split())]
        for label in scan.L:
            if label != "Epoch" and label in scan.data and len(set(scan.L)) == len(scan.L):
                assert run.main.columns[label] == list(scan.data[label]), (scan.scanNum, label)
    taken = take_in(store, read_documents(path), name)
    assert (taken.new, taken.known) == ([], len(scans))


def test_what_is_exported_can_be_taken_in_elsewhere(store: RunStore, tmp_path: Path) -> None:
    documents = ascan(scan_id=5)
    save(store, documents)
    for format in ("jsonl", "spec"):
        export_run(store.run(-1), format, tmp_path / f"a.{format}")
        with RunStore(tmp_path / f"{format}.db") as other:
            take_in(other, read_documents(tmp_path / f"a.{format}"), format)
            assert other.run(1).summary.command == "ascan th 0 1 4 0.1"
            assert other.run(1).summary.num_points == 5
