"""Motors that are stopped, stuck, blocked, lost or frozen in mid-move: nothing of it is reported as success."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from bsh.devices.epics import prepare, wait_connected
from bsh.devices.epics_camera import camera
from bsh.devices.guard import HardwareGuard
from bsh.devices.status import Status
from bsh.errors import DeviceError, FailedStatus, RunEngineInterrupted
from bsh.session import Session
from tests.system.scans import wait_until

pytestmark = pytest.mark.ioc

WITHIN_S = 15.0


def connected(prefix, name):
    prepare()
    from ophyd import EpicsMotor

    device = EpicsMotor(prefix, name=name)
    wait_connected(device, 20)
    return device


def put(name, value):
    import epics

    assert epics.caput(f"SIM:{name}", value, wait=True, timeout=10.0) == 1


@pytest.fixture(scope="module")
def _m2(ioc):
    return connected("SIM:m2", "m2")


@pytest.fixture
def motor(_m2):
    """A slow motor at 0; put back to what it was afterwards."""
    _settle(_m2)
    put("m2.VELO", 5.0)
    yield _m2
    _settle(_m2)


def _settle(motor):
    for field, value in {"STOP": 1, "SPMG": 3, "LLM": -50.0, "HLM": 50.0, "VELO": 50.0}.items():
        put(f"m2.{field}", value)
    put("m2", 0.0)


@pytest.fixture
def session(motor, tmp_path):
    """A session with that motor, and a client that stops it once it is on its way."""
    profile = tmp_path / "guarded.yml"
    profile.write_text(
        "devices:\n"
        "  ophyd.EpicsMotor: [{name: m2, prefix: 'SIM:m2'}]\n"
        "  bsh.devices.sim.SimDetector: [{name: det, count_time: 0}]\n"
        "counters: {default: [det]}\n"
    )
    with Session.from_profile(profile, home=tmp_path, connect_timeout_s=20) as made:
        yield made


def stop_after(motor, position):
    """Stop a motor from another screen once it is beyond a position."""

    def stop(value, **_):
        if value > position and not stopping.is_set():
            stopping.set()
            threading.Thread(target=put, args=("m2.STOP", 1)).start()

    stopping = threading.Event()
    motor.user_readback.subscribe(stop, run=False)


@pytest.fixture
def doomed(crash_ioc):
    """A slow motor at 0 of an IOC that may be killed."""
    device = connected("CRASH:m1", "m1")
    device.velocity.set(5.0).wait(10)
    return device


def begin(motor, target, **options):
    """Begin a guarded move; return its status once the motor is on its way."""
    on_its_way = threading.Event()
    first = motor.user_readback.get()
    number = motor.user_readback.subscribe(
        lambda value, **_: on_its_way.set() if abs(value - first) > 0.05 else None, run=False
    )
    status = HardwareGuard(**options).moved(motor, target, motor.set(target))
    assert on_its_way.wait(WITHIN_S)
    motor.user_readback.unsubscribe(number)
    return status


def failure(status):
    error = status.exception(WITHIN_S)
    assert isinstance(error, DeviceError), error
    assert not status.success
    return error.message


def test_a_move_that_arrives_is_a_success(motor):
    status = begin(motor, 1.0)
    assert status.exception(WITHIN_S) is None
    assert motor.position == 1.0


def test_a_move_to_where_the_motor_is_is_a_success(motor):
    assert HardwareGuard().moved(motor, 0.0, motor.set(0.0)).exception(WITHIN_S) is None


def test_a_move_that_another_screen_stops_is_a_failure(motor):
    status = begin(motor, 20.0)
    put("m2.STOP", 1)
    told = failure(status)
    assert "m2 did not arrive: somebody stopped it (it was sent from 0 to 20 mm and was last seen at " in told


def test_a_move_that_our_own_stop_ends_is_a_failure_although_ophyd_says_success(motor):
    inner = motor.set(20.0)
    status = HardwareGuard().moved(motor, 20.0, inner)
    motor.stop()
    assert "somebody stopped it" in failure(status)


def test_a_record_that_is_switched_to_stop_is_a_failure(motor):
    status = begin(motor, 20.0)
    put("m2.SPMG", 0)
    assert "m2 did not arrive" in failure(status)


@pytest.mark.parametrize(("field", "value"), [("SPMG", 0), ("VAL", 2.5)])
def test_a_move_that_is_ended_behind_most_of_its_way_without_a_stop_is_a_failure(motor, field, value):
    status = begin(motor, 3.0)
    wait_until(lambda: motor.user_readback.get() > 1.8)
    put(f"m2.{field}", value)
    assert "m2 did not arrive: it was stopped, or sent elsewhere (it was sent from 0" in failure(status)


def test_the_end_of_a_foreign_move_is_not_the_end_of_ours(motor):
    import epics

    epics.caput("SIM:m2.VAL", 0.6)
    moving = threading.Event()
    number = motor.motor_done_move.subscribe(lambda value, **_: moving.set() if value == 0 else None)
    assert moving.wait(WITHIN_S)
    motor.motor_done_move.unsubscribe(number)
    status = HardwareGuard().moved(motor, 3.0, motor.set(3.0))
    assert status.exception(WITHIN_S) is None
    assert motor.position == pytest.approx(3.0, abs=0.02)


def test_a_motor_that_arrives_has_arrived_although_ophyd_never_says_so(motor):
    status = HardwareGuard().moved(motor, 1.0, Status())
    motor.user_setpoint.put(1.0, wait=False)
    assert status.exception(WITHIN_S) is None
    assert motor.user_readback.get(use_monitor=False) == 1.0


def test_a_move_that_has_failed_does_not_stop_the_next_one(motor):
    inner = motor.set(20.0)
    HardwareGuard().moved(motor, 20.0, inner).give_up(RuntimeError("no more"))
    assert HardwareGuard().moved(motor, 2.0, motor.set(2.0)).exception(WITHIN_S) is None
    assert (
        not inner.done
    )  # ophyd would fail it at the beginning of the next move, and stop the motor for that


def test_a_motor_whose_ioc_dies_is_told_within_a_second(doomed, crash_ioc):
    status = begin(doomed, 20.0)
    began = time.monotonic()
    crash_ioc.stop()
    told = failure(status)
    assert "its connection was lost, and it may be moving still" in told
    assert time.monotonic() - began < 5.0  # stopping the process takes most of it
    crash_ioc.start()
    wait_connected(doomed, 30)
    assert "connection was lost" in failure(status), "the return of the IOC turns no failure into a success"


def test_a_camera_whose_ioc_dies_has_not_measured(crash_ioc):
    device = camera("CRASH:det1:", name="camera")
    wait_connected(device, 20)
    device.cam.acquire_time.put(10.0, wait=True)
    status = HardwareGuard().began(device, "trigger", device.trigger())
    crash_ioc.stop()
    assert "camera did not finish its measurement: its connection was lost" in failure(status)


def test_a_motor_whose_ioc_freezes_is_told_when_the_network_gives_it_up_and_moves_when_it_is_back(
    doomed, crash_ioc
):
    status = begin(doomed, 20.0)
    os.kill(crash_ioc.pid, signal.SIGSTOP)
    try:
        assert "connection was lost" in failure(status)
    finally:
        os.kill(crash_ioc.pid, signal.SIGCONT)
    wait_until(lambda: doomed.connected)
    wait_until(lambda: doomed.user_readback.get(use_monitor=False) == 20.0)
    wait_until(lambda: doomed.motor_done_move.get() == 1)
    doomed.velocity.put(50.0)  # libca has taken its rights away, and says nothing when they are back
    assert HardwareGuard().moved(doomed, 1.0, doomed.set(1.0)).exception(WITHIN_S) is None


def test_a_motor_that_is_stuck_is_told_after_the_time_for_that_and_told_to_stop(ioc):
    stuck = connected("SIM:m4", "m4")
    put("fault:m4:stuck", 1)
    try:
        status = HardwareGuard(stall_s=0.5).moved(stuck, 5.0, stuck.set(5.0))
        assert "m4 did not arrive: nothing has changed for 0.5 s; it was told to stop" in failure(status)
    finally:
        put("fault:m4:stuck", 0)
        put("m4", 0.0)


def test_a_limit_switch_is_told(motor):
    put("m2.LLM", 0.0)
    put("m2.HLM", 0.0)
    put("m2.VELO", 100.0)
    status = HardwareGuard().moved(motor, 100.0, motor.move(100.0, wait=False))
    assert "m2 did not arrive: it is on its high limit switch" in failure(status)


def test_a_tolerance_of_the_profile_is_held_strictly(motor):
    status = HardwareGuard(tolerances={"m2": 1e-9}).moved(motor, 0.123456789, motor.set(0.123456789))
    outcome = status.exception(WITHIN_S)
    assert (outcome is None) == (abs(motor.position - 0.123456789) <= 1e-9)


def test_a_move_command_that_another_screen_stops_fails_and_says_so(session, motor):
    stop_after(motor, 1.0)
    with pytest.raises(FailedStatus, match=r"m2 did not arrive: somebody stopped it"):
        session.run("mv m2 20")


def test_an_interrupted_move_tells_where_the_motor_comes_to_rest_not_where_it_was_told_to_stop(
    session, motor
):
    put("m2.ACCL", 0.5)  # from 5 mm/s to rest in 1.25 mm
    once = threading.Lock()

    def interrupt(value, **_):
        if value > 3.0 and once.acquire(blocking=False):
            threading.Thread(target=session.RE.abort, args=("interrupted",)).start()

    motor.user_readback.subscribe(interrupt, run=False)
    try:
        with pytest.raises(RunEngineInterrupted):
            session.run("mv m2 20")
    finally:
        put("m2.ACCL", 0.1)
    (move,) = session.move_summary.moves
    wait_until(lambda: motor.motor_done_move.get() == 1)
    assert move.end == pytest.approx(motor.user_readback.get(use_monitor=False))


def test_a_move_whose_motor_is_lost_can_be_undone_when_it_is_back(crash_ioc, tmp_path):
    profile = tmp_path / "lost.yml"
    profile.write_text("devices:\n  ophyd.EpicsMotor: [{name: m1, prefix: 'CRASH:m1'}]\n")
    with Session.from_profile(profile, home=tmp_path, connect_timeout_s=20) as session:
        m1 = session.devices["m1"]
        m1.user_readback.subscribe(lambda value, **_: crash_ioc.kill() if value > 1.0 else None, run=False)
        with pytest.raises(FailedStatus, match="m1 did not arrive: its connection was lost"):
            session.run("mv m1 20")
        (step,) = session.journal.steps()
        assert step.line == "mv m1 20"
        assert [(change.before, change.after) for change in step.changes] == [(0.0, None)]


def test_a_scan_whose_motor_another_screen_stops_takes_no_point_at_the_wrong_place(session, motor):
    stop_after(motor, 3.0)
    with pytest.raises(FailedStatus, match="m2 did not arrive"):
        session.run("ascan m2 0 4 2 0.001")
    (run,) = session.store.runs()
    assert (run.num_points, run.exit_status) == (2, "fail")
    assert "m2 did not arrive: somebody stopped it" in run.reason


@pytest.mark.parametrize("foreign", [0.2, 2.0])
def test_a_foreign_move_that_ends_just_before_ours_begins_is_not_taken_for_ours(motor, foreign):
    # ophyd ends our status with the end of the foreign move: in the old place, or beyond half of our way
    put("m2.VELO", 20.0)
    inner = motor.set(foreign)
    assert inner.exception(WITHIN_S) is None
    put("m2.VELO", 2.0)
    lying = Status()
    status = HardwareGuard().moved(motor, 3.0, lying)
    motor.user_setpoint.put(3.0, wait=False)
    lying.set_finished()
    assert status.exception(WITHIN_S) is None
    assert motor.position == pytest.approx(3.0, abs=0.02)


def test_a_target_that_the_record_refuses_is_told_with_its_limits(motor):
    status = HardwareGuard().moved(motor, 60.0, Status())
    motor.user_setpoint.put(60.0, wait=False, force=True)  # as when the limits had changed in this moment
    told = failure(status)
    assert "m2 did not arrive: its record keeps the target 0 mm, with limits from -50 to 50" in told


def test_limits_and_offsets_that_change_in_the_ioc_hold(session, motor):
    put("m2.HLM", 5.0)
    wait_until(lambda: motor.limits == (-50.0, 5.0))
    with pytest.raises(ValueError, match="5"):
        session.run("mv m2 6")
    put("m2.OFF", 10.0)
    try:
        wait_until(lambda: motor.limits == (-40.0, 15.0))
        session.run("mv m2 14")
        with pytest.raises(ValueError, match="15"):
            session.run("mv m2 16")
    finally:
        put("m2.OFF", 0.0)


@pytest.mark.parametrize("name", ["m2", "m2.VAL"])
def test_a_motor_that_is_set_as_a_signal_without_put_completion_is_waited_for(motor, name):
    from ophyd import EpicsSignal

    signal = EpicsSignal(f"SIM:{name}", name="bare")
    wait_connected(signal, 10)
    status = HardwareGuard().moved(signal, 2.0, signal.set(2.0))
    assert status.exception(WITHIN_S) is None
    assert motor.user_readback.get(use_monitor=False) == pytest.approx(2.0, abs=0.01)


def test_a_target_that_is_set_without_its_motor_and_stopped_is_a_failure(motor):
    setpoint = motor.user_setpoint
    status = HardwareGuard().moved(setpoint, 20.0, setpoint.set(20.0))
    wait_until(lambda: motor.user_readback.get() > 0.1)
    put("m2.STOP", 1)
    assert "m2 did not arrive" in failure(status)
