"""``suspenders``: what holds scans; and what scans lost by it."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh.devices.sim import SimSignal
from bsh.errors import RunEngineInterrupted
from bsh.session import Session
from bsh.suspenders import SuspendBoolHigh, SuspendFloor


@pytest.fixture
def watched(session: Session) -> Session:
    session.RE.clear_suspenders()
    return session


def test_nothing_holds_scans_where_there_are_none(watched: Session, run: Any) -> None:
    assert str(run("suspenders")).startswith("nothing holds scans")


def test_the_table_says_what_holds_since_when_and_until_when(watched: Session, run: Any) -> None:
    current, door = SimSignal("current", value=100.0, units="mA", precision=1), SimSignal("door", value=0)
    watched.RE.install_suspender(SuspendFloor(current, 50, resume_thresh=60, sleep=30))
    watched.RE.install_suspender(SuspendBoolHigh(door))
    head, floor, high = str(run("suspenders")).splitlines()
    assert head.split() == ["signal", "value", "rule", "holds", "since", "lets", "go", "at"]
    assert floor.split() == ["current", "100.0", "mA", "current", "<", "50", "-"]
    assert high.split() == ["door", "0", "door", "is", "high", "-"]
    current.put(10.0)
    held = str(run("suspenders")).splitlines()[1]
    assert re.search(r"10.0 mA +current < 50 +\d\d:\d\d:\d\d$", held)
    current.put(70.0)
    held = str(run("suspenders")).splitlines()[1]
    assert re.search(r"\d\d:\d\d:\d\d +\d\d:\d\d:\d\d \((29|30) s\)$", held)


class Lost(SimSignal):
    connected = True

    @property
    def egu(self) -> str:
        if not self.connected:
            raise TimeoutError("nobody answers")
        return "mA"

    @egu.setter
    def egu(self, unit: str) -> None:
        return


def test_of_a_signal_that_is_lost_no_value_is_shown(watched: Session, run: Any) -> None:
    current, door = Lost("current", value=100.0), SimSignal("door", value=0)
    watched.RE.install_suspender(SuspendFloor(current, 50))
    watched.RE.install_suspender(SuspendBoolHigh(door))
    current.connected = False
    _, lost, high = str(run("suspenders")).splitlines()
    assert lost.split() == ["current", "not", "connected", "current", "<", "50", "holds"]
    assert high.split()[:2] == ["door", "0"]


class Foreign:
    tripped = True

    def install(self, RE: Any) -> None:  # noqa: N803
        self._signal = SimSignal("beam")


def test_suspenders_of_other_libraries_are_listed(watched: Session, run: Any) -> None:
    watched.RE._suspenders._installed.append(Foreign())
    watched.RE._suspenders._installed[0].install(watched.RE)
    assert str(run("suspenders")).splitlines()[1].split() == ["beam", "Foreign", "holds"]
    watched.RE._suspenders._installed.clear()


def lost_in(session: Session) -> dict[str, float]:
    stop = next(doc for name, doc in session.store.run(-1).documents() if name == "stop")
    return stop.get("suspended_s", {})


def test_the_time_that_a_scan_lost_is_in_its_stop_document_by_what_held_it(
    watched: Session, run: Any
) -> None:
    current, door = SimSignal("current", value=100.0), SimSignal("door", value=0)
    watched.RE.install_suspender(SuspendFloor(current, 50))
    watched.RE.install_suspender(SuspendBoolHigh(door))

    def held() -> Any:
        yield from bps.open_run()
        yield from bps.checkpoint()
        current.put(10.0)
        door.put(1)
        threading.Timer(0.1, door.put, (0,)).start()
        threading.Timer(0.3, current.put, (100.0,)).start()
        yield from bps.null()
        yield from bps.checkpoint()
        yield from bps.close_run()

    watched.RE(held())
    lost = lost_in(watched)
    assert set(lost) == {"current", "door"}
    assert 0.25 < lost["current"] < 5.0
    assert re.search(r"^held up +0\.\d s by current$", str(run("show -1")), re.MULTILINE)
    watched.run("ct -s 0.001")
    assert lost_in(watched) == {}, "only where time was lost"


def test_a_scan_that_was_ended_while_it_was_held_has_it_too(watched: Session) -> None:
    current = SimSignal("current", value=100.0)
    watched.RE.install_suspender(SuspendFloor(current, 50))

    def held() -> Any:
        yield from bps.open_run()
        yield from bps.checkpoint()
        current.put(10.0)
        threading.Timer(0.1, lambda: watched.RE.abort("enough")).start()
        yield from bps.null()

    with pytest.raises(RunEngineInterrupted):
        watched.RE(held())
    assert lost_in(watched)["current"] > 0.05
