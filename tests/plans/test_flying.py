from __future__ import annotations

import pytest

from bsh import plans as bp
from bsh.errors import RampFail
from bsh.msg import Msg
from tests.plans.devices import Flyer, Signal
from tests.plans.drive import drive, once

f, g = Flyer("f"), Flyer("g")


def test_fly_starts_completes_and_collects():
    driven = drive(bp.fly([f, g], md={"x": 1}), {"open_run": "uid"})
    assert driven.commands == [
        "open_run",
        *["kickoff", "wait"] * 2,
        *["complete", "wait"] * 2,
        *["collect"] * 2,
        "close_run",
    ]
    assert [msg.obj for msg in driven.of("collect")] == [f, g]
    md = driven.messages[0].kwargs
    assert (md["plan_name"], md["x"], md["plan_args"]) == ("fly", 1, {"flyers": ["<f>", "<g>"]})
    assert driven.result == "uid"


def test_a_flight_that_fails_closes_its_run_as_failed():
    driven = drive(bp.fly([f]), fail_at=once("complete", ValueError("crash")))
    assert driven.messages[-1] == Msg("close_run", exit_status="fail", reason="crash")


class Ramp:
    """A ramp that is done after some data were taken."""

    def __init__(self, shots):
        self.left = shots
        self.signal = Signal("temperature", 0)

    def go(self):
        yield Msg("go")
        return self

    @property
    def done(self):
        self.left -= 1
        return self.left < 0

    def data(self):
        yield Msg("data")


def test_a_ramp_takes_data_before_during_and_after():
    ramp = Ramp(2)
    driven = drive(bp.ramp_plan(ramp.go, ramp.signal, ramp.data, md={"x": 1}), {"open_run": "uid"})
    assert driven.commands == [
        *["open_run", "monitor", "data", "go"],
        *["checkpoint", "data"] * 2,
        *["data", "unmonitor", "close_run"],
    ]  # fmt: skip
    assert driven.of("monitor")[0].kwargs["name"] == "temperature_monitor"
    md = driven.messages[0].kwargs
    assert (md["plan_name"], md["plan_args"]["go_plan"]) == ("ramp_plan", "Ramp.go")
    assert driven.result == "uid"


def test_a_ramp_may_begin_without_data():
    ramp = Ramp(0)
    driven = drive(bp.ramp_plan(ramp.go, ramp.signal, ramp.data, take_pre_data=False))
    assert driven.commands == ["open_run", "monitor", "go", "data", "unmonitor", "close_run"]


def test_a_ramp_that_takes_too_long_fails(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    ramp = Ramp(100)

    def slow(msg):
        now[0] += 3.0 * (msg.command == "data")

    driven = drive(
        bp.ramp_plan(ramp.go, ramp.signal, ramp.data, timeout=5),
        lambda msg: ramp if msg.command == "go" else slow(msg),
    )
    assert isinstance(driven.error, RampFail)
    assert "not done after 5 s" in str(driven.error)
    assert driven.messages[-1].kwargs["exit_status"] == "fail"


def test_pauses_of_a_ramp_are_not_counted(monkeypatch):
    monkeypatch.setattr("time.monotonic", lambda: 1e6)
    moments = iter([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    ramp = Ramp(3)
    driven = drive(
        bp.ramp_plan(ramp.go, ramp.signal, ramp.data, timeout=5, period=1.5),
        lambda msg: ramp if msg.command == "go" else next(moments) if msg.command == "checkpoint" else None,
    )
    assert driven.error is None
    assert [msg.args[0] for msg in driven.of("sleep")] == [0.5, 0.5, 0.5]
    moments = iter([0.0, 1.0, 6.0])
    driven = drive(
        bp.ramp_plan(Ramp(9).go, ramp.signal, ramp.data, timeout=5, period=1.5),
        lambda msg: next(moments) if msg.command == "checkpoint" else None,
    )
    assert isinstance(driven.error, RampFail)


def test_a_ramp_takes_data_once_in_a_period():
    ramp = Ramp(2)
    driven = drive(bp.ramp_plan(ramp.go, ramp.signal, ramp.data, period=60))
    assert [round(msg.args[0]) for msg in driven.of("sleep")] == [60, 60]


def test_a_ramp_can_be_listed():
    signal = Signal("s", 0)
    messages = list(bp.ramp_plan(lambda: [Msg("go")], signal, lambda: [Msg("data")]))
    assert [msg.command for msg in messages].count("data") == 2


@pytest.mark.parametrize("wrong", [f, [3]])
def test_flyers_come_in_a_list(wrong):
    assert "flyers must be a list of devices" in str(drive(bp.fly(wrong)).error)
