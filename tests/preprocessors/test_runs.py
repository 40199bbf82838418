from __future__ import annotations

import pytest

from bsh import plan_stubs as bps
from bsh import preprocessors as bpp
from bsh.errors import RequestAbort, RequestStop
from bsh.msg import Msg
from tests.plans.drive import drive, once

A = Msg("a")


def plan():
    yield A
    return "result"


def test_a_run_is_opened_and_closed_and_its_uid_returned():
    driven = drive(bpp.run_wrapper(plan(), md={"x": 1}), {"open_run": "uid"})
    assert driven.messages == [
        Msg("open_run", x=1),
        A,
        Msg("close_run", exit_status=None, reason=None),
    ]
    assert driven.result == "uid"


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (ValueError("too hot"), "fail", "too hot"),
        (RequestAbort(), "abort", None),
        (RequestStop(), "success", None),
    ],
    ids=["error", "abort", "stop"],
)
def test_a_run_is_closed_in_the_way_in_which_its_plan_ended(error, status, reason):
    driven = drive(bpp.run_wrapper(plan()), fail_at=once("a", error))
    assert driven.messages[-1] == Msg("close_run", exit_status=status, reason=reason)
    assert driven.error is error


@pytest.mark.parametrize("key", ["command", "obj", "run", "args", "kwargs", "self", "cls"])
def test_any_key_is_good_for_metadata(key):
    md = {key: 1}
    for plan in (bpp.run_wrapper([A], md=md), bps.open_run(md), bpp.inject_md_wrapper([Msg("open_run")], md)):
        assert drive(plan).messages[0].kwargs == md


def test_a_halt_sends_nothing_more():
    driven = drive(bpp.run_wrapper(plan()), fail_at=once("a", GeneratorExit()))
    assert driven.commands == ["open_run", "a"]


def test_md_is_injected_into_every_run_and_wins():
    inner = [Msg("open_run", a=1, b=1), A, Msg("open_run", run="two")]
    messages = drive(bpp.inject_md_wrapper(inner, {"b": 2})).messages
    assert messages == [Msg("open_run", a=1, b=2), A, Msg("open_run", run="two", b=2)]
    assert inner[0].kwargs == {"a": 1, "b": 1}  # messages are never changed


def test_a_plan_becomes_a_stub_of_another_run():
    inner = [Msg("stage", 1), Msg("open_run", a=1), A, Msg("close_run"), Msg("unstage", 1)]
    driven = drive(bpp.stub_wrapper(inner))
    assert driven.messages == [A]
    assert driven.result == {"a": 1}


def test_messages_get_the_key_of_a_run_unless_they_have_one():
    driven = drive(bpp.set_run_key_wrapper([A, Msg("b", run="mine")], "key"))
    assert [msg.run for msg in driven.messages] == ["key", "mine"]
    assert A.run is None


def test_a_run_key_cannot_be_none():
    with pytest.raises(ValueError, match="cannot be None"):
        bpp.set_run_key_wrapper([A], None)


def test_decorators_wrap_every_plan_of_a_function():
    @bpp.run_decorator(md={"x": 1})
    @bpp.set_run_key_decorator("key")
    def decorated(command):
        """Docs."""
        return (yield Msg(command))

    assert decorated.__name__ == "decorated"
    assert decorated.__doc__ == "Docs."
    for command in ("a", "b"):
        assert drive(decorated(command)).commands == ["open_run", command, "close_run"]


def test_a_decorated_function_runs_nothing_until_its_plan_does():
    called = []

    @bpp.run_decorator()
    def decorated():
        called.append(1)
        yield A

    generator = decorated()
    assert called == []
    generator.close()


def test_make_decorator_makes_decorators_of_users_wrappers():
    def twice(plan, extra):
        yield from plan
        yield Msg(extra)

    @bpp.make_decorator(twice)("more")
    def decorated():
        yield A

    assert drive(decorated()).commands == ["a", "more"]


def test_inject_md_and_stub_have_decorators():
    made = bpp.inject_md_decorator({"x": 1})(lambda: [Msg("open_run")])
    assert drive(made()).messages == [Msg("open_run", x=1)]
    assert drive(bpp.stub_decorator()(lambda: [Msg("open_run", x=1)])()).result == {"x": 1}


def test_finalize_decorator_wants_a_function():
    with pytest.raises(TypeError, match="function that makes a plan"):
        bpp.finalize_decorator(plan())
    decorated = bpp.finalize_decorator(lambda: [Msg("clean")])(plan)
    for _ in range(2):
        assert drive(decorated()).commands == ["a", "clean"]


def test_contingency_and_rewindable_have_decorators():
    decorated = bpp.contingency_decorator(else_plan=lambda: [Msg("else")])(plan)
    assert drive(decorated()).commands == ["a", "else"]
    assert drive(bpp.rewindable_decorator(False)(plan)()).commands[:2] == ["rewindable"] * 2
