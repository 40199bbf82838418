"""Stop means stopped: what goes on moving after a stop is told, and told to stop again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh.devices.sim import SimMotor
from bsh.errors import RunEngineInterrupted
from bsh.session import Session
from bsh.session.rest_watch import RestWatch

MakeSession = Callable[..., Session]

CLASSES = """\
from bsh.devices.sim import SimMotor

class Deaf(SimMotor):
    "Hears the third stop."
    stops = 0
    def stop(self, success=True):
        self.stops += 1
        if self.stops >= 3:
            super().stop(success)
"""

BEAMLINE = """\
devices:
  own_motors.Deaf: [{name: deaf, units: mm, velocity: 0.5}]
  bsh.devices.sim.SimMotor: [{name: th, velocity: 0.5}]
"""


@pytest.fixture
def session(make_session: MakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    (tmp_path / "own_motors.py").write_text(CLASSES)
    monkeypatch.delitem(sys.modules, "own_motors", raising=False)
    session = make_session(base=BEAMLINE)
    session.RE.rest_guard._patience_s = 0.2
    session.RE.rest_guard._look_every_s = 0.02
    return session


def test_an_axis_that_ignores_its_stop_is_told_and_stopped_again(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf, th = session.devices["deaf"], session.devices["th"]

    def failing() -> Any:
        yield from bps.abs_set(deaf, 100)
        yield from bps.abs_set(th, 100)
        raise RuntimeError("out of the blue")

    with pytest.raises(RuntimeError):
        session.RE(failing())
    assert session.rest.wait(10)
    first, second, last = capsys.readouterr().err.splitlines()
    assert first.startswith("*** deaf IS STILL MOVING 0.")
    assert " s after its stop: at 0." in first
    assert first.endswith(" mm/s; stop is sent again (2 of 5) ***")
    assert second.endswith(" mm/s; stop is sent again (3 of 5) ***")
    assert last.startswith("bsh: deaf stands still now, at 0.")
    assert not deaf.moving
    assert deaf.stops == 3


def test_a_pause_is_watched_and_a_new_move_ends_the_watch(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf = session.devices["deaf"]

    def paused() -> Any:
        yield from bps.checkpoint()
        yield from bps.abs_set(deaf, 0.4, group="g")
        yield from bps.pause()
        yield from bps.wait("g")

    with pytest.raises(RunEngineInterrupted):
        session.RE(paused())
    session.RE.resume()
    assert session.rest.wait(10)
    assert "stands still now" not in capsys.readouterr().err, "it was on its way again, as it should"
    assert deaf.position == 0.4


def test_a_plan_that_ends_well_is_not_watched(session: Session) -> None:
    session.rest._look_every_s = 30.0
    session.RE(bps.mv(session.devices["th"], 0.05))
    assert session.rest.wait(0.0)


class Stubborn(SimMotor):
    def stop(self, success: bool = True) -> None:
        raise OSError("no route to host")


class Lost(SimMotor):
    @property
    def moving(self) -> bool:
        raise OSError("connection lost")


def told_of(motor: SimMotor, *, stop: Callable[[Any], None] | None = None) -> list[tuple[str, bool]]:
    told: list[tuple[str, bool]] = []
    watch = RestWatch(
        lambda text, loud: told.append((text, loud)),
        stop or (lambda device: device.stop()),
        patience_s=0.03,
        look_every_s=0.005,
    )
    motor.set(0.5)
    watch([motor])
    assert watch.wait(10)
    return told


def test_one_that_never_obeys_ends_with_the_emergency_stop() -> None:
    told = told_of(Stubborn("m", velocity=0.5, units="mm"))
    assert sum("stop is sent again" in text for text, _ in told) == 4
    assert sum("m cannot be stopped: no route to host" in text for text, _ in told) == 4
    assert any("does not obey: use its emergency stop" in text for text, _ in told)
    assert told[-1] == ("m stands still now, at 0.500 mm", False)
    assert all(loud for _, loud in told[:-1])


def test_one_that_cannot_be_seen_is_told() -> None:
    told = told_of(Lost("m", velocity=0.5))
    assert told == [("m was told to stop, but whether it did cannot be seen: connection lost", True)]


def test_of_one_whose_connection_is_lost_that_is_told_not_what_its_library_says() -> None:
    gone = Lost("m", velocity=0.5)
    gone.connected = False
    told = told_of(gone)
    assert told == [("m was told to stop, but whether it did cannot be seen: its connection is lost", True)]


def test_one_that_slows_down_has_time_to_do_so() -> None:
    class Slowing(SimMotor):
        looks = 0

        @property
        def moving(self) -> bool:
            return True

        @property
        def position(self) -> float:
            self.looks += 1
            return 1.0 - 0.85**self.looks

        def set(self, value: float) -> Any:
            return None

    motor = Slowing("m", precision=1)
    motor.__class__.moving = property(lambda self: self.looks < 40)  # type: ignore[method-assign, assignment]
    assert told_of(motor) == []


def test_closing_the_session_waits_until_axes_stand_still_and_ends_the_watch(session: Session) -> None:
    deaf = session.devices["deaf"]

    def failing() -> Any:
        yield from bps.abs_set(deaf, 100)
        raise RuntimeError("out of the blue")

    with pytest.raises(RuntimeError):
        session.RE(failing())
    session.close()
    assert (deaf.stops, deaf.moving) == (3, False)
    assert session.rest.wait(0.0)
