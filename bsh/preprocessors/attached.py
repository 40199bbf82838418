"""Wrappers that attach callbacks and suspenders for the time that a plan runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.cleanup import AnyPlan, finalize_wrapper
from bsh.preprocessors.decorators import make_decorator

__all__ = [
    "SUBS_NAMES",
    "normalize_subs_input",
    "subs_decorator",
    "subs_wrapper",
    "suspend_decorator",
    "suspend_wrapper",
]

Callback: TypeAlias = Callable[[str, dict[str, Any]], Any]
Subs: TypeAlias = Callback | Iterable[Callback] | Mapping[str, Callback | Iterable[Callback]]

SUBS_NAMES = ["all", "start", "stop", "event", "descriptor"]
"""The names of documents under which callbacks can be given with a call."""


def normalize_subs_input(subs: Subs | None) -> dict[str, list[Callback]]:
    """Sort callbacks by the documents they want.

    Parameters
    ----------
    subs : callable, iterable of callables, or mapping
        One callback or several get all documents; a mapping tells which, by the names of documents.

    Returns
    -------
    dict
        A list of callbacks for each name in :data:`SUBS_NAMES`.

    Raises
    ------
    KeyError
        There is no such document.
    ValueError
        Something is not callable.
    """
    sorted_subs: dict[str, list[Callback]] = {name: [] for name in SUBS_NAMES}
    if subs is None:
        return sorted_subs
    given = subs if isinstance(subs, Mapping) else {"all": subs}
    for name, callbacks in given.items():
        if name not in sorted_subs:
            raise KeyError(f"there are no {name!r} documents to subscribe to; use {', '.join(SUBS_NAMES)}")
        wanted = [callbacks] if callable(callbacks) else _as_list(callbacks)
        for callback in wanted:
            if not callable(callback):
                raise ValueError(f"{callback!r} cannot be subscribed: it is not a function")
        sorted_subs[name].extend(wanted)
    return sorted_subs


def _as_list(callbacks: Any) -> list[Callback]:
    if isinstance(callbacks, str) or not isinstance(callbacks, Iterable):
        raise ValueError(f"{callbacks!r} cannot be subscribed: it is neither a function nor a list of them")
    return list(callbacks)


def subs_wrapper(plan: AnyPlan, subs: Subs) -> MsgGenerator:
    """Send the documents of a plan to callbacks.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    subs : callable, iterable of callables, or mapping
        As for :func:`normalize_subs_input`.

    Returns
    -------
    object
        What `plan` returns.
    """
    wanted = normalize_subs_input(subs)
    tokens: list[Any] = []

    def subscribed() -> MsgGenerator:
        for name, callbacks in wanted.items():
            for callback in callbacks:
                token = yield Msg("subscribe", None, callback, name)
                tokens.append(token)
        return (yield from ensure_generator(plan))

    def unsubscribe() -> MsgGenerator:
        for token in tokens:
            yield Msg("unsubscribe", None, token=token)

    return (yield from finalize_wrapper(subscribed(), unsubscribe))


def suspend_wrapper(plan: AnyPlan, suspenders: Any) -> MsgGenerator:
    """Watch suspenders while a plan runs.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    suspenders : suspender or iterable of suspenders
        One or many.

    Returns
    -------
    object
        What `plan` returns.
    """
    watched = list(suspenders) if isinstance(suspenders, Iterable) else [suspenders]

    def watching() -> MsgGenerator:
        for suspender in watched:
            yield Msg("install_suspender", None, suspender)
        return (yield from ensure_generator(plan))

    def remove() -> MsgGenerator:
        for suspender in watched:
            yield Msg("remove_suspender", None, suspender)

    return (yield from finalize_wrapper(watching(), remove))


subs_decorator = make_decorator(subs_wrapper)
suspend_decorator = make_decorator(suspend_wrapper)
