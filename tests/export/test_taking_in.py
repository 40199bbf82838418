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
        ("\x89HDF\r\n\x1a\n and so on", "is no file of runs"),  # a NeXus file
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "x"
    file.write_bytes(text.encode("latin-1"))
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


def test_a_file_that_a_crash_has_torn_is_taken_as_far_as_it_is_whole(store: RunStore, tmp_path: Path) -> None:
    path = tmp_path / "torn.jsonl"
    lines = [json.dumps({"name": name, "doc": doc}) + "\n" for name, doc in run_documents(stop=False)]
    path.write_text("".join(lines) + '{"name": "event", "doc": {"ui')
    taken = take_in(store, read_documents(path), "torn.jsonl")
    assert str(taken) == "1 run taken in (scan 1); line 6, the last one, is not whole"
    assert store.run(1).summary.num_points == 3


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


ODD = """#F odd
#E 1000000
#D Mon Jan 12 13:46:40 1970
#O0 Two Theta  Theta  Chi  Phi

#S 1  ascan  th 0 1 2 1
#D Mon Jan 12 13:46:41 1970
#P0 1 2 3 4
#N 3
#L Theta  Epoch  Detector
0 1 10
0.5 \\
2 nan
1 3 -inf

#S 1  ascan  th 0 1 2 1
#C a number for the second time, and nobody says what the columns are
#N 3
0 1 2
1 2 3

#S 2  ct 1
#D no date at all
#N 2
#L a b

#S 3  ascan th 0 1 1 1
#@MCA %16C
#@CHANN 18 0 17 1
#N 2
#L Theta  Detector
0 10
@A 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\\
 16 17
1 20
@A 1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\\
 16 17

#S 4  mesh th 0 1 2 chi 0 1 1 1
#N 3
#L Theta  Chi  Det
0 0 1
0.5 0 2
0 1
#C Mon Jan 12 13:50:45 1970.  Scan aborted after 2 points.

#S 6  hklscan 1 1 0 0 0 1 2 1
#N 4
#L H  K  L  Detector
1 0 0 7
1 0 .5 8

#S 7  kscan 0 1 1 1
#N 4
#L H  K  L  Detector
1 0 0 7
1 1 0 8

#S 8  ascan mot01 0 1 1 0.1
#N 4
#L Pt_No  mot01  ct01  dt
0 0 5 0.1
1 1 6 0.2
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_odd_spec_files_lose_nothing(store: RunStore, tmp_path: Path, end: str) -> None:
    path = tmp_path / "odd.spec"
    path.write_bytes(b"#C Ma\xdfe of nobody\n" + ODD.replace("\n", end).encode())
    assert str(take_in(store, read_documents(path), "odd.spec")) == "8 runs taken in (scans 1 to 8)"
    first, unnamed, empty, spectra, torn, hkl, reciprocal, sardana = (
        RunData(store.run(number).documents()) for number in range(1, 9)
    )
    assert first.main.columns["Theta"] == [0, 0.5, 1]
    assert str(first.main.columns["Detector"]) == "[10.0, nan, -inf]"
    assert first.main.times == [1000001, 1000002, 1000003]
    assert first.streams["baseline"].columns["Two Theta"] == [1]
    assert unnamed.main.columns == {"column1": [0, 1], "column2": [1, 2], "column3": [2, 3]}
    assert unnamed.start_doc["time"] == 1000000, "when the file was begun"
    assert empty.main.seq_nums == []
    assert spectra.main.columns["mca"] == [[float(first), *range(1, 18)] for first in (0, 1)]
    assert (torn.main.columns["Det"], torn.stop_doc and torn.stop_doc["exit_status"]) == ([1, 2], "abort")
    axes = [run.main.axes for run in (torn, hkl, reciprocal, sardana)]
    assert axes == [["Theta", "Chi"], ["L"], ["K"], ["mot01"]]


def test_what_is_exported_can_be_taken_in_elsewhere(store: RunStore, tmp_path: Path) -> None:
    documents = ascan(scan_id=5)
    save(store, documents)
    for format in ("jsonl", "spec"):
        export_run(store.run(-1), format, tmp_path / f"a.{format}")
        with RunStore(tmp_path / f"{format}.db") as other:
            take_in(other, read_documents(tmp_path / f"a.{format}"), format)
            assert other.run(1).summary.command == "ascan th 0 1 4 0.1"
            assert other.run(1).summary.num_points == 5
