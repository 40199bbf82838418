"""Who has a profile open, and who is in control of it."""

from __future__ import annotations

import getpass
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bsh.errors import ControlError
from bsh.store import RunStore
from tests.store.runs import WAIT_S

ROOT = Path(__file__).parents[2]

OTHER = """
import sys
from bsh.errors import ControlError
from bsh.store import RunStore
with RunStore(sys.argv[1]) as store:
    for line in sys.stdin:
        try:
            print(repr(eval(line)), flush=True)
        except ControlError as error:
            print(f"refused: {error}", flush=True)
"""


class Other:
    """Another shell: a process that evaluates what it is told, about its ``store``."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def ask(self, expression: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(expression, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().rstrip("\n")

    def enter(self) -> None:
        assert self.ask(f"store.shells.enter().result({WAIT_S})") == "None"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=WAIT_S)

    def leave(self) -> None:
        self.process.communicate(timeout=WAIT_S)


@pytest.fixture
def open_other(path: Path) -> Iterator[Callable[[], Other]]:
    opened: list[Other] = []

    def start() -> Other:
        opened.append(Other(path))
        return opened[-1]

    yield start
    for other in opened:
        if other.process.poll() is None:
            other.kill()


def test_other_shells_are_told_with_who_and_where(store: RunStore, open_other: Callable[[], Other]) -> None:
    store.shells.enter().result(WAIT_S)
    assert store.shells.others() == []
    other = open_other()
    other.enter()
    (shell,) = store.shells.others()
    assert (shell.user, shell.host, shell.pid) == (getpass.getuser(), os.uname().nodename, other.process.pid)
    assert str(shell).startswith(f"{shell.user} on {shell.host} (pid {other.process.pid}) since 20")
    assert not shell.has_control
    assert f"pid={os.getpid()}" in other.ask("[f'pid={shell.pid}' for shell in store.shells.others()]")
    other.leave()
    assert store.shells.others() == []


def test_shell_that_was_killed_counts_no_more_and_is_forgotten_at_the_next_opening(
    store: RunStore, path: Path, open_other: Callable[[], Other]
) -> None:
    killed = open_other()
    killed.enter()
    killed.ask("store.shells.take_control()")
    killed.kill()
    assert store.shells.others() == []
    assert store.shells.holder() is None
    assert store.shells.take_control() is None
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM shells").fetchone() == (1,)
    connection.close()


def test_control_belongs_to_one_until_it_leaves_or_is_forced(
    store: RunStore, open_other: Callable[[], Other]
) -> None:
    assert store.shells.take_control() is None
    assert store.shells.has_control()
    other = open_other()
    assert (
        other.ask("store.shells.take_control()")
        == f"refused: another shell is in control: {store.shells.holder()}"
    )
    assert not eval(other.ask("store.shells.has_control()"))
    assert store.shells.take_control() is None, "taking what one has changes nothing"
    assert f"({os.getpid()})" in other.ask("f'({store.shells.take_control(by_force=True).pid})'")
    assert not store.shells.has_control()
    holder = store.shells.holder()
    assert holder is not None
    assert holder.pid == other.process.pid
    with pytest.raises(ControlError, match=f"pid {other.process.pid}"):
        store.shells.take_control()
    other.leave()
    assert store.shells.holder() is None
    assert store.shells.take_control() is None
    assert store.shells.has_control()


def test_of_many_that_ask_at_once_one_gets_control(path: Path, open_other: Callable[[], Other]) -> None:
    others = [open_other() for _ in range(4)]
    for other in others:
        other.enter()
    for other in others:
        assert other.process.stdin is not None
        print("store.shells.take_control()", file=other.process.stdin, flush=True)
    answers = [other.process.stdout.readline() for other in others if other.process.stdout is not None]
    assert sorted(answer.split(":")[0].strip() for answer in answers) == [
        "None",
        "refused",
        "refused",
        "refused",
    ]


def test_shell_on_a_host_that_cannot_be_seen_keeps_control_until_it_is_taken(path: Path) -> None:
    now = 1_700_000_000.0
    with RunStore(path, clock=lambda: now) as store:
        store.shells.take_control()
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(
            "UPDATE shells SET identity = 'elsewhere' || substr(identity, instr(identity, '|'))"
        )
        connection.close()
        with pytest.raises(ControlError, match="elsewhere"):
            store.shells.take_control()
    with RunStore(path, clock=lambda: now + 30 * 86400) as store:
        assert store.shells.holder() is not None
        before = store.shells.take_control(by_force=True)
        assert before is not None
        assert before.host == "elsewhere"
        assert store.shells.others() == [], "without control it is forgotten after a week"


def test_opening_a_shell_leaves_the_copy_of_the_metadata_alone(path: Path) -> None:
    with RunStore(path) as store:
        store.shells.enter().result(WAIT_S)
    assert not path.with_name("runs.db.last-good.json").exists()
