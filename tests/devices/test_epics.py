"""The door to ophyd."""

import os
import subprocess
import sys

import pytest

from bsh.devices.epics import import_device_class, is_connected, silent_signals, wait_connected
from bsh.devices.sim import SimMotor
from bsh.errors import DeviceError, DeviceOffline
from bsh.ioc.environment import free_ports


def _run(code, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EPICS_")}
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60, env={**clean, **environment},
    )  # fmt: skip
    assert out.returncode == 0, out.stderr
    return out


def test_simulated_devices_are_always_connected_and_need_no_waiting():
    motor = SimMotor("th")
    assert is_connected(motor)
    wait_connected(motor, 0.0)


def test_a_device_that_fails_when_asked_is_not_connected():
    class Broken:
        @property
        def connected(self):
            raise OSError("no route")

    assert not is_connected(Broken())


@pytest.mark.parametrize(
    ("dotted", "message", "hint"),
    [
        ("bsh.devices.sim.SimMotr", "SimMotr", "did you mean bsh.devices.sim.SimMotor?"),
        ("bsh.nowhere.Motor", "bsh.nowhere", "check the name, or install the package"),
        ("bsh.devices.sim", "module, not a class", None),
    ],
)
def test_a_class_that_cannot_be_imported_says_what_was_meant(dotted, message, hint):
    with pytest.raises(DeviceError, match=message) as raised:
        import_device_class(dotted)
    assert raised.value.hint == hint


def test_a_class_of_bsh_is_imported_without_ophyd():
    code = (
        "import sys\n"
        "from bsh.devices.epics import import_device_class\n"
        "print(import_device_class('bsh.devices.sim.SimMotor').__name__, 'ophyd' in sys.modules)"
    )
    assert _run(code).stdout.split() == ["SimMotor", "False"]


def test_prepare_sets_defaults_that_the_user_may_override():
    code = (
        "import os\n"
        "from bsh.devices.epics import prepare\n"
        "prepare(); prepare()\n"
        "print(os.environ['EPICS_CA_CONN_TMO'], os.environ['EPICS_CA_MAX_ARRAY_BYTES'])"
    )
    assert _run(code, EPICS_CA_MAX_ARRAY_BYTES="777").stdout.split() == ["2", "777"]


def test_without_pyepics_the_first_epics_device_names_the_extra_and_sim_classes_work():
    code = (
        "import sys\n"
        "sys.modules['epics'] = sys.modules['caproto'] = None  # as if they were not installed\n"
        "from bsh.devices.epics import import_device_class\n"
        "from bsh.errors import MissingExtra\n"
        "import_device_class('ophyd.sim.SynAxis')(name='x')\n"
        "try:\n"
        "    import_device_class('ophyd.EpicsMotor')('XF:m1', name='m1')\n"
        "except MissingExtra as error:\n"
        "    print(error, '|', error.hint)\n"
    )
    assert _run(code).stdout.strip() == (
        "'XF:m1.RBV' needs EPICS, but pyepics is not installed | pip install 'bsh[epics]'"
    )


@pytest.mark.ioc
def test_a_machine_without_a_repeater_is_not_told_so_on_the_terminal(ioc):
    code = (
        "from bsh.devices.epics import import_device_class, wait_connected\n"
        "signal = import_device_class('ophyd.EpicsSignalRO')('SIM:ring:current', name='current')\n"
        "wait_connected(signal, 10)\n"
        "print(signal.get() > 0)\n"
    )
    environment = {**ioc.client_environment, "EPICS_CA_REPEATER_PORT": str(free_ports(1)[0])}
    out = _run(code, **environment)
    assert (out.stdout.strip(), out.stderr) == ("True", "")


@pytest.mark.ioc
def test_a_process_that_ends_while_channels_connect_is_silent(ioc):
    # ophyd would give its channels up at exit, while threads of its own still ask them
    code = (
        "import weakref\n"
        "from bsh.devices.epics import import_device_class\n"
        "motors = [import_device_class('ophyd.EpicsMotor')(f'SIM:m{i}', name=f'm{i}') for i in (1, 2, 3, 4)]\n"
        "motors[3].user_readback.wait_for_connection(timeout=10)\n"
        "ours = lambda one: one.peek() and one.peek()[1].__module__.startswith('ophyd.')\n"
        "left = lambda: print([one for one in weakref.finalize._registry if ours(one) and one.atexit])\n"
        "weakref.finalize(left, left)\n"
    )
    out = _run(code, **ioc.client_environment)
    assert (out.stdout.strip(), out.stderr) == ("[]", "")


@pytest.mark.ioc
def test_a_device_that_does_not_answer_is_named_with_what_is_silent():
    motor = import_device_class("ophyd.EpicsMotor")("NOBODY:m1", name="m1")
    assert not is_connected(motor)
    with pytest.raises(DeviceOffline, match=r"m1 is not connected: no answer from NOBODY:m1\.RBV, .* more"):
        wait_connected(motor, 0.1)
    assert "NOBODY:m1.VAL" in silent_signals(motor)


@pytest.mark.ioc
def test_an_ioc_that_answers_too_late_is_nothing_that_pyepics_warns_of(crash_ioc, caplog, recwarn):
    caplog.set_level("DEBUG", "bsh.devices.epics")
    signal = import_device_class("ophyd.EpicsSignalRO")("CRASH:ring:current", name="current")
    wait_connected(signal, 10)
    crash_ioc.freeze()
    assert signal._read_pv.get(use_monitor=False, timeout=0.1) is None
    crash_ioc.thaw()
    assert [each for each in recwarn if "timed out" in str(each.message)] == []
    assert "ca.get('CRASH:ring:current') timed out after 0.10 seconds." in caplog.messages


@pytest.mark.ioc
def test_a_lost_ioc_is_noticed_and_libca_prints_nothing(crash_ioc, capfd):
    import threading

    signal = import_device_class("ophyd.EpicsSignalRO")("CRASH:ring:current", name="current")
    wait_connected(signal, 10)
    assert is_connected(signal)
    lost = threading.Event()
    signal.subscribe(
        lambda *, connected, **_: None if connected else lost.set(), event_type="meta", run=False
    )
    crash_ioc.kill()
    assert lost.wait(10)
    assert not is_connected(signal)
    assert silent_signals(signal) == ["CRASH:ring:current"]
    assert capfd.readouterr().err == ""
