from __future__ import annotations

from bsh import preprocessors as bpp
from bsh.msg import Msg
from tests.plans.devices import Det, Motor
from tests.plans.drive import drive, once

A = Msg("a")


def things(driven, command):
    return [msg.obj for msg in driven.of(command)]


class Bare:
    """Has no stage."""

    name, parent = "bare", None


def test_devices_are_staged_before_and_unstaged_in_reverse_after():
    a, b = Det("a"), Det("b")
    driven = drive(bpp.stage_wrapper([A], [a, b]))
    assert driven.commands == ["stage", "stage", "a", "unstage", "unstage"]
    assert things(driven, "stage") == [a, b]
    assert things(driven, "unstage") == [b, a]


def test_the_outermost_device_is_staged_once():
    whole = Det("whole")
    parts = [Det("p1", parent=whole), Det("p2", parent=Det("middle", parent=whole))]
    driven = drive(bpp.stage_wrapper([A], [*parts, whole]))
    assert things(driven, "stage") == [whole]


def test_what_cannot_be_staged_is_left_out():
    assert drive(bpp.stage_wrapper([A], [Bare()])).commands == ["a"]


def test_devices_are_unstaged_after_an_error():
    driven = drive(bpp.stage_wrapper([A], [Det("a")]), fail_at=once("a", ValueError()))
    assert driven.commands == ["stage", "a", "unstage"]


def test_staging_returns_what_the_plan_returns():
    def plan():
        yield A
        return "result"

    assert drive(bpp.stage_decorator([Det("a")])(plan)()).result == "result"


def test_lazy_staging_stages_at_the_first_use_and_only_then():
    det, motor = Det("d"), Motor("m")
    part = Det("part", parent=det)
    plan = [
        A,
        Msg("read", part),
        Msg("trigger", det),
        Msg("set", motor, 1),
        Msg("read", motor),
        Msg("read", Bare()),
    ]
    driven = drive(bpp.lazily_stage_wrapper(plan), {"stage": lambda msg: [msg.obj]})
    assert driven.commands == [
        "a", "stage", "read", "trigger", "stage", "set", "read", "read", "unstage", "unstage",
    ]  # fmt: skip
    assert things(driven, "stage") == [det, motor]
    assert things(driven, "unstage") == [motor, det]


def test_lazy_staging_believes_what_stage_answers():
    det, other = Det("d"), Det("other")
    driven = drive(bpp.lazily_stage_wrapper([Msg("read", det), Msg("read", other)]), {"stage": [det, other]})
    assert things(driven, "stage") == [det]
    assert things(driven, "unstage") == [other, det]


def test_lazy_staging_unstages_after_an_error():
    driven = drive(
        bpp.lazily_stage_decorator()(lambda: [Msg("kickoff", Det("f"))])(),
        fail_at=once("kickoff", ValueError()),
    )
    assert driven.commands == ["stage", "kickoff", "unstage"]
