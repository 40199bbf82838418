"""A command with a demo IOC of its own beside it."""

import os
import signal
import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.ioc


def _beside(code, **kwargs):
    command = [sys.executable, "-m", "bsh.ioc.beside", sys.executable, "-c", code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)


def _is_served(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def test_the_command_finds_the_ioc_and_its_exit_code_is_handed_on():
    code = (
        "import os, socket, sys\n"
        "port = int(os.environ['EPICS_CA_SERVER_PORT'])\n"
        "socket.create_connection(('127.0.0.1', port), timeout=5).close()\n"
        "print(port)\n"
        "sys.exit(7)\n"
    )
    with _beside(code) as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (7, "")
    assert not _is_served(int(out))


def test_ctrl_c_reaches_the_command_and_the_ioc_goes_on_until_it_ends():
    code = (
        "import os, signal, socket, sys, threading\n"
        "pressed = threading.Event()\n"
        "signal.signal(signal.SIGINT, lambda *_: pressed.set())\n"
        "print(os.environ['EPICS_CA_SERVER_PORT'], flush=True)\n"
        "assert pressed.wait(20)\n"
        "port = int(os.environ['EPICS_CA_SERVER_PORT'])\n"
        "socket.create_connection(('127.0.0.1', port), timeout=5).close()\n"
        "print('still served')\n"
    )
    with _beside(code, start_new_session=True) as process:
        port = int(process.stdout.readline())
        os.killpg(process.pid, signal.SIGINT)  # as the terminal does: the whole foreground group
        out, err = process.communicate(timeout=30)
    assert (out, err, process.returncode) == ("still served\n", "", 0)
    assert not _is_served(port)


def test_a_command_that_was_killed_gives_the_shells_exit_code():
    with _beside("import os, signal; os.kill(os.getpid(), signal.SIGTERM)") as process:
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM


def test_without_a_command_it_says_how_to_use_it():
    out = subprocess.run([sys.executable, "-m", "bsh.ioc.beside"], capture_output=True, text=True, timeout=30)
    assert out.returncode == 2
    assert "COMMAND" in out.stderr
