"""The demo IOC as a process: it starts, it says so, and it never outlives its parent."""

import os
import select
import signal
import socket
import subprocess
import sys

import pytest

from bsh.errors import BshError
from bsh.ioc import IocProcess
from bsh.ioc.environment import free_ports

pytestmark = pytest.mark.ioc


def _ends(pidfd, timeout_s=10.0):
    """Tell whether a process ends in time; closes its descriptor."""
    try:
        return bool(select.select([pidfd], [], [], timeout_s)[0])
    finally:
        os.close(pidfd)


def test_it_accepts_connections_when_started_and_none_when_stopped():
    with IocProcess(prefix="A:") as ioc:
        assert ioc.running
        socket.create_connection(("127.0.0.1", ioc.port), timeout=5).close()
        assert ioc.client_environment["EPICS_CA_SERVER_PORT"] == str(ioc.port)
    assert not ioc.running
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", ioc.port), timeout=5)
    assert ioc.complaints == ""


def test_it_starts_again_on_the_same_port_after_a_crash():
    ioc = IocProcess(prefix="A:")
    ioc.start()
    port, pid = ioc.port, ioc.pid
    ioc.kill()
    with ioc:
        assert ioc.port == port
        assert ioc.pid != pid


def test_a_frozen_ioc_is_stopped_all_the_same():
    with IocProcess(prefix="A:") as ioc:
        ioc.freeze()
    assert not ioc.running


def test_a_port_in_use_is_named_with_what_to_do(ioc):
    second = IocProcess(prefix="B:", port=ioc.port)
    with pytest.raises(BshError, match=f"port {ioc.port}"):
        second.start()
    assert f"port {ioc.port} is in use" in second.complaints
    assert not second.running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_one_ready_line_is_printed_and_a_signal_ends_it_cleanly(number):
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "bsh.ioc", "--prefix", "FG:", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        process.send_signal(number)
        rest, complaints = process.communicate(timeout=10)
    assert line.startswith(f"FG: ready on 127.0.0.1:{port};")
    assert (rest, complaints, process.returncode) == ("", "", 0)


def test_it_listens_on_loopback_only(ioc):
    port = f"{ioc.port:04X}"
    addresses = set()
    for table in ("tcp", "udp"):
        with open(f"/proc/{ioc.pid}/net/{table}") as lines:
            locals_ = [line.split()[1] for line in list(lines)[1:]]
        addresses |= {local.split(":")[0] for local in locals_ if local.endswith(f":{port}")}
    assert addresses == {"0100007F"}


def test_it_ends_with_its_parent_even_when_that_is_killed():
    code = (
        "from bsh.ioc import IocProcess\n"
        "ioc = IocProcess(prefix='P:').start()\n"
        "print(ioc.pid, flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        ioc = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    assert _ends(ioc), "the IOC outlived its parent"


def test_ctrl_c_in_the_parents_terminal_does_not_reach_it(ioc):
    assert os.getsid(ioc.pid) == ioc.pid != os.getsid(0)
    assert os.getpgid(ioc.pid) != os.getpgid(0)


def test_the_exit_fault_ends_the_process_at_once(crash_ioc):
    from bsh.devices.epics import prepare, wait_connected

    prepare()
    from ophyd import EpicsSignal

    fault = EpicsSignal("CRASH:fault:exit", name="fault")
    wait_connected(fault, 10)
    process = os.pidfd_open(crash_ioc.pid)
    fault.put(1)
    assert _ends(process)
    assert not crash_ioc.running
