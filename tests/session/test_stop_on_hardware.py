"""Stop means stopped, on motor records of a real IOC."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bsh.devices.epics import prepare
from bsh.errors import RunEngineInterrupted
from bsh.session import Session

MakeSession = Callable[..., Session]
pytestmark = pytest.mark.ioc

PROFILE = 'devices:\n  ophyd.EpicsMotor: [{name: m3, prefix: "SIM:m3", labels: [motors]}]\n'


@pytest.fixture
def put(ioc: Any) -> Iterator[Callable[[str, float], None]]:
    prepare()
    import epics

    def write(name: str, value: float) -> None:
        assert epics.caput(f"SIM:{name}", value, wait=True, timeout=10.0) == 1

    velocity = epics.caget("SIM:m3.VELO", use_monitor=False, timeout=10.0)
    write("m3.VELO", 5.0)
    yield write
    write("fault:m3:deaf", 0)
    write("m3.STOP", 1)
    write("m3.VELO", velocity)
    write("m3", 0.0)


@pytest.fixture
def session(make_session: MakeSession, put: Callable[[str, float], None]) -> Session:
    session = make_session(base=PROFILE, connect_timeout_s=20.0)
    assert session.RE.rest_guard is session.rest
    return session


def aborted_on_its_way(session: Session, target: float) -> None:
    motor = session.devices["m3"]
    start = motor.position

    def abort_once_it_moves(value: float, **_: Any) -> None:
        if abs(value - start) > 0.3:
            motor.user_readback.clear_sub(abort_once_it_moves)
            threading.Thread(target=session.RE.abort, args=("enough",)).start()

    motor.user_readback.subscribe(abort_once_it_moves, run=False)
    with pytest.raises(RunEngineInterrupted):
        session.run(f"mv m3 {target}")
    motor.user_readback.clear_sub(abort_once_it_moves)


def test_a_motor_that_slows_down_and_stops_is_no_news(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    aborted_on_its_way(session, 40.0)
    assert session.rest.wait(15)
    assert "MOVING" not in capsys.readouterr().err
    assert not session.devices["m3"].moving


def test_a_motor_that_ignores_its_stop_is_told_until_it_obeys(
    session: Session, put: Callable[[str, float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    put("fault:m3:deaf", 1)
    told: list[str] = []
    heard = threading.Event()

    def hear(text: str, loud: bool) -> None:
        told.append(text)
        if not heard.is_set():
            heard.set()
            put("fault:m3:deaf", 0)

    session.rest._tell = hear
    aborted_on_its_way(session, 100.0)
    assert "it may be moving still: wm m3" in session.move_summary.plain()
    assert heard.wait(15)
    assert session.rest.wait(20)
    assert told[0].startswith("m3 IS STILL MOVING 1.")
    assert "deg/s; stop is sent again (2 of 5)" in told[0]
    assert told[-1].startswith("m3 stands still now, at ")
    assert not session.devices["m3"].moving
