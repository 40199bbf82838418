"""whois."""

import pytest

from bsh.errors import CommandError, UsageError


class Signal:
    def __init__(self, pv, setpoint=None):
        self.pvname = pv
        self.setpoint_pvname = setpoint or pv


class Motor:
    """As ophyd's devices keep their parts."""

    def __init__(self):
        self._signals = {"user_readback": Signal("SIM:m1.RBV"), "user_setpoint": Signal("SIM:m1.VAL")}


@pytest.fixture
def with_pvs(session):
    session.devices["samz"] = Motor()
    session.devices["ring2"] = Signal("SR:current", "SR:current:set")
    return session


def test_a_pv_belongs_to_a_part_of_a_device(with_pvs, run):
    assert run("whois SIM:m1.RBV").plain().splitlines()[1].split() == ["samz.user_readback", "SIM:m1.RBV"]


def test_wildcards_find_several_and_the_pv_of_a_setpoint_counts(with_pvs, run):
    assert len(run("whois SIM:*").plain().splitlines()) == 3
    assert "ring2" in run("whois SR:current:set").plain()


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [("whois", UsageError, "usage: whois pv"), ("whois SIM:m1.RBW", CommandError, "has the PV SIM:m1.RBW")],
)
def test_what_is_wrong_is_said(with_pvs, line, error, text):
    with pytest.raises(error, match=text):
        with_pvs.run(line)
