"""mv and mvr."""

import threading

import pytest

from bsh.devices.epics import import_device_class
from bsh.errors import CommandError, DeviceOffline, LimitError, RunEngineInterrupted, UsageError
from bsh.shell.errors import describe


def test_mv_moves_and_says_from_where_to_where(run, session):
    report = run("mv th 0.5 samx -0.2")
    assert session.devices["th"].position == 0.5
    assert session.devices["samx"].position == -0.2
    first, second = report.plain().splitlines()
    assert first.startswith("th: 0.0000 → 0.5000 deg (")
    assert second.startswith("samx: 0.000 → -0.200 mm (")
    assert report.plain(ascii_only=True).startswith("th: 0.0000 -> 0.5000 deg (")
    assert session.move_summary is report


def test_mv_opens_no_run_and_takes_no_number(run, session):
    before = session.store.peek_scan_id()
    run("mv th 0.1")
    assert session.store.peek_scan_id() == before
    assert session.store.runs() == []


def test_mv_moves_nothing_when_one_target_is_out_of_limits(session):
    with pytest.raises(LimitError, match="samx"):
        session.run("mv th 0.5 samx 100")
    assert session.devices["th"].position == 0.0


def test_mv_refuses_a_motor_that_is_given_twice(session):
    with pytest.raises(CommandError, match="th is given twice"):
        session.run("mv th 0.1 th 0.2")


def test_mv_takes_expressions_with_positions(run, session):
    run("mv tth 0.4")
    run("mv th tth/2")
    assert session.devices["th"].position == 0.2


def test_mv_sets_a_shutter_by_word(run, session):
    run("mv shutter closed")
    assert session.devices["shutter"].position == "closed"


def test_mvr_counts_from_the_last_setpoint_so_that_it_does_not_drift(run, session):
    th = session.devices["th"]
    run("mv th 1")
    th.misses_by = 0.00002  # comes to rest a little beyond, within its tolerance
    for _ in range(4):
        run("mvr th 0.1")
    assert th.locate()["setpoint"] == pytest.approx(1.4)


def test_mvr_counts_from_the_readback_when_the_motor_is_elsewhere_and_says_so(run, session):
    th = session.devices["th"]
    run("mv th 0.3")
    th.misses_by = 0.2
    run("mv th 0.3")
    th.misses_by = 0.0
    report = run("mvr th 0.1")
    assert th.position == pytest.approx(0.6)
    assert "counted from the readback, it was sent to 0.3" in report.plain()


def test_a_motor_that_does_not_arrive_is_told(run, session):
    session.devices["th"].misses_by = 0.2
    assert "it was asked for 0.3" in run("mv th 0.3").plain()


def test_an_interrupted_mv_says_where_motors_stopped_and_where_they_started(session):
    th = session.devices["th"]
    th.velocity.put(1.0)
    moving = threading.Event()
    th.subscribe(lambda **_: moving.set() if th.position > 0.05 else None)

    def press():
        assert moving.wait(10)
        session.RE.abort("interrupted")

    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(RunEngineInterrupted):
        session.run("mv th 30")
    presser.join(10)
    report = session.shown[-1]
    assert report.interrupted
    assert 0.0 < report.moves[0].end < 5.0
    assert not th.moving
    assert "(started at 0.0000, asked for 30.0000)" in report.plain()
    assert report.plain().startswith("th: stopped at ")


def test_mv_without_its_position_is_a_usage_error(session):
    with pytest.raises(UsageError, match="position of th is missing"):
        session.run("mv th")


def test_mov_and_movr_are_the_same_commands(run, session):
    run("mov th 0.1")
    run("movr th 0.1")
    assert session.devices["th"].position == pytest.approx(0.2)


def test_mvd_moves_in_dial_positions_and_mvdr_in_dial_direction(session):
    th = session.devices["th"]
    th.velocity.put(0.0)
    session.run("set th 10")
    session.run("mvd th 2")
    assert (th.position, th.dial_position) == (12.0, 2.0)
    session.run("mvdr th -0.5")
    assert (th.position, th.dial_position) == (11.5, 1.5)
    with pytest.raises(LimitError):
        session.run("mvd th 181")
    session.run("undo 2")
    assert th.position == 10.0


@pytest.mark.parametrize("line", ["mvd shutter 1", "mvdr ring.inject 1"])
def test_what_has_no_dial_cannot_be_moved_in_dial_positions(session, line):
    with pytest.raises(CommandError, match="has no dial"):
        session.run(line)


@pytest.mark.parametrize("line", ["mv m9 1", "mvr m9 1", "mv th 0.5 m9 1"])
def test_a_motor_whose_connection_is_lost_is_told_with_how_it_comes_back(session, line):
    lost = import_device_class("ophyd.EpicsMotor")("NOBODY:m9", name="m9")
    session.devices["m9"] = session.namespace["m9"] = lost
    with pytest.raises(DeviceOffline) as refused:
        session.run(line)
    told = ["ERROR: m9 is not connected", "see that it is on and reachable, then: reconnect m9"]
    assert describe(refused.value).lines[:2] == told
    assert session.devices["th"].position == 0.0
