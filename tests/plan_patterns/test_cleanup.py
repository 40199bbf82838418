from __future__ import annotations

import gc

import pytest

from bsh import plan_stubs as bps
from bsh.errors import EngineHalt, PlanHalt, RequestAbort
from bsh.msg import Msg
from bsh.plan_patterns import contingency_wrapper, finalize_wrapper, pchain, rewindable_wrapper
from tests.plans.drive import drive, once

A, CLEAN = Msg("a"), Msg("clean")


def plan():
    yield A
    return "result"


def clean():
    yield CLEAN


@pytest.mark.parametrize(
    "final", [clean, clean(), [CLEAN], CLEAN], ids=["function", "plan", "list", "message"]
)
def test_the_final_plan_runs_after_success(final):
    driven = drive(finalize_wrapper(plan(), final))
    assert driven.commands == ["a", "clean"]
    assert driven.result == "result"


@pytest.mark.parametrize("error", [ValueError("x"), RequestAbort(), KeyboardInterrupt()], ids=repr)
def test_the_final_plan_runs_after_any_error_which_comes_out(error):
    driven = drive(finalize_wrapper(plan(), clean), fail_at=once("a", error))
    assert driven.commands == ["a", "clean"]
    assert driven.error is error


@pytest.mark.parametrize("error", [GeneratorExit(), PlanHalt(), EngineHalt()], ids=repr)
@pytest.mark.parametrize(
    "wrapped",
    [lambda: finalize_wrapper(plan(), clean), lambda: contingency_wrapper(plan(), final_plan=clean)],
)
def test_nothing_is_sent_after_a_halt(wrapped, error):
    driven = drive(wrapped(), fail_at=once("a", error))
    assert driven.commands == ["a"]
    assert driven.error is error


def test_a_final_plan_that_a_halt_leaves_out_does_not_warn():
    for wrapped in (finalize_wrapper(plan(), bps.null()), pchain(plan(), bps.null())):
        driven = drive(wrapped, fail_at=once("a", GeneratorExit()))
        assert driven.commands == ["a"]
        del wrapped, driven
        gc.collect()  # the suite turns warnings into errors


def test_a_halt_in_the_pause_for_debugging_ends_the_plan_without_cleanup():
    fail_at = once("a", ValueError())

    def fail(msg):
        return PlanHalt() if msg.command == "pause" else fail_at(msg)

    driven = drive(finalize_wrapper(plan(), clean, pause_for_debug=True), fail_at=fail)
    assert driven.commands == ["a", "pause"]


def test_pause_for_debug_pauses_only_after_an_error():
    assert drive(finalize_wrapper(plan(), clean, pause_for_debug=True)).commands == ["a", "clean"]
    failed = drive(finalize_wrapper(plan(), clean, pause_for_debug=True), fail_at=once("a", ValueError()))
    assert failed.commands == ["a", "pause", "clean"]
    assert failed.messages[1].kwargs == {"defer": False}


def wrapped(**kwargs):
    def except_plan(error):
        yield Msg("except", None, error)
        return "handled"

    return contingency_wrapper(
        plan(), except_plan=except_plan, else_plan=lambda: [Msg("else")], final_plan=clean, **kwargs
    )


def test_after_success_come_else_and_final():
    driven = drive(wrapped())
    assert driven.commands == ["a", "else", "clean"]
    assert driven.result == "result"


def test_after_an_error_come_except_and_final_and_the_error_goes_on():
    error = ValueError("x")
    driven = drive(wrapped(), fail_at=once("a", error))
    assert driven.commands == ["a", "except", "clean"]
    assert driven.messages[1].args == (error,)
    assert driven.error is error


def test_without_auto_raise_the_except_plan_decides():
    driven = drive(wrapped(auto_raise=False), fail_at=once("a", ValueError()))
    assert driven.error is None
    assert driven.result == "handled"


def test_a_contingency_can_pause_for_debugging():
    driven = drive(wrapped(pause_for_debug=True), fail_at=once("a", ValueError()))
    assert driven.commands == ["a", "pause", "except", "clean"]


def test_an_error_without_an_except_plan_goes_on_after_the_final_plan():
    error = ValueError("x")
    driven = drive(contingency_wrapper(plan(), final_plan=clean), fail_at=once("a", error))
    assert (driven.commands, driven.error) == (["a", "clean"], error)


def test_an_error_in_the_else_plan_does_not_start_the_except_plan():
    driven = drive(wrapped(), fail_at=once("else", ValueError()))
    assert driven.commands == ["a", "else", "clean"]


def test_replay_is_switched_off_and_back_on():
    driven = drive(rewindable_wrapper(plan(), False), {"rewindable": True})
    assert [(msg.command, *msg.args) for msg in driven.messages] == [
        ("rewindable", None),
        ("rewindable", False),
        ("a",),
        ("rewindable", True),
    ]
    assert driven.result == "result"


def test_replay_is_switched_on_again_after_an_error():
    driven = drive(rewindable_wrapper(plan(), False), {"rewindable": True}, fail_at=once("a", ValueError()))
    assert driven.messages[-1] == Msg("rewindable", None, True)


def test_replay_that_is_off_stays_off():
    assert drive(rewindable_wrapper(plan(), False), {"rewindable": False}).commands == ["rewindable", "a"]


def test_a_plan_that_can_be_replayed_is_left_alone():
    assert drive(rewindable_wrapper(plan(), True)).commands == ["a"]
