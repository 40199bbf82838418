"""``set_lm``: limits of bsh's own, inside of the device's, kept from one session to the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bsh import plan_stubs as bps
from bsh.errors import LimitError
from bsh.session import Session

MakeSession = Callable[..., Session]


def test_they_hold_for_moves_scans_and_plans_and_the_device_is_left_alone(session: Session) -> None:
    text = str(session.run("set_lm th 5 -5"))
    assert "th limits reset from -10.000 to 10.000 to -5.000 to 5.000 deg." in text
    th = session.devices["th"]
    assert th.limits == (-10.0, 10.0)
    with pytest.raises(LimitError, match=r"th: 6 deg is above the soft limit 5 deg") as caught:
        session.run("mv th 6")
    assert caught.value.hint == "lm th shows the limits, set_lm th changes them"
    with pytest.raises(LimitError, match=r"th: -6 deg is below the soft limit -5 deg \(point 0 of 5\)"):
        session.run("ascan th -6 0 4 0.001")
    with pytest.raises(LimitError, match="soft limit"):
        session.RE(bps.abs_set(th, 7, wait=True))
    assert th.position == 0.0
    session.run("mv th 5")
    assert th.position == 5.0


def test_lm_and_wm_show_them(session: Session) -> None:
    session.run("set_lm th -5 5")
    assert "-5.000" in str(session.run("wm th"))
    assert "-5.000" in str(session.run("lm th"))
    assert "10.000" not in str(session.run("lm th"))


def test_they_are_there_again_after_a_restart_and_undo_takes_them_back(make_session: MakeSession) -> None:
    first = make_session()
    first.run("set_lm th -5 5")
    first.run("set_lm th -3 3")
    first.close()
    second = make_session()
    with pytest.raises(LimitError, match="above the soft limit 3"):
        second.run("mv th 4")
    second.run("undo")
    second.run("mv th 4")
    with pytest.raises(LimitError, match="above the soft limit 5"):
        second.run("mv th 6")
    assert "th limits of the device → -5 to 5" in str(second.run("moves"))
    second.run("undo 2")
    assert second.devices["th"].position == 0.0, "the move is taken back first"
    second.run("mv th 6")


def test_they_are_never_wider_than_the_device_allows(session: Session) -> None:
    with pytest.raises(LimitError, match="-5 to 11 is wider than th allows by itself: -10 to 10"):
        session.run("set_lm th -5 11")
    session.run("set_lm th -5 9")
    session.devices["th"].limits = (-10, 8)
    assert "8.000" in str(session.run("lm th")), "the narrower ones count"
    with pytest.raises(LimitError, match=r"8.5 deg is outside \[-10, 8\]"):
        session.run("mv th 8.5")


def test_none_and_those_of_the_device_take_them_away(make_session: MakeSession) -> None:
    session = make_session()
    for away in ("set_lm th 0 0", "set_lm th -10 10"):
        session.run("set_lm th -5 5")
        assert "to -10.000 to 10.000 deg" in str(session.run(away))
        session.run("mv th 8")
    session.close()
    make_session().run("mv th 9")


def test_they_follow_when_the_position_gets_another_name(session: Session) -> None:
    session.run("set_lm th -5 5")
    session.run("mv th 2")
    session.run("set th 0")
    assert "-7.000" in str(session.run("lm th"))
    with pytest.raises(LimitError, match="above the soft limit 3"):
        session.run("mv th 4")
    session.run("undo")
    session.run("mv th 4")


def test_an_axis_without_limits_of_its_own_can_have_them(make_session: MakeSession) -> None:
    session = make_session(base="devices:\n  bsh.devices.sim.SimMotor: [{name: th}]\n")
    session.run("set_lm th -1 1")
    with pytest.raises(LimitError, match="above the soft limit 1"):
        session.run("mv th 2")
