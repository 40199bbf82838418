"""Waiting until something is so: ``waitfor``, ``waitstable``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from bsh.commands import (
    Argument,
    ArgumentType,
    CommandSession,
    Number,
    command,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.argument_types import CounterType, NumberType
from bsh.commands.columns import format_duration, format_value
from bsh.commands.reports import Text
from bsh.commands.values import is_device
from bsh.errors import CommandError, UsageError

__all__ = ["COMMANDS", "waitfor", "waitstable"]

POLL_S = 0.05

Timeout = Annotated[float | None, NumberType(minimum=0, units="s")]


class ConditionType(ArgumentType):
    """An expression that is evaluated again and again, or a function that is called again and again."""

    completes = "counters"

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> Any:
        """Return the argument itself, once it could be evaluated."""
        value = argument.evaluate()
        if argument.is_given and not (callable(value) or is_device(value)):
            raise UsageError(
                f"waitfor: {value!r} will not change any more",
                hint="from Python: waitfor(lambda: th.position < 5)",
            )
        return argument


@command(group="tools", examples=["waitfor {motor} < 5", "waitfor {motor} < 5 10"])
def waitfor(
    session: CommandSession, condition: Annotated[Any, ConditionType()], timeout: Timeout = None
) -> Text:
    """Wait until something is so, at most timeout seconds.

    Without blanks next to the operator or with them: waitfor ring.current > 60. From Python it takes a function.
    """

    def is_so() -> bool:
        value = condition.again()
        if callable(value) and not is_device(value):
            value = value()
        return bool(position_of(value) if is_device(value) else value)

    waited = _wait(session, is_so, lambda: f"for {condition.text}", timeout)
    if waited is None:
        raise CommandError(f"waitfor: {condition.text} is not so after {format_duration(timeout or 0.0)}")
    return Text(f"{condition.text} after {format_duration(waited)}")


@command(group="tools", examples=["waitstable {motor} 0 1 0.5", "waitstable {motor} 0 1 0.5 10"])
def waitstable(
    session: CommandSession,
    signal: Annotated[Any, CounterType()],
    target: Number,
    tolerance: Annotated[float, NumberType(minimum=0)],
    seconds: Annotated[float, NumberType(minimum=0, units="s")],
    timeout: Timeout = None,
) -> Text:
    """Wait until a signal has stayed within target +- tolerance for seconds, at most timeout seconds.

    Leaving the band begins the time anew.
    """
    since: float | None = None
    lowest = highest = value = _number(signal)

    def is_stable() -> bool:
        nonlocal since, value, lowest, highest
        value, now = _number(signal), time.monotonic()
        if abs(value - target) > tolerance:
            since = None
            return False
        if since is None:
            since, lowest, highest = now, value, value
        lowest, highest = min(lowest, value), max(highest, value)
        return now - since >= seconds

    def words() -> str:
        inside = "outside" if since is None else f"inside for {time.monotonic() - since:.1f} of {seconds:g} s"
        return f"for {_shown(signal, float(target))} +- {tolerance:g}: {signal.name} {_shown(signal, value)}, {inside}"

    waited = _wait(session, is_stable, words, timeout)
    if waited is None:
        raise CommandError(
            f"waitstable: {signal.name} was not within {_shown(signal, float(target))} +- {tolerance:g} for {seconds:g} s "
            f"after {format_duration(timeout or 0.0)}; it is at {_shown(signal, value)}"
        )
    span = f"{_shown(signal, lowest)} to {_shown(signal, highest)}"
    return Text(f"{signal.name} stable at {span} for {seconds:g} s, after {format_duration(waited)}")


def _number(signal: Any) -> float:
    value = position_of(signal)
    try:
        return float(value)
    except (TypeError, ValueError):
        raise CommandError(f"waitstable: {signal.name} reads {value!r}, which is not a number") from None


def _shown(signal: Any, value: float) -> str:
    units = units_of(signal)
    return format_value(value, precision_of(signal)) + (f" {units}" if units else "")


def _wait(
    session: CommandSession, is_so: Callable[[], bool], words: Callable[[], str], timeout_s: float | None
) -> float | None:
    """Wait, and show for what and how long; return how long it took, None where it took too long."""
    from bsh.display.echo import no_echo
    from bsh_magics.in_place import in_place

    began = time.monotonic()

    def lines() -> list[str]:
        return [f"waiting {format_duration(time.monotonic() - began)} {words()}   (Ctrl+C ends it)"]

    if is_so():
        return 0.0
    with no_echo(), in_place(session, lines) as screen:
        while True:
            waited = time.monotonic() - began
            if timeout_s is not None and waited >= timeout_s:
                return None
            screen.draw()
            time.sleep(POLL_S)
            if is_so():
                return time.monotonic() - began


COMMANDS = [waitfor, waitstable]
