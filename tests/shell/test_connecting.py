"""The prompt is there before the devices are; who is waited for is seen, and who is missing is told."""

from __future__ import annotations

import re
import threading
import time

import pytest

from bsh.session.connect_progress import ConnectProgress
from bsh.session.connecting import connect_all
from bsh.session.late_devices import summary
from bsh.session.offline import OfflineDevice

CLASSES = """\
import threading
from bsh.devices.sim import SimMotor

class Answering(SimMotor):
    "Answers as soon as it is asked."
    def __init__(self, prefix, **keywords):
        super().__init__(**keywords)
        self.prefix = prefix
    def wait_for_connection(self, timeout):
        return

class Hanging(Answering):
    "Ignores the timeout it is given."
    def wait_for_connection(self, timeout):
        threading.Event().wait()
"""


@pytest.fixture
def many(tmp_path, monkeypatch):
    """A profile of 200 devices, of which 10 hang for ever."""
    (tmp_path / "many_motors.py").write_text(CLASSES)
    entries = [f"    - {{name: m{n}, prefix: 'SIM:m{n}'}}" for n in range(190)]
    hanging = [f"    - {{name: h{n}, prefix: 'SIM:h{n}', labels: [motors]}}" for n in range(10)]
    lines = [
        "profile: many", "devices:", "  many_motors.Answering:", *entries, "  many_motors.Hanging:", *hanging,
        "  bsh.devices.sim.SimDetector: [{name: det, count_time: 0}]", "counters: {default: [det]}",
    ]  # fmt: skip
    (tmp_path / "many.yml").write_text("\n".join(lines) + "\n")
    return str(tmp_path / "many.yml")


@pytest.mark.terminal
def test_200_devices_of_which_10_hang_do_not_hold_the_prompt(open_shell, many):
    open_shell("-p", many).wait_prompt()  # finds out which packages bring commands
    took = []
    while not took or (min(took) >= 2.0 and len(took) < 10):  # others may need the machine at the same time
        began = time.monotonic()
        shell = open_shell("-p", many, columns=160)
        shell.wait_prompt()
        took.append(time.monotonic() - began)
    assert min(took) < 2.0
    shell.wait(r"connecting 190/200: h0 h1 h2 h3 \+6")
    shell.wait(
        r"^191 ok, 10 offline: h0 \(SIM:h0\), h1 \(SIM:h1\), h2 \(SIM:h2\), h3 \(SIM:h3\), h4 \(SIM:h4\), "
        r"h5 \(SIM:h5\) and 4 more \(lsdev\)$"
    )
    assert "connecting" not in shell.text.splitlines()[-1]
    refused = shell.run("ascan h3 0 1 4 0.1")
    assert "h3 is offline: no answer" in refused
    assert "reconnect h3" in refused
    assert re.search(r"^many 1>", shell.text, re.MULTILINE), "no scan number was used"
    assert "5 points" in shell.run("ascan m3 0 1 4 0.01")


def test_the_checklist_names_the_first_few_and_ends_empty():
    progress = ConnectProgress()
    assert progress.text() == ""
    progress.begin(["a", "b", "c", "d", "e", "f"])
    progress.answered("b")
    assert progress.text() == "connecting 1/6: a c d e +1"
    for name in "acdef":
        progress.answered(name)
    assert progress.text() == ""


class Device:
    name = "device"

    def __init__(self, answers):
        self._answers = answers

    @property
    def connected(self):
        return self._answers.is_set()

    def wait_for_connection(self, timeout):
        if not self._answers.wait(timeout):
            raise TimeoutError("no")


def test_who_is_given_up_is_no_longer_waited_for():
    now, never = threading.Event(), threading.Event()
    now.set()
    progress = ConnectProgress()
    assert list(connect_all({"good": Device(now), "bad": Device(never)}, 0.05, progress=progress)) == ["bad"]
    assert progress.text() == ""


class Addressed:
    prefix = "SIM:m1"


def test_the_summary_says_where_the_missing_ones_are_looked_for():
    devices = {
        "th": object(),
        "samx": OfflineDevice("samx", "?", device=Addressed()),
        "und": OfflineDevice("und", "?"),
    }
    assert summary(devices) == "1 ok, 2 offline: samx (SIM:m1), und"
    assert summary({"th": object()}) == "1 ok"
