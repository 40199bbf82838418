"""The rest of a command's usage behind the cursor, and what a complete line will take.

Owns the words and the place of the text. It looks at what is typed and at declarations only: nothing is evaluated and no
device is asked, at every key.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from prompt_toolkit.formatted_text import fragment_list_width
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from bsh.commands import Command, CommandRunner, Parameter, Syntax, split_words
from bsh.commands.argument_types import PairsType
from bsh.commands.columns import format_duration
from bsh.session import Session
from bsh.shell.completion import last_statement

__all__ = ["UsageHint", "usage_hint"]

STYLE = "fg:ansibrightblack"
_PYTHON = frozenset("=+/%.,)<>!&|^:@")
"""What follows a name in Python, and no command: ``mv = 3``."""


class UsageHint(Processor):
    """Shows the hint behind the last line that is typed.

    Parameters
    ----------
    session : Session
        Whose commands.
    namespace : mapping
        The names at the prompt.
    prompt : callable
        Returns the prompt, which takes room as well.
    """

    def __init__(self, session: Session, namespace: Mapping[str, Any], prompt: Callable[[], str]) -> None:
        self._session = session
        self._prompt = prompt
        self._namespace = namespace
        self._last = ("", "")

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return the line with the hint behind it, where there is room."""
        fragments, document = transformation_input.fragments, transformation_input.document
        is_last = transformation_input.lineno == document.line_count - 1
        if not self._session.is_complete:  # what it takes is not loaded yet
            return Transformation(fragments)
        if not is_last or not document.is_cursor_at_the_end or not document.text:
            return Transformation(fragments)
        hint = self._hint(document.current_line_before_cursor)
        room = transformation_input.width - fragment_list_width(fragments) - len(self._prompt()) - 3
        _, arrow, cost = hint.partition("→")
        fitting = [text for text in (hint, arrow + cost) if text and len(text) <= room]
        return Transformation([*fragments, (STYLE, f"  {fitting[0]}")] if fitting else fragments)

    def _hint(self, line: str) -> str:
        if self._last[0] != line:  # a line is drawn again every second
            self._last = (line, usage_hint(line, self._session, self._namespace))
        return self._last[1]


def usage_hint(line: str, session: Session, namespace: Mapping[str, Any]) -> str:
    """Return what is still to be typed after a line, and what it will take.

    Parameters
    ----------
    line : str
        Up to the cursor.
    session : Session
        Whose commands.
    namespace : mapping
        The names at the prompt.

    Examples
    --------
    >>> usage_hint("ascan th -1 1 ", session, {})  # doctest: +SKIP
    'intervals seconds [counters...]'
    """
    statement = last_statement(line)
    name, blank, rest = statement.partition(" ")
    name = name.removeprefix("%")
    if not blank or name not in session.registry:
        return ""
    if not isinstance(namespace.get(name, CommandRunner), CommandRunner | type):
        return ""
    command = session.registry[name]
    if rest.lstrip()[:1] in _PYTHON:
        return ""
    words = split_words(rest, command.syntax)
    if any(word.problem for word in words):
        return ""
    placed = [word.text for word in words if not word.option and word.keyword is None]
    if command.syntax is Syntax.RAW:
        placed = []
    missing = _missing(command, len(placed))
    cost = "" if any(not shown.startswith("[") for shown in missing) else _cost(command, placed)
    return "  ".join(part for part in (" ".join(missing), cost) if part)


def _missing(command: Command, given: int) -> list[str]:
    """Return the placeholders of what is not typed yet."""
    shown: list[str] = []
    for place, parameter in enumerate(command.positional):
        kind = parameter.type
        if isinstance(kind, PairsType):
            return _missing_of_pairs(parameter, given - place)
        if place >= given:
            shown.append(parameter.placeholder)
    return shown


def _missing_of_pairs(parameter: Parameter, given: int) -> list[str]:
    if given <= 0:
        return [parameter.placeholder]
    return ["position", "[motor position...]"] if given % 2 else []


def _cost(command: Command, placed: list[str]) -> str:
    """Return points and time of a scan whose numbers are all typed as numbers."""
    points, seconds, found = 1, None, False
    for parameter, text in zip(command.positional, placed):
        if parameter.name.startswith("intervals") or parameter.name == "points":
            number = _number(text)
            if number is None:
                return ""
            points *= int(number) + (parameter.name != "points")
            found = True
        elif parameter.name == "seconds":
            seconds = _number(text)
    if not found or command.group != "scan":
        return ""
    from bsh.plans.spec.arguments import MOST_POINTS

    if points > MOST_POINTS:
        return f"→ {points:,} points are too many"
    time = f", at least {format_duration(points * seconds)}" if seconds is not None and seconds > 0 else ""
    return f"→ {points:,} points{time}"


def _number(text: str) -> float | None:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and abs(value) < 1e15 else None
