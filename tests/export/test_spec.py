"""SPEC files: other people's readers give back our numbers, and a run that comes twice is there once."""

from __future__ import annotations

import errno
import math
import os
import random
import struct
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from silx.io.specfile import SpecFile as SilxFile
from spec2nexus.spec import SpecDataFile, SpecDataFileScan

from bsh.export.file_names import FileNames
from bsh.export.spec import SpecWriter
from tests.store.runs import START_TIME, descriptor_doc, event_doc, run_documents, start_doc, stop_doc

Documents = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cu110.spec"


def write(path: Path, documents: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """Write documents with a writer of their own; return the file."""
    writer = SpecWriter(path)
    for name, doc in documents:
        writer(name, doc)
    writer.close()
    return path.read_text() if path.exists() else ""


def by_spec2nexus(path: Path, number: int = 1) -> SpecDataFileScan:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves the file to the garbage collector
        scan = SpecDataFile(str(path)).scans[str(number)]
    scan.interpret()
    return scan


def silx_column(path: Path, label: str, index: int = 0) -> list[float]:
    scan = SilxFile(str(path))[index]
    return [float(value) for value in scan.data[scan.labels.index(label)]]


def ascan(scan_id: int = 1, points: int = 5, **start: Any) -> Documents:
    """Return the documents of a scan of ``th`` with a baseline and two counters."""
    head = start_doc(
        scan_id=scan_id,
        command=f"ascan th 0 1 {points - 1} 0.1",
        motors=["th"],
        detectors=["det", "mon"],
        count_time=0.1,
        hints={"dimensions": [[["th"], "primary"]]},
        **start,
    )
    number = {"dtype": "number", "shape": [], "source": "SIM"}
    baseline = descriptor_doc(head, "baseline") | {
        "data_keys": {
            "th": number,
            "samx": number,
            "state": {"dtype": "string", "shape": [], "source": "SIM"},
        }
    }
    first = event_doc(baseline, 1) | {"data": {"th": 0.25, "samx": -1.5, "state": "open"}}
    primary = descriptor_doc(head) | {
        "data_keys": dict.fromkeys(("det", "mon", "th", "th_setpoint"), number),
        "object_keys": {"det": ["det"], "mon": ["mon"], "th": ["th", "th_setpoint"]},
        "hints": {"det": {"fields": ["det"]}, "mon": {"fields": ["mon"]}, "th": {"fields": ["th"]}},
    }
    events = [
        event_doc(primary, number)
        | {"data": {"det": number**2, "mon": 7, "th": (number - 1) / 3, "th_setpoint": (number - 1) / 3}}
        for number in range(1, points + 1)
    ]
    return [
        ("start", head),
        ("descriptor", baseline),
        ("event", first),
        ("descriptor", primary),
        *(("event", event) for event in events),
        ("event", event_doc(baseline, 2) | {"data": {"th": 9.0, "samx": 9.0, "state": "open"}}),
        ("stop", stop_doc(head)),
    ]


# -- what others read ------------------------------------------------------------------------------


def test_silx_and_spec2nexus_give_back_exactly_our_numbers(path: Path) -> None:
    random_bits = random.Random(1)
    values = [
        value
        for _ in range(500)
        if math.isfinite(value := struct.unpack("<d", struct.pack("<Q", random_bits.getrandbits(64)))[0])
    ]
    values += [0.1, -0.0, 1e-300, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, 2**53, 10**20]
    write(path, run_documents(values=values))
    assert silx_column(path, "det") == values
    assert by_spec2nexus(path).data["det"] == values


def test_scan_has_command_presets_columns_and_positions(path: Path) -> None:
    write(path, ascan(scan_id=142, sample="Fe3 O4"))
    ours = SilxFile(str(path))[0]
    assert ours.number == 142
    assert ours.scan_header_dict["S"] == "142  ascan th 0 1 4 0.1"
    assert ours.labels == ["th", "Epoch", "th_setpoint", "mon", "det"], (
        "scanned first, monitor and detector last"
    )
    assert dict(zip(ours.motor_names, ours.motor_positions)) == {"th": 0.25, "samx": -1.5}
    theirs = by_spec2nexus(path, 142)
    assert (theirs.scanCmd, theirs.T) == ("ascan th 0 1 4 0.1", "0.1")
    assert dict(theirs.positioner) == {"th": 0.25, "samx": -1.5}
    assert theirs.MD["sample"] == "Fe3 O4"
    assert theirs.MD["state"] == "open", "a text of the baseline is no position"
    assert theirs.data["Epoch"] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_many_motors_are_in_rows_of_eight(path: Path) -> None:
    documents = ascan()
    names = [f"m{number}" for number in range(19)]
    documents[1][1]["data_keys"] = {name: {"dtype": "number", "shape": [], "source": ""} for name in names}
    documents[2][1]["data"] = {name: float(index) for index, name in enumerate(names)}
    text = write(path, documents)
    assert "#O2 m16  m17  m18\n" in text
    assert "#P2 16.0 17.0 18.0\n" in text
    assert SilxFile(str(path))[0].motor_names == names
    assert list(by_spec2nexus(path).positioner) == names


def test_counting_to_a_monitor_is_told_as_spec_tells_it(path: Path) -> None:
    documents = run_documents(1, count_time=-2000)
    assert "#M 2000  (counts)\n" in write(path, documents)


def test_texts_arrays_and_switches_have_their_places(path: Path) -> None:
    documents = run_documents(2)
    keys = documents[1][1]["data_keys"]
    keys["mode"] = {"dtype": "string", "shape": [], "source": ""}
    keys["mca"] = {"dtype": "array", "shape": [40], "source": ""}
    keys["flag"] = {"dtype": "boolean", "shape": [], "source": ""}
    for index, (name, doc) in enumerate(documents):
        if name == "event":
            doc["data"] |= {"mode": "fast  \n mode", "mca": list(range(index, index + 40)), "flag": True}
    text = write(path, documents)
    assert "#U 1 mode fast mode\n" in text
    scan = SilxFile(str(path))[0]
    assert [list(spectrum) for spectrum in scan.mca] == [list(range(2, 42)), list(range(3, 43))]
    assert silx_column(path, "flag") == [1.0, 1.0]
    assert silx_column(path, "det") == [1.5, 1.5]


def test_a_value_that_is_missing_is_said(path: Path) -> None:
    text = write(path, run_documents(values=[1.0, float("nan"), None]))
    assert "#U 1 det nan\n" in text
    assert "#U 2 det nan\n" in text
    assert [math.isnan(value) for value in by_spec2nexus(path).data["det"]] == [False, True, True]
    assert len(silx_column(path, "det")) == 3


def test_odd_words_do_not_break_the_format(path: Path) -> None:
    write(path, ascan(title="two  blanks\n#S 99  fake") + ascan(2))
    assert list(SilxFile(str(path)).keys()) == ["1.1", "2.1"]
    documents = run_documents(1, command="RE(\n  count([det])\n)", scan_id=3)
    text = write(path, documents)
    assert "#S 3  RE( count([det]) )\n" in text


def test_files_outside_are_named(path: Path) -> None:
    documents = run_documents(1)
    start = documents[0][1]
    resource = {
        "uid": "r",
        "run_start": start["uid"],
        "root": "/data",
        "resource_path": "a.h5",
        "spec": "HDF5",
    }
    documents.insert(2, ("resource", resource))
    documents.insert(
        3, ("stream_resource", resource | {"uri": "file://localhost/data/b.h5", "data_key": "cam"})
    )
    text = write(path, documents)
    assert "#C data of HDF5: /data/a.h5\n" in text
    assert "#C data of cam: file://localhost/data/b.h5\n" in text


# -- while it is written ---------------------------------------------------------------------------


def test_each_point_can_be_read_at_once(path: Path) -> None:
    writer = SpecWriter(path)
    seen = []
    for name, doc in ascan(points=3):
        writer(name, doc)
        if path.exists():
            seen.append(SilxFile(str(path))[0].data.shape[1])
    assert seen[1:4] == [1, 2, 3]


def test_ends_are_told(path: Path) -> None:
    documents = ascan()
    documents[-1] = ("stop", stop_doc(documents[0][1], exit_status="abort", reason="shutter  closed"))
    text = write(path, documents)
    assert ".  Scan aborted after 5 points: shutter closed.\n" in text
    assert "Scan aborted after 5 points" in " ".join(by_spec2nexus(path).comments)


def test_a_point_taken_again_is_said(path: Path) -> None:
    documents = ascan()
    documents.insert(7, ("event", documents[6][1] | {"uid": "again"}))
    text = write(path, documents)
    assert text.count("Point 2 is taken again.") == 1
    assert silx_column(path, "det") == [1, 4, 9, 9, 16, 25]


def test_pauses_are_told(path: Path) -> None:
    documents = ascan()
    stream = descriptor_doc(documents[0][1], "interruptions")
    documents[5:5] = [
        ("descriptor", stream),
        *(
            ("event", event_doc(stream, number) | {"data": {"interruption": what}})
            for number, what in enumerate(["pause", "resume", "suspend", "odd"], 1)
        ),
    ]
    told = [
        line.partition(".  ")[2] for line in write(path, documents).splitlines() if line.startswith("#C ")
    ]
    assert told[2:-1] == [
        "Scan paused after 1 point.",
        "Scan resumed.",
        "Scan suspended after 1 point.",
        "odd",
    ]


def test_runs_one_inside_the_other_are_written_one_after_the_other(path: Path) -> None:
    outer, inner = ascan(1), ascan(2)
    write(path, [*outer[:6], *inner[:6], *outer[6:8], *inner[6:], *outer[8:]])
    assert list(SilxFile(str(path)).keys()) == ["1.1", "2.1"]
    assert silx_column(path, "det", 0) == silx_column(path, "det", 1) == [1, 4, 9, 16, 25]


def test_a_run_without_a_primary_stream_has_the_points_of_another(path: Path) -> None:
    head = start_doc()
    fly = descriptor_doc(head, "flyer")
    documents = [("start", head), ("descriptor", fly), *(("event", event_doc(fly, n, n)) for n in (1, 2, 3))]
    write(path, [*documents, ("stop", stop_doc(head))])
    assert silx_column(path, "det") == [1, 2, 3]


def test_a_run_without_points_is_there(path: Path) -> None:
    head = start_doc()
    write(path, [("start", head), ("stop", stop_doc(head)), *ascan(2)])
    assert list(SilxFile(str(path)).keys()) == ["1.1", "2.1"]
    assert by_spec2nexus(path, 2).data["det"] == [1, 4, 9, 16, 25]


def test_other_motors_get_a_header_of_their_own(path: Path) -> None:
    other = ascan(2)
    other[1][1]["data_keys"] = {"chi": {"dtype": "number", "shape": [], "source": ""}}
    other[2][1]["data"] = {"chi": 3.5}
    write(path, [*ascan(1), *other, *ascan(3)])
    scans = SilxFile(str(path))
    assert [scan.motor_names for scan in scans] == [["th", "samx"], ["chi"], ["th", "samx"]]
    assert list(by_spec2nexus(path, 2).positioner) == ["chi"]


def test_comments_go_to_the_end_of_the_file(path: Path) -> None:
    writer = SpecWriter(path)
    writer.comment("before the first scan", START_TIME)
    for name, doc in ascan():
        writer(name, doc)
    assert writer.comment("aligned\nby eye", START_TIME) == path
    text = path.read_text()
    assert text.startswith("#F cu110.spec\n#E 1700000000\n")
    assert "2023.  before the first scan\n" in text
    assert text.endswith("2023.  aligned\n#C by eye\n")
    assert silx_column(path, "det") == [1, 4, 9, 16, 25]


# -- the same documents again ----------------------------------------------------------------------


@pytest.mark.parametrize("cut", range(2, 13))
def test_a_run_that_comes_again_after_a_crash_is_whole_and_there_once(path: Path, cut: int) -> None:
    documents = [*ascan(1), *ascan(2)]
    documents.insert(7, ("event", documents[6][1] | {"uid": "again"}))
    whole = write(path.with_name("whole.spec"), documents).replace("whole.spec", path.name)
    write(path, documents[:cut])
    assert write(path, documents) == whole
    assert write(path, documents) == whole


def test_a_run_that_is_given_twice_to_one_writer_is_there_once(path: Path) -> None:
    documents = ascan()
    writer = SpecWriter(path)
    for name, doc in [*documents, *documents]:
        writer(name, doc)
    assert list(SilxFile(str(path)).keys()) == ["1.1"]
    assert silx_column(path, "det") == [1, 4, 9, 16, 25]
    assert path.read_text().count("Scan ended") == 1


def test_what_the_machine_tore_is_mended(path: Path) -> None:
    documents = ascan()
    whole = write(path, documents)
    path.write_text(whole[: whole.index("1.0 4.0") + 3])
    assert write(path, documents) == whole


def test_a_file_of_somebody_else_is_continued_and_kept(path: Path) -> None:
    path.parent.mkdir()
    theirs = "#F old\n#E 1000000000\n#D Sun Sep  9 01:46:40 2001\n\n#S 7  ct\n#D Sun Sep  9 01:46:40 2001\n#N 1\n#L a\n5"
    path.write_text(theirs)
    text = write(path, ascan(8))
    assert text.startswith(theirs + "\n")
    assert list(SilxFile(str(path)).keys()) == ["7.1", "8.1"]
    assert silx_column(path, "a") == [5.0]


def test_a_file_that_was_moved_away_is_begun_anew(path: Path) -> None:
    writer = SpecWriter(path)
    for number in (1, 2):
        for name, doc in ascan(number):
            writer(name, doc)
        path.rename(path.with_suffix(f".{number}"))
    assert list(SilxFile(str(path.with_suffix(".2"))).keys()) == ["2.1"]


def test_a_disk_that_is_full_leaves_whole_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = ascan()
    writer = SpecWriter(path)
    for name, doc in documents[:6]:
        writer(name, doc)
    before = path.read_text()
    really_write: Callable[..., int] = os.write
    room = [5]

    def small_disk(descriptor: int, data: Any) -> int:
        if not room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return really_write(descriptor, bytes(data)[: room.pop()])

    monkeypatch.setattr(os, "write", small_disk)
    with pytest.raises(OSError, match="No space left"):
        writer(*documents[6])
    monkeypatch.undo()
    assert path.read_text() == before
    for name, doc in documents[7:]:
        writer(name, doc)
    assert silx_column(path, "det") == [1, 4, 9, 16, 25], "the point that failed is written with the next one"


# -- names -----------------------------------------------------------------------------------------


def test_names_are_made_from_the_start_document(tmp_path: Path) -> None:
    start = {"time": START_TIME, "uid": "abcd", "scan_id": 12, "sample": "Fe3/O4 x"}

    def name(template: str, **options: Any) -> str:
        names = FileNames(template, tmp_path, profile="sim", **options)
        return str(names.path(start).relative_to(tmp_path))

    assert name("{date}_{profile}.spec") == "2023-11-14_sim.spec"
    assert name("{sample}/{scan_id:05d}.nxs", one_each=True) == "Fe3_O4_x/00012.nxs"
    assert name("{sample}.nxs", one_each=True) == "Fe3_O4_x_00012.nxs"
    assert name("{proposal}/{scan_id}.csv") == "none/12.csv"
    assert FileNames("/abs/x.spec", tmp_path).path(start) == Path("/abs/x.spec")
    assert FileNames("./x.spec", tmp_path).path(start) == Path.cwd() / "x.spec"
