"""Wrappers about the run that a plan belongs to: opening, closing, its metadata and its key."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from bsh.errors import RunEngineControlException
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.cleanup import AnyPlan, contingency_wrapper
from bsh.plan_patterns.messages import open_run_message
from bsh.plan_patterns.mutation import msg_mutator
from bsh.preprocessors.decorators import make_decorator

__all__ = [
    "inject_md_decorator",
    "inject_md_wrapper",
    "run_decorator",
    "run_wrapper",
    "set_run_key_decorator",
    "set_run_key_wrapper",
    "stub_decorator",
    "stub_wrapper",
]

_RUN_CONTROL = frozenset({"open_run", "close_run", "stage", "unstage"})


def run_wrapper(plan: AnyPlan, *, md: Mapping[str, Any] | None = None) -> MsgGenerator:
    """Open a run, run a plan in it, and close the run in the way in which the plan ended.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    md : mapping, optional
        Metadata for the start document.

    Returns
    -------
    str
        The uid of the run.
    """
    uid = yield open_run_message(md)

    def close_after_failure(error: Exception) -> MsgGenerator:
        if isinstance(error, RunEngineControlException):
            return (yield Msg("close_run", exit_status=error.exit_status, reason=None))
        return (yield Msg("close_run", exit_status="fail", reason=str(error)))

    def close() -> Msg:
        return Msg("close_run", exit_status=None, reason=None)

    yield from contingency_wrapper(plan, except_plan=close_after_failure, else_plan=close)
    return uid


def inject_md_wrapper(plan: AnyPlan, md: Mapping[str, Any]) -> MsgGenerator:
    """Add metadata to every run that a plan opens.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    md : mapping
        Wins over the plan's own metadata.

    Returns
    -------
    object
        What `plan` returns.
    """

    def inject(msg: Msg) -> Msg:
        return msg._replace(kwargs={**msg.kwargs, **md}) if msg.command == "open_run" else msg

    return (yield from msg_mutator(plan, inject))


def stub_wrapper(plan: AnyPlan) -> MsgGenerator:
    """Take staging and run control out of a plan, so that it can be a part of another plan's run.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.

    Returns
    -------
    dict
        The metadata that the plan would have put into its start document.
    """
    md: dict[str, Any] = {}

    def block(msg: Msg) -> Msg | None:
        if msg.command not in _RUN_CONTROL:
            return msg
        if msg.command == "open_run":
            md.update(msg.kwargs)
        return None

    yield from msg_mutator(plan, block)
    return md


def set_run_key_wrapper(plan: AnyPlan, run: Hashable) -> MsgGenerator:
    """Let the messages of a plan belong to one of several open runs.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    run : hashable
        Key of the run; messages that have a key keep it.

    Returns
    -------
    object
        What `plan` returns.

    Raises
    ------
    ValueError
        The key is None, which means no key.
    """
    if run is None:
        raise ValueError("the key of a run cannot be None; use any other hashable value, such as a name")

    def set_key(msg: Msg) -> Msg:
        return msg._replace(run=run) if msg.run is None else msg

    return msg_mutator(plan, set_key)


run_decorator = make_decorator(run_wrapper)
inject_md_decorator = make_decorator(inject_md_wrapper)
stub_decorator = make_decorator(stub_wrapper)
set_run_key_decorator = make_decorator(set_run_key_wrapper)
