"""Stubs for devices that acquire on their own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.messages import short_uid, wait_message
from bsh.plan_patterns.plan import plan
from bsh.protocols import Flyable, check_supports

__all__ = [
    "collect",
    "collect_while_completing",
    "complete",
    "complete_all",
    "kickoff",
    "kickoff_all",
    "prepare",
]


def _one(
    command: str,
    obj: Any,
    args: tuple[Any, ...],
    group: Hashable | None,
    wait: bool,
    kwargs: dict[str, Any],
) -> MsgGenerator:
    status = yield Msg(command, obj, *args, group=group, **kwargs)
    if wait:
        yield wait_message(group)
    return status


def _all(
    command: str, objs: tuple[Any, ...], group: Hashable | None, wait: bool, kwargs: dict[str, Any]
) -> MsgGenerator:
    protocol: Any = Flyable  # mypy refuses a protocol where a type is asked for
    flyers = [check_supports(obj, protocol) for obj in objs]
    group = short_uid(command) if group is None else group
    statuses = []
    for flyer in flyers:
        status = yield Msg(command, flyer, group=group, **kwargs)
        statuses.append(status)
    if wait:
        yield wait_message(group)
    return tuple(statuses)


@plan
def prepare(
    obj: Any, *args: Any, group: Hashable | None = None, wait: bool = False, **kwargs: Any
) -> MsgGenerator:
    """Make a device ready for trigger or kickoff, after it is staged.

    Parameters
    ----------
    obj : device
        Anything with ``prepare``.
    *args, **kwargs
        Passed to ``obj.prepare()``.
    group : hashable, optional
        Name under which to wait for it later.
    wait : bool, optional
        Whether to wait until it is done.
    """
    return (yield from _one("prepare", obj, args, group, wait, kwargs))


@plan
def kickoff(obj: Any, *, group: Hashable | None = None, wait: bool = False, **kwargs: Any) -> MsgGenerator:
    """Start a flyer.

    Parameters
    ----------
    obj : device
        Anything with ``kickoff`` and ``complete``.
    group : hashable, optional
        Name under which to wait for it later.
    wait : bool, optional
        Whether to wait until it has started.
    **kwargs
        Passed to ``obj.kickoff()``.

    Returns
    -------
    Status
        Done when it has started.
    """
    return (yield from _one("kickoff", obj, (), group, wait, kwargs))


@plan
def complete(obj: Any, *, group: Hashable | None = None, wait: bool = False, **kwargs: Any) -> MsgGenerator:
    """Ask a flyer to finish.

    Parameters
    ----------
    obj, group, wait, **kwargs
        As for :func:`kickoff`.

    Returns
    -------
    Status
        Done when it has finished.
    """
    return (yield from _one("complete", obj, (), group, wait, kwargs))


@plan
def kickoff_all(*args: Any, group: Hashable | None = None, wait: bool = True, **kwargs: Any) -> MsgGenerator:
    """Start several flyers at the same time.

    Parameters
    ----------
    *args : devices
        Anything with ``kickoff`` and ``complete``.
    group, **kwargs
        As for :func:`kickoff`.
    wait : bool, optional
        Whether to wait until all have started.

    Returns
    -------
    tuple of Status
        One for each flyer.
    """
    return (yield from _all("kickoff", args, group, wait, kwargs))


@plan
def complete_all(
    *args: Any, group: Hashable | None = None, wait: bool = False, **kwargs: Any
) -> MsgGenerator:
    """Ask several flyers to finish.

    Parameters
    ----------
    *args : devices
        Anything with ``kickoff`` and ``complete``.
    group, **kwargs
        As for :func:`kickoff`.
    wait : bool, optional
        Whether to wait until all have finished.

    Returns
    -------
    tuple of Status
        One for each flyer.
    """
    return (yield from _all("complete", args, group, wait, kwargs))


@plan
def collect(
    obj: Any, *args: Any, stream: bool = False, return_payload: bool = True, name: str | None = None
) -> MsgGenerator:
    """Emit what one or more flyers have acquired.

    Parameters
    ----------
    obj, *args : devices
        Anything with ``collect`` or ``collect_pages``.
    stream : bool, optional
        Whether events are emitted one at a time.
    return_payload : bool, optional
        Whether to return what was collected, which keeps it in memory.
    name : str, optional
        The one stream that is collected.

    Returns
    -------
    list
        The collected events, if asked for.
    """
    return (yield Msg("collect", obj, *args, stream=stream, return_payload=return_payload, name=name))


@plan
def collect_while_completing(
    flyers: Iterable[Any],
    dets: Iterable[Any],
    flush_period: float | None = None,
    stream_name: str | None = None,
    watch: Sequence[Any] = (),
) -> MsgGenerator:
    """Ask flyers to finish, and collect from detectors until they have.

    Parameters
    ----------
    flyers : iterable of devices
        Anything with ``kickoff`` and ``complete``.
    dets : iterable of devices
        What is collected.
    flush_period : float, optional
        Seconds between two collections; None collects once, at the end.
    stream_name : str, optional
        The one stream that is collected.
    watch : sequence of groups, optional
        Groups whose failure ends the wait.
    """
    group = short_uid("complete")
    yield from _all("complete", tuple(flyers), group, False, {})
    wait = wait_message(group, timeout=flush_period, error_on_timeout=False, watch=watch)
    collecting = Msg("collect", *dets, stream=False, return_payload=True, name=stream_name)
    done: Any = False
    while not done:
        done = yield wait
        yield collecting
