"""The files that a profile has written beside the store."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pandas as pd
import pytest
from silx.io.specfile import SpecFile

from bsh.errors import CommandError, RunEngineInterrupted
from bsh.session import Session

MakeSession = Callable[..., Session]
WAIT_S = 20.0

SPEC = 'data: {spec: "cu.spec"}\nbaseline: [th, samx]\n'


def file_of(session: Session) -> Path:
    return session.folder / "files" / "cu.spec"


def wait(session: Session) -> None:
    """Wait until the files are as far as the store is."""
    for follower in session.writers.followers.values():
        assert follower.wait(WAIT_S)


def test_scans_are_in_the_spec_file_with_their_lines_and_positions(make_session: MakeSession) -> None:
    session = make_session(SPEC)
    assert session.notices == []
    session.run("mv samx 2.5")
    session.run("ascan th -1 1 4 0.001")
    session.run("comment aligned by eye")
    wait(session)
    scan = SpecFile(str(file_of(session)))[0]
    assert scan.scan_header_dict["S"] == "1  ascan th -1 1 4 0.001"
    assert dict(zip(scan.motor_names, scan.motor_positions)) == {"th": 0.0, "samx": 2.5}
    stored = [doc["data"] for name, doc in session.store.run(1).documents() if name == "event"][1:-1]
    for key in ("th", "det", "mon"):
        assert list(scan.data[scan.labels.index(key)]) == [data[key] for data in stored]
    assert file_of(session).read_text().endswith(".  aligned by eye\n")


def test_without_a_baseline_all_axes_are_in_the_header_which_stays_the_same(
    make_session: MakeSession,
) -> None:
    session = make_session('data: {spec: "cu.spec"}\n')
    session.run("mv samx 2.5")
    session.run("ascan th -1 1 2 0.001")
    session.run("ascan samx 0 1 2 0.001")
    session.run("ct -s 0.001")
    wait(session)
    assert file_of(session).read_text().count("#O0 th  samx\n") == 1
    positions = [
        dict(zip(scan.motor_names, scan.motor_positions)) for scan in SpecFile(str(file_of(session)))
    ]
    assert positions == [{"th": 0.0, "samx": 2.5}, {"th": 1.0, "samx": 2.5}, {"th": 1.0, "samx": 1.0}]


@pytest.mark.parametrize("format", ["spec", "csv"])
def test_a_folder_that_is_removed_during_a_scan_is_made_again_with_all_of_it(
    make_session: MakeSession, format: str, capfd: pytest.CaptureFixture[str]
) -> None:
    session = make_session(f'data: {{{format}: "{{scan_id}}.{format}"}}\n')
    session.run("ct -s 0.001")
    wait(session)

    def remove(name: str, doc: dict[str, Any]) -> None:
        if name == "event" and doc["seq_num"] == 3:
            wait_until_written(session)
            shutil.rmtree(session.folder / "files")

    session.RE.subscribe(remove)
    session.run("ascan th -1 1 4 0.001")
    wait(session)
    text = (session.folder / "files" / f"2.{format}").read_text()
    assert len([line for line in text.splitlines() if line[0:1].isdigit() or line[0:1] == "-"]) == 5
    told = "".join(capfd.readouterr())  # while the scan runs it is a notice of the engine
    assert told.count("moved away or removed") == 1
    assert told.count(f"{format}: the file has caught up") == 1


def wait_until_written(session: Session) -> None:
    """Wait until all that is taken is in the files."""
    durable = threading.Event()
    session.store.when_durable(lambda error: durable.set())
    assert durable.wait(WAIT_S)
    wait(session)


def test_relative_scans_say_where_they_went_and_all_when_with_the_zone(make_session: MakeSession) -> None:
    session = make_session(SPEC)
    session.run("mv th 1 samx 2")
    session.run("d2scan th -1 1 samx 0 0.5 2 0.001")
    session.run("dmesh th -0.5 0.5 2 samx 0 1 1 0.001")
    session.run("ascan th 0 1 2 0.001")
    wait(session)
    comments = [
        [line[3:] for line in text.splitlines() if line.startswith("#C ")]
        for text in file_of(session).read_text().split("\n#S ")[1:]
    ]
    assert [lines[1:-1] for lines in comments] == [
        ["th from 0.0 to 2.0, absolute.", "samx from 2.0 to 2.5, absolute."],
        ["samx from 2.0 to 3.0, absolute.", "th from 0.5 to 1.5, absolute."],
        [],
    ]
    began = datetime.datetime.fromisoformat(comments[0][0].removeprefix("Started at ").rstrip("."))
    assert began.timestamp() == pytest.approx(session.store.run(1).start["time"], abs=0.001)


def test_a_pause_is_told_between_the_points(make_session: MakeSession) -> None:
    session = make_session(SPEC)
    session.interactive = True

    def pause(name: str, doc: dict[str, Any]) -> None:
        if "det" in doc["data"] and doc["seq_num"] == 2:
            session.RE.request_pause(defer=True)

    token = session.RE.subscribe(pause, "event")
    with pytest.raises(RunEngineInterrupted):
        session.run("ascan th -1 1 4 0.001")
    session.RE.unsubscribe(token)
    session.run("resume")
    wait(session)
    lines = file_of(session).read_text().splitlines()[-7:]
    assert [line.partition(".  ")[2] for line in lines if line.startswith("#C ")] == [
        "Scan paused after 2 points.",
        "Scan resumed.",
        "Scan ended after 5 points.",
    ]
    assert lines[2].startswith("#C")
    session.run("ct -s 0.001")
    names = [doc.get("name") for name, doc in session.store.run(-1).documents() if name == "descriptor"]
    assert "interruptions" not in names


def test_all_is_written_when_the_session_has_ended(make_session: MakeSession) -> None:
    session = make_session(SPEC)
    for _ in range(5):
        session.run("ct -s 0.001")
    session.close()
    assert list(SpecFile(str(file_of(session))).keys()) == ["1.1", "2.1", "3.1", "4.1", "5.1"]


def test_the_next_session_goes_on_in_the_same_file(make_session: MakeSession) -> None:
    for _ in range(2):
        with make_session(SPEC) as session:
            session.run("ct -s 0.001")
    text = file_of(session).read_text()
    assert text.count("#F ") == 1
    assert list(SpecFile(str(file_of(session))).keys()) == ["1.1", "2.1"]


def test_newfile_begins_another_file_and_numbers_go_on(make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session(SPEC)
    session.run("ct -s 0.001")
    other = tmp_path / "other.spec"
    report = session.run(f"newfile {other}")
    assert str(report).startswith(f'Using "{other}". Next scan is number 2. ')
    assert str(report).endswith(" GB of disk left.")
    session.run("ct -s 0.001")
    wait(session)
    assert list(SpecFile(str(file_of(session))).keys()) == ["1.1"]
    assert list(SpecFile(str(other)).keys()) == ["2.1"]
    assert session.store.run(2).start["spec_file"] == str(other)


def test_newfile_holds_in_the_next_session_and_without_a_key_in_the_profile(
    make_session: MakeSession, tmp_path: Path
) -> None:
    with make_session() as session:
        assert "no SPEC file is written" in str(session.run("newfile"))
        session.run("newfile cu110")
        session.run("comment before the first scan")
        session.run("ct -s 0.001")
    with make_session() as session:
        assert str(session.run("newfile")).startswith(f'Using "{session.folder}/files/cu110".')
        session.run("ct -s 0.001")
    assert list(SpecFile(str(session.folder / "files" / "cu110")).keys()) == ["1.1", "2.1"]


def test_newfile_goes_on_after_the_last_scan_of_the_file_or_from_a_number(
    make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session(SPEC)
    old = tmp_path / "old"
    old.write_text("#F old\n#E 1\n\n#S 41  ct\n#N 1\n#L a\n1\n\n#S 7  ct\n#N 1\n#L a\n1\n")
    assert "Next scan is number 42." in str(session.run(f"newfile {old}"))
    session.run("ct -s 0.001")
    wait(session)
    assert old.read_text().count("#S 42  ct -s 0.001\n") == 1
    assert "Next scan is number 100." in str(session.run(f"newfile {old} 99"))
    report = str(session.run("newfile fresh 0"))
    assert "Next scan is number 1." in report
    assert "numbers up to 99 are taken already" in report


def test_newfile_refuses_what_can_be_no_file(make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session(SPEC)
    (tmp_path / "a file").touch()
    for name, words in (
        ("", "is a folder"),
        ("a file/x.spec", f"cannot be made: {tmp_path / 'a file'} is no folder"),
    ):
        with pytest.raises(CommandError) as refused:
            session.writers.use_spec_file(str(tmp_path / name))
        assert refused.value.message == f"{tmp_path / name} {words}"
    assert session.writers.spec_file() == file_of(session)


def test_newfile_refuses_what_cannot_be_written(make_session: MakeSession) -> None:
    session = make_session(SPEC)
    with pytest.raises(CommandError, match="/proc/sys/kernel/version cannot be written"):
        session.run("newfile /proc/sys/kernel/version")  # by root neither


def test_every_other_format_has_a_file_for_each_run(make_session: MakeSession) -> None:
    session = make_session('data: {jsonl: "{date}/run.jsonl"}\n')
    session.run("ct -s 0.001")
    session.run("ct -s 0.001")
    wait(session)
    names = sorted(path.name for path in (session.folder / "files").rglob("*.jsonl"))
    assert names == ["run_00001.jsonl", "run_00002.jsonl"]


def test_show_names_the_files_that_have_a_scan(make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session('data: {spec: "cu.spec", csv: "run.csv"}\n')
    session.run("ct -s 0.001")
    session.run(f"newfile {tmp_path / 'other.spec'}")
    session.run("ct -s 0.001")
    wait(session)

    def told(number: int) -> list[str]:
        return [line[10:] for line in session.run(f"show {number}").lines if line.startswith("file ")]

    files = session.folder / "files"
    assert told(1) == [str(files / "cu.spec"), str(files / "run_00001.csv")]
    assert told(2) == [str(tmp_path / "other.spec"), str(files / "run_00002.csv")]
    (tmp_path / "other.spec").write_text("something else\n")
    assert told(2) == [str(files / "run_00002.csv")]


def test_a_file_that_cannot_be_written_stops_no_scan(
    make_session: MakeSession, capfd: pytest.CaptureFixture[str]
) -> None:
    session = make_session('data: {spec: "x/cu.spec"}\n')
    blocked = session.folder / "files" / "x"
    blocked.parent.mkdir()
    blocked.write_text("no folder")
    session.run("ascan th -1 1 4 0.001")
    assert session.store.run(-1).summary.num_points == 5
    follower = session.writers.followers["spec"]
    assert not follower.wait(0.2)
    assert follower.problem is not None
    blocked.unlink()
    assert follower.wait(WAIT_S)
    assert len(SpecFile(str(blocked / "cu.spec"))[0].data[0]) == 5


KILLED = """
import os, signal, sys, threading
from bsh.session import Session
session = Session.from_profile(sys.argv[1], home=sys.argv[2])
follower = session.writers.followers["spec"]
def die(name, doc):
    if name == "event" and doc["seq_num"] == 6 and "det" in doc["data"]:
        if sys.argv[3] == "written":
            durable = threading.Event()
            session.store.when_durable(lambda error: durable.set())
            assert durable.wait(20) and follower.wait(20)
        os.kill(os.getpid(), signal.SIGKILL)
session.RE.subscribe(die)
session.run("ct -s 0.001")
session.run("ascan th -1 1 20 0.001")
"""


@pytest.mark.parametrize("when", ["written", "whenever"])
def test_a_file_is_whole_after_the_start_that_follows_a_kill(
    make_session: MakeSession, tmp_path: Path, when: str
) -> None:
    every = "data: {spec: cu.spec, csv: run.csv, jsonl: run.jsonl, nexus: run.nxs, parquet: run.parquet}\n"
    with make_session(every):
        pass  # the profile is there
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "fast.yml", str(tmp_path / "home"), when], env=dict(os.environ)
    )
    assert killed.returncode == -signal.SIGKILL
    with make_session(every) as session:
        session.run("ct -s 0.001")
        wait(session)
        documents = list(session.store.run(2).documents())
    scans = SpecFile(str(file_of(session)))
    assert list(scans.keys()) == ["1.1", "2.1", "3.1"]
    events = [doc for name, doc in documents if name == "event" and "det" in doc["data"]]
    assert list(scans[1].data[scans[1].labels.index("det")]) == [doc["data"]["det"] for doc in events]
    counts = [doc["data"]["det"] for doc in events]
    one_each = {
        format: file_of(session).with_name(f"run_00002.{format}") for format in ("csv", "nxs", "parquet")
    }
    assert pd.read_csv(one_each["csv"])["det"].tolist() == counts
    assert pd.read_parquet(one_each["parquet"])["det"].tolist() == counts
    with h5py.File(one_each["nxs"]) as file:
        assert file["entry/data/det"][()].tolist() == counts
    lines = file_of(session).with_name("run_00002.jsonl").read_text().splitlines()
    assert [json.loads(line)[0] for line in lines] == [name for name, _ in documents]
    if when == "written":
        assert len(events) >= 5
    assert f"#C Scan interrupted after {len(events)} point" in file_of(session).read_text()
