"""Simulated values, ring and shutter."""

import pytest

from bsh.devices.sim import ManualClock, SimRing, SimShutter, SimSignal
from bsh.errors import DeviceError, LimitError


@pytest.fixture
def clock():
    return ManualClock()


def test_a_signal_takes_a_value_and_tells_its_subscribers():
    signal, seen = SimSignal("t", value=20.0, units="K"), []
    signal.subscribe(lambda *, value, old_value, **_: seen.append((old_value, value)))
    assert signal.set(21).success
    assert seen == [(20.0, 20.0), (20.0, 21.0)]
    assert signal.get() == signal.value == float(signal) == 21.0


def test_an_integer_put_into_a_signal_of_floats_becomes_a_float():
    signal = SimSignal("t", value=20.0)
    signal.put(3)
    assert isinstance(signal.get(), float)
    assert signal.describe()["t"]["dtype"] == "number"


def test_a_signal_refuses_values_out_of_limits_and_keeps_the_old_one():
    signal = SimSignal("t", value=1.0, limits=(0, 10), units="K")
    with pytest.raises(LimitError, match="t: 11 K is above the high limit 10 K"):
        signal.set(11)
    assert signal.get() == 1.0


def test_a_read_only_signal_cannot_be_put():
    with pytest.raises(DeviceError, match="t can only be read"):
        SimSignal("t", read_only=True).put(1)


def test_a_failing_subscriber_is_logged_and_the_others_still_hear(caplog):
    signal, seen = SimSignal("t"), []
    signal.subscribe(lambda **_: 1 / 0, run=False)
    signal.subscribe(lambda *, value, **_: seen.append(value), run=False)
    signal.put(1)
    assert seen == [1.0]
    assert "ZeroDivisionError" in caplog.text


def test_unsubscribe_takes_one_subscription_by_its_token():
    signal, seen = SimSignal("t"), []
    token = signal.subscribe(lambda *, value, **_: seen.append(value), run=False)
    signal.unsubscribe(token)
    signal.put(1)
    assert seen == []


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (1, "integer", []),
        (1.5, "number", []),
        ("a", "string", []),
        (True, "boolean", []),
        ([1, 2], "array", [2]),
    ],
)
def test_the_dtype_follows_the_value(value, dtype, shape):
    data_key = SimSignal("s", value=value).describe()["s"]
    assert (data_key["dtype"], data_key["shape"]) == (dtype, shape)


def test_ring_current_decays_with_its_lifetime(clock):
    ring = SimRing("ring", current=100, lifetime=10, clock=clock)
    clock.advance(10 * 3600)
    assert ring.current.get() == pytest.approx(36.788, abs=1e-3)
    assert ring.read()["ring_current"]["value"] == ring.current.get()
    assert ring.hints == {"fields": ["ring_current"]}


def test_an_injection_loses_the_beam_and_its_end_refills(clock):
    ring, seen = SimRing("ring", current=100, lifetime=0, clock=clock), []
    ring.current.subscribe(lambda *, value, **_: seen.append(value), run=False)
    ring.inject.put(1)
    ring.inject.put(0)
    assert seen == [0.0, 100.0]


def test_subscribers_of_the_current_hear_once_a_second_until_they_leave(clock):
    ring, seen = SimRing("ring", clock=clock), []

    def listen(*, value, **_):
        seen.append(value)

    ring.subscribe(listen, run=False)
    clock.advance(3)
    assert len(seen) == 3
    ring.clear_sub(listen)
    clock.advance(3)
    assert len(seen) == 3


def test_a_current_put_by_hand_decays_from_then_on(clock):
    ring = SimRing("ring", lifetime=1, clock=clock)
    clock.advance(3600)
    ring.current.put(10)
    assert ring.current.get() == 10.0


def test_a_shutter_needs_its_delay(clock):
    shutter = SimShutter("shutter", clock=clock)
    status = shutter.set("open")
    assert shutter.moving
    assert shutter.locate() == {"setpoint": "open", "readback": "closed"}
    clock.advance(0.1)
    assert shutter.read()["shutter"]["value"] == "closed"
    clock.advance(0.1)
    assert status.success
    assert shutter.read()["shutter"]["value"] == shutter.status.get() == shutter.position == "open"
    assert shutter.is_open


@pytest.mark.parametrize("word", ["open", "Open", "OPEN", 1, True, "o"])
def test_any_usual_word_opens(word):
    shutter = SimShutter("shutter", delay=0)
    shutter.set(word)
    assert shutter.is_open


@pytest.mark.parametrize("word", ["close", "Close", "closed", "Closed", 0, False])
def test_any_usual_word_closes(word):
    shutter = SimShutter("shutter", delay=0, state="open")
    shutter.set(word)
    assert not shutter.is_open


def test_an_unknown_word_says_what_can_be_said():
    with pytest.raises(DeviceError, match="shutter cannot be set to 'ajar'") as raised:
        SimShutter("shutter").set("ajar")
    assert raised.value.hint == "use open or close"


def test_a_counter_order_replaces_the_first(clock):
    shutter = SimShutter("shutter", clock=clock)
    first = shutter.set("open")
    second = shutter.set("close")
    assert "replaced" in str(first.exception())
    assert second.success
    clock.advance(1)
    assert not shutter.is_open


def test_a_stopped_order_has_no_effect_later(clock):
    shutter = SimShutter("shutter", clock=clock)
    status = shutter.set("open")
    shutter.stop(success=False)
    clock.advance(1)
    assert "stopped" in str(status.exception())
    assert not shutter.is_open


def test_a_stuck_shutter_never_answers(clock):
    shutter = SimShutter("shutter", clock=clock)
    shutter.stuck = True
    status = shutter.set("open")
    clock.advance(100)
    assert not status.done


def test_shutter_subscribers_hear_of_changes_only(clock):
    shutter, seen = SimShutter("shutter", delay=0, clock=clock), []
    shutter.subscribe(lambda *, value, **_: seen.append(value), run=False)
    shutter.set("open")
    shutter.set("open")
    assert seen == ["open"]
