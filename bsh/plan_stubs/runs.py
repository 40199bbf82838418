"""Stubs that open and close runs, and attach callbacks and suspenders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.messages import open_run_message
from bsh.plan_patterns.plan import plan

__all__ = [
    "broadcast_msg",
    "close_run",
    "install_suspender",
    "open_run",
    "remove_suspender",
    "subscribe",
    "unsubscribe",
]


@plan
def open_run(md: Mapping[str, Any] | None = None) -> MsgGenerator:
    """Open a run.

    Parameters
    ----------
    md : mapping, optional
        Metadata for the start document.

    Returns
    -------
    str
        The uid of the run.
    """
    return (yield open_run_message(md))


@plan
def close_run(exit_status: str | None = None, reason: str | None = None) -> MsgGenerator:
    """Close the open run.

    Parameters
    ----------
    exit_status : {None, 'success', 'abort', 'fail'}, optional
        For the stop document; None is what the engine thinks.
    reason : str, optional
        Why it ended.

    Returns
    -------
    str
        The uid of the run.
    """
    return (yield Msg("close_run", exit_status=exit_status, reason=reason))


@plan
def subscribe(name: str, func: Callable[[str, dict[str, Any]], Any]) -> MsgGenerator:
    """Send documents to a callback until the end of the call.

    Parameters
    ----------
    name : str
        ``"all"``, ``"start"``, ``"descriptor"``, ``"event"``, ``"stop"``...
    func : callable
        ``f(name, doc)``.

    Returns
    -------
    int
        A token for :func:`unsubscribe`.
    """
    return (yield Msg("subscribe", None, func, name))


@plan
def unsubscribe(token: int) -> MsgGenerator:
    """Take a subscription back.

    Parameters
    ----------
    token : int
        What :func:`subscribe` returned.
    """
    return (yield Msg("unsubscribe", token=token))


@plan
def install_suspender(suspender: Any) -> MsgGenerator:
    """Watch a suspender from here on.

    Parameters
    ----------
    suspender : SuspenderBase
        One of :mod:`bsh.suspenders`.
    """
    return (yield Msg("install_suspender", None, suspender))


@plan
def remove_suspender(suspender: Any) -> MsgGenerator:
    """Do not watch a suspender any more.

    Parameters
    ----------
    suspender : SuspenderBase
        One that is installed.
    """
    return (yield Msg("remove_suspender", None, suspender))


@plan
def broadcast_msg(command: str, objs: Iterable[Any], *args: Any, **kwargs: Any) -> MsgGenerator:
    """Send the same message for several objects.

    Parameters
    ----------
    command : str
        Name of the command.
    objs : iterable
        What the message is about, one after the other.
    *args, **kwargs
        Arguments of the message.

    Returns
    -------
    list
        The result of each message.
    """
    results = []
    for obj in objs:
        result = yield Msg(command, obj, *args, **kwargs)
        results.append(result)
    return results
