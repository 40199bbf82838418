"""Stubs that wait, pause and mark where a pause may rewind to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.arguments import check_number
from bsh.plan_patterns.messages import CHECKPOINT, PAUSE, wait_message
from bsh.plan_patterns.plan import plan

__all__ = [
    "checkpoint",
    "clear_checkpoint",
    "deferred_pause",
    "input_plan",
    "pause",
    "sleep",
    "trigger",
    "wait",
    "wait_for",
]


@plan
def trigger(obj: Any, *, group: Hashable | None = None, wait: bool = False) -> MsgGenerator:
    """Start a measurement.

    Parameters
    ----------
    obj : device
        Anything with ``trigger``.
    group : hashable, optional
        Name under which to wait for it later.
    wait : bool, optional
        Whether to wait until it is done.

    Returns
    -------
    Status
        What ``obj.trigger()`` returned.
    """
    status = yield Msg("trigger", obj, group=group)
    if wait:
        yield Msg("wait", None, group=group)
    return status


@plan
def sleep(time: float) -> MsgGenerator:
    """Wait; an interruption ends it, unlike ``time.sleep``.

    Parameters
    ----------
    time : float
        Seconds.
    """
    return (yield Msg("sleep", None, check_number(time, "the time to sleep in seconds")))


@plan
def wait(
    group: Hashable | None = None,
    *,
    timeout: float | None = None,
    error_on_timeout: bool = True,
    watch: Sequence[Any] = (),
) -> MsgGenerator:
    """Wait until everything that was started in a group is done.

    Parameters
    ----------
    group : hashable, optional
        The name given to ``abs_set``, ``trigger``, ``kickoff``...
    timeout : float, optional
        Seconds.
    error_on_timeout : bool, optional
        Whether to raise when the time is over, or to return False.
    watch : sequence of groups, optional
        Groups whose failure ends the wait, too.

    Returns
    -------
    bool
        Whether everything is done.
    """
    return (yield wait_message(group, timeout=timeout, error_on_timeout=error_on_timeout, watch=watch))


@plan
def wait_for(futures: Iterable[Callable[[], Awaitable[Any]]], **kwargs: Any) -> MsgGenerator:
    """Wait for awaitables of the engine's own loop.

    Parameters
    ----------
    futures : iterable of callables
        Each returns an awaitable; they are called again when the message is replayed after a pause.
    **kwargs
        Passed to ``asyncio.wait()``.
    """
    return (yield Msg("wait_for", None, futures, **kwargs))


@plan
def checkpoint() -> MsgGenerator:
    """Mark the place from which the plan goes on after a pause."""
    return (yield CHECKPOINT)


@plan
def clear_checkpoint() -> MsgGenerator:
    """Tell that the plan cannot be resumed from here: a pause becomes an abort."""
    return (yield Msg("clear_checkpoint"))


@plan
def pause() -> MsgGenerator:
    """Pause here until the user resumes."""
    return (yield PAUSE)


@plan
def deferred_pause() -> MsgGenerator:
    """Pause at the next checkpoint."""
    return (yield Msg("pause", None, defer=True))


@plan
def input_plan(prompt: str = "") -> MsgGenerator:
    """Ask the user for a line of text.

    Parameters
    ----------
    prompt : str, optional
        What to show in front.

    Returns
    -------
    str
        The line.
    """
    return (yield Msg("input", prompt=prompt))
