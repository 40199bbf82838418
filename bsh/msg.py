"""The message: the only thing that plans and the engine exchange.

Owns :class:`Msg` and the vocabulary of commands. Knows neither devices nor the engine.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, NamedTuple, TypeAlias, cast

__all__ = ["UNCACHEABLE_COMMANDS", "Msg", "MsgGenerator", "ensure_generator", "single_gen"]


class _MsgFields(NamedTuple):
    command: str
    obj: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    run: Any


class Msg(_MsgFields):
    """One instruction of a plan to the engine.

    Parameters
    ----------
    command : str
        Name of the command, a key of the engine's command table.
    obj : object, optional
        The device (or other object) that the command is about.
    *args, **kwargs
        Arguments of the command. They are never changed after the message is made, so that a plan
        may send the same message object again.
    run : hashable, optional
        Key of the run that the message belongs to, for plans with several open runs.

    Examples
    --------
    >>> Msg("sleep", None, 0.1)
    Msg('sleep', obj=None, args=(0.1,), kwargs={}, run=None)
    """

    __slots__ = ()

    # The class' docstring describes these parameters.
    def __new__(cls, command: str, obj: Any = None, *args: Any, run: Any = None, **kwargs: Any) -> Msg:  # noqa: D102
        return tuple.__new__(cls, (command, obj, args, kwargs, run))

    def _replace(self, **changes: Any) -> Msg:
        fields = self._asdict() | changes
        if set(fields) != set(self._fields):
            raise ValueError(f"Got unexpected field names: {sorted(set(fields) - set(self._fields))}")
        return tuple.__new__(Msg, tuple(fields[name] for name in self._fields))

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:  # pickle and copy
        return (self.command, self.obj, *self.args), {"run": self.run, **self.kwargs}

    def __repr__(self) -> str:
        command, obj, args, kwargs, run = self
        return f"Msg({command!r}, obj={obj!r}, args={args}, kwargs={kwargs}, run={run!r})"


MsgGenerator: TypeAlias = Generator[Msg, Any, Any]
"""A plan: yields messages, is sent their results, returns a value of its own."""

UNCACHEABLE_COMMANDS = frozenset(
    {
        "pause", "subscribe", "unsubscribe", "stage", "unstage", "monitor", "unmonitor",
        "open_run", "close_run", "install_suspender", "remove_suspender",
        "_start_suspender", "_resume_from_suspender",
    }
)  # fmt: skip
"""Commands that are never replayed after a pause."""


def single_gen(msg: Msg) -> MsgGenerator:
    """Make a plan of one message and return its result.

    Parameters
    ----------
    msg : Msg
        The message to send.
    """
    return (yield msg)


def ensure_generator(plan: MsgGenerator | Iterable[Msg] | Msg) -> MsgGenerator:
    """Turn a message, an iterable of messages or a plan into a plan.

    Parameters
    ----------
    plan : generator, iterable of Msg, or Msg
        What a user may hand to the engine. A generator comes back unchanged.

    Raises
    ------
    TypeError
        It is something else, for example the function that makes the plan.
    """
    if isinstance(plan, Msg):
        return single_gen(plan)
    if hasattr(plan, "send") and hasattr(plan, "throw"):
        return cast(MsgGenerator, plan)  # wrapped plans are no generators, but behave as such
    given: Any = plan
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(_no_plan(given))
    return _from_iterable(given)


def _no_plan(given: Any) -> str:
    name = getattr(given, "__name__", None)
    if callable(given) and name is not None:
        return f"{name} is a function that makes a plan, not a plan: call it, {name}(...)"
    return f"a plan is a generator or a list of messages, got {given!r}"


def _from_iterable(messages: Iterable[Msg]) -> MsgGenerator:
    results: Any = None
    for msg in messages:
        results = yield msg
    return results
