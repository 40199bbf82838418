from __future__ import annotations

import pytest

from bsh import plan_stubs as bps
from bsh.errors import RequestAbort
from tests.plans.devices import Det, Motor, Signal, Thing
from tests.plans.drive import drive, once


def values(msg):
    if msg.command == "read":
        return {msg.obj.name: {"value": 1, "timestamp": 0.0}}
    return True


def test_trigger_and_read_takes_one_event_with_one_wait():
    a, b, m = Det("a"), Det("b"), Motor("m")
    driven = drive(bps.trigger_and_read([a, b, m], "stream"), values)
    assert [(msg.command, msg.obj) for msg in driven.messages] == [
        ("trigger", a),
        ("trigger", b),
        ("wait", None),
        ("create", None),
        ("read", a),
        ("read", b),
        ("read", m),
        ("save", None),
    ]
    groups = {msg.kwargs["group"] for msg in driven.messages[:3]}
    assert len(groups) == 1
    assert driven.of("create")[0].kwargs == {"name": "stream"}
    assert set(driven.result) == {"a", "b", "m"}


def test_trigger_and_read_does_not_wait_when_nothing_is_triggered():
    assert drive(bps.trigger_and_read([Motor("m")])).commands == ["create", "read", "save"]


def test_trigger_and_read_reads_a_part_of_another_device_only_once():
    whole = Det("whole")
    part = Det("part", parent=whole)
    driven = drive(bps.trigger_and_read([part, whole, whole]))
    assert [msg.obj for msg in driven.of("read")] == [whole]
    assert [msg.obj for msg in driven.of("trigger")] == [whole]


def test_trigger_and_read_of_nothing_begins_with_null():
    driven = drive(bps.trigger_and_read([]))
    assert driven.commands == ["null", "create", "save"]
    assert driven.result == {}


@pytest.mark.parametrize("error", [ValueError("x"), RequestAbort()], ids=repr)
@pytest.mark.parametrize("index", [0, 1])
def test_the_bundle_is_dropped_when_a_reading_fails(error, index):
    driven = drive(bps.trigger_and_read([Det("a"), Det("b")]), fail_at=once("read", error, index))
    assert driven.commands[-2:] == ["read", "drop"]
    assert driven.error is error


def test_nothing_is_dropped_when_a_trigger_fails():
    driven = drive(bps.trigger_and_read([Det("a")]), fail_at=once("wait", ValueError()))
    assert driven.commands == ["trigger", "wait"]


def test_nothing_is_sent_after_a_halt():
    driven = drive(bps.trigger_and_read([Det("a")]), fail_at=once("read", GeneratorExit()))
    assert driven.commands[-1] == "read"


@pytest.mark.parametrize("safe", [True, False])
def test_a_device_that_cannot_be_read_again_switches_replay_off(safe):
    det = Det("d")
    det.rewindable = Signal("r", safe)
    driven = drive(bps.trigger_and_read([det]), values)
    assert ("rewindable" in driven.commands) is not safe
    if not safe:
        assert [msg.args for msg in driven.of("rewindable")] == [(None,), (False,), (True,)]
        assert driven.commands[:2] == ["rewindable"] * 2
        assert driven.commands[-1] == "rewindable"
    assert set(driven.result) == {"d"}


def test_trigger_and_read_can_be_listed():
    assert len(list(bps.trigger_and_read([Det("a")]))) == 5


def test_declare_stream_names_each_device_once():
    whole = Thing("whole")
    part = Thing("part", parent=whole)
    (msg,) = bps.declare_stream(whole, part, name="n", collect=True)
    assert (msg.args, msg.kwargs) == ((whole,), {"name": "n", "collect": True})
