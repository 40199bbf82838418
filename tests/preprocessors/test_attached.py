from __future__ import annotations

import pytest

from bsh import preprocessors as bpp
from bsh.msg import Msg
from tests.plans.devices import Det, Motor, Timed
from tests.plans.drive import drive, once

A = Msg("a")


def first(name, doc): ...
def second(name, doc): ...


def test_callbacks_are_subscribed_during_a_plan():
    tokens = iter(range(10))
    driven = drive(
        bpp.subs_wrapper([A], {"event": first, "all": [second]}),
        lambda msg: next(tokens) if msg.command == "subscribe" else None,
    )
    assert driven.messages == [
        Msg("subscribe", None, second, "all"),
        Msg("subscribe", None, first, "event"),
        A,
        Msg("unsubscribe", None, token=0),
        Msg("unsubscribe", None, token=1),
    ]


def test_callbacks_are_taken_back_after_an_error():
    driven = drive(
        bpp.subs_decorator(first)(lambda: [A])(), {"subscribe": 7}, fail_at=once("a", ValueError())
    )
    assert driven.messages[-1] == Msg("unsubscribe", None, token=7)


@pytest.mark.parametrize(
    ("subs", "expected"),
    [
        (None, {}),
        (first, {"all": [first]}),
        ([first, second], {"all": [first, second]}),
        ({"start": first, "stop": [first, second]}, {"start": [first], "stop": [first, second]}),
    ],
)
def test_callbacks_may_be_given_in_several_ways(subs, expected):
    empty = {name: [] for name in ("all", "start", "stop", "event", "descriptor")}
    assert bpp.normalize_subs_input(subs) == {**empty, **expected}


def test_unknown_documents_and_things_that_cannot_be_called_are_refused():
    with pytest.raises(KeyError, match="no 'events' documents"):
        bpp.normalize_subs_input({"events": first})
    for wrong in (3, "all", [first, 3], {"all": "x"}):
        with pytest.raises(ValueError, match="cannot be subscribed"):
            bpp.normalize_subs_input(wrong)


@pytest.mark.parametrize(("suspenders", "count"), [("s", 1), (["s", "t"], 2)])
def test_suspenders_are_watched_during_a_plan(suspenders, count):
    class Suspender:
        pass

    given = [Suspender() for _ in range(count)]
    driven = drive(
        bpp.suspend_wrapper([A], given if count > 1 else given[0]), fail_at=once("a", ValueError())
    )
    assert driven.commands == ["install_suspender"] * count + ["a"] + ["remove_suspender"] * count
    assert [msg.args[0] for msg in driven.of("remove_suspender")] == given
    assert drive(bpp.suspend_decorator(given)(lambda: [A])()).commands.count("a") == 1


def test_counting_times_are_set_at_first_use_and_put_back():
    det, other = Timed("d", 0.5), Det("other")
    plan = [Msg("trigger", det, group="g"), Msg("read", det), Msg("read", other), A]
    driven = drive(bpp.configure_count_time_wrapper(plan, 3))
    assert driven.commands == ["set", "wait", "trigger", "read", "read", "a", "set", "wait"]
    assert driven.moves(det.count_time) == [3, 0.5]


def test_counting_times_are_put_back_after_an_error():
    det = Timed("d", 0.5)
    wrapped = bpp.configure_count_time_decorator(3)(lambda: [Msg("read", det)])
    driven = drive(wrapped(), fail_at=once("read", ValueError()))
    assert driven.moves(det.count_time) == [3, 0.5]


def test_no_counting_time_changes_nothing():
    plan = [Msg("read", Timed("d", 1))]
    assert drive(bpp.configure_count_time_wrapper(plan, None)).messages == plan


def test_the_summary_is_printed_as_the_plan_goes_by(capsys):
    plan = [
        Msg("open_run"),
        Msg("set", Motor("m"), 3),
        Msg("create", name="primary"),
        Msg("read", Det("d")),
        Msg("read", Motor("m")),
        Msg("save"),
        Msg("close_run"),
    ]
    driven = drive(bpp.print_summary_wrapper(plan))
    assert driven.messages == plan
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "=================================== Open Run ===================================",
        "m -> 3",
        "  Read ['d', 'm']",
        "================================== Close Run ===================================",
    ]
