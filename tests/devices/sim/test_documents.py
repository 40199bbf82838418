"""What simulated devices describe is valid in event-model's documents, and protocols are kept."""

import pytest
from event_model import DocumentNames, schema_validators

from bsh.devices.sim import SimDetector, SimMotor, SimRing, SimShutter, SimSignal
from bsh.protocols import (
    Checkable,
    Configurable,
    HasHints,
    Locatable,
    Movable,
    Readable,
    Stageable,
    Stoppable,
    Subscribable,
    Triggerable,
)

DEVICES = [
    SimMotor("th", units="deg", limits=(-1, 1), velocity=1.0, labels=["motors"]),
    SimMotor("free"),
    SimSignal("temperature", value=4.2, units="K"),
    SimSignal("word", value="a"),
    SimSignal("vector", value=[1.0, 2.0]),
    SimDetector("det"),
    SimDetector("exact", noise=None),
    SimRing("ring"),
    SimShutter("shutter"),
]
by_name = pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)


@by_name
def test_description_makes_a_valid_descriptor(device):
    descriptor = {
        "uid": "d",
        "run_start": "s",
        "time": 0.0,
        "name": "primary",
        "data_keys": device.describe(),
        "object_keys": {device.name: list(device.describe())},
        "hints": {device.name: device.hints},
        "configuration": {
            device.name: {
                "data": {key: reading["value"] for key, reading in device.read_configuration().items()},
                "timestamps": {
                    key: reading["timestamp"] for key, reading in device.read_configuration().items()
                },
                "data_keys": device.describe_configuration(),
            }
        },
    }
    schema_validators[DocumentNames.descriptor].validate(descriptor)


@by_name
def test_readings_have_the_keys_that_are_described(device):
    assert list(device.read()) == list(device.describe())
    assert list(device.read_configuration()) == list(device.describe_configuration())
    assert set(device.hints["fields"]) <= set(device.describe())


@by_name
def test_every_device_keeps_the_common_protocols(device):
    for protocol in (Readable, Configurable, HasHints, Stageable, Subscribable):
        assert isinstance(device, protocol)


def test_each_kind_keeps_the_protocols_of_its_kind():
    for protocol in (Movable, Locatable, Stoppable, Checkable):
        assert isinstance(SimMotor("th"), protocol)
        assert isinstance(SimShutter("shutter"), protocol)
    assert isinstance(SimDetector("det"), Triggerable)
    assert not isinstance(SimDetector("det"), Movable)
    assert isinstance(SimSignal("s"), Movable)
