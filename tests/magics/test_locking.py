"""lock and unlock: what is locked does not move, whoever asks."""

import pytest

from bsh.errors import DeviceError, StoreError, UsageError
from bsh.session import Session
from bsh.session.preflight import BRIGHT, DryRun


@pytest.mark.parametrize(
    "line",
    [
        "mv th 1",
        "mvr th 1",
        "mv samx 1 th 1",
        "ascan th 0 1 2 0.01",
        "dscan th 0 1 2 0.01",
        "mesh samx 0 1 1 th 0 1 1 0.01",
        "RE(bps.mv(th, 1))",
        "RE(bp.scan([det], th, 0, 1, 3))",
        "set th 3",
        "set_lm th -1 1",
    ],
)
def test_nothing_moves_a_locked_motor_and_the_reason_is_said(session, line):
    session.run("lock th beam stop is in")
    with pytest.raises(DeviceError, match=r"th is locked by \S+@\S+ since .*: beam stop is in") as caught:
        session.run(line)
    assert caught.value.hint == "unlock th lets it move again"
    assert [session.devices[name].position for name in ("th", "samx")] == [0.0, 0.0]
    assert session.store.peek_scan_id() == 1
    assert session.devices["th"].limits == (-180.0, 180.0)


@pytest.fixture
def look_first(session):
    """A scan that reads something before, as one with a counting time of EPICS does."""

    def plan(is_expected=lambda value: True):
        bps, bp = session.namespace["bps"], session.namespace["bp"]
        value = yield from bps.rd(session.devices["det"])
        if is_expected(value):
            yield from bp.scan([session.devices["det"]], session.devices["th"], 0, 1, 3)

    return plan


def test_a_plan_that_has_looked_at_data_is_refused_before_it_begins_as_well(session, look_first):
    session.run("lock th beam stop is in")
    with pytest.raises(DeviceError, match=r"th is locked by .*: beam stop is in") as caught:
        session.execute(look_first)
    assert caught.value.hint == "unlock th lets it move again"
    with session.dry(), pytest.raises(DeviceError, match="th is locked"):
        session.execute(look_first)
    assert session.store.peek_scan_id() == 1


def test_a_plan_that_moves_it_only_where_there_is_no_light_may_begin(session, look_first):
    session.run("lock th")
    with session.dry(), pytest.raises(DryRun):
        session.execute(lambda: look_first(lambda value: value < BRIGHT))


def test_a_plan_that_nobody_could_look_at_is_refused_when_it_comes_to_the_motor(session):
    def plan():
        yield from session.namespace["bps"].mv(session.devices["samx"], 1)
        yield from session.namespace["bps"].mv(session.devices["th"], 1)

    session.run("lock th")
    with pytest.raises(DeviceError, match="th is locked"):
        session.RE(plan())
    assert (session.devices["samx"].position, session.devices["th"].position) == (1.0, 0.0)


def test_undo_does_not_move_it_either(session):
    session.run("mv th 1")
    session.run("lock th")
    with pytest.raises(DeviceError, match="th is locked"):
        session.run("undo")
    assert session.devices["th"].position == 1.0


def test_unlock_lets_it_move(session, run):
    session.run("lock th")
    assert run("unlock th").plain().startswith("th can move again; it was locked by")
    session.run("mv th 1")
    assert session.devices["th"].position == 1.0
    assert run("unlock th").plain() == "th is not locked"


def test_locks_hold_in_every_shell_of_the_profile_and_after_a_restart(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as one, Session.from_profile("sim", home=tmp_path) as two:
        one.run("lock th")
        with pytest.raises(DeviceError, match="th is locked"):
            two.run("mv th 1")
        two.run("unlock th")
        one.run("mv th 1")
        one.run("lock samx")
    with Session.from_profile("sim", home=tmp_path) as later, pytest.raises(DeviceError, match="samx is"):
        later.run("mv samx 1")


def test_the_axes_of_a_locked_device_are_locked(session):
    class Part:
        name, parent = "stage_x", session.devices["th"]

    assert session.locks.of(Part()) is None
    session.run("lock th")
    with pytest.raises(DeviceError, match="stage_x cannot move: th is locked"):
        session.locks.refuse(Part())


def test_lock_lists_and_wa_wm_and_lm_show_them(session, run):
    assert run("lock").plain() == "nothing is locked"
    session.run("lock th beam stop is in")
    assert "beam stop is in" in run("lock").plain()
    for line in ("wa", "wa th", "wm th", "lm"):
        assert "th: locked by" in run(line).plain(), line
    assert "locked by" in run("wa -v").plain(width=200)


@pytest.mark.parametrize("line", ["lock nosuch", "unlock nosuch", "lock det", "unlock"])
def test_what_cannot_be_locked_is_said(session, line):
    with pytest.raises(UsageError, match=r"unknown motor|usage: unlock"):
        session.run(line)


def test_a_damaged_file_moves_nothing_and_says_what_to_do(session):
    (session.folder / "locks.json").write_text("[{")
    with pytest.raises(StoreError, match="cannot be read") as caught:
        session.run("mv th 1")
    assert "take it away" in caught.value.hint
    session.run("wa")
    assert "samx" in session.shown[-1].plain()
    assert session.devices["th"].position == 0.0
