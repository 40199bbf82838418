# mypy: disallow-untyped-calls=False, disallow-untyped-decorators=False
# IPython's methods carry no annotations.
"""What TAB offers after a command: motors, counters, options, positions.

Owns one matcher for IPython. It looks at names, classes and cached values only: TAB never talks to hardware,
so it never hangs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bsh.commands import Command, Syntax, movable_names, readable_names, split_words
from bsh.commands.argument_types import NamesType, PairsType
from bsh.commands.statements import statements
from bsh.devices.traversal import labels_of
from bsh.session import Session

__all__ = ["Completions", "command_matcher", "complete"]

IDENTIFIER = "bsh.commands"
_FRAGMENT = re.compile(r"(?:--?[A-Za-z]*|[\w.]*)\Z")


@dataclass(frozen=True)
class Completions:
    """What may stand in the place of the last word.

    Attributes
    ----------
    fragment : str
        The part of the word that is typed already.
    words : tuple of str
        What it may become, the likeliest first.
    """

    fragment: str
    words: tuple[str, ...]


def complete(line: str, session: Session, namespace: Mapping[str, Any]) -> Completions | None:
    """Return what may follow, or None where the last statement of ``line`` is no command.

    Parameters
    ----------
    line : str
        The line up to the cursor.
    session : Session
        Whose devices and commands are offered.
    namespace : mapping
        The names at the prompt.

    Examples
    --------
    >>> complete("mv t", session, {}).words  # doctest: +SKIP
    ('th', 'tth')
    """
    statement = _last_statement(line)
    name, blank, rest = statement.partition(" ")
    if not blank or name.removeprefix("%") not in session.registry:
        return None
    command = session.registry[name.removeprefix("%")]
    if command.syntax is Syntax.RAW:
        return Completions("", ())
    fragment_found = _FRAGMENT.search(rest)
    fragment = fragment_found.group() if fragment_found else ""
    before = [word.text for word in split_words(rest[: len(rest) - len(fragment)], command.syntax)]
    if fragment.startswith("-"):
        offered: Iterable[str] = command.options
    elif "." in fragment:
        offered = _attributes(fragment, session, namespace)
    else:
        offered = _arguments(command, before, session, namespace)
    words = tuple(dict.fromkeys(word for word in offered if word.startswith(fragment)))
    return Completions(fragment, words)


def _last_statement(line: str) -> str:
    spans = list(statements(line))
    if not spans:
        return ""
    return line[spans[-1].start :].lstrip()


def _arguments(
    command: Command, before: list[str], session: Session, namespace: Mapping[str, Any]
) -> Iterable[str]:
    placed = [word for word in before if not word.startswith("-") or word[1:2].isdigit()]
    kinds = [parameter.type for parameter in command.positional if parameter.type is not None]
    if not kinds:
        return ()
    index = min(len(placed), len(kinds) - 1)
    kind = kinds[index]
    if len(placed) > index and not kind.takes_rest:
        return ()
    if isinstance(kind, PairsType):
        kind = kind.first if (len(placed) - index) % 2 == 0 else kind.second
    if kind.completes == "motors":
        motors = movable_names(session)
        return [*motors, *_labels(session)] if isinstance(kind, NamesType) else motors
    if kind.completes == "counters":
        return [name for name in readable_names(session) if name not in placed]
    if kind.literal:
        return ()
    present = _present(placed[-1:], session) if kind.completes == "position" else ()
    following = kinds[index + 1] if index + 1 < len(kinds) else None
    optional = not command.positional[index].required
    skipped = readable_names(session) if optional and following and following.completes == "counters" else ()
    return [*present, *skipped, *_numbers(namespace), *movable_names(session)]


def _present(before: list[str], session: Session) -> list[str]:
    """Return the cached position of the motor before the cursor; a property would ask the hardware."""
    device = session.devices.get(before[0]) if before else None
    value = vars(device).get("_position") if device is not None and hasattr(device, "__dict__") else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    precision = vars(device).get("precision")
    return [f"{value:.{precision if isinstance(precision, int) and precision >= 0 else 4}f}"]


def _numbers(namespace: Mapping[str, Any]) -> list[str]:
    return [
        name
        for name, value in namespace.items()
        if not name.startswith("_") and isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _labels(session: Session) -> list[str]:
    return sorted({label for device in session.devices.values() for label in labels_of(device)})


def _attributes(fragment: str, session: Session, namespace: Mapping[str, Any]) -> list[str]:
    """Return attributes of a device by its class and instance dict; nothing is looked up on it."""
    base, *middle, _ = fragment.split(".")
    found = namespace.get(base, session.devices.get(base))
    for name in middle:
        found = vars(found).get(name) if hasattr(found, "__dict__") else None
    if found is None:
        return []
    stem = ".".join([base, *middle])
    names = {*dir(type(found)), *(vars(found) if hasattr(found, "__dict__") else ())}
    return [f"{stem}.{name}" for name in sorted(names) if not name.startswith("_")]


def command_matcher(session: Session, namespace: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return the matcher for IPython's completer.

    Parameters
    ----------
    session : Session
        Whose devices and commands are offered.
    namespace : mapping
        The names at the prompt.
    """
    from IPython.core.completer import SimpleCompletion, context_matcher

    @context_matcher(identifier=IDENTIFIER, priority=100)
    def matcher(context: Any) -> Any:
        session.complete()  # at the first prompt devices may still be on their way
        line = context.full_text.split("\n")[context.cursor_line][: context.cursor_position]
        found = complete(line, session, namespace)
        if found is None:
            return {"completions": [], "suppress": False}
        return {
            "completions": [SimpleCompletion(word) for word in found.words],
            "matched_fragment": found.fragment,
            "suppress": True,
            "ordered": True,
        }

    found: Callable[[Any], Any] = matcher
    return found
