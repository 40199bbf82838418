"""Going on with a scan that was broken off: the same plan without the points that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bsh.errors import CommandError
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.messages import short_uid, wait_message
from bsh.plan_patterns.mutation import relayed
from bsh.plan_patterns.relative import RELATIVE_TO
from bsh.preprocessors.decorators import make_decorator

__all__ = ["continuing_decorator", "continuing_wrapper"]

RunMetadata = Mapping[str, Any]

_OF_A_POINT = frozenset(
    {"checkpoint", "create", "drop", "null", "read", "read_together", "sleep", "trigger", "wait"}
)


def continuing_wrapper(
    plan: AnyPlan,
    first: int,
    *,
    relative_to: Mapping[str, float] | None = None,
    md: Callable[[RunMetadata], RunMetadata] | None = None,
) -> MsgGenerator:
    """Run a step scan without its first points.

    Made for the scans of :mod:`bsh.plans`, whose points do not depend on what was measured before. Axes that
    the first point to be taken does not move are sent to where the last point left out had sent them.

    Parameters
    ----------
    plan : iterable or generator of messages
        A plan of one run.
    first : int
        How many points to leave out.
    relative_to : mapping, optional
        For axes by name where a relative scan counts from, instead of where they are now, in their own
        units. They are brought back there.
    md : callable, optional
        Is given the metadata with which the plan opens its run, and returns what it is to be opened with;
        may raise.

    Returns
    -------
    object
        What `plan` returns.

    Raises
    ------
    CommandError
        The plan has no points left.

    Examples
    --------
    >>> scan = [Msg("open_run"), Msg("set", "th", 1), Msg("save"), Msg("set", "th", 2), Msg("save")]
    >>> [msg.args for msg in continuing_wrapper(scan, 1) if msg.command == "set"]
    [(2,)]
    """
    continuation = _Continuation(first, relative_to or {}, md or dict)
    return (yield from relayed(plan, continuation.send))


class _Continuation:
    """What is sent in place of each message of a scan."""

    def __init__(
        self, first: int, relative_to: Mapping[str, float], md: Callable[[RunMetadata], RunMetadata]
    ) -> None:
        self._left_out = first
        self._has_points = first == 0
        self._wanted = relative_to
        self._md = md
        self._found: Mapping[str, Any] = {}
        self._is_open = False
        self._unsent: dict[Any, Msg] = {}

    def send(self, msg: Msg) -> MsgGenerator:
        """Send what stands for a message; the moves that were to come first are forgotten where that fails."""
        answer: Any = None
        try:
            for sent in self.in_place_of(msg):
                answer = yield sent
        except GeneratorExit:
            raise
        except BaseException:
            self.broken_off()
            raise
        return answer

    def in_place_of(self, msg: Msg) -> tuple[Msg, ...]:
        """Return what to send; the answer to the last of it is the answer to the message."""
        if msg.command == "open_run":
            self._is_open = True
            return (self._opened(msg),)
        if msg.command == "set":
            msg = self._shifted(msg)
        if not self._is_open:
            return (msg,)
        if msg.command == "close_run":
            return self._closed(msg)
        if self._left_out:
            return self._before_first(msg)
        if self._unsent:
            return self._at_first(msg)
        self._has_points = self._has_points or msg.command == "save"
        return (msg,)

    def broken_off(self) -> None:
        """Send the moves no more that were to come first: the scan is ending."""
        self._left_out = 0
        self._unsent.clear()

    def _opened(self, msg: Msg) -> Msg:
        self._found = msg.kwargs.get(RELATIVE_TO, {})
        md = dict(self._md(msg.kwargs))
        if self._found:
            md[RELATIVE_TO] = {**self._found, **self._wanted}
        return msg._replace(kwargs=md)

    def _shifted(self, msg: Msg) -> Msg:
        name = str(getattr(msg.obj, "name", ""))
        if name not in self._wanted or name not in self._found:
            return msg
        target, *others = msg.args
        # the same sum in another order would differ in the last digit
        place = float(f"{target - self._found[name] + self._wanted[name]:.12g}")
        return msg._replace(args=(place, *others))

    def _closed(self, msg: Msg) -> tuple[Msg, ...]:
        self.broken_off()
        if not self._has_points and msg.kwargs.get("exit_status") is None:
            raise CommandError("the scan has no points left to take")
        return (msg,)

    def _before_first(self, msg: Msg) -> tuple[Msg, ...]:
        if msg.command == "set":
            self._unsent[msg.obj] = msg
            return ()
        if msg.command == "save":
            self._left_out -= 1
            return ()
        return () if msg.command in _OF_A_POINT else (msg,)

    def _at_first(self, msg: Msg) -> tuple[Msg, ...]:
        if msg.command == "checkpoint":
            return (msg,)
        if msg.command == "set":
            self._unsent.pop(msg.obj, None)
            return (msg,)
        group = short_uid("set")
        moves = [one._replace(kwargs={**one.kwargs, "group": group}) for one in self._unsent.values()]
        self._unsent.clear()
        return (*moves, wait_message(group), msg)


continuing_decorator = make_decorator(continuing_wrapper)
