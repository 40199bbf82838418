"""Keys of the profile that plans follow."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bsh.session import Session

MakeSession = Callable[..., Session]

CLASSES = """\
from bsh.devices.sim import SimDetector, SimSignal

class Camera(SimDetector):
    "Takes its counting time where nobody would look for it, and tells how long it counted."
    def __init__(self, name, **keywords):
        super().__init__(name, **keywords)
        self.exposure = SimSignal(name + "_exposure", value=7.0, parent=self)
        self.seen = []
    def trigger(self):
        self.seen.append(self.exposure.get())
        return super().trigger()
"""


@pytest.fixture
def camera_session(make_session: MakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    (tmp_path / "own_camera.py").write_text(CLASSES)
    monkeypatch.delitem(sys.modules, "own_camera", raising=False)
    return make_session(
        base="devices:\n  own_camera.Camera: [{name: camera, count_time: 0}]\n"
        "counters: {default: [camera]}\ncount_time: {camera: exposure}\n"
    )


def test_the_counting_time_goes_where_the_profile_says_and_comes_back(camera_session: Session) -> None:
    camera_session.run("ct 0.25")
    camera = camera_session.devices["camera"]
    assert camera.seen == [0.25]
    assert camera.exposure.get() == 7.0


def test_the_shutter_opens_and_closes_with_the_profiles_words(make_session: MakeSession) -> None:
    session = make_session("shutter: {device: shutter, open: 1, close: Close}\non_exit: [close_shutter]\n")
    session.RE(session.namespace["close_shutter"]())
    assert session.devices["shutter"].position == "closed"
    session.RE(session.namespace["open_shutter"]())
    assert session.devices["shutter"].position == "open"
    session.run("ct -s 0.001")
    assert session.devices["shutter"].position == "closed", "after every run"


def test_monitors_are_recorded_at_every_change(make_session: MakeSession) -> None:
    from bsh import plan_stubs as bps

    session = make_session("monitors: [ring.current]\n")
    ring = session.devices["ring"]

    def plan():  # type: ignore[no-untyped-def]
        yield from bps.open_run()
        ring.current.put(50.0)
        yield from bps.sleep(0.01)
        yield from bps.close_run()

    session.RE(plan())
    documents = list(session.store.run(-1).documents())
    (stream,) = [doc["uid"] for name, doc in documents if name == "descriptor"]
    values = [
        doc["data"]["ring_current"]
        for name, doc in documents
        if name == "event" and doc["descriptor"] == stream
    ]
    assert values[-1] == 50.0


def test_each_device_has_its_own_tolerance_for_missed_targets(make_session: MakeSession) -> None:
    from bsh.errors import DeviceError

    session = make_session("on_missed_target: {action: fail, tolerance: {th: 0.5}}\n")
    for name in ("th", "samx"):
        session.devices[name].misses_by = 0.2
    session.run("mv th 1")
    with pytest.raises(DeviceError, match=r"samx is at 1\.200 mm, asked for 1\.000"):
        session.run("mv samx 1")


LOST = """\
from bsh.devices.sim import SimMotor

class Losable(SimMotor):
    connected = answers = True
    def read(self):
        if not (self.connected and self.answers):
            raise OSError("no answer from und")
        return super().read()
"""

LOSABLE = (
    "devices:\n  losable.Losable: [{name: und}]\n  bsh.devices.sim.SimMotor: [{name: th}]\n"
    "  bsh.devices.sim.SimDetector: [{name: det, count_time: 0}]\n"
    "counters: {default: [det]}\nbaseline: [und, th]\n"
)


@pytest.fixture
def losable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of devices that are lost when a test says so."""
    (tmp_path / "losable.py").write_text(LOST)
    monkeypatch.delitem(sys.modules, "losable", raising=False)


@pytest.mark.usefixtures("losable")
def test_a_lost_device_costs_its_baseline_not_the_scan(
    make_session: MakeSession, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session(base=LOSABLE)

    def baseline() -> set[str]:
        session.run("ct -s 0.001")
        documents = session.store.run(-1).documents()
        return next(set(doc["data"]) for name, doc in documents if name == "event")

    assert baseline() == {"und", "und_setpoint", "th", "th_setpoint"}
    session.devices["und"].connected = False
    for _ in range(2):
        assert baseline() == {"th", "th_setpoint"}
    assert capsys.readouterr().err.count("und is not connected: runs go without it in their baseline") == 1
    session.devices["und"].connected = True
    assert "und" in baseline()


@pytest.mark.usefixtures("losable")
@pytest.mark.parametrize(
    ("attribute", "why"), [("connected", "not connected any more"), ("answers", "no answer from und")]
)
def test_a_device_lost_during_a_run_costs_the_last_baseline_its_values_not_the_run_its_success(
    make_session: MakeSession, attribute: str, why: str
) -> None:
    session = make_session(base=LOSABLE)
    und, told = session.devices["und"], []
    session.RE.notify = lambda notice: told.append(notice.text)
    for lost in (und, None):
        session.RE.subscribe(lambda name, doc, lost=lost: lost and setattr(lost, attribute, False), "event")
        session.run("dscan th 0 1 1 0.001")
        run = session.store.run(-1)
        documents = list(run.documents())
        assert run.summary.exit_status == "success"
        streams = {doc["uid"]: doc["name"] for name, doc in documents if name == "descriptor"}
        taken = [set(doc["data"]) for name, doc in documents if name == "event"
                 if streams[doc["descriptor"]] == "baseline"]  # fmt: skip
        th = {"th", "th_setpoint"}
        assert taken == ([th | {"und", "und_setpoint"}, th] if lost else [th, th])
    expected = [f"the baseline of this run goes without und: {why}; reconnect und"]
    assert [text for text in told if "baseline" in text] == expected


@pytest.mark.usefixtures("losable")
def test_many_lost_devices_are_told_in_one_line(make_session: MakeSession) -> None:
    names = [f"u{number}" for number in range(8)]
    session = make_session(
        base=LOSABLE.replace("{name: und}", ", ".join(f"{{name: {name}}}" for name in names)).replace(
            "[und, th]", f"[{', '.join(names)}, th]"
        )
    )
    told: list[str] = []
    session.RE.notify = lambda notice: told.append(notice.text)

    def lose(*_: object) -> None:
        for name in names:
            session.devices[name].connected = False

    token = session.RE.subscribe(lose, "event")
    session.run("ct -s 0.001")
    assert [text for text in told if "baseline" in text] == [
        "the baseline of this run goes without u0, u1, u2, u3, u4, u5 and 2 more: not connected any more; reconnect"
    ]
    session.RE.unsubscribe(token)
