"""Where a counting time goes."""

from types import SimpleNamespace

import pytest

from bsh.devices import count_time_signal
from bsh.devices.sim import SimDetector, SimMotor, SimSignal
from bsh.errors import DeviceError


def test_a_devices_own_count_time_is_found():
    det = SimDetector("det")
    assert count_time_signal(det) is det.count_time


def test_preset_time_and_the_cameras_acquire_time_follow_in_this_order():
    preset, acquire = SimSignal("preset"), SimSignal("acquire")
    scaler = SimpleNamespace(preset_time=preset, cam=SimpleNamespace(acquire_time=acquire))
    camera = SimpleNamespace(cam=SimpleNamespace(acquire_time=acquire))
    assert count_time_signal(scaler) is preset
    assert count_time_signal(camera) is acquire


def test_what_cannot_be_set_is_no_counting_time():
    assert count_time_signal(SimpleNamespace(count_time=0.1)) is None
    assert count_time_signal(SimMotor("th")) is None


def test_the_profiles_override_wins():
    det = SimpleNamespace(count_time=SimSignal("a"), deep=SimpleNamespace(seconds=SimSignal("b")))
    assert count_time_signal(det, "deep.seconds") is det.deep.seconds


def test_a_wrong_override_names_the_device_and_the_key_to_correct():
    with pytest.raises(DeviceError, match=r"det has no settable signal 'preset_tim'") as raised:
        count_time_signal(SimDetector("det"), "preset_tim")
    assert raised.value.hint == "correct the profile's key count_time: {det: ...}"
