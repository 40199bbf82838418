"""bsh on real EPICS base: signals, alarms, put-callbacks, and what becomes of them when the IOC is lost."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bsh.devices.epics import prepare
from bsh.errors import FailedStatus
from bsh.session import Session
from tests.conftest import CRASH_PORT
from tests.system.soft_ioc import WORK_S, Soft

pytestmark = pytest.mark.system

PROFILE = """\
profile: soft
devices:
  ophyd.EpicsSignalRO: [{name: current, read_pv: "SOFT:current", auto_monitor: true}]
  ophyd.EpicsSignal:
    - {name: give, read_pv: "SOFT:give", put_complete: true}
    - {name: slow, read_pv: "SOFT:slow", put_complete: true}
    - {name: never, read_pv: "SOFT:never", put_complete: true}
    - {name: polled, read_pv: "SOFT:total", write_pv: "SOFT:slow"}
    - {name: locked, read_pv: "SOFT:locked", put_complete: true}
  tests.system.test_soft_ioc.counter: [{name: counter, prefix: "SOFT:"}]
  bsh.devices.sim.SimMotor: [{name: x, velocity: null}]
counters: {default: [counter]}
"""


def counter(prefix: str, name: str) -> Any:
    """A detector that is triggered by a put-callback, and read from a monitor."""
    prepare()
    from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

    class Counter(Device):
        acquire = Component(EpicsSignal, "acquire", trigger_value=1, kind="omitted")
        exposure = Component(EpicsSignal, "exposure", kind="omitted")
        total = Component(EpicsSignalRO, "total", auto_monitor=True, kind="hinted")

    return Counter(prefix, name=name)


@pytest.fixture
def soft() -> Iterator[Soft]:
    process = Soft("SOFT", CRASH_PORT)
    yield process
    process.close()


@pytest.fixture
def session(soft: Soft, tmp_path: Path) -> Iterator[Session]:
    profile = tmp_path / "soft.yml"
    profile.write_text(PROFILE)
    with Session.from_profile(profile, home=tmp_path, connect_timeout_s=30) as made:
        assert made.offline == {}
        yield made


def told_after(session: Session, line: str, act: Any, *, wait: int = 1) -> tuple[str, float]:
    """Run a line that must fail because of what happens in its n-th ``wait``; return the words, and how long they took."""
    acted: list[float] = []
    waits = itertools.count(1)

    def waiting(statuses: Any) -> None:
        if statuses and next(waits) == wait:
            acted.append(time.monotonic())
            act()

    session.RE.waiting_hook = waiting
    with pytest.raises(FailedStatus) as raised:
        session.run(line)
    return str(raised.value.__cause__), time.monotonic() - acted[0]


def events(session: Session) -> list[dict[str, Any]]:
    return [doc["data"] for name, doc in session.store.run(-1).documents() if name == "event"]


def test_values_units_and_alarms_come_as_the_records_have_them(session: Session) -> None:
    current = session.devices["current"]
    assert current.get() == 100.0
    assert (current.describe()["current"]["units"], current.describe()["current"]["precision"]) == ("mA", 2)
    seen = threading.Event()
    current.subscribe(lambda value, **_: seen.set() if value == 10.0 else None, run=False)
    session.run("mv give 10")
    assert seen.wait(5)
    assert current.alarm_severity.name == "MAJOR"


def test_a_setting_with_put_completion_ends_with_the_work(session: Session) -> None:
    begun = time.monotonic()
    session.run("mv slow 3")
    assert time.monotonic() - begun >= WORK_S
    assert session.devices["slow"].get() == 3.0


def test_a_scan_reads_what_its_trigger_made_never_what_was_there_before(session: Session) -> None:
    # Quick points, and many: told in the middle of ophyd's callback, one in fifty triggers never ended.
    session.run("mv counter.exposure 0.01")
    session.run("RE(bp.scan([counter], x, 0, 4, 300))")
    assert [point["counter_total"] for point in events(session)] == list(range(1, 301))


def test_what_the_ioc_refuses_is_no_success(session: Session) -> None:
    with pytest.raises(FailedStatus) as raised:
        session.run("mv locked 1")
    assert "locked did not take its new value: its IOC refused what was written" in str(raised.value)
    assert session.devices["locked"].get() == 0.0


@pytest.mark.parametrize("line", ["mv never 1", "mv polled 77"])
def test_a_setting_whose_ioc_dies_is_told_within_a_second(session: Session, soft: Soft, line: str) -> None:
    told, seconds = told_after(session, line, soft.kill)
    assert "did not take its new value: its connection was lost" in told
    assert seconds < 1.0


def test_a_count_whose_ioc_dies_is_told_within_a_second(session: Session, soft: Soft) -> None:
    told, seconds = told_after(session, "RE(bp.count([counter], 50))", soft.kill, wait=3)
    assert "counter did not finish its measurement: its connection was lost" in told
    assert seconds < 1.0
    points = [point["counter_total"] for point in events(session)]
    assert points == list(range(1, len(points) + 1))
    assert session.store.run(-1).summary.exit_status == "fail"
