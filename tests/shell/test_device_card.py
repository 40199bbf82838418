"""What is shown of a device whose name is typed."""

import re

import pytest

from bsh.devices.sim import SimMotor
from bsh.session import Session
from bsh.shell.device_card import device_card


@pytest.fixture
def session(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as made:
        yield made


def test_an_axis_tells_where_it_is_how_far_it_may_go_and_who_moved_it_last(session):
    th = session.devices["th"]
    assert device_card(th, session).splitlines() == [
        "th: 0.0000 deg   (SimMotor; motors)",
        "  limits -180.0000 to 180.0000 deg",
    ]
    session.run("mv th 1; mv tth 2")
    session.run("mv samx 1")
    session.run("lock th glue")
    lines = device_card(th, session).splitlines()
    assert lines[0].startswith("th: 1.0000 deg")
    assert re.fullmatch(r"  locked by \S+ since .*: glue", lines[2])
    assert re.fullmatch(r"  moved last from 0\.0000, [\d-]+ [\d:]+: mv th 1; mv tth 2", lines[3])


def test_what_is_no_axis_or_cannot_be_read_has_none(session):
    class Broken(SimMotor):
        @property
        def position(self):
            raise OSError("no answer")

    for other in (session.devices["det"], SimMotor, 3, "th", Broken("b")):
        assert device_card(other, session) == ""


@pytest.mark.terminal
def test_typing_a_motor_shows_it_and_it_stays_a_value(shell):
    assert "th: 0.0000 deg   (SimMotor; motors)" in shell.run("th")
    assert shell.run("_.name") == "'th'"
    assert shell.run("th;") == ""
