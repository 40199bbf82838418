from __future__ import annotations

import gc
import sys
import warnings
from itertools import islice

import pytest

from bsh.errors import CommandError
from bsh.msg import Msg
from bsh.plan_patterns import Plan, bare_generator, is_plan, plan
from tests.plans.drive import drive


@plan
def three(start=0):
    """Send three messages."""
    for number in range(start, start + 3):
        yield Msg("null", None, number)
    return "done"


@plan
def outer():
    return (yield from three(10))


def test_a_plan_is_a_generator_of_its_messages():
    made = three()
    assert [msg.args[0] for msg in made] == [0, 1, 2]
    assert outer().send(None).args == (10,)


def test_a_plan_returns_what_its_function_returns():
    assert drive(outer()).result == "done"


def test_the_decorator_keeps_name_signature_and_docs():
    from inspect import signature

    assert three.__name__ == "three"
    assert three.__doc__ == "Send three messages."
    assert str(signature(three)) == "(start=0)"
    made = three()
    assert made.__name__ == "three"
    made.close()


def test_is_plan_knows_decorated_functions():
    assert is_plan(three)
    assert not is_plan(len)
    assert not is_plan(lambda: iter(()))


def test_a_plan_that_is_never_run_warns_at_the_line_that_made_it():
    line = sys._getframe().f_lineno + 2
    with pytest.warns(RuntimeWarning, match="the plan 'three' was made here, but never run") as caught:
        three()
    assert caught[0].filename == __file__
    assert caught[0].lineno == line
    assert "yield from three(...)" in str(caught[0].message)


def test_a_line_that_forgets_to_run_its_plan_is_told_once():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            three()
    assert len(caught) == 1


@pytest.mark.parametrize(
    "use",
    [
        list,
        next,
        lambda made: made.close(),
        lambda made: list(bare_generator(made)),
        lambda made: made.send(None),
    ],
)
def test_a_plan_that_is_used_does_not_warn(use):
    use(three())  # the suite turns warnings to errors
    gc.collect()


def test_a_plan_that_failed_on_its_way_into_another_does_not_warn():
    def broken():
        yield from three()

    inner = broken()
    next(inner)
    inner.close()


def test_a_plan_that_has_run_says_so_when_it_is_run_again():
    made = three()
    list(made)
    for again in (lambda: list(made), lambda: made.send(None), lambda: next(made)):
        with pytest.raises(
            CommandError, match=r"this plan has already run: three, made at .*test_plan\.py"
        ) as error:
            again()
        assert "three(...)" in error.value.hint


def test_a_plan_may_be_continued():
    made = three()
    assert len(list(islice(made, 2))) == 2
    assert len(list(made)) == 1


def test_errors_are_thrown_into_the_plan():
    @plan
    def stubborn():
        try:
            yield Msg("null")
        except ValueError:
            yield Msg("caught")

    made = stubborn()
    made.send(None)
    assert made.throw(ValueError("x")).command == "caught"
    made.close()


def test_a_plan_of_a_plan_is_one_plan():
    @plan
    def handed_on():
        return three(5)

    assert [msg.args[0] for msg in handed_on()] == [5, 6, 7]


def test_a_list_of_messages_is_a_plan_too():
    messages = [Msg("null"), Msg("save")]
    assert list(Plan(lambda: messages)) == messages


def test_no_message_of_a_plan_inside_another_passes_through_the_wrapper():
    made = outer()
    assert iter(made) is bare_generator_of(made)


def bare_generator_of(made):
    return made._generator


def test_making_a_plan_keeps_no_frame_alive():
    class Big:
        pass

    import weakref

    def maker():
        big = Big()
        return three(), weakref.ref(big)

    made, big = maker()
    gc.collect()
    assert big() is None
    made.close()


def test_the_repr_tells_where_a_plan_was_made():
    made = three()
    assert repr(made).startswith("<plan three made at ")
    assert "test_plan.py:" in repr(made)
    made.close()
