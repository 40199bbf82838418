"""``--sim`` in the shell: the prompt says so."""

import re

import pytest

pytestmark = pytest.mark.terminal


def test_the_prompt_of_a_simulation_says_so(open_shell):
    shell = open_shell("-p", "epics", "--sim", columns=120)
    shell.wait(r"simulated: no hardware is reached")
    shell.wait(r"^epics SIM 1>$")
    shell.type("ascan samx -1 1 4 0.01")
    shell.wait(r"#1 done · 5 points")
    shell.wait(r"^epics SIM 2>$")
    shell.wait(r"Demo IOC · idle .*shutter Open")
    assert not re.search("offline", shell.text)
