"""Motor records of the demo IOC, driven by ophyd's EpicsMotor over Channel Access."""

import threading

import pytest

pytestmark = pytest.mark.ioc


class _Changes:
    """What a signal told, and a way to wait for a value."""

    def __init__(self, signal, event_type=None):
        self.values = []
        self._changed = threading.Condition()
        self._signal = signal
        signal.subscribe(self._note, event_type=event_type, run=False)

    def _note(self, *, value, **_):
        with self._changed:
            self.values.append(value)
            self._changed.notify_all()

    def wait_for(self, condition, timeout=5.0):
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.values), timeout), self.values
        return self.values


def wait_for_limits(motor, limits):
    """Wait until the client has heard of new limits; it checks moves against them."""
    arrived = threading.Event()

    def look(**_):
        if motor.limits == limits:
            arrived.set()

    motor.user_setpoint.subscribe(look, event_type=motor.user_setpoint.SUB_META, run=False)
    look()
    assert arrived.wait(10), motor.limits


def test_an_epics_motor_connects_with_units_precision_and_limits(m1):
    assert m1.connected
    assert (m1.egu, m1.precision, m1.limits) == ("mm", 4, (-50.0, 50.0))
    assert m1.describe()["m1"]["units"] == "mm"


def test_a_move_arrives_with_the_readback_up_to_date(m1):
    status = m1.set(2.5)
    status.wait(5)
    assert status.success
    assert m1.position == 2.5
    assert m1.read()["m1"]["value"] == 2.5
    assert not m1.moving


def test_a_move_passes_positions_in_between_and_reports_progress(m1, put):
    put("m1.VELO", 5.0)
    readback, progress = _Changes(m1.user_readback), []
    status = m1.set(2.0)
    status.watch(lambda **kwargs: progress.append(kwargs["fraction"]))
    status.wait(5)
    values = readback.wait_for(lambda values: values and values[-1] == 2.0)
    assert len(values) >= 5
    assert values == sorted(values)
    assert any(fraction is not None and 0 < fraction < 1 for fraction in progress)


def test_done_moving_pulses_even_when_there_is_no_way_to_go(m1):
    done = _Changes(m1.motor_done_move)
    m1.set(0.0).wait(5)
    assert done.wait_for(lambda values: len(values) >= 2) == [0, 1]


def test_a_target_out_of_limits_is_refused_before_anything_is_sent(m1):
    from ophyd.utils import LimitError

    with pytest.raises(LimitError):
        m1.set(51.0)
    assert m1.position == 0.0


def test_a_raw_put_out_of_limits_raises_lvio_and_moves_nothing(m1, put, get):
    put("m1", 60.0)
    assert get("m1.LVIO") == 1
    assert (get("m1.RBV"), get("m1")) == (0.0, 0.0)
    put("m1", 1.0)
    assert get("m1.LVIO") == 0
    assert get("m1.RBV") == 1.0


def test_changed_limits_are_followed_by_the_client(m1, put):
    limits = _Changes(m1.high_limit_travel)
    put("m1.HLM", 10.0)
    limits.wait_for(lambda values: values and values[-1] == 10.0)
    assert m1.limits == (-50.0, 10.0)


def test_a_put_callback_completes_with_the_motion(m1, put, get):
    put("m1", 3.0)
    assert get("m1.RBV") == 3.0
    assert get("m1.DMOV") == 1


def test_stop_ends_the_motion_on_the_way_and_val_follows(m1, put, get):
    put("m1.VELO", 5.0)
    readback = _Changes(m1.user_readback)
    status = m1.set(40.0)
    readback.wait_for(lambda values: values and values[-1] > 0.2)
    m1.stop()
    status.wait(5)
    assert 0.0 < m1.position < 20.0
    assert get("m1") == pytest.approx(m1.position, abs=1e-4)
    assert get("m1.STOP") == 0


def test_a_new_target_in_mid_move_is_carried_out(m1):
    first = m1.set(20.0)
    second = m1.set(1.0)
    second.wait(5)
    assert first.done
    assert not first.success
    assert m1.position == 1.0


def test_the_limit_switch_stops_the_motor_with_an_alarm(m1, put, get):
    put("m1.LLM", 0.0)
    put("m1.HLM", 0.0)
    wait_for_limits(m1, (0.0, 0.0))
    put("m1.VELO", 500.0)
    with pytest.raises(Exception, match="failed"):
        m1.set(100.0).wait(5)
    assert m1.position == 55.0
    assert get("m1.HLS") == 1
    put("m1", 0.0)
    assert get("m1.HLS") == 0
    assert get("m1.SEVR") == 0


def test_set_mode_redefines_the_position_and_limits_follow(m1, put, get):
    low, high = _Changes(m1.low_limit_travel), _Changes(m1.high_limit_travel)
    put("m1.SET", 1)
    put("m1", 7.0)
    put("m1.SET", 0)
    assert get("m1.OFF") == 7.0
    assert (get("m1.RBV"), get("m1.DRBV")) == (7.0, 0.0)
    assert (get("m1.LLM"), get("m1.HLM")) == (-43.0, 57.0)
    assert (get("m1.DLLM"), get("m1.DHLM")) == (-50.0, 50.0)
    low.wait_for(lambda values: values and values[-1] == -43.0)
    high.wait_for(lambda values: values and values[-1] == 57.0)
    assert m1.limits == (-43.0, 57.0)


def test_the_direction_turns_the_users_axis_round(m1, put, get):
    put("m1", 2.0)
    put("m1.DIR", "Neg")
    assert (get("m1.RBV"), get("m1.DRBV")) == (-2.0, 2.0)
    put("m1", -3.0)
    assert get("m1.DRBV") == 3.0


def test_tweak_and_relative_moves_add_to_the_target(m1, put, get):
    put("m1.TWV", 0.5)
    put("m1.TWF", 1)
    assert get("m1.RBV") == 0.5
    put("m1.TWR", 1)
    put("m1.RLV", 2.0)
    assert get("m1.RBV") == 2.0
    assert (get("m1.TWF"), get("m1.RLV")) == (0, 0.0)


def test_home_drives_to_the_dials_zero(m1, put, get):
    put("m1", 3.0)
    put("m1.HVEL", 50.0)
    put("m1.HOMR", 1)
    assert get("m1.DRBV") == 0.0
    assert (get("m1.ATHM"), get("m1.HOMR")) == (1, 0)


def test_dial_and_steps_are_targets_too(m1, put, get):
    put("m1.DVAL", 1.5)
    assert get("m1.RBV") == 1.5
    put("m1.RVAL", 200_000)
    assert get("m1.RBV") == pytest.approx(2.0)
    assert get("m1.RRBV") == 200_000


def test_pause_holds_the_motion_and_go_resumes_it(m1, put, get):
    put("m1.VELO", 5.0)
    readback, moving = _Changes(m1.user_readback), _Changes(m1.motor_is_moving)
    status = m1.set(2.0)
    readback.wait_for(lambda values: values and values[-1] > 0.1)
    put("m1.SPMG", "Pause")
    moving.wait_for(lambda values: values and values[-1] == 0)
    assert not status.done
    assert 0.0 < m1.position < 2.0
    put("m1.SPMG", "Go")
    status.wait(5)
    assert m1.position == 2.0


def test_jog_runs_until_it_is_told_to_end(m1, put, get):
    import epics

    put("m1.JVEL", 5.0)
    readback, done = _Changes(m1.user_readback), _Changes(m1.motor_done_move)
    epics.caput("SIM:m1.JOGF", 1, wait=False)
    readback.wait_for(lambda values: values and values[-1] > 0.1)
    put("m1.JOGF", 0)
    done.wait_for(lambda values: values and values[-1] == 1)
    assert 0.0 < m1.position < 40.0
    assert get("m1.JOGF") == 0


def test_a_stuck_motor_never_arrives_and_can_be_stopped(ioc, put):
    from ophyd import EpicsMotor

    from bsh.devices.epics import wait_connected

    m4 = EpicsMotor("SIM:m4", name="m4")
    wait_connected(m4, 10)
    put("fault:m4:stuck", 1)
    try:
        moving = _Changes(m4.motor_is_moving)
        status = m4.set(100.0)
        moving.wait_for(lambda values: values and values[-1] == 1)
        assert not status.done
        assert m4.position == 0.0
        m4.stop()
        status.wait(5)
    finally:
        put("fault:m4:stuck", 0)
    assert m4.position == 0.0


def test_an_alarm_on_demand_fails_the_move_and_can_be_cleared(m1, put):
    from ophyd.utils import AlarmSeverity

    put("fault:m1:alarm", 1)
    try:
        with pytest.raises(Exception, match="failed"):
            m1.set(1.0).wait(5)
        assert m1.user_readback.alarm_severity == AlarmSeverity.MAJOR
    finally:
        put("fault:m1:alarm", 0)
    m1.set(2.0).wait(5)
    assert m1.position == 2.0
