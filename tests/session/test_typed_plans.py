"""RE(plan) typed at the prompt is looked at like a command."""

import pytest

from bsh.errors import CommandError, DeviceOffline, LimitError


def command(session):
    return session.store.run(-1).summary.command


def test_the_line_is_kept_and_the_points_are_known(session):
    foreseen = []
    session.RE.subscribe(lambda name, doc: foreseen.append(session.preflight.num_points), "start")
    uids = session.run("RE(bp.scan([det], th, 0, 1, 3), sample='Si')")
    assert command(session) == "RE(bp.scan([det], th, 0, 1, 3), sample='Si')"
    assert foreseen == [3]
    assert uids == (session.store.run(-1).summary.uid,)
    assert session.store.run(-1).start["sample"] == "Si"


def test_a_limit_refuses_before_anything_moves_and_before_a_number_is_used(session):
    before = session.store.peek_scan_id()
    with pytest.raises(LimitError, match="th"):
        session.run("RE(bp.scan([det], th, 0, 100, 3))")
    assert session.devices["th"].position == 0
    assert session.store.peek_scan_id() == before


def test_a_plan_of_ones_own_is_run_once_whatever_it_does_between_its_messages(session):
    session.run("calls = []\ndef own():\n    calls.append(th.position)\n    yield from bps.mv(th, 1)\n")
    session.run("RE(own())")
    session.run(
        "RE(bp.count([det], 1, per_shot=lambda detectors: (calls.append(0), (yield from bps.one_shot(detectors)))))"
    )
    session.run("def shot(detectors):\n    calls.append(1)\n    yield from bps.one_shot(detectors)\n")
    session.run("RE(bp.count([det], 1, per_shot=shot))")
    assert session.namespace["calls"] == [0, 0, 1]


def test_limits_hold_in_a_plan_of_ones_own(session):
    session.run("def far():\n    yield from bps.mv(th, 1)\n    yield from bps.mv(th, 100)\n")
    with pytest.raises(LimitError, match="th"):
        session.run("RE(far())")
    assert session.devices["th"].position == 1


def test_rules_and_offline_devices_are_seen(make_session):
    session = make_session(
        """
        rules: {forbid: ["th > 5"]}
        """
    )
    with pytest.raises(LimitError, match="th > 5"):
        session.run("RE(bps.mv(th, 6))")


def test_a_long_plan_is_asked_about(make_session):
    session = make_session("confirm_over: 1 s\n")
    session.confirm = lambda known: False
    with pytest.raises(CommandError, match="not started"):
        session.run("RE(bps.sleep(5))")


@pytest.mark.parametrize(
    "line",
    [
        "p = bp.scan([det], th, 0, 1, 3); RE(p)",
        "RE(bpp.run_wrapper(q, md={}))",
        "RE(make())",
        "RE(iter(list(bp.scan([det], th, 0, 1, 3))))",
    ],
)
def test_a_plan_that_cannot_be_made_twice_runs_once_and_keeps_its_line(session, line):
    session.run("made = []\ndef make():\n    made.append(1)\n    return bp.scan([det], th, 0, 1, 3)\n")
    session.run("q = (m for m in [])\n")
    session.run(line)
    assert command(session).startswith("RE(")
    assert len(session.namespace["made"]) in (0, 1)
    points = session.store.run(-1).summary.num_points
    assert points == (0 if "q" in line else 3)


def test_the_metadata_may_name_another_line(session):
    session.run("RE(bp.count([det]), command='mine')")
    assert command(session) == "mine"


def test_again_repeats_it(session):
    session.run("RE(bp.count([det]))")
    session.run("again")
    assert [run.command for run in session.store.runs()] == ["RE(bp.count([det]))"] * 2


def test_another_engine_of_that_name_is_left_alone(session):
    session.namespace["RE"] = lambda plan, **md: (plan.close(), md)[1]
    assert session.run("RE(bp.count([det]), a=1)") == {"a": 1}


def test_an_offline_device_is_named(make_session):
    session = make_session()
    from bsh.session import OfflineDevice

    session.devices["th"] = session.namespace["th"] = OfflineDevice("th", "switched off")
    with pytest.raises(DeviceOffline, match="th is offline: switched off"):
        session.run("RE(bps.mv(th, 1))")
