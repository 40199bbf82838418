"""Axes that somebody else moved are known, told once, and shown until they are taken as they are."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh.errors import RunEngineInterrupted
from bsh.session import Session
from bsh.session.drift import Drift, Moved, drift_notices
from bsh.session.known_axes import KnownAxes

MakeSession = Callable[..., Session]


def elsewhere(session: Session, name: str, position: float) -> None:
    """Move an axis as another program would."""
    session.devices[name].set(position)


def test_an_axis_that_somebody_else_moved_is_listed_until_it_is_taken_as_it_is(session: Session) -> None:
    session.run("mv th 2")
    assert str(session.run("drift")) == "every axis is where bsh left it"
    elsewhere(session, "th", 2.5)
    now = time.strftime("%H:%M")
    head, row = str(session.run("drift")).splitlines()
    assert head.split() == ["name", "was", "is", "moved", "by", "units", "since"]
    assert row.split() == ["th", "2.000", "2.500", "0.500", "deg", now]
    assert f"th: moved outside bsh since {now}: 2.000 → 2.500 deg" in str(session.run("wa"))
    assert f"th moved outside bsh since {now}: 2.000 → 2.500 deg" in str(session.run("sync"))
    assert str(session.run("drift")) == "every axis is where bsh left it"
    assert "moved outside" not in str(session.run("wa"))


def test_before_it_is_moved_again_it_is_told_once(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.run("mv th 2 samx 1")
    elsewhere(session, "th", 3.0)
    session.run("ascan samx 0 1 2 0.001")
    assert "moved outside" not in capsys.readouterr().err, "it is none of this scan's axes"
    session.run("ascan th 0 1 2 0.001")
    assert "bsh: th moved outside bsh since " in capsys.readouterr().err
    session.run("ascan th 0 1 2 0.001")
    assert "moved outside" not in capsys.readouterr().err
    assert str(session.run("drift")) == "every axis is where bsh left it", "bsh has moved it since"


def test_what_plans_moved_unforeseen_is_no_drift(session: Session) -> None:
    def surprising() -> Any:
        yield from bps.abs_set(session.devices["th"], 4.0, wait=True)
        raise RuntimeError("out of the blue")

    with pytest.raises(RuntimeError):
        session.RE(surprising())
    assert session.drift.look() == []


def test_a_position_that_got_another_name_is_no_drift(session: Session) -> None:
    session.run("mv th 2")
    session.run("set th 0")
    assert session.drift.look() == []
    session.run("undo")
    assert session.drift.look() == []


CLASSES = """\
from bsh.devices.sim import SimMotor

class Real(SimMotor):
    "Stays where it is when a process ends, as real ones do."
    stands_at = {}
    def __init__(self, name, **keywords):
        super().__init__(name, position=self.stands_at.get(name, 0.0), **keywords)
    def set(self, value):
        self.stands_at[self.name] = value
        return super().set(value)
"""


def real_session(make_session: MakeSession, tmp_path: Path, count: int = 1) -> Session:
    (tmp_path / "real_motors.py").write_text(CLASSES)
    names = ", ".join(f"{{name: m{n}, units: mm}}" for n in range(count))
    return make_session(base=f"devices: {{real_motors.Real: [{names}]}}\n")


@pytest.fixture(autouse=True)
def fresh_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "real_motors", raising=False)


def test_what_moved_while_no_shell_was_open_is_told_at_the_start(
    make_session: MakeSession, tmp_path: Path
) -> None:
    first = real_session(make_session, tmp_path)
    first.run("mv m0 0.2")
    first.close()
    assert not any("moved outside" in notice for notice in real_session(make_session, tmp_path).notices)
    sys.modules["real_motors"].Real.stands_at["m0"] = 0.5
    (told,) = real_session(make_session, tmp_path).notices
    assert told.startswith("m0 moved outside bsh since ")
    assert told.endswith(": 0.200 → 0.500 mm")


def test_two_shells_do_not_take_each_other_for_somebody_else(
    make_session: MakeSession, tmp_path: Path
) -> None:
    one, two = make_session(), make_session()
    one.run("mv th 3")
    two.devices["th"].set(3.0)  # the same axis, seen from the other process
    assert two.drift.look() == []


def test_an_axis_that_was_moving_when_its_process_died_is_no_drift(tmp_path: Path) -> None:
    known = KnownAxes(tmp_path)
    known.note_places({"th": 1.0})
    known.note_moving(["th"])
    assert KnownAxes(tmp_path).places() == {}


class Axis:
    name, position, moving, egu, precision = "th", 1.0, False, "deg", 3


def test_an_axis_on_its_way_is_noted_when_it_has_come_to_rest(tmp_path: Path) -> None:
    axis = Axis()
    drift = Drift(KnownAxes(tmp_path), dict, {"th": 0.1})
    drift.note([axis])
    drift.begin([axis])
    axis.moving, axis.position = True, 5.0  # type: ignore[misc]
    drift.end()
    axis.moving, axis.position = False, 7.0  # type: ignore[misc]
    assert drift._moved([axis]) == []
    axis.position = 7.15
    assert drift._moved([axis]) == [], "within twice its tolerance"
    axis.position = 7.25
    (moved,) = drift._moved([axis])
    assert (moved.was, moved.now) == (7.0, 7.25)


def test_many_axes_are_told_in_one_line() -> None:
    moved = [Moved(f"m{n}", 0.0, 1.0, 0.0) for n in range(4)]
    assert drift_notices(moved) == ["4 axes were moved outside bsh: m0, m1, m2, m3; drift shows them"]
    assert drift_notices(moved[:1])[0].startswith("m0 moved outside bsh since 1970-01-01 ")


def test_a_file_that_cannot_be_used_keeps_nobody_from_working(session: Session, tmp_path: Path) -> None:
    session.close()
    (session.folder / "axes.db").write_bytes(b"nonsense" * 1000)
    with Session.from_profile(Path("fast.yml"), home=tmp_path / "home") as again:
        again.run("mv th 1")
        assert again.devices["th"].position == 1.0
        assert "axes.db cannot be used" in again.known_axes.problem


def test_a_move_that_was_stopped_half_way_can_be_undone(make_session: MakeSession) -> None:
    session = make_session(base="devices:\n  bsh.devices.sim.SimMotor: [{name: th, velocity: 5}]\n")
    th = session.devices["th"]
    engine = session.RE

    def abort_once_it_moves(**_: Any) -> None:
        if th.position > 0.2:
            th.clear_sub(abort_once_it_moves)
            engine.abort("enough")

    th.subscribe(abort_once_it_moves, run=False)
    with pytest.raises(RunEngineInterrupted):
        session.run("mv th 50")
    assert 0.2 < th.position < 50
    assert "mv th 50" in str(session.run("moves"))
    assert session.drift.look() == []
    session.run("undo")
    assert th.position == 0.0
