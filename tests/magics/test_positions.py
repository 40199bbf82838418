"""wa and wm."""

import re
import threading
import time

import pytest

from bsh.devices.sim import SimMotor
from bsh.errors import CommandError, DeviceOffline, UsageError
from bsh.session import OfflineDevice


class Hanging(SimMotor):
    """A motor whose server does not answer until the test is over."""

    released = threading.Event()

    @property
    def position(self):
        self.released.wait(20)
        return 0.0


@pytest.fixture
def hanging():
    Hanging.released.clear()
    yield Hanging("und", units="mm")
    Hanging.released.set()


def test_wa_shows_all_motors_in_spec_columns(run, session):
    session.run("mv th 1.5")
    report = run("wa")
    assert [row.name for row in report.rows] == ["th", "tth", "samx", "samy"]
    assert report.plain().splitlines() == [
        "Current positions (user)",
        "            th       tth      samx      samy",
        "           deg       deg        mm        mm",
        "user    1.5000    0.0000     0.000     0.000",
    ]


def test_wa_shows_the_dial_position_where_it_differs(run, session):
    session.run("set th 10")
    report = run("wa")
    assert report.has_dial
    assert report.plain().splitlines()[-1].split() == ["dial", "0.0000", "0.0000", "0.000", "0.000"]


def test_wa_takes_names_wildcards_and_labels(run):
    assert [row.name for row in run("wa sam*").rows] == ["samx", "samy"]
    assert [row.name for row in run("wa sample th").rows] == ["samx", "samy", "th"]
    assert [row.name for row in run("wa shutter").rows] == ["shutter"]


def test_wa_v_shows_limits_offset_and_source(run):
    lines = run("wa -v th").plain().splitlines()
    assert lines[0].split() == ["name", "position", "units", "low", "high", "offset", "state", "source"]
    assert lines[1].split() == ["th", "0.0000", "deg", "-180.0000", "180.0000", "0.0000", "ok", "SIM:th"]


def test_wa_refuses_a_name_that_nothing_matches_and_offers_near_ones(session):
    with pytest.raises(UsageError, match=r"^no motor and no label matches sanx") as caught:
        session.run("wa sanx")
    assert "samx" in caught.value.hint


def test_wa_with_a_dead_device_answers_within_a_second_and_again_at_once(run, session, hanging):
    session.devices["und"] = hanging
    start = time.monotonic()
    report = run("wa")
    first = time.monotonic() - start
    start = time.monotonic()
    again = run("wa")
    second = time.monotonic() - start
    assert first < 1.5
    assert second < 0.5  # it is not asked again while it owes an answer
    row = report.rows[-1]
    assert (row.name, row.value, row.state) == ("und", None, "offline")
    assert "?" in report.plain()
    assert "und: no answer within 0.8 s" in again.plain()
    assert [row.value for row in report.rows[:-1]] == [0.0] * 4


def test_wa_reads_a_hundred_motors_and_five_dead_ones_quickly(run, session, hanging):
    session.devices.update({f"m{i}": SimMotor(f"m{i}") for i in range(100)})
    session.devices.update({f"dead{i}": Hanging(f"dead{i}") for i in range(5)})
    start = time.monotonic()
    report = run("wa")
    assert time.monotonic() - start < 2.0
    assert sum(row.state == "offline" for row in report.rows) == 5
    assert max(map(len, report.plain(width=80).splitlines())) <= 80


def test_wa_shows_offline_motors_with_their_reason(run, session):
    session.devices["und"] = OfflineDevice("und", "no answer within 2 s", labels=["motors"])
    report = run("wa")
    assert report.rows[-1].state == "offline"
    assert "und: no answer within 2 s" in report.plain().splitlines()


def test_one_broken_device_does_not_spoil_the_others(run, session):
    class Broken(SimMotor):
        @property
        def position(self):
            raise RuntimeError("bad reply")

    session.devices["und"] = Broken("und")
    report = run("wa")
    assert report.rows[-1].state == "error"
    assert "und: bad reply" in report.plain()
    assert report.rows[0].value == 0.0


def test_wm_shows_positions_between_limits(run, session):
    session.run("set th 10")
    lines = run("wm th").plain().splitlines()
    assert [line.split()[-1] for line in lines[1:]] == [
        "190.0000", "10.0000", "-170.0000", "────●────", "180.0000", "0.0000", "-180.0000", "10.0000",
    ]  # fmt: skip


def test_wm_of_an_offline_motor_says_so(session):
    session.namespace["und"] = session.devices["und"] = OfflineDevice("und", "no answer within 2 s")
    with pytest.raises(DeviceOffline, match="und is offline"):
        session.run("wm und")


def test_wa_w_needs_a_terminal(session):
    with pytest.raises(CommandError, match="-w needs a terminal"):
        session.run("wa -w")


class Losable(SimMotor):
    """A motor whose network may be cut: it goes on telling what it knew."""

    connected = True


def test_a_position_that_nobody_can_tell_now_is_not_shown_but_as_what_was_known_with_its_age(run, session):
    session.devices["und"] = und = Losable("und", units="mm", precision=2)
    session.namespace["und"] = und
    session.run("mv und 1.5")
    assert run("wa und").plain().splitlines()[-1].split() == ["user", "1.50"]
    und.connected = False
    for line in ("wa und", "wm und", "wa -v und"):
        told = run(line).plain()
        assert "?" in told, line
        assert re.search(r"not connected; last known at 1\.50*, \d s ago", told), line
    offline = session.devices["und"] = OfflineDevice(
        "und", "no answer within 2 s", labels=["motors"], device=und
    )
    assert re.search(r"und: no answer within 2 s; last known at 1\.50*, \d s ago", run("wa und").plain())
    session.devices["never"] = OfflineDevice("never", "no answer within 2 s", labels=["motors"])
    assert run("wa never").plain().splitlines()[-1] == "never: no answer within 2 s"
    assert offline.device is und


def test_wa_u_is_wu(run):
    run("set th 10")
    assert run("wa -u").plain() == run("wu").plain()
    assert "dial" not in run("wa -u").plain()


def test_wm_shows_where_a_motor_is_between_its_limits(run, session):
    def bar(ascii_only=False):
        return run("wm th").plain(ascii_only=ascii_only).splitlines()[4].strip()

    session.devices["th"].velocity.put(0.0)
    assert bar() == "────●────"
    session.run("mv th 180")
    assert bar() == "────────●"
    assert bar(ascii_only=True) == "--------o"
    session.run("mv th 100; set_lm th -90 0")
    assert bar() == "────────>"


def test_st_tells_states_and_why(run, session):
    session.devices["dead"] = OfflineDevice("dead", "no answer", None, ("motors",))
    session.devices["th"].velocity.put(0.0)
    session.run('mv th 180; lock samx "glued"')
    lines = {line.split()[0]: line for line in run("st").plain().splitlines()}
    assert lines["th"].split() == ["th", "limit", "180.0000", "deg", "at", "its", "limit"]
    assert lines["tth"].split() == ["tth", "ok", "0.0000", "deg"]
    assert lines["dead"].split() == ["dead", "offline", "?", "no", "answer"]
    assert "glued" in lines["samx"]
    session.devices["tth"].set(90)
    assert "moving" in run("st tth").plain()
    session.run("stopall")


def test_lsmot_lists_motors_and_reads_nothing(run, session):
    session.devices["stuck"] = Hanging("stuck", units="mm", limits=(-1, 2))
    lines = {line.split()[0]: line.split() for line in run("lsmot").plain().splitlines()}
    assert lines["stuck"] == ["stuck", "mm", "-1.000", "2.000", "Hanging"]
    assert lines["samx"] == ["samx", "mm", "-25.000", "25.000", "SimMotor", "motors", "sample"]
    assert "det" not in lines
    assert len(run("lsmot sam*").plain().splitlines()) == 3
