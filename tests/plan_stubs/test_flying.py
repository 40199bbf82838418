from __future__ import annotations

import pytest

from bsh import plan_stubs as bps
from tests.plans.devices import Det, Thing
from tests.plans.drive import drive


class Flyer(Thing):
    def kickoff(self): ...
    def complete(self): ...
    def collect(self): ...


f, g = Flyer("f"), Flyer("g")


class Pending:
    def add_callback(self, callback): ...


def test_kickoff_all_starts_all_and_waits_once():
    driven = drive(bps.kickoff_all(f, g, speed=2), lambda msg: msg.obj)
    assert [(msg.command, msg.obj) for msg in driven.messages] == [
        ("kickoff", f),
        ("kickoff", g),
        ("wait", None),
    ]
    assert driven.messages[0].kwargs["speed"] == 2
    assert len({msg.kwargs["group"] for msg in driven.messages}) == 1
    assert driven.result == (f, g)


def test_complete_all_does_not_wait_unless_told():
    assert drive(bps.complete_all(f, g)).commands == ["complete", "complete"]
    assert drive(bps.complete_all(f, g, wait=True)).commands == ["complete", "complete", "wait"]


def test_what_cannot_fly_is_refused_by_name():
    driven = drive(bps.kickoff_all(f, Det("d")))
    assert isinstance(driven.error, TypeError)
    assert "kickoff" in str(driven.error)
    assert driven.messages == []


def test_collect_while_completing_collects_until_all_are_done():
    done = iter([False, False, True])
    det = Det("d")
    driven = drive(
        bps.collect_while_completing([f, g], [det], flush_period=0.5, stream_name="s", watch=("W",)),
        lambda msg: next(done) if msg.command == "wait" else None,
    )
    assert driven.commands == ["complete", "complete"] + ["wait", "collect"] * 3
    wait, collect = driven.messages[2:4]
    assert wait.kwargs == {
        "group": driven.messages[0].kwargs["group"],
        "timeout": 0.5,
        "error_on_timeout": False,
        "watch": ("W",),
    }
    assert (collect.obj, collect.kwargs["name"]) == (det, "s")


def test_stage_waits_for_a_status_if_told():
    driven = drive(bps.stage(f, group="A", wait=True), {"stage": Pending()})
    assert driven.commands == ["stage", "wait"]
    assert isinstance(driven.result, Pending)
    assert drive(bps.unstage(f, group="A"), {"unstage": Pending()}).commands == ["unstage"]


def test_stage_of_a_device_that_blocks_needs_no_wait():
    assert drive(bps.stage(f, wait=True), {"stage": [f]}).commands == ["stage"]


def test_a_device_that_blocks_cannot_be_told_not_to_wait():
    driven = drive(bps.stage(f, wait=False), {"stage": [f]})
    assert isinstance(driven.error, RuntimeError)
    assert "f is done when stage() returns" in str(driven.error)


@pytest.mark.parametrize(("stub", "command"), [(bps.stage_all, "stage"), (bps.unstage_all, "unstage")])
def test_staging_all_waits_once_if_any_returns_a_status(stub, command):
    answers = {command: lambda msg: Pending() if msg.obj is g else [msg.obj]}
    driven = drive(stub(f, g), answers)
    assert driven.commands == [command, command, "wait"]
    assert len({msg.kwargs["group"] for msg in driven.messages}) == 1
    assert drive(stub(f, g), {command: []}).commands == [command, command]
