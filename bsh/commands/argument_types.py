"""The types of arguments that commands declare, and how text or a value becomes one.

Owns conversion and its error texts, and what could stand in an argument's place (for completion). A
command names these in its signature::

    def ascan(session, motor: Motor, start: Target, stop: Target, intervals: Intervals,
              seconds: CountTime, counters: Detectors = ()): ...
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Annotated, Any, ClassVar, TypeAlias

from bsh.commands.argument import Argument
from bsh.commands.context import CommandSession
from bsh.commands.nearest import nearest_hint
from bsh.commands.values import device_named, is_movable, is_readable, position_of, units_of, value_of
from bsh.errors import UsageError

__all__ = [
    "ArgumentType",
    "CommandWord",
    "CountTime",
    "Detectors",
    "Flag",
    "Integer",
    "Intervals",
    "Line",
    "Metadata",
    "Motor",
    "Motors",
    "Names",
    "Number",
    "Option",
    "Pairs",
    "RestOfLine",
    "Target",
    "Word",
    "Words",
    "movable_names",
    "readable_names",
]  # fmt: skip


class ArgumentType:
    """How one argument is converted. Subclasses say what they take."""

    takes_rest: ClassVar[bool] = False
    """Whether it takes all arguments that are left."""
    group: ClassVar[int] = 1
    """How many words make one value (two for motor and position)."""
    literal: ClassVar[bool] = False
    """Whether the text itself is meant, not what it evaluates to."""
    completes: ClassVar[str] = ""
    """What may stand here: ``motors``, ``counters``, ``commands``, ``position``, or nothing known."""

    def fits(self, argument: Argument, session: CommandSession) -> bool:
        """Tell whether an optional argument is this one, rather than the next parameter's."""
        return True

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> Any:
        """Return the value, or raise UsageError.

        Parameters
        ----------
        argument : Argument
            What was typed or given.
        session : CommandSession
            Where names are looked up.
        prior : sequence
            The values of the arguments before this one.
        """
        raise NotImplementedError

    def placeholder(self, name: str) -> str:
        """Return how the parameter ``name`` appears in a usage line."""
        return name


def _device(argument: Argument, session: CommandSession) -> Any:
    """Return what the argument names, preferring a device over a variable that hides it."""
    value = argument.value_or_none()
    if isinstance(value, str):
        return device_named(value, session.devices) or value
    if not (is_movable(value) or is_readable(value)):
        hidden = device_named(argument.text, session.devices)
        return hidden if hidden is not None else value
    return value


def _unknown(what: str, argument: Argument, session: CommandSession, known: Iterable[str]) -> UsageError:
    """Return the error for an argument that is no device."""
    if argument.fault is not None and not isinstance(argument.fault, NameError):
        return UsageError(argument.fault_text())
    value = None if argument.fault is not None else argument.value_or_none()
    names = list(known)
    shown = value if isinstance(value, str) else argument.text
    if argument.fault is None and not isinstance(value, str):
        shown = argument.text
        kind = "not a motor" if what == "motor" else "not a counter"
        if value is not None and repr(value) != argument.text:
            return UsageError(f"{shown} is {kind}: it is {_brief(value)}")
        return UsageError(f"{shown} is {kind}", hint=nearest_hint(shown, names))
    return UsageError(f"unknown {what} {shown}", hint=nearest_hint(shown, names) or _some(what, names))


def _some(what: str, names: Sequence[str], count: int = 8) -> str | None:
    if not names:
        return None
    more = ", ..." if len(names) > count else ""
    return f"{what}s: {', '.join(names[:count])}{more}"


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def movable_names(session: CommandSession) -> list[str]:
    """Return the names of the session's devices that can be moved, axes with limits before all others."""
    movable = [(name, device) for name, device in session.devices.items() if is_movable(device)]
    movable.sort(key=lambda item: not hasattr(type(item[1]), "limits"))
    return [name for name, _ in movable]


def readable_names(session: CommandSession) -> list[str]:
    """Return the names of the session's devices that can be read, counters before motors."""
    readable = [(name, device) for name, device in session.devices.items() if is_readable(device)]
    readable.sort(key=lambda item: is_movable(item[1]))
    return [name for name, _ in readable]


class MotorType(ArgumentType):
    """A device that can be moved."""

    completes = "motors"

    def fits(self, argument: Argument, session: CommandSession) -> bool:
        """Tell whether it is a movable device."""
        return is_movable(_device(argument, session))

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> Any:
        """Return the device."""
        device = _device(argument, session)
        if not is_movable(device):
            raise _unknown("motor", argument, session, movable_names(session))
        return _connected(device)


class CounterType(ArgumentType):
    """A device that can be read."""

    completes = "counters"

    def fits(self, argument: Argument, session: CommandSession) -> bool:
        """Tell whether it is a readable device."""
        return is_readable(_device(argument, session))

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> Any:
        """Return the device."""
        device = _device(argument, session)
        if not is_readable(device):
            raise _unknown("counter", argument, session, readable_names(session))
        return _connected(device)


def _connected(device: Any) -> Any:
    """Return the device; raise DeviceOffline for the placeholder of one that is not there."""
    offline_error = getattr(type(device), "offline_error", None)
    if offline_error is not None:
        raise offline_error(device)
    return device


class DetectorsType(CounterType):
    """Any number of devices that can be read."""

    takes_rest = True

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> Any:
        """Return the device; one that is named twice is a slip, and would be two columns of one name."""
        device = super().convert(argument, session, prior)
        if any(one is device for one in takewhile(is_readable, reversed(prior))):
            raise UsageError(f"{argument.text} is named twice")
        return device

    def placeholder(self, name: str) -> str:
        """Return ``counters...``."""
        return f"{name}..."


class MotorsType(MotorType):
    """Any number of devices that can be moved."""

    takes_rest = True

    def placeholder(self, name: str) -> str:
        """Return ``motors...``."""
        return f"{name}..."


@dataclass(frozen=True)
class NumberType(ArgumentType):
    """A number; a device means its position.

    Parameters
    ----------
    whole : bool
        Whether it must be an integer.
    minimum : float, optional
        The least value allowed.
    units : str
        Units named in error texts.
    """

    whole: bool = False
    minimum: float | None = None
    units: str = ""

    completes = ""

    def fits(self, argument: Argument, session: CommandSession) -> bool:
        """Tell whether it is a number; a bare device is not, it would be the next argument."""
        value = argument.value_or_none()
        return isinstance(value, str) or not is_readable(value)

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> Any:
        """Return a finite float or int."""
        number = _number(argument)
        if self.whole and not float(number).is_integer():
            raise UsageError(f"{argument.text} is not a whole number")
        if self.minimum is not None and number < self.minimum:
            unit = f" {self.units}" if self.units else ""
            raise UsageError(f"{argument.text} is too small, the least is {self.minimum:g}{unit}")
        return int(number) if self.whole else number


def _number(argument: Argument) -> int | float:
    value = argument.evaluate()
    if is_readable(value) or is_movable(value):
        value = value_of(value)
    if isinstance(value, bool | str | bytes):
        raise UsageError(f"{argument.text} is not a number")
    if isinstance(value, tuple):
        raise UsageError(
            f"{argument.text} is not a number", hint="arguments are separated by blanks, not commas"
        )
    try:
        number = value if isinstance(value, int) else float(value)
    except (TypeError, ValueError):
        raise UsageError(f"{argument.text} is not a number: it is {_brief(value)}") from None
    if not math.isfinite(number):
        raise UsageError(f"{argument.text} is {number}, not a finite number")
    return number


class CountTimeType(NumberType):
    """A counting time in seconds; negative means monitor counts."""

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> float:
        """Return seconds, or minus monitor counts."""
        number = _number(argument)
        if number == 0:
            raise UsageError(
                f"{argument.text} is no counting time",
                hint="give seconds, or minus the monitor counts to reach",
            )
        return float(number)


class TargetType(ArgumentType):
    """Where the motor before it shall go: a number, or a word for devices that take words."""

    completes = "position"

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> Any:
        """Return a finite number, or a string for a device whose position is one."""
        motor = next((value for value in reversed(prior) if is_movable(value)), None)
        if motor is not None and _takes_words(motor):
            value = argument.value_or_none()
            return value if value is not None and not is_readable(value) else argument.text
        try:
            return float(_number(argument))
        except UsageError as error:
            if motor is None or error.hint is not None:
                raise
            units = units_of(motor)
            wanted = f"{motor.name} takes a number" + (f" in {units}" if units else "")
            raise UsageError(error.message, hint=wanted) from None


def _takes_words(motor: Any) -> bool:
    try:
        return isinstance(position_of(motor), str)
    except Exception:  # a device that cannot be read now fails with its own words when it is moved
        return False


class PairsType(ArgumentType):
    """Pairs of a motor and where it shall go."""

    takes_rest = True
    group = 2
    completes = "motors"

    def __init__(self) -> None:
        self.first = MotorType()
        self.second = TargetType()

    def placeholder(self, name: str) -> str:
        """Return ``motor position [motor position...]``."""
        return "motor position [motor position...]"


class WordType(ArgumentType):
    """One word as it stands, quotes taken off."""

    literal = True

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> str:
        """Return the text."""
        return argument.word()


class WordsType(WordType):
    """Any number of words."""

    takes_rest = True

    def placeholder(self, name: str) -> str:
        """Return ``names...``."""
        return f"{name}..."


class CommandWordType(WordType):
    """The name of a command."""

    completes = "commands"


class NamesType(WordsType):
    """Any number of names, labels or wildcards of movable devices."""

    completes = "motors"


class RestOfLineType(ArgumentType):
    """The rest of the line as it stands, quotes and semicolons included."""

    takes_rest = True
    literal = True

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> str:
        """Return the text."""
        return argument.text

    def placeholder(self, name: str) -> str:
        """Return ``text...``."""
        return f"{name}..."


class LineType(RestOfLineType):
    """A line that could be typed itself."""

    completes = "lines"

    def placeholder(self, name: str) -> str:
        """Return ``line``."""
        return name


class MetadataType(ArgumentType):
    """Every ``key=value`` that no parameter takes, as a dict."""

    def placeholder(self, name: str) -> str:
        """Return ``key=value...``."""
        return "key=value..."


@dataclass(frozen=True)
class Option:
    """A parameter that is given as an option (``-n 5``), not by its place.

    Parameters
    ----------
    flags : tuple of str
        Its spellings, ``-n`` or ``--number``.
    type : ArgumentType, optional
        What follows it; None for a flag that is there or not.
    """

    flags: tuple[str, ...]
    type: ArgumentType | None = None


def Flag(*flags: str) -> Option:  # noqa: N802 - stands beside the types
    """Return an option without a value.

    Parameters
    ----------
    *flags : str
        Its spellings.
    """
    return Option(flags)


Motor: TypeAlias = Annotated[Any, MotorType()]
Motors: TypeAlias = Annotated[Sequence[Any], MotorsType()]
Target: TypeAlias = Annotated[Any, TargetType()]
Number: TypeAlias = Annotated[float, NumberType()]
Integer: TypeAlias = Annotated[int, NumberType(whole=True)]
Intervals: TypeAlias = Annotated[int, NumberType(whole=True, minimum=1)]
CountTime: TypeAlias = Annotated[float, CountTimeType()]
Detectors: TypeAlias = Annotated[Sequence[Any], DetectorsType()]
Pairs: TypeAlias = Annotated[Sequence[tuple[Any, Any]], PairsType()]
Word: TypeAlias = Annotated[str, WordType()]
CommandWord: TypeAlias = Annotated[str, CommandWordType()]
Words: TypeAlias = Annotated[Sequence[str], WordsType()]
Names: TypeAlias = Annotated[Sequence[str], NamesType()]
Line: TypeAlias = Annotated[str, LineType()]
RestOfLine: TypeAlias = Annotated[str, RestOfLineType()]
Metadata: TypeAlias = Annotated[Mapping[str, Any] | None, MetadataType()]
