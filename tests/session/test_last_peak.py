"""SPEC's names of what the last scan found, and of where motors are."""

from __future__ import annotations

from typing import Any

import pytest

from bsh.errors import CommandError
from bsh.session import Session


@pytest.fixture
def scanned(session: Session) -> Session:
    session.run("ascan th -2 2 40 0.01")
    return session


def test_the_numbers_of_the_last_scan_can_be_used_in_lines(scanned: Session) -> None:
    centre = scanned.run("float(CEN)")
    assert centre == pytest.approx(0.0, abs=0.05)
    assert scanned.run("pl_CFWHM - CEN") == 0.0
    assert scanned.run("pl_MAX > pl_MIN")
    assert scanned.run("pl_FWHM / 2") == pytest.approx(0.59, abs=0.05)
    scanned.run("mv th pl_xMAX + 1")
    assert scanned.devices["th"].position == pytest.approx(1.0, abs=0.11)
    scanned.run("mv th CEN")
    assert scanned.devices["th"].position == pytest.approx(centre)


def test_they_are_those_of_the_scan_after_it_when_there_was_one(scanned: Session) -> None:
    before = scanned.run("float(pl_SUM)")
    scanned.run("ascan th -2 2 20 0.01")
    assert scanned.run("float(pl_SUM)") < before


def test_where_there_is_no_peak_there_is_no_centre(session: Session) -> None:
    with pytest.raises(CommandError, match="there is no scan yet"):
        session.run("mv th CEN")
    session.run("ascan th 5 6 10 0.01")
    with pytest.raises(CommandError, match="the last scan has no cen"):
        session.run("mv th CEN")
    assert repr(session.namespace["CEN"]) == "the last scan has no cen"
    assert session.devices["th"].position == 6.0


def test_a_motor_in_a_is_where_it_is(session: Session) -> None:
    session.run("mv th 1.5")
    assert session.run("A[th]") == session.run("A['th']") == 1.5
    session.run("mv samx A[th]+1")
    assert session.devices["samx"].position == 2.5
    with pytest.raises(CommandError, match="there is no motor nosuch"):
        session.run("A['nosuch']")


def test_a_device_of_that_name_wins(make_session: Any) -> None:
    session = make_session("aliases: {A: th}\n")
    assert session.namespace["A"] is session.devices["th"]
