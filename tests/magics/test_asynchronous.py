"""Commands with devices whose methods have to be awaited, as those of ophyd-async."""

import asyncio
import time

import pytest

from bsh.devices.status import Status


class AsyncMotor:
    """Shaped like ophyd-async's motor: no ``position``, no ``egu``; all of it has to be awaited."""

    parent = None
    _ophyd_labels_ = frozenset({"motors"})

    def __init__(self, name):
        self.name = name
        self._value = 0.0
        self.stopped = 0

    async def read(self):
        await asyncio.sleep(0)
        return {self.name: {"value": self._value, "timestamp": time.time()}}

    async def describe(self):
        return {
            self.name: {
                "source": "soft://x",
                "dtype": "number",
                "shape": [],
                "units": "mm",
                "precision": 3,
                "limits": {"control": {"low": -5.0, "high": 5.0}},
            }
        }

    async def locate(self):
        return {"setpoint": self._value, "readback": self._value}

    @property
    def hints(self):
        return {"fields": [self.name]}

    def set(self, value):
        self._value = float(value)
        status = Status()
        status.set_finished()
        return status

    async def stop(self, success=False):
        self.stopped += 1


class AsyncCounter:
    parent = None
    name = "adet"

    @property
    def hints(self):
        return {"fields": ["adet"]}

    async def read(self):
        return {"adet": {"value": 42, "timestamp": time.time()}}

    async def describe(self):
        return {"adet": {"source": "soft://y", "dtype": "integer", "shape": []}}

    def trigger(self):
        status = Status()
        status.set_finished()
        return status


@pytest.fixture
def motor(session):
    device = session.devices["ax"] = session.namespace["ax"] = AsyncMotor("ax")
    session.devices["adet"] = session.namespace["adet"] = AsyncCounter()
    return device


def test_mv_moves_and_says_from_where_to_where_in_units(session, motor, run):
    report = run("mv ax 3")
    assert report.plain().startswith("ax: 0.000 → 3.000 mm")
    session.run("mvr ax -1")
    assert motor._value == 2.0


def test_ct_counts(motor, run):
    assert [(row.name, row.value) for row in run("ct 0.01 adet").rows] == [("adet", 42)]


def test_its_position_counts_in_expressions_and_undo_brings_it_back(session, motor):
    session.run("mv ax 1.5")
    session.run("mv th ax*2")
    assert session.devices["th"].position == 3.0
    session.run("undo 2")
    assert (motor._value, session.devices["th"].position) == (0.0, 0.0)


def test_wa_and_wm_show_it_with_units_and_limits(session, motor, run):
    session.run("mv ax 1")
    (row,) = run("wa ax").rows
    assert (row.value, row.units, row.low, row.high, row.state) == (1.0, "mm", -5.0, 5.0, "ok")
    assert "ax" in run("wa").plain()
    assert run("wm ax").rows[0].source == "soft://x"


def test_scans_go_over_it_and_bring_it_back(session, motor):
    session.run("mv ax 2")
    session.run("dscan ax -1 1 2 0.01 adet")
    run = session.store.run(-1)
    assert run.summary.num_points == 3
    assert motor._value == 2.0


def test_stopall_waits_for_its_answer(session, motor):
    session.run("stopall")
    assert motor.stopped == 1
