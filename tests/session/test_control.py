"""Several shells on one profile: who may run plans, and what people are told."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bsh.errors import ControlError, RunEngineInterrupted
from bsh.session import Session
from bsh.session.control_watch import ControlWatch
from tests.session.conftest import MakeSession

ROOT = Path(__file__).parents[2]
WAIT_S = 30.0

OTHER = """
import sys
from bsh.errors import BshError
from bsh.session import Session
from bsh.session.control_watch import ControlWatch
try:
    session = Session.from_profile(sys.argv[1], home=sys.argv[2], take="take" in sys.argv)
except BshError as error:
    print(f"refused: {error}. {error.hint}", flush=True)
    raise SystemExit
session.show = lambda report: None
with session:
    print(f"notices: {[*session.notices, *session.control.companions()]}", flush=True)
    for line in sys.stdin:
        try:
            session.run(line.strip())
        except BshError as error:
            print(f"refused: {error}", flush=True)
        else:
            print("done", flush=True)
"""


class Other:
    """A session in a process of its own."""

    def __init__(self, home: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, "fast.yml", str(home), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.begin = self.process.stdout.readline().rstrip()

    def run(self, line: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().rstrip()

    def leave(self) -> None:
        self.process.communicate(timeout=WAIT_S)


@pytest.fixture
def open_other(tmp_path: Path) -> Iterator[Callable[..., Other]]:
    opened: list[Other] = []

    def start(*words: str) -> Other:
        opened.append(Other(tmp_path / "home", *words))
        return opened[-1]

    yield start
    for other in opened:
        with other.process as process:  # closes its pipes
            process.kill()


def test_shells_that_share_a_profile_hear_of_each_other_and_both_may_scan(
    session: Session, open_other: Callable[..., Other]
) -> None:
    assert session.notices == []
    session.store.shells.enter().result(WAIT_S)
    other = open_other()
    assert "this profile is open in another shell, too: " in other.begin
    assert other.run("ascan th 0 1 2 0.001") == "done"
    session.run("ascan th 0 1 2 0.001")
    other.leave()
    assert [run.scan_id for run in session.store.runs()] == [2, 1]


def test_an_exclusive_profile_opens_once_and_says_who_has_it(
    make_session: MakeSession, open_other: Callable[..., Other]
) -> None:
    first = make_session("lock: exclusive\n")
    assert first.notices == []
    other = open_other()
    (me,) = [shell for shell in [first.store.shells.holder()] if shell is not None]
    assert other.begin == (
        f"refused: profile fast may be open in one shell at a time, and is: {me}. "
        "leave that one, or take control of it: --take; bsh scans and bsh show need none"
    )
    first.run("ascan th 0 1 2 0.001")
    first.close()
    assert open_other().begin == "notices: []"


@pytest.mark.parametrize("lock", ["exclusive", "shared"])
def test_a_shell_whose_control_is_taken_runs_nothing_until_the_other_leaves(
    make_session: MakeSession, open_other: Callable[..., Other], lock: str
) -> None:
    session = make_session(f"lock: {lock}\n")
    session.run("ascan th 0 1 2 0.001")
    other = open_other("take")
    if lock == "exclusive":
        assert "control was taken from " in other.begin
    holder = session.store.shells.holder()
    assert holder is not None
    assert holder.pid == other.process.pid
    for line in ("ascan th 0 1 2 0.001", "mv th 3", "RE(bp.count([det]))", "ct 0.001"):
        with pytest.raises(
            ControlError, match="is in control of this profile; nothing was started"
        ) as caught:
            session.run(line)
        assert str(holder) in str(caught.value)
    with pytest.raises(ControlError):
        session.RE([])
    assert session.devices["th"].position == 1
    assert session.store.peek_scan_id() == 2
    assert other.run("mv th 2") == "done"
    other.leave()
    session.run("mv th 3")
    assert session.devices["th"].position == 3
    assert session.store.shells.has_control() is (lock == "exclusive")


def test_a_shell_that_opens_beside_one_in_control_is_told(
    make_session: MakeSession, open_other: Callable[..., Other]
) -> None:
    session = make_session(take=True)
    other = open_other()
    assert "is in control of this profile: nothing runs here until it leaves, or with --take" in other.begin
    assert other.run("mv th 1").startswith(f"refused: {session.store.shells.holder()} is in control")
    session.close()
    assert other.run("mv th 1") == "done"


def test_a_paused_scan_of_a_shell_without_control_can_be_ended_but_not_resumed(
    make_session: MakeSession, open_other: Callable[..., Other]
) -> None:
    session = make_session()
    session.interactive = True

    def pause(name: str, doc: dict[str, object]) -> None:
        if doc["seq_num"] == 2:
            session.RE.request_pause(defer=True)

    session.RE.subscribe(pause, "event")
    with pytest.raises(RunEngineInterrupted):
        session.run("ascan th 0 4 4 0.001")
    assert session.state == "paused"
    open_other("take")
    with pytest.raises(ControlError):
        session.resume()
    session.abort("control was lost")
    assert session.state == "idle"
    assert session.store.runs()[0].reason == "control was lost"


def journal_mode(file: Path) -> str:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def test_on_a_network_file_system_one_shell_is_open_and_says_so(
    make_session: MakeSession, open_other: Callable[..., Other], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BSH_NETWORK_HOME", "yes")
    session = make_session()
    (notice,) = session.notices
    assert "lies on a network file system" in notice
    assert "one shell at a time has the profile" in notice
    session.run("mv th 2")
    session.run("ascan th 0 1 20 0.001")
    assert session.store.runs()[0].num_points == 21
    session.run("undo")
    databases = sorted(session.folder.glob("*.db"))
    assert [file.name for file in databases] == ["axes.db", "journal.db", "runs.db"]
    assert [journal_mode(file) for file in databases] == ["delete"] * 3
    assert open_other().begin.startswith("refused: profile fast may be open in one shell at a time")


def test_a_shell_hears_once_that_its_control_is_taken_and_that_it_is_free_again(
    make_session: MakeSession, open_other: Callable[..., Other]
) -> None:
    session = make_session("lock: exclusive\n")
    told: list[str] = []
    heard = threading.Condition()

    def tell(text: str) -> None:
        with heard:
            told.append(text)
            heard.notify_all()

    watch = ControlWatch(session.store.shells, tell, look_every_s=0.01)
    watch.start()
    other = open_other("take")
    with heard:
        assert heard.wait_for(lambda: told, WAIT_S)
    taker = session.store.shells.holder()
    assert told == [
        f"{taker} has taken control of this profile: what runs here goes on, nothing new starts",
    ]
    other.leave()
    with heard:
        assert heard.wait_for(lambda: told[1:], WAIT_S)
    assert told[1:] == [f"{taker} has left: plans can be run here again"]
    watch.close()


def test_who_takes_control_hears_what_is_under_way_there(
    make_session: MakeSession, open_other: Callable[..., Other]
) -> None:
    session = make_session("lock: exclusive\n")
    opened: list[Other] = []

    def take(name: str, doc: dict[str, object]) -> None:
        if not opened:
            opened.append(open_other("take"))

    session.RE.subscribe(take, "event")
    session.run("ascan th 0 1 2 0.001")
    assert "scan 1 (ascan th 0 1 2 0.001) is under way and goes on to its end" in opened[0].begin
    assert session.store.runs()[0].num_points == 3
