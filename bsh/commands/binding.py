"""From what was typed to the arguments of a command's function.

Owns the matching of arguments to parameters, and the usage errors. Converting one argument is the
business of its type.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bsh.commands.argument import Argument
from bsh.commands.argument_types import (
    ArgumentType,
    PairsType,
    movable_names,
    readable_names,
)
from bsh.commands.command import Command, Parameter
from bsh.commands.context import CommandSession
from bsh.commands.values import is_device
from bsh.commands.words import Syntax
from bsh.errors import UsageError

__all__ = ["bind", "usage_error"]


def bind(
    command: Command,
    arguments: Sequence[Argument],
    keywords: Mapping[str, Argument],
    session: CommandSession,
) -> dict[str, Any]:
    """Return the keyword arguments for the command's function.

    Parameters
    ----------
    command : Command
        Whose declaration is matched.
    arguments : sequence of Argument
        What was typed, in order, options included.
    keywords : mapping of str to Argument
        What was typed as ``key=value``.
    session : CommandSession
        Where names are looked up.

    Raises
    ------
    UsageError
        Something is missing, too much, unknown or not of the right type; the text names the argument and
        its value, the hint shows the usage or the nearest names.
    """
    return _Binder(command, session).bind(arguments, dict(keywords))


def usage_error(command: Command, session: CommandSession, problem: str = "") -> UsageError:
    """Return the error that shows how a command is used.

    Parameters
    ----------
    command : Command
        The command.
    session : CommandSession
        Whose devices stand in the example.
    problem : str
        What is wrong; without it the usage itself is the message.
    """
    counters = [device.name for device in session.counters] or readable_names(session)
    examples = command.example_lines(movable_names(session), counters)
    if problem:
        hint = f"{command.usage}   e.g. {examples[0]}" if examples else command.usage
        return UsageError(f"{command.name}: {problem}", hint=hint)
    return UsageError(command.usage, hint=f"example: {examples[0]}" if examples else None)


class _Binder:
    """Matches the arguments of one call."""

    def __init__(self, command: Command, session: CommandSession) -> None:
        self.command = command
        self.session = session
        self.bound: dict[str, Any] = {}
        self.prior: list[Any] = []

    def bind(self, arguments: Sequence[Argument], keywords: dict[str, Argument]) -> dict[str, Any]:
        queue = self._take_options(arguments, keywords)
        missing: list[str] = []
        typed = list(queue)
        for parameter in self.command.positional:
            if parameter.name in keywords:
                self._put(parameter, [keywords.pop(parameter.name)])
            elif not self._take(parameter, queue) and parameter.required:
                pairs = isinstance(parameter.type, PairsType)
                missing += ["motor", "position"] if pairs else [parameter.name]
        self._refuse_unknown(keywords)
        if missing:
            raise self._usage(_missing_text(missing) + _glued_text(typed))
        if queue:
            extra = ", ".join(argument.text for argument in queue)
            raise self._usage(f"too many arguments: {extra}")
        self._put_metadata(keywords)
        return self.bound

    def _usage(self, problem: str) -> UsageError:
        return usage_error(self.command, self.session, problem)

    # -- options ---------------------------------------------------------------------------------

    def _take_options(self, arguments: Sequence[Argument], keywords: dict[str, Argument]) -> list[Argument]:
        queue: list[Argument] = []
        waiting = iter(arguments)
        for argument in waiting:
            if argument.option:
                self._take_option(argument, waiting)
            else:
                queue.append(argument)
        for parameter in self.command.options.values():
            if parameter.name in keywords:
                argument = keywords.pop(parameter.name)
                self.bound[parameter.name] = (
                    bool(argument.evaluate())
                    if parameter.type is None
                    else self._convert(parameter, argument)
                )
        return queue

    def _take_option(self, argument: Argument, waiting: Iterator[Argument]) -> None:
        flag, equals, glued = argument.text.partition("=")
        parameter = self.command.options.get(flag)
        if parameter is None and flag[:2] in self.command.options and flag[2:].isdigit():
            parameter, equals, glued = self.command.options[flag[:2]], "=", flag[2:]
            flag = flag[:2]
        if parameter is None:
            known = f"options: {', '.join(self.command.options)}; " if self.command.options else ""
            hint = f"{known}for a value write ({argument.text})"
            raise UsageError(f"{self.command.name}: unknown option {flag}", hint=hint)
        if parameter.type is None:
            if equals:
                raise self._usage(f"option {flag} takes no value")
            self.bound[parameter.name] = True
            return
        value = _literal(glued) if equals else next(waiting, None)
        if value is None:
            raise self._usage(f"option {flag} needs {parameter.name}")
        self.bound[parameter.name] = self._convert(parameter, value)

    # -- arguments by their place ------------------------------------------------------------------

    def _take(self, parameter: Parameter, queue: list[Argument]) -> bool:
        """Move what belongs to ``parameter`` out of the queue; return whether anything did."""
        if not queue or parameter.type is None:
            return False
        if parameter.type.takes_rest:
            taken = list(queue)
            queue.clear()
            if self._ends_with_the_next(parameter, taken):
                queue.append(taken.pop())
        elif not parameter.required and not parameter.type.fits(queue[0], self.session):
            return False
        else:
            taken = [queue.pop(0)]
        self._put(parameter, taken)
        return True

    def _ends_with_the_next(self, parameter: Parameter, taken: Sequence[Argument]) -> bool:
        """Tell whether what stands behind pairs is the next parameter's, not a motor that lacks its position."""
        kind, is_last = parameter.type, parameter is self.command.positional[-1]
        if not isinstance(kind, PairsType) or is_last or len(taken) % 2 == 0:
            return False
        return not kind.first.fits(taken[-1], self.session) and not isinstance(taken[-1].fault, NameError)

    def _put(self, parameter: Parameter, taken: list[Argument]) -> None:
        kind = parameter.type
        if isinstance(kind, PairsType):
            self.bound[parameter.name] = self._pairs(kind, taken)
        elif kind is not None and kind.takes_rest and self.command.syntax is not Syntax.RAW:
            taken = [part for argument in taken for part in _spread(kind, argument)]
            self.bound[parameter.name] = tuple(self._convert(parameter, argument) for argument in taken)
        else:
            self.bound[parameter.name] = self._convert(parameter, taken[0])

    def _pairs(self, kind: PairsType, taken: list[Argument]) -> tuple[tuple[Any, Any], ...]:
        taken = [part for argument in taken for part in _spread(kind, argument)]
        pairs = []
        for first, second in zip(taken[::2], taken[1::2]):
            motor = self._checked("motor", kind.first, first)
            pairs.append((motor, self._checked("position", kind.second, second)))
        if len(taken) % 2:
            motor = self._checked("motor", kind.first, taken[-1])  # an unknown motor is the better news
            raise self._usage(f"position of {motor.name} is missing" + _glued_text(taken))
        return tuple(pairs)

    def _convert(self, parameter: Parameter, argument: Argument) -> Any:
        assert parameter.type is not None
        return self._checked(parameter.name, parameter.type, argument)

    def _checked(self, name: str, kind: ArgumentType, argument: Argument) -> Any:
        try:
            value = kind.convert(argument, self.session, self.prior)
        except UsageError as error:
            raise UsageError(
                f"{self.command.name}: {name}: {error.message}", hint=error.hint or self.command.usage
            ) from error.__cause__
        self.prior.append(value)
        return value

    # -- key=value ---------------------------------------------------------------------------------

    def _put_metadata(self, keywords: dict[str, Argument]) -> None:
        if keywords and self.command.metadata is not None:
            literal = self.command.syntax is Syntax.WORDS
            self.bound[self.command.metadata.name] = {
                key: argument.word() if literal else self._keyword_value(key, argument)
                for key, argument in keywords.items()
            }

    def _refuse_unknown(self, keywords: dict[str, Argument]) -> None:
        if not keywords or self.command.metadata is not None:
            return
        key, argument = next(iter(keywords.items()))
        problem = f"it takes no {key}={argument.text}"
        if key in self.session.devices:
            problem += f"; write {key} {argument.text}"
        raise self._usage(problem)

    def _keyword_value(self, key: str, argument: Argument) -> Any:
        if isinstance(argument.fault, NameError):
            return argument.word()  # sample=gold: a bare word is text
        try:
            value = argument.evaluate()
            return value.name if is_device(value) else value
        except UsageError as error:
            raise UsageError(f"{self.command.name}: {key}: {error.message}", hint=error.hint) from error


def _spread(kind: ArgumentType, argument: Argument) -> list[Argument]:
    """Take a list or tuple of devices apart: ``ct 1 [det, mon]``, ``wa([th, tth])``."""
    if kind.literal and argument.text[:1] not in "[(":
        return [argument]
    value = argument.value_or_none()
    if isinstance(value, list | tuple):
        return [Argument.given(part) for part in value]
    return [argument]


def _literal(text: str) -> Argument:
    """Return the argument glued to an option: a number, or a word."""
    try:
        value: Any = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = text
    return Argument(text, lambda: value)


def _missing_text(missing: Sequence[str]) -> str:
    *first, last = missing
    names = f"{', '.join(first)} and {last}" if first else last
    return f"{names} {'are' if first else 'is'} missing"


def _glued_text(arguments: Sequence[Argument]) -> str:
    """Say so where blanks around an operator made two arguments one."""
    for argument in arguments:
        if " - " in argument.text or " + " in argument.text:
            return f" ({argument.text} is one argument; write the sign next to its number for two)"
    return ""
