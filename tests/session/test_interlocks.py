"""Rules of the profile: what they forbid is refused with nothing moved and no scan number used."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bsh.errors import DeviceOffline, LimitError
from bsh.session import Session

MakeSession = Callable[..., Session]
RULE = "rules: {forbid: ['th > 2 and samx < 1']}\n"


def test_a_scan_with_one_forbidden_point_is_refused_as_a_whole(make_session: MakeSession) -> None:
    session = make_session(RULE)
    with pytest.raises(
        LimitError, match=r"forbidden by the rule 'th > 2 and samx < 1': th = 2\.5 deg, samx = 0 mm"
    ):
        session.run("ascan th 0 5 10 0.001")
    assert session.devices["th"].position == 0
    assert session.store.peek_scan_id() == 1
    assert session.store.runs() == []


def test_the_same_scan_runs_where_the_rule_does_not_hold(make_session: MakeSession) -> None:
    session = make_session(RULE)
    session.run("mv samx 2")
    session.run("ascan th 0 5 10 0.001")
    assert session.store.runs()[0].num_points == 11


def test_a_move_of_several_axes_is_judged_by_where_all_of_them_end(make_session: MakeSession) -> None:
    session = make_session(RULE)
    session.run("mv th 3 samx 4")
    with pytest.raises(LimitError, match="th = 3 deg, samx = 0 mm"):
        session.run("mv samx 0")
    assert session.devices["samx"].position == 4


def test_a_rule_that_cannot_be_read_is_told_with_its_line(make_session: MakeSession) -> None:
    session = make_session("rules:\n  forbid:\n    - import os\n    - thh > 3\n    - th > 8\n")
    assert len(session.notices) == 2
    assert session.notices[0].startswith(
        "fast.yml:16:7: a rule is NOT checked: the rule 'import os' cannot be read"
    )
    assert session.notices[1].startswith("fast.yml:17:7: a rule is NOT checked: the rule 'thh > 3' names thh")
    with pytest.raises(LimitError, match="'th > 8'"):
        session.run("mv th 9")


def test_a_rule_about_a_device_that_is_offline_holds_its_other_axes(make_session: MakeSession) -> None:
    session = make_session(
        "rules: {forbid: ['th > 2 and beamstop > 1']}\n",
        base="devices:\n  bsh.devices.sim.SimMotor: [{name: th}, {name: samx}]\n"
        "  ophyd.EpicsMotor: [{name: beamstop, prefix: 'NOWHERE:m1'}]\n",
        connect_timeout_s=0.01,
    )
    with pytest.raises(
        DeviceOffline, match="rule 'th > 2 and beamstop > 1' cannot be checked: beamstop is offline"
    ):
        session.run("mv th 1")
    assert session.devices["th"].position == 0
    session.run("mv samx 1")
    assert session.devices["samx"].position == 1
