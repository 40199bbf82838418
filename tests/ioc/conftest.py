"""Real ophyd devices on the shared demo IOC."""

import pytest

from bsh.devices.epics import prepare, wait_connected


@pytest.fixture(scope="session")
def put(ioc):
    """Write a process variable and wait until the write is complete."""
    prepare()
    import epics

    def write(name, value, timeout=10.0):
        assert epics.caput(f"SIM:{name}", value, wait=True, timeout=timeout) == 1, (
            f"no answer to {name}={value}"
        )

    return write


@pytest.fixture(scope="session")
def get(ioc):
    """Read a process variable, not from a monitor."""
    prepare()
    import epics

    def read(name, **kwargs):
        value = epics.caget(f"SIM:{name}", use_monitor=False, timeout=5.0, **kwargs)
        assert value is not None, f"no answer from {name}"
        return value

    return read


@pytest.fixture(scope="session")
def _m1_device(ioc):
    prepare()
    from ophyd import EpicsMotor

    device = EpicsMotor("SIM:m1", name="m1")
    wait_connected(device, 10)
    return device


@pytest.fixture
def m1(_m1_device, put, get):
    """A fast EpicsMotor at 0, put back to what it was afterwards."""
    _set_up(put, get, {"VELO": 50.0, "ACCL": 0.01})
    _m1_device.set(0.0).wait(10)
    yield _m1_device
    put("m1.STOP", 1)
    _set_up(put, get, {"SPMG": 3, "SET": 0, "DIR": 0, "OFF": 0.0, "LLM": -50.0, "HLM": 50.0})
    _m1_device.set(0.0).wait(10)


def _set_up(put, get, fields):
    for field, value in fields.items():
        if get(f"m1.{field}") != value:
            put(f"m1.{field}", value)
