"""``reconnect``: devices that were not there come back."""

import sys

import pytest

from bsh.errors import UsageError
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
