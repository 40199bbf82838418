"""The light wrapper that notices a plan which was made and never run.

Owns :class:`Plan` and the decorator :func:`plan`. Inside other plans it costs nothing for each message:
``yield from`` asks for the iterator once and then talks to the bare generator.
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Generator, Iterable
from types import CodeType, FrameType
from typing import Any, ParamSpec

from bsh.errors import CommandError
from bsh.msg import Msg, MsgGenerator, ensure_generator

__all__ = ["Plan", "bare_generator", "give_up", "is_plan", "plan", "refused"]

P = ParamSpec("P")

_warned_places: dict[Any, Any] = {}  # registry of the warnings module: one warning for each line of code


class Plan(Generator[Msg, Any, Any]):
    """A plan that knows where it was made, and whether it has been run.

    Parameters
    ----------
    func : callable
        A generator function of messages.
    *args, **kwargs
        Its arguments.

    Warns
    -----
    RuntimeWarning
        It is thrown away without ever having been run; once for each place in the code.

    Examples
    --------
    >>> def nothing():
    ...     yield Msg("null")
    >>> [msg.command for msg in Plan(nothing)]
    ['null']
    """

    __slots__ = ("_code", "_generator", "_instruction", "_name", "_touched")

    def __init__(self, func: Callable[..., MsgGenerator], /, *args: Any, **kwargs: Any) -> None:
        self._bind(func(*args, **kwargs), func, sys._getframe(1))

    def _bind(self, made: MsgGenerator, func: Callable[..., Any], caller: FrameType) -> None:
        generator = made._take() if isinstance(made, Plan) else ensure_generator(made)
        # Code object and instruction only: a frame would keep the caller's variables alive, and the
        # line number is worked out when somebody asks.
        self._code: CodeType = caller.f_code
        self._instruction = caller.f_lasti
        self._name: str = getattr(func, "__name__", "plan")
        self._touched = False
        self._generator = generator

    def _take(self) -> MsgGenerator:
        self._touched = True
        return self._generator

    @property
    def __name__(self) -> str:
        """The name of the function that made this plan."""
        return self._name

    @property
    def place(self) -> tuple[str, int]:
        """File and line of the call that made this plan."""
        for start, end, line in self._code.co_lines():
            if start <= self._instruction < end and line is not None:
                return self._code.co_filename, line
        return self._code.co_filename, self._code.co_firstlineno

    def _refuse_second_run(self) -> None:
        if getattr(self._generator, "gi_frame", self) is None:
            raise CommandError(
                f"this plan has already run: {self._name}, made at {self.place[0]}:{self.place[1]}",
                hint=f"a plan runs once; make a new one by calling {self._name}(...) again",
            )

    def __iter__(self) -> MsgGenerator:
        self._refuse_second_run()
        return self._take()

    def __next__(self) -> Msg:
        return self.send(None)

    def send(self, value: Any) -> Msg:
        """Run on to the next message.

        Parameters
        ----------
        value : object
            The result of the message before; None for the first.
        """
        self._refuse_second_run()
        self._touched = True
        return self._generator.send(value)

    def throw(self, *error: Any) -> Msg:
        """Raise an error at the place where the plan waits.

        Parameters
        ----------
        *error
            An exception, or type, value and traceback.
        """
        self._touched = True
        return self._generator.throw(*error)

    def close(self) -> None:
        """End the plan here."""
        self._touched = True
        self._generator.close()

    def __repr__(self) -> str:
        return f"<plan {self._name} made at {self.place[0]}:{self.place[1]}>"

    def __del__(self) -> None:
        if getattr(self, "_touched", True) or sys.is_finalizing():
            return
        file, line = self.place
        warnings.warn_explicit(
            f"the plan {self._name!r} was made here, but never run; "
            f"write yield from {self._name}(...) in a plan, or RE({self._name}(...)) elsewhere",
            RuntimeWarning,
            file,
            line,
            registry=_warned_places,
        )


def bare_generator(plan: MsgGenerator | Iterable[Msg] | Msg) -> MsgGenerator:
    """Return the generator behind a plan, for loops that drive it message by message.

    Parameters
    ----------
    plan : plan, iterable of messages, or message
        What a user may hand to the engine.
    """
    generator = ensure_generator(plan)
    return iter(generator) if isinstance(generator, Plan) else generator


def give_up(*plans: Any) -> None:
    """Close plans that will not be run any more, so that they do not warn of having been forgotten.

    Parameters
    ----------
    *plans : objects
        What is no plan is left alone.
    """
    for one in plans:
        if isinstance(one, Plan):
            one.close()


def refused(one: Any) -> None:
    """Take note that a plan was not forgotten, but could not be run now; it may be run later.

    Parameters
    ----------
    one : object
        What is no plan is left alone.
    """
    if isinstance(one, Plan):
        one._touched = True


def plan(func: Callable[P, MsgGenerator]) -> Callable[P, Plan]:
    """Decorate a generator function so that its plans tell when they are never run.

    Parameters
    ----------
    func : callable
        A generator function of messages.
    """

    @functools.wraps(func)
    def make(*args: P.args, **kwargs: P.kwargs) -> Plan:
        generator = func(*args, **kwargs)
        made = Plan.__new__(Plan)
        made._bind(generator, func, sys._getframe(1))
        return made

    make._is_plan_ = True  # type: ignore[attr-defined]  # the mark that is_plan looks for
    return make


def is_plan(obj: Any) -> bool:
    """Tell whether a function was decorated with :func:`plan`.

    Parameters
    ----------
    obj : object
        Anything.
    """
    return bool(getattr(obj, "_is_plan_", False))
