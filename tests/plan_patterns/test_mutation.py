from __future__ import annotations

import pytest

from bsh.msg import Msg, single_gen
from bsh.plan_patterns import msg_mutator, pchain, plan_mutator
from tests.plans.drive import drive, once

A, B, C = Msg("a"), Msg("b"), Msg("c")


def answering(msg):
    return f"answer to {msg.command}"


def collecting(*messages):
    answers = []
    for msg in messages:
        answer = yield msg
        answers.append(answer)
    return answers


def test_plan_mutator_passes_answers_and_the_result_through():
    driven = drive(plan_mutator(collecting(A, B), lambda msg: (None, None)), answering)
    assert driven.result == ["answer to a", "answer to b"]


def test_a_head_takes_the_place_of_a_message_and_answers_for_it():
    def head():
        yield C
        return "from the head"

    driven = drive(
        plan_mutator(collecting(A, B), lambda msg: (head() if msg is A else None, None)), answering
    )
    assert driven.commands == ["c", "b"]
    assert driven.result == ["from the head", "answer to b"]


def test_a_tail_follows_its_message_without_changing_the_answer():
    driven = drive(
        plan_mutator(collecting(A, B), lambda msg: (None, single_gen(C) if msg is A else None)), answering
    )
    assert driven.commands == ["a", "c", "b"]
    assert driven.result == ["answer to a", "answer to b"]


def test_head_and_tail_may_send_the_message_that_they_stand_for():
    def head(msg):
        yield C
        return (yield msg)

    def process(msg):
        return (head(msg), single_gen(msg)) if msg is A else (None, None)

    driven = drive(plan_mutator(collecting(A), process), answering)
    assert driven.commands == ["c", "a", "a"]
    assert driven.result == ["answer to a"]


def test_new_messages_of_a_head_are_processed_too():
    def process(msg):
        if msg.command == "a":
            return single_gen(B), None
        if msg.command == "b":
            return single_gen(C), None
        return None, None

    assert drive(plan_mutator([A], process)).commands == ["c"]


def test_a_message_object_that_is_sent_again_is_processed_again():
    driven = drive(plan_mutator([A, A, A], lambda msg: (None, single_gen(B)) if msg is A else (None, None)))
    assert driven.commands == ["a", "b"] * 3


def test_messages_that_went_by_are_not_kept():
    import gc
    import weakref

    class Held:
        pass

    seen = []

    def source():
        for _ in range(5):
            held = Held()
            seen.append(weakref.ref(held))
            yield Msg("null", held)
            del held
        gc.collect()
        assert sum(ref() is not None for ref in seen) <= 1
        yield A

    generator = plan_mutator(source(), lambda msg: (None, None))
    for _ in generator:
        pass


def test_an_error_reaches_the_plan_that_sent_the_message():
    def head():
        try:
            yield B
        except ValueError:
            return "caught in the head"

    driven = drive(
        plan_mutator(collecting(A), lambda msg: (head(), None) if msg is A else (None, None)),
        fail_at=once("b", ValueError()),
    )
    assert driven.result == ["caught in the head"]


def test_an_error_that_a_head_does_not_catch_reaches_the_plan_below():
    def careful():
        try:
            yield A
        except ValueError:
            yield C

    driven = drive(
        plan_mutator(careful(), lambda msg: (single_gen(B), None) if msg is A else (None, None)),
        fail_at=once("b", ValueError()),
    )
    assert driven.commands == ["b", "c"]


def test_an_error_that_nobody_catches_comes_out():
    error = ValueError("x")
    driven = drive(plan_mutator([A, B], lambda msg: (None, None)), fail_at=once("a", error))
    assert driven.error is error
    assert driven.commands == ["a"]


@pytest.mark.parametrize("mutated", [plan_mutator, msg_mutator])
def test_closing_closes_all_plans_and_sends_nothing_more(mutated):
    closed = []

    def plan(name, msg):
        try:
            yield msg
        finally:
            closed.append(name)

    if mutated is plan_mutator:
        process = lambda msg: (plan("head", B), None) if msg is A else (None, None)  # noqa: E731
    else:
        process = lambda msg: msg  # noqa: E731
    generator = mutated(plan("plan", A), process)
    next(generator)
    generator.close()
    assert closed == (["head", "plan"] if mutated is plan_mutator else ["plan"])


def test_msg_mutator_replaces_and_drops():
    def process(msg):
        return {"a": C, "b": None}.get(msg.command, msg)

    driven = drive(msg_mutator(collecting(A, B, C), process), answering)
    assert driven.commands == ["c", "c"]
    assert driven.result == ["answer to c", None, "answer to c"]


def test_msg_mutator_throws_errors_into_the_plan():
    def careful():
        try:
            yield A
        except ValueError:
            yield B
        return "went on"

    driven = drive(msg_mutator(careful(), lambda msg: msg), fail_at=once("a", ValueError()))
    assert driven.commands == ["a", "b"]
    assert driven.result == "went on"


def test_pchain_runs_plans_in_turn_and_returns_all_results():
    driven = drive(pchain(collecting(A), collecting(B, C)), answering)
    assert driven.commands == ["a", "b", "c"]
    assert driven.result == (["answer to a"], ["answer to b", "answer to c"])
