"""``panic``: plans are halted and the profile's actions run, whatever the shell is doing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh.devices.status import Status
from bsh.errors import RunEngineInterrupted
from bsh.profile import load_profile
from bsh.session import Session
from bsh.session.emergency import emergency_profile, emergency_session, run_panic_lines
from bsh.session.emergency_line import call, lines_of, name_of

MakeSession = Callable[..., Session]
PROGRAM = str(Path(sys.executable).with_name("bsh"))

PANIC = """\
shutter: {device: shutter, open: open, close: closed}
rules: {forbid: ["th < 5"]}
panic: [close_shutter, "mv th 3", nonsense here, "mv samx 1"]
"""


def panic(session: Session) -> list[dict[str, Any]]:
    (line,) = lines_of(session.folder)
    return list(call(line, {"do": "panic", "who": "a test"}))


def test_the_command_runs_every_line_whatever_became_of_the_others(make_session: MakeSession) -> None:
    session = make_session(PANIC)
    answer = str(session.run("panic"))
    assert [line.partition(" (")[0] for line in answer.splitlines()] == [
        "no plan was running",
        "close_shutter: done",
        "mv th 3: done",
        "FAILED panic failed at fast.yml:16:35: nonsense here: there is no command 'nonsense', "
        "and this is not Python: nonsense here",
        "mv samx 1: done",
    ]
    assert session.devices["shutter"].position == "closed"
    assert session.devices["th"].position == 3.0, "no rule keeps emergency actions from running"
    assert session.devices["samx"].position == 1.0
    assert session.store.runs() == []
    for noting in [one for one in threading.enumerate() if one.name == "bsh-panic-note"]:
        noting.join(10)
    assert session.drift.look() == [], "it was bsh that moved them"


def test_a_plan_that_is_given_to_the_engine_meets_no_rule_either(make_session: MakeSession) -> None:
    session = make_session("rules: {forbid: ['th > 2']}\npanic: ['RE(bps.mv(th, 3))']\n")
    assert str(session.run("panic")).splitlines()[1].startswith("RE(bps.mv(th, 3)): done")
    assert session.devices["th"].position == 3.0


class LostValve:
    """Like a device of ophyd whose connection is lost, and whose library says "done" for that."""

    name = "valve"
    parent = None
    connected = True

    def walk_signals(self) -> list[Any]:
        return []

    def set(self, value: Any) -> Status:
        status = Status(obj=self)
        self.connected = False
        threading.Timer(3, status.set_finished).start()
        return status


def test_an_action_whose_device_is_lost_meanwhile_is_not_done(make_session: MakeSession) -> None:
    session = make_session("panic: [close_valve]\n")
    session.namespace["close_valve"] = lambda: bps.mv(LostValve(), "closed")
    (line,) = str(session.run("panic")).splitlines()[1:]
    assert line.startswith("FAILED panic failed at ")
    assert "valve did not take its new value: its connection was lost" in line


def test_another_process_halts_the_plan_and_acts(
    make_session: MakeSession, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session(PANIC)
    running = threading.Event()
    ended: list[BaseException] = []

    def endless() -> Any:
        yield from bps.open_run()
        running.set()
        yield from bps.sleep(60)

    def run() -> None:
        try:
            session.RE(endless())
        except RunEngineInterrupted as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert running.wait(10)
    who, *answers = panic(session)
    thread.join(10)
    assert who["profile"] == "fast"
    assert who["pid"] == os.getpid()
    assert answers[0] == {"text": "the plan was halted; what it moved is stopped", "ok": True}
    assert answers[1]["text"].startswith("close_shutter: done")
    assert session.devices["shutter"].position == "closed"
    assert len(ended) == 1
    (run_summary,) = session.store.runs()
    assert (run_summary.exit_status, run_summary.reason) == ("abort", "panic, by a test")
    assert "PANIC, by a test" in capsys.readouterr().out
    session.run("ct -s 0.001")


HANGING = """\
import threading
from bsh.devices.sim import SimDetector

class Hanging(SimDetector):
    began, go_on = threading.Event(), threading.Event()
    def trigger(self):
        self.began.set()
        self.go_on.wait(60)
        return super().trigger()
"""


def test_a_device_that_hangs_the_engine_keeps_no_action_from_running(
    make_session: MakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hanging.py").write_text(HANGING)
    monkeypatch.delitem(sys.modules, "hanging", raising=False)
    session = make_session(
        "  hanging.Hanging: [{name: bad}]\nshutter: {device: shutter, open: open, close: closed}\n"
        "panic: [close_shutter]\n",
        base=DEVICES,
    )
    bad = session.devices["bad"]

    def run() -> None:
        with pytest.raises(RunEngineInterrupted):
            session.RE(bps.trigger(bad))

    thread = threading.Thread(target=run)
    thread.start()
    assert bad.began.wait(10)
    _, halted, closed = panic(session)
    assert halted == {"text": "the plan was told to halt and does not answer yet", "ok": False}
    assert closed["text"].startswith("close_shutter: done")
    assert session.devices["shutter"].position == "closed"
    bad.go_on.set()
    thread.join(20)
    assert not thread.is_alive()


DEVICES = """\
profile: fast
devices:
  bsh.devices.sim.SimShutter: [{name: shutter, delay: 0, state: open}]
"""


def test_a_paused_plan_is_ended_and_the_next_one_runs(make_session: MakeSession) -> None:
    session = make_session(PANIC)

    def paused() -> Any:
        yield from bps.checkpoint()
        yield from bps.pause()

    with pytest.raises(RunEngineInterrupted):
        session.RE(paused())
    assert panic(session)[1]["text"] == "the plan was halted; what it moved is stopped"
    assert session.state == "idle"
    session.run("mv th 6")
    assert session.devices["th"].position == 6.0


def test_shells_that_are_gone_leave_no_trace(make_session: MakeSession) -> None:
    session = make_session(PANIC)
    (line,) = lines_of(session.folder)
    gone = line.with_name("1-1-0")
    import socket

    sock = gone.with_suffix(".sock")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(sock) if len(str(sock)) < 100 else os.path.relpath(sock))
    gone.with_suffix(".letters").write_text(line.with_suffix(".letters").read_text().replace("|", "|x", 1))
    assert list(call(gone, {"do": "hello"})) == []
    assert lines_of(session.folder) == [line]
    (hello,) = call(line, {"do": "hello"})
    assert hello["sim"] is False
    session.close()
    assert lines_of(session.folder) == []
    assert list(line.parent.iterdir()) == []


def test_a_shell_on_another_host_finds_a_letter_in_the_folder_that_both_share(
    make_session: MakeSession,
) -> None:
    session = make_session(PANIC)
    (line,) = lines_of(session.folder)
    line.with_suffix(".sock").unlink()  # to the other host it is nothing but a name
    letters = line.with_suffix(".letters")
    letters.write_text(letters.read_text().replace('"owner": "', '"owner": "elsewhere-'))
    who, *answers = panic(session)
    assert who["profile"] == "fast"
    assert [answer["text"].partition(" (")[0] for answer in answers][:2] == [
        "no plan was running", "close_shutter: done",
    ]  # fmt: skip
    assert session.devices["shutter"].position == "closed"
    asking = call(line, {"do": "hello"})
    assert next(asking) == who, "answers to others are left alone"
    session.close()
    assert list(asking) == []
    assert list(line.parent.iterdir()) == []


def test_a_shell_on_another_host_that_does_not_answer_is_told_of_until_it_is_long_gone(
    tmp_path: Path,
) -> None:
    letters = tmp_path / "home" / "eh1" / "shells" / "7-1-0.letters"
    letters.parent.mkdir(parents=True)
    letters.write_text('{"owner": "beam2|boot|pid:[1]|7|99", "user": "ann"}\n')
    line = letters.with_suffix("")
    assert name_of(line) == "shell of ann on beam2 (process 7)"
    with pytest.raises(TimeoutError, match=r"no answer within 0\.1 s"):
        list(call(line, {"do": "panic"}, timeout_s=0.1))
    assert json.loads(letters.read_text().splitlines()[1])["do"] == "panic"
    os.utime(letters, (0, 0))
    assert list(call(line, {"do": "panic"}, timeout_s=0.1)) == []
    assert lines_of(tmp_path / "home" / "eh1") == []


def test_a_folder_with_a_long_path_can_be_called(
    tmp_path: Path, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("fast.yml").write_text(DEVICES)
    deep = tmp_path / ("x" * 90) / ("y" * 90)
    with Session.from_profile(Path("fast.yml"), home=deep) as session:
        assert len(list(call(lines_of(session.folder)[0], {"do": "hello"}))) == 1


PARTS = """\
devices:
  bsh.devices.sim.SimMotor: [{name: th}, {name: samx}, {name: base}]
  bsh.devices.sim.SimDetector: [{name: det, motor: $base}]
  bsh.devices.sim.SimShutter: [{name: shutter}]
counters: {default: [det]}
baseline: [th]
aliases: {theta: th}
shutter: {device: shutter, open: open, close: closed}
suspenders: [{class: SuspendFloor, signal: th, suspend_thresh: 0}]
"""


@pytest.mark.parametrize(
    ("lines", "needed"),
    [
        ("[close_shutter]", ["shutter"]),
        ("[shclose]", ["shutter"]),
        ('["mv theta 1", "ct 1 det"]', ["th", "base", "det"]),
        ("[my_own_function]", ["th", "samx", "base", "det", "shutter"]),
    ],
)
def test_only_what_the_actions_need_is_connected(tmp_path: Path, lines: str, needed: list[str]) -> None:
    file = tmp_path / "eh1.yml"
    file.write_text(f"{PARTS}startup: [own.py]\npanic: {lines}\n")
    (tmp_path / "own.py").write_text("def my_own_function(): pass\n")
    profile = emergency_profile(load_profile(file))
    assert sorted(spec.name or "" for spec in profile.devices) == sorted(needed)
    with emergency_session(profile, tmp_path / "empty") as session:
        said: list[tuple[str, bool]] = []
        run_panic_lines(session, lambda text, ok: said.append((text, ok)))
        assert [ok for _, ok in said] == [True] * len(profile.panic)


def test_from_another_terminal_while_a_scan_runs(tmp_path: Path) -> None:
    environ = {**os.environ, "BSH_HOME": str(tmp_path / "home")}
    (tmp_path / "eh1.yml").write_text(
        DEVICES.replace("fast", "eh1") + "shutter: {device: shutter, open: open, close: closed}\n"
        "panic: [close_shutter]\n"
    )
    lines = ["-c", "print('begun', flush=True); RE(bps.sleep(60))"]
    with subprocess.Popen(
        [PROGRAM, "-p", "./eh1.yml", *lines], env=environ, cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as shell:  # fmt: skip
        assert shell.stdout is not None
        assert shell.stderr is not None
        assert shell.stdout.readline() == "begun\n"
        called = subprocess.run(
            [PROGRAM, "panic"], env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert called.returncode == 0, called.stderr
        assert "the plan was halted; what it moved is stopped" in called.stdout
        assert "close_shutter: done" in called.stdout
        assert shell.wait(20) == 130
        assert "PANIC, by " in shell.stdout.read()


def test_without_any_shell_the_actions_run_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from bsh.devices.sim import SimShutter\n"
        "class Real(SimShutter):\n"
        "    def set(self, value):\n"
        "        print(f'{self.name} is told: {value}')\n"
        "        return super().set(value)\n"
    )
    (tmp_path / "eh1.yml").write_text(
        "devices: {own.Real: [{name: fe}]}\nshutter: {device: fe, open: open, close: closed}\npanic: [close_shutter]\n"
    )
    environ = {**os.environ, "BSH_HOME": str(tmp_path / "home")}
    called = subprocess.run(
        [PROGRAM, "panic", "-p", "./eh1.yml"],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert called.returncode == 0, called.stderr
    assert called.stdout.splitlines()[0] == "fe is told: closed"
    assert "from here: close_shutter: done" in called.stdout
    assert "no shell of this profile is open" in called.stdout
    assert not (tmp_path / "home").exists(), "the profile's state is left alone"


def test_where_nothing_can_be_done_it_says_so(tmp_path: Path) -> None:
    environ = {**os.environ, "BSH_HOME": str(tmp_path / "home"), "BSH_PROFILE": "sim"}
    called = subprocess.run(
        [PROGRAM, "panic"], env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert called.returncode == 1
    assert called.stderr == "nothing was done: name the profile, bsh panic -p NAME\n"
