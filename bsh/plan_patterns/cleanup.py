"""Plans that clean up after other plans, whatever way those end.

Knows messages only. A plan that is closed (``RE.halt()``, garbage collection) sends no message any more, so
that no cleanup of it runs either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from bsh.errors import EngineHalt
from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.messages import PAUSE
from bsh.plan_patterns.plan import give_up

__all__ = ["AnyPlan", "PlanFactory", "contingency_wrapper", "finalize_wrapper", "rewindable_wrapper"]

AnyPlan: TypeAlias = MsgGenerator | Iterable[Msg] | Msg
PlanFactory: TypeAlias = Callable[[], AnyPlan]


def finalize_wrapper(
    plan: AnyPlan, final_plan: AnyPlan | PlanFactory, *, pause_for_debug: bool = False
) -> MsgGenerator:
    """Run a plan, and after it another one even if it fails, is stopped or is aborted.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    final_plan : plan, or callable that makes one
        Runs at the end, except after a halt.
    pause_for_debug : bool, optional
        Whether to pause first when the plan failed.

    Returns
    -------
    object
        What `plan` returns.
    """
    clean_up = True
    try:
        try:
            return (yield from ensure_generator(plan))
        except Exception:
            if pause_for_debug:
                yield PAUSE
            raise
    except (GeneratorExit, EngineHalt):
        clean_up = False
        give_up(final_plan)
        raise
    finally:
        if clean_up:
            yield from ensure_generator(final_plan() if callable(final_plan) else final_plan)


def contingency_wrapper(
    plan: AnyPlan,
    *,
    except_plan: Callable[[Exception], AnyPlan] | None = None,
    else_plan: PlanFactory | None = None,
    final_plan: PlanFactory | None = None,
    pause_for_debug: bool = False,
    auto_raise: bool = True,
) -> MsgGenerator:
    """Run a plan with the plan's equivalent of ``try, except, else, finally``.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    except_plan : callable, optional
        Called with the exception when the plan failed, was stopped or was aborted.
    else_plan : callable, optional
        Makes the plan that runs after success.
    final_plan : callable, optional
        Makes the plan that runs last in all cases but a halt.
    pause_for_debug : bool, optional
        Whether to pause before `except_plan` when the plan failed.
    auto_raise : bool, optional
        Whether the exception is raised again after `except_plan`; with False `except_plan` decides, and
        what it returns is returned.

    Returns
    -------
    object
        What `plan` returns; what `except_plan` returns if it dealt with a failure.
    """
    clean_up = True
    try:
        try:
            result = yield from ensure_generator(plan)
        except Exception as error:
            if pause_for_debug:
                yield PAUSE
            if except_plan is None:
                raise
            answer = yield from ensure_generator(except_plan(error))
            if auto_raise:
                raise
            return answer
        if else_plan is not None:
            yield from ensure_generator(else_plan())
        return result
    except (GeneratorExit, EngineHalt):
        clean_up = False
        raise
    finally:
        if clean_up and final_plan is not None:
            yield from ensure_generator(final_plan())


def rewindable_wrapper(plan: AnyPlan, rewindable: bool) -> MsgGenerator:
    """Run a plan with replay after a pause switched off.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    rewindable : bool
        False switches replay off and puts the old setting back at the end; True changes nothing.
    """
    if rewindable:
        return (yield from ensure_generator(plan))
    before: Any = yield Msg("rewindable", None, None)
    if before is False:
        return (yield from ensure_generator(plan))
    yield Msg("rewindable", None, False)
    # A plan that is only listed gets None for an answer; replay is on unless somebody switched it off.
    restore = Msg("rewindable", None, True if before is None else before)
    return (yield from finalize_wrapper(plan, restore))
