"""Plans that change the messages of other plans on their way to the engine.

Nothing is remembered about messages that went by, so that a plan may send the same message object at each
of a million points, and each time it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bsh.msg import Msg, MsgGenerator, ensure_generator, single_gen
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.plan import bare_generator, give_up

__all__ = ["msg_mutator", "pchain", "plan_mutator", "relayed"]


class _Insertion:
    """A plan that stands in for one message: first its head, then its tail."""

    __slots__ = ("answer", "generator", "in_tail", "original", "tail")

    def __init__(self, original: Msg, head: AnyPlan | None, tail: AnyPlan | None) -> None:
        self.original = original
        self.generator = single_gen(original) if head is None else bare_generator(head)
        self.tail = tail
        self.in_tail = False
        self.answer: Any = None

    def ended(self, value: Any) -> bool:
        """Take the result of head or tail; return whether all is done."""
        if self.in_tail:
            return True
        self.answer = value  # the result of the tail is nobody's
        if self.tail is None:
            return True
        self.generator, self.in_tail = bare_generator(self.tail), True
        return False


def plan_mutator(
    plan: AnyPlan, msg_proc: Callable[[Msg], tuple[AnyPlan | None, AnyPlan | None]]
) -> MsgGenerator:
    """Put plans in the place of messages, or after them.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    msg_proc : callable
        ``f(msg)`` returns a pair: a plan that takes the place of the message, and one that runs after it;
        None for no change. What the first returns is the result of the message. The messages of both go
        through ``f``, too, but for the one that they were made for.

    Returns
    -------
    object
        What `plan` returns.
    """
    base = bare_generator(plan)
    inserted: list[_Insertion] = []
    value: Any = None
    error: BaseException | None = None
    while True:
        current = inserted[-1].generator if inserted else base
        try:
            if error is None:
                msg = current.send(value)
            else:
                thrown, error = error, None
                msg = current.throw(thrown)
        except StopIteration as end:
            if not inserted:
                return end.value
            value = None
            if inserted[-1].ended(end.value):
                value = inserted.pop().answer
            continue
        except BaseException as failure:
            if not inserted:
                raise
            inserted.pop()
            error = failure  # the plan that sent the message hears of it
            continue
        if not inserted or not any(msg is insertion.original for insertion in inserted):
            head, tail = msg_proc(msg)
            if head is not None or tail is not None:
                inserted.append(_Insertion(msg, head, tail))
                value = None
                continue
        try:
            value = yield msg
        except GeneratorExit:
            for insertion in reversed(inserted):
                insertion.generator.close()
            base.close()
            raise
        except BaseException as failure:
            error = failure


def msg_mutator(plan: AnyPlan, msg_proc: Callable[[Msg], Msg | None]) -> MsgGenerator:
    """Replace or drop messages one by one.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    msg_proc : callable
        ``f(msg)`` returns the message to send in its place, or None to send none; the result of a message
        that is not sent is None.

    Returns
    -------
    object
        What `plan` returns.
    """
    generator = bare_generator(plan)
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            if error is None:
                msg = generator.send(value)
            else:
                thrown, error = error, None
                msg = generator.throw(thrown)
        except StopIteration as end:
            return end.value
        changed = msg_proc(msg)
        if changed is None:
            value = None
            continue
        try:
            value = yield changed
        except GeneratorExit:
            generator.close()
            raise
        except BaseException as failure:
            error = failure


def relayed(plan: AnyPlan, send: Callable[[Msg], MsgGenerator]) -> MsgGenerator:
    """Have each message of a plan sent by a plan of its own, which may send others, and deal with failures.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    send : callable
        ``f(msg)`` sends; what it returns is the answer to the message, what it raises is raised in the plan.

    Returns
    -------
    object
        What `plan` returns.
    """
    generator = bare_generator(plan)
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            if error is None:
                msg = generator.send(value)
            else:
                thrown, error = error, None
                msg = generator.throw(thrown)
        except StopIteration as end:
            return end.value
        value = None
        try:
            value = yield from send(msg)
        except GeneratorExit:
            generator.close()
            raise
        except BaseException as failure:
            error = failure


def pchain(*args: AnyPlan) -> MsgGenerator:
    """Run plans one after the other.

    Parameters
    ----------
    *args : plans
        Iterables or generators of messages.

    Returns
    -------
    tuple
        What each of them returns.
    """
    results = []
    try:
        for plan in args:
            result = yield from ensure_generator(plan)
            results.append(result)
    finally:
        give_up(*args[len(results) :])
    return tuple(results)
