"""Rules of the profile: what they forbid is refused with nothing moved and no scan number used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bsh import plan_stubs as bps
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


def test_a_plan_that_nobody_could_look_at_is_refused_when_it_comes_to_the_place(
    make_session: MakeSession,
) -> None:
    session = make_session(RULE)
    th, samx = session.devices["th"], session.devices["samx"]

    def depends_on_data(first: float) -> Any:
        reading = yield from bps.rd(session.devices["det"])
        yield from bps.mv(th, first if reading is None else 1.0)
        yield from bps.mv(th, 3.0)

    for plan in (bps.mv(th, 3.0), depends_on_data(0.5)):
        with pytest.raises(
            LimitError, match="forbidden by the rule 'th > 2 and samx < 1': th = 3 deg, samx = 0 mm"
        ):
            session.RE(plan)
        assert th.position <= 1.0
    session.RE(bps.mv(samx, 2.0))
    session.RE(bps.mv(th, 3.0))
    with pytest.raises(LimitError, match="samx = 0"):
        session.RE(bps.mv(samx, 0.0))

    def somebody_moves_the_other_axis() -> Any:
        yield from bps.mv(th, 1.0)
        samx.set(0.0).wait(10)
        yield from bps.mv(th, 3.0)

    with pytest.raises(LimitError, match="samx = 0"):
        session.RE(somebody_moves_the_other_axis())
    session.run("mv th 3 samx 4")
    assert (th.position, samx.position) == (3.0, 4.0), "judged as a whole before, by where both end"
