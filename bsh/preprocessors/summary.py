"""A plan's runs, moves and readings in a few lines of text, as it goes by."""

from __future__ import annotations

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.mutation import msg_mutator

__all__ = ["print_summary_wrapper"]


def print_summary_wrapper(plan: AnyPlan) -> MsgGenerator:
    """Print what a plan does while it does it.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.

    Returns
    -------
    object
        What `plan` returns.
    """
    read: list[str] = []

    def show(msg: Msg) -> Msg:
        if msg.command == "open_run":
            print(f"{' Open Run ':=^80}")
        elif msg.command == "close_run":
            print(f"{' Close Run ':=^80}")
        elif msg.command == "set":
            print(f"{msg.obj.name} -> {msg.args[0]}")
        elif msg.command == "create":
            read.clear()
        elif msg.command == "read":
            read.append(msg.obj.name)
        elif msg.command == "read_together":
            read.extend(obj.name for obj in msg.args)
        elif msg.command == "save":
            print(f"  Read {read}")
        return msg

    return (yield from msg_mutator(plan, show))
