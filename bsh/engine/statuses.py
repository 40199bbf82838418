"""Keeps count of what the plan has started and not yet seen finished.

A status that is done already costs nothing. A pending one becomes a token in its group; its callback,
from any thread, at once, twice or never, only wakes the engine's thread. All else happens there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterator
from time import monotonic
from typing import Any

from bsh.engine.event_loop import EngineLoop
from bsh.errors import FailedStatus
from bsh.msg import Msg

__all__ = ["StatusToken", "StatusTracker", "failed_status"]


class StatusToken:
    """One pending status of the plan under way."""

    __slots__ = ("_tracker", "ended", "forgotten", "group", "msg", "pardoned", "started", "status")

    def __init__(self, tracker: StatusTracker, status: Any, msg: Msg, group: Hashable) -> None:
        self._tracker = tracker
        self.status = status
        self.msg = msg
        self.group = group
        self.started = monotonic()
        self.ended = False
        self.forgotten = False
        self.pardoned = False

    def on_done(self, status: Any = None) -> None:
        """Take the status' callback, on whatever thread it comes."""
        tracker = self._tracker
        if tracker.engine_loop.here:
            tracker.end(self)
        else:
            tracker.engine_loop.post(tracker.end, self)


class StatusTracker:
    """The pending statuses of one call of the engine, by group.

    Parameters
    ----------
    engine_loop : EngineLoop
        Where bookkeeping happens.
    on_failure : callable
        Called on the engine's thread with the token of a status that failed.
    """

    def __init__(self, engine_loop: EngineLoop, on_failure: Callable[[StatusToken], None]) -> None:
        self.engine_loop = engine_loop
        self._on_failure = on_failure
        self._groups: dict[Hashable, set[StatusToken]] = {}
        self._waiters: dict[Hashable, asyncio.Future[bool]] = {}
        self.since_checkpoint: list[StatusToken] = []
        self.orphans: list[StatusToken] = []

    def track(self, status: Any, msg: Msg, group: Hashable) -> None:
        """Count a status that a message has just started."""
        if status.done:
            if not status.success:
                self._on_failure(StatusToken(self, status, msg, group))
            return
        token = StatusToken(self, status, msg, group)
        self._groups.setdefault(group, set()).add(token)
        self.since_checkpoint.append(token)
        try:
            status.add_callback(token.on_done)
        except BaseException:
            self.forget(token)  # nobody would ever say that it is done
            raise

    def end(self, token: StatusToken) -> None:
        """Take note, on the engine's thread, that a status is done."""
        if token.ended or token.forgotten:
            return
        token.ended = True
        self._discard(token)
        if not token.status.success and not token.pardoned:
            self._on_failure(token)
        self._wake_if_complete(token.group)

    def pending(self, group: Hashable) -> list[StatusToken]:
        """Return the tokens of a group that are not done."""
        return list(self._groups.get(group, ()))

    def all_pending(self) -> Iterator[StatusToken]:
        """Iterate over every token that is not done."""
        for tokens in list(self._groups.values()):
            yield from list(tokens)

    def waiter(self, group: Hashable) -> asyncio.Future[bool] | None:
        """Return a future that is done when the group is, or None if it is already."""
        if not self._groups.get(group):
            return None
        waiter = self._waiters.get(group)
        if waiter is None or waiter.done():
            waiter = self._waiters[group] = self.engine_loop.loop.create_future()
        return waiter

    def mark_checkpoint(self) -> None:
        """Start a new list of what a rewind would start again."""
        if self.since_checkpoint:
            self.since_checkpoint = []

    def forget(self, token: StatusToken) -> None:
        """Let a status end as it likes: neither waited for nor a failure."""
        token.forgotten = token.pardoned = True
        self._discard(token)
        self._wake_if_complete(token.group)

    def pardon_all(self) -> None:
        """Let what is pending end without failing the plan, which is leaving; it is still waited for."""
        for token in self.all_pending():
            token.pardoned = True

    def orphan_moves(self) -> None:
        """Note the moves that are under way while an exception goes into the plan."""
        self.orphans = [token for token in self.all_pending() if token.msg.command == "set"]

    def forget_orphans(self, obj: Any) -> None:
        """Forget such a move of a device that is now sent elsewhere: that it is replaced is no failure."""
        for token in self.orphans:
            if token.msg.obj is obj:
                self.forget(token)

    def forget_since_checkpoint(self) -> None:
        """Forget what will be started again by a rewind."""
        for token in self.since_checkpoint:
            self.forget(token)
        self.since_checkpoint = []

    def forget_all(self) -> None:
        """Forget everything: the call is over."""
        for token in list(self.all_pending()):
            self.forget(token)

    def let_go(self) -> None:
        """Pardon what fails from now on, and let the call go: what refers to itself waits for the garbage collector."""
        self._on_failure = _pardoned

    def _discard(self, token: StatusToken) -> None:
        tokens = self._groups.get(token.group)
        if tokens is not None:
            tokens.discard(token)
            if not tokens:
                del self._groups[token.group]

    def _wake_if_complete(self, group: Hashable) -> None:
        if group not in self._groups:
            waiter = self._waiters.pop(group, None)
            if waiter is not None and not waiter.done():
                waiter.set_result(True)


_DEEDS = {
    "set": "move to {target}",
    "trigger": "trigger",
    "kickoff": "kickoff",
    "complete": "complete",
    "prepare": "prepare",
    "stage": "stage",
    "unstage": "unstage",
}


def failed_status(token: StatusToken) -> FailedStatus:
    """Make the exception for a failed status: device, target, how long it took and the root cause."""
    cause = _cause_of(token.status)
    name = getattr(token.msg.obj, "name", None) or repr(token.msg.obj)
    target = token.msg.args[0] if token.msg.args else token.msg.kwargs.get("value", "its target")
    deed = _DEEDS.get(token.msg.command, token.msg.command).format(target=target)
    error = FailedStatus(
        token.status, f"{name}: {deed} failed after {monotonic() - token.started:.1f} s: {_words(cause)}"
    )
    error.__cause__ = cause
    return error


def _cause_of(status: Any) -> BaseException | None:
    exception = getattr(status, "exception", None)
    if exception is None:
        return None
    try:
        cause = exception(timeout=0) if callable(exception) else exception
    except TypeError:  # some libraries take the timeout by position only
        cause = exception(0.0)
    except Exception:
        return None
    return cause if isinstance(cause, BaseException) else None


def _words(cause: BaseException | None) -> str:
    if cause is None:
        return "the device gave no reason"
    root = cause
    while root.__cause__ is not None:
        root = root.__cause__
    return str(root) or type(root).__name__


def _pardoned(_: StatusToken) -> None:
    """Do nothing: the call is over."""
