"""What a plan sends, in a form that two plans can be compared in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from bsh.msg import Msg
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.simulators import RunEngineSimulator

__all__ = ["messages_of"]


def messages_of(plan: AnyPlan, answers: Mapping[str, Callable[[Msg], Any]] | None = None) -> list[Msg]:
    """Return the messages of a plan, without running it.

    Names of groups are made up anew by every plan; here they are numbered in the order in which they come, so
    that two plans that do the same give equal lists.

    Parameters
    ----------
    plan : plan
        It is used up.
    answers : mapping, optional
        For names of commands the function ``f(msg)`` that answers them; None answers anything else.

    Returns
    -------
    list of Msg
        With ``group 1``, ``group 2``... for the groups.

    Examples
    --------
    >>> from bsh.devices.sim import SimMotor
    >>> from bsh.msg import Msg
    >>> from bsh.plan_stubs import abs_set, mv, wait
    >>> th = SimMotor("th")
    >>> def by_hand():
    ...     yield from abs_set(th, 1, group="move")
    ...     yield from wait("move")
    >>> messages_of(by_hand()) == messages_of(mv(th, 1))
    True
    """
    simulator = RunEngineSimulator()
    for command, answer in (answers or {}).items():
        simulator.add_handler(command, answer)
    numbers: dict[Hashable, str] = {}
    return [_numbered(msg, numbers) for msg in simulator.simulate_plan(plan)]


def _numbered(msg: Msg, numbers: dict[Hashable, str]) -> Msg:
    group = msg.kwargs.get("group")
    if group is None:
        return msg
    number = numbers.setdefault(group, f"group {len(numbers) + 1}")
    return msg._replace(kwargs={**msg.kwargs, "group": number})
