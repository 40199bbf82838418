"""Scaler, camera, ring and shutter of the demo IOC over Channel Access."""

import pytest

from bsh.devices import count_time_signal
from bsh.devices.epics import prepare, wait_connected
from bsh.devices.epics_camera import camera
from bsh.devices.epics_scaler import scaler
from bsh.errors import DeviceError

pytestmark = pytest.mark.ioc


@pytest.fixture(scope="module")
def scaler1(ioc):
    device = scaler("SIM:scaler1", name="scaler1", channels={"mon": 2, "det": 3})
    wait_connected(device, 10)
    device.preset_time.put(0.05)
    device.stage()
    return device


@pytest.fixture(scope="module")
def det1(ioc):
    device = camera("SIM:det1:", name="det1", image=True)
    wait_connected(device, 10)
    device.cam.acquire_time.put(0.02)
    return device


@pytest.fixture(scope="module")
def shutter(ioc):
    prepare()
    from ophyd import EpicsSignal

    device = EpicsSignal(
        "SIM:shutter:sts", write_pv="SIM:shutter", name="shutter", string=True, put_complete=True
    )
    wait_connected(device, 10)
    return device


def _counts(device):
    device.trigger().wait(5)
    return {key: reading["value"] for key, reading in device.read().items()}


def test_ophyds_own_scaler_connects_triggers_and_reads_all_channels(ioc):
    prepare()
    from ophyd import EpicsScaler

    device = EpicsScaler("SIM:scaler1", name="s")
    wait_connected(device, 10)
    device.preset_time.put(0.02)
    counts = _counts(device)
    assert len(counts) == 32
    assert counts["s_channels_chan1"] == pytest.approx(0.02 * 1e7)
    assert device.names.name3.get() == "det"


def test_named_channels_are_read_under_their_names_only(scaler1):
    counts = _counts(scaler1)
    assert set(counts) == {"mon", "det"}
    assert scaler1.hints == {"fields": ["mon", "det"]}
    assert counts["mon"] == pytest.approx(0.05 * 50_000, rel=0.2)
    assert set(scaler1.describe()) == {"mon", "det"}


def test_the_counting_time_of_a_scaler_is_its_preset_time(scaler1):
    assert count_time_signal(scaler1) is scaler1.preset_time
    assert scaler1.read_configuration()["scaler1_preset_time"]["value"] == 0.05


def test_counting_ends_early_when_count_is_put_to_done(scaler1, put, get):
    scaler1.preset_time.put(60.0)
    try:
        status = scaler1.trigger()
        put("scaler1.CNT", 0)
        status.wait(5)
        assert get("scaler1.T") < 60.0
        assert get("scaler1.CNT") == 0
    finally:
        scaler1.preset_time.put(0.05)


def test_a_gated_monitor_preset_ends_the_counting(scaler1, put, get):
    put("scaler1.TP", 60.0)
    put("scaler1.PR2", 1000)
    put("scaler1.G2", "Y")
    try:
        scaler1.trigger().wait(5)
        assert get("scaler1.T") == pytest.approx(0.02, abs=0.01)
    finally:
        put("scaler1.G2", "N")
        put("scaler1.TP", 0.05)


def test_a_channel_that_does_not_exist_is_refused():
    with pytest.raises(DeviceError, match="channels 1 to 32"):
        scaler("SIM:scaler1", name="s", channels={"det": 33})


def test_a_camera_gives_an_image_and_its_total(det1):
    status = det1.trigger()
    status.wait(5)
    reading = det1.read()
    image = reading["det1_image"]["value"]
    assert image.shape == (12288,)
    assert image.dtype == "int32"
    assert image.sum() == reading["det1"]["value"] > 0
    assert det1.hints == {"fields": ["det1"]}
    assert count_time_signal(det1) is det1.cam.acquire_time


def test_the_shutter_follows_its_order_and_cuts_the_beam(shutter, scaler1):
    shutter.set("Close").wait(5)
    try:
        assert shutter.get() == "Close"
        assert _counts(scaler1)["mon"] < 10
    finally:
        shutter.set("Open").wait(5)
    assert shutter.get() == "Open"
    assert _counts(scaler1)["mon"] > 1000


def test_an_injection_loses_the_ring_current_with_an_alarm_and_refills_it(ioc, put, get):
    prepare()
    from ophyd import EpicsSignalRO

    current = EpicsSignalRO("SIM:ring:current", name="current")
    wait_connected(current, 10)
    assert current.get() == pytest.approx(100.0, rel=0.01)
    assert get("ring:current.SEVR") == 0
    put("ring:inject", 1)
    try:
        assert current.get() == 0.0
        assert get("ring:current.SEVR", as_string=True) == "MAJOR"
    finally:
        put("ring:inject", 0)
    assert current.get() == pytest.approx(100.0, rel=0.01)
