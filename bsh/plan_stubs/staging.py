"""Stubs that make devices ready before a run and put them back after it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.messages import short_uid
from bsh.plan_patterns.plan import plan

__all__ = ["configure", "stage", "stage_all", "unstage", "unstage_all"]


@plan
def configure(obj: Any, *args: Any, **kwargs: Any) -> MsgGenerator:
    """Change the settings of a device, so that the next event gets a new descriptor.

    Parameters
    ----------
    obj : device
        Anything with ``configure``.
    *args, **kwargs
        Passed to ``obj.configure()``.

    Returns
    -------
    tuple of dict
        The settings before and after.
    """
    return (yield Msg("configure", obj, *args, **kwargs))


def _one(command: str, obj: Any, group: Hashable | None, wait: bool | None) -> MsgGenerator:
    answer = yield Msg(command, obj, group=group)
    if hasattr(answer, "add_callback"):
        if wait:
            yield Msg("wait", None, group=group)
    elif wait is False and answer is not None:
        raise RuntimeError(
            f"{getattr(obj, 'name', obj)} is done when {command}() returns: it cannot be told not to wait"
        )
    return answer


def _all(command: str, objs: tuple[Any, ...], group: Hashable | None) -> MsgGenerator:
    group = short_uid(command) if group is None else group
    pending = False
    for obj in objs:
        answer = yield Msg(command, obj, group=group)
        pending = pending or hasattr(answer, "add_callback")
    if pending:
        yield Msg("wait", None, group=group)


@plan
def stage(obj: Any, *, group: Hashable | None = None, wait: bool | None = None) -> MsgGenerator:
    """Make a device ready for a run.

    Parameters
    ----------
    obj : device
        Anything with ``stage``.
    group : hashable, optional
        Name under which to wait for it later, if it returns a status.
    wait : bool, optional
        Whether to wait until it is done.

    Returns
    -------
    list or Status
        What ``obj.stage()`` returned.

    Raises
    ------
    RuntimeError
        `wait` is False and the device returns no status.
    """
    return (yield from _one("stage", obj, group, wait))


@plan
def unstage(obj: Any, *, group: Hashable | None = None, wait: bool | None = None) -> MsgGenerator:
    """Put a device back after a run.

    Parameters
    ----------
    obj, group, wait
        As for :func:`stage`.

    Returns
    -------
    list or Status
        What ``obj.unstage()`` returned.
    """
    return (yield from _one("unstage", obj, group, wait))


@plan
def stage_all(*args: Any, group: Hashable | None = None) -> MsgGenerator:
    """Make several devices ready at the same time, and wait for all of them.

    Parameters
    ----------
    *args : devices
        Anything with ``stage``.
    group : hashable, optional
        Name of the group that is waited for.
    """
    return (yield from _all("stage", args, group))


@plan
def unstage_all(*args: Any, group: Hashable | None = None) -> MsgGenerator:
    """Put several devices back at the same time, and wait for all of them.

    Parameters
    ----------
    *args : devices
        Anything with ``unstage``.
    group : hashable, optional
        Name of the group that is waited for.
    """
    return (yield from _all("unstage", args, group))
