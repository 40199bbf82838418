"""``reconnect``: devices that were not there come back."""

import sys

import pytest

from bsh.errors import DeviceOffline, UsageError
from bsh.session import Session

CLASSES = """\
import threading
from bsh.devices.sim import SimMotor

class Silent(SimMotor):
    answers = threading.Event()
    @property
    def connected(self):
        return self.answers.is_set()
    def wait_for_connection(self, timeout):
        if not self.answers.wait(0.01):
            raise TimeoutError("no answer from X:m1")
"""


def test_devices_come_back_by_name_or_all_together(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "silent_motor", raising=False)
    (tmp_path / "silent_motor.py").write_text(CLASSES)
    (tmp_path / "eh1.yml").write_text(
        "devices:\n  silent_motor.Silent: [{name: und}, {name: phi}]\n  bsh.devices.sim.SimMotor: [{name: th}]\n"
    )
    with Session.from_profile("./eh1.yml", home=tmp_path / "home", connect_timeout_s=0.2) as session:
        assert str(session.run("reconnect und")) == "und is offline: no answer from und within 0.0 s"
        assert str(session.run("reconnect th")) == "th is there"
        with pytest.raises(UsageError, match="there is no device udn"):
            session.run("reconnect udn")
        session.devices["und"].device.answers.set()
        assert str(session.run("reconnect und")) == "und is there again"
        assert session.namespace["und"].position == 0.0
        assert str(session.run("reconnect")) == "phi is there again"
        assert str(session.run("retry")) == "every device is there"


def test_a_device_that_was_lost_since_the_start_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "lost_motor", raising=False)
    (tmp_path / "lost_motor.py").write_text(CLASSES + "Silent.answers.set()\n")
    (tmp_path / "eh1.yml").write_text("devices:\n  lost_motor.Silent: [{name: und}]\n")
    with Session.from_profile("./eh1.yml", home=tmp_path / "home") as session:
        assert str(session.run("reconnect")) == "every device is there"
        answers = session.devices["und"].answers
        answers.clear()
        assert str(session.run("reconnect")).startswith("und is offline: no answer from und")
        assert str(session.run("lsdev und")).endswith("not connected")
        with pytest.raises(DeviceOffline) as refused:
            session.run("mv und 1")
        assert refused.value.hint == "see that it is on and reachable, then: reconnect und"
        answers.set()
        assert str(session.run("reconnect und")) == "und is there"
