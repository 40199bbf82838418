"""Wrappers that stage devices before a plan and unstage them after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.devices.traversal import root_ancestor, separate_devices
from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.cleanup import AnyPlan, finalize_wrapper
from bsh.plan_patterns.mutation import plan_mutator
from bsh.plan_stubs.staging import stage_all, unstage_all
from bsh.preprocessors.decorators import make_decorator

__all__ = ["lazily_stage_decorator", "lazily_stage_wrapper", "stage_decorator", "stage_wrapper"]

_USES = frozenset({"read", "read_together", "set", "trigger", "kickoff"})


def stage_wrapper(plan: AnyPlan, devices: Iterable[Any]) -> MsgGenerator:
    """Stage devices before a plan, and unstage them in reverse order after it, however it ends.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    devices : iterable of devices
        The outermost device that each is part of is staged, once.

    Returns
    -------
    object
        What `plan` returns.
    """
    roots = separate_devices(root_ancestor(device) for device in devices)
    roots = [root for root in roots if hasattr(root, "stage")]

    def staged() -> MsgGenerator:
        yield from stage_all(*roots)
        return (yield from ensure_generator(plan))

    return (yield from finalize_wrapper(staged(), lambda: unstage_all(*reversed(roots))))


def lazily_stage_wrapper(plan: AnyPlan) -> MsgGenerator:
    """Stage each device when a plan uses it for the first time, and unstage all at the end.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.

    Returns
    -------
    object
        What `plan` returns.
    """
    staged: list[Any] = []

    def stage_first(roots: list[Any], msg: Msg) -> MsgGenerator:
        for root in roots:
            answer = yield Msg("stage", root)
            # ophyd answers with all devices that were staged; each of them is then known as staged
            staged.extend(answer if isinstance(answer, list) and answer else [root])
        return (yield msg)

    def process(msg: Msg) -> tuple[AnyPlan | None, None]:
        if msg.command not in _USES:
            return None, None
        used = msg.args if msg.command == "read_together" else (msg.obj,)
        unstaged = [root for root in separate_devices(map(root_ancestor, used)) if is_to_stage(root)]
        return (stage_first(unstaged, msg) if unstaged else None), None

    def is_to_stage(root: Any) -> bool:
        return hasattr(root, "stage") and not any(root is device for device in staged)

    def unstage() -> MsgGenerator:
        for device in reversed(staged):
            yield Msg("unstage", device)

    return (yield from finalize_wrapper(plan_mutator(plan, process), unstage))


stage_decorator = make_decorator(stage_wrapper)
lazily_stage_decorator = make_decorator(lazily_stage_wrapper)
