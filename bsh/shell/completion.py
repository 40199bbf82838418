"""What TAB offers after a command: motors, counters, options, positions.

Looks at names, classes and cached values only: TAB never talks to hardware,
so it never hangs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bsh.commands import ArgumentType, Command, Syntax, movable_names, readable_names, split_words
from bsh.commands.argument_types import NamesType, PairsType
from bsh.commands.statements import statements
from bsh.devices.traversal import labels_of
from bsh.session import Session

__all__ = ["Completions", "complete", "expected", "last_statement"]

_FRAGMENT = re.compile(r"(?:--?[A-Za-z]*|-[\d.]*|[\w.]*)\Z")
_PATH = re.compile(r"\S*\Z")


@dataclass(frozen=True)
class Completions:
    """What may stand in the place of the last word.

    Attributes
    ----------
    fragment : str
        The part of the word that is typed already.
    words : tuple of str
        What it may become, the likeliest first.
    notes : mapping
        For some of the words, what they are: ``now``, ``cen``, ``low limit``.
    """

    fragment: str
    words: tuple[str, ...]
    notes: Mapping[str, str] = field(default_factory=dict)


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
    statement = last_statement(line)
    name, blank, rest = statement.partition(" ")
    if not blank or name.removeprefix("%") not in session.registry:
        return None
    command = session.registry[name.removeprefix("%")]
    if command.syntax is Syntax.RAW:
        return _of_a_line(command, rest, session, namespace)
    path, before = _cut(_PATH, rest, command)
    kind, placed = expected(command, before)
    if kind is not None and kind.completes == "files" and not path.startswith("-"):
        return Completions(path, tuple(_files(path)))
    fragment, before = _cut(_FRAGMENT, rest, command)
    kind, placed = expected(command, before)
    if fragment[:1] == "-" or "." not in fragment or fragment[:1].isdigit():
        values = _values(kind, placed, session)
        offered = [*values, *_arguments(command, kind, placed, session, namespace)]
        if fragment.startswith("-"):
            offered += command.options
    else:
        values, offered = {}, _attributes(fragment, session, namespace)
    words = tuple(dict.fromkeys(word for word in offered if word.startswith(fragment)))
    return Completions(fragment, words, values)


def _cut(end: re.Pattern[str], rest: str, command: Command) -> tuple[str, list[str]]:
    """Return the part of the last word that is typed already, and the words before it."""
    found = end.search(rest)
    fragment = found.group() if found else ""
    return fragment, [word.text for word in split_words(rest[: len(rest) - len(fragment)], command.syntax)]


def _of_a_line(
    command: Command, rest: str, session: Session, namespace: Mapping[str, Any]
) -> Completions | None:
    """Complete a line within a line: ``dry ascan th``; nothing in free text."""
    kind = command.positional[0].type if command.positional else None
    if kind is None or kind.completes != "lines":
        return Completions("", ())
    inner = rest.lstrip()
    if " " in inner:
        return complete(inner, session, namespace)
    return Completions(
        inner, tuple(name for name in sorted(session.registry.names) if name.startswith(inner))
    )


def expected(command: Command, before: list[str]) -> tuple[ArgumentType | None, list[str]]:
    """Return what the next word is, and the words before it that are no options.

    Parameters
    ----------
    command : Command
        What is typed.
    before : list of str
        The words after its name.
    """
    placed = [word for word in before if not word.startswith("-") or word[1:2].isdigit() or word[1:2] == "."]
    kinds = [parameter.type for parameter in command.positional if parameter.type is not None]
    if not kinds:
        return None, placed
    index = min(len(placed), len(kinds) - 1)
    kind = kinds[index]
    if len(placed) > index and not kind.takes_rest:
        return None, placed
    if isinstance(kind, PairsType):
        kind = kind.first if (len(placed) - index) % 2 == 0 else kind.second
    return kind, placed


def last_statement(line: str) -> str:
    """Return the statement that the cursor is in.

    Parameters
    ----------
    line : str
        The line up to the cursor.
    """
    spans = list(statements(line))
    if not spans:
        return ""
    return line[spans[-1].start :].lstrip()


def _arguments(
    command: Command,
    kind: ArgumentType | None,
    placed: list[str],
    session: Session,
    namespace: Mapping[str, Any],
) -> Iterable[str]:
    if kind is None:
        return ()
    if kind.completes == "motors":
        motors = movable_names(session)
        return [*motors, *_labels(session)] if isinstance(kind, NamesType) else motors
    if kind.completes == "counters":
        return [name for name in readable_names(session) if name not in placed]
    if kind.completes == "commands":
        return sorted(session.registry.names)
    if kind.literal:
        return ()
    return [*_skipped(command, placed, session), *_numbers(namespace), *movable_names(session)]


def _skipped(command: Command, placed: list[str], session: Session) -> list[str]:
    """Return the counters that may stand in place of an optional number: ``ct det``."""
    index = min(len(placed), len(command.positional) - 1)
    following = command.positional[index + 1 : index + 2]
    if command.positional[index].required or not following or following[0].type is None:
        return []
    return readable_names(session) if following[0].type.completes == "counters" else []


def _values(kind: ArgumentType | None, placed: list[str], session: Session) -> dict[str, str]:
    """Return positions that the motor before the cursor may be sent to, each with what it is; cached ones only."""
    if kind is None or kind.completes != "position":
        return {}
    name = next((word for word in reversed(placed) if word in session.devices), "")
    device = session.devices.get(name) or session.aliases.get(name)
    cached = vars(device) if hasattr(device, "__dict__") else {}
    precision = cached.get("precision")
    digits = precision if isinstance(precision, int) and precision >= 0 else 4
    found = [("now", cached.get("_position"))]
    if session.last_peak is not None:
        axis, numbers = session.last_peak.cached()
        if axis == getattr(device, "name", None):
            found += [(what, numbers.get(what)) for what in ("cen", "peak", "com")]
    found += session.positions.presets(str(cached.get("name", name))).items()
    found += [("before", place) for place in session.journal.last_places(str(cached.get("name", name)))]
    found += zip(("low limit", "high limit"), _cached_limits(cached))
    values: dict[str, str] = {}
    for what, value in found:
        if isinstance(value, int | float) and not isinstance(value, bool):
            text = f"{value:.{digits}f}"
            values[text] = f"{values[text]}, {what}" if text in values else what
    return values


def _cached_limits(cached: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the limits that a device keeps, or those that came with its setpoint; nothing is asked for."""
    limits = cached.get("_limits")
    if not (isinstance(limits, tuple) and len(limits) == 2):
        signals = cached.get("_signals")
        setpoint = signals.get("user_setpoint") if isinstance(signals, dict) else None
        known = getattr(setpoint, "_metadata", None)
        known = known if isinstance(known, dict) else {}
        limits = (known.get("lower_ctrl_limit"), known.get("upper_ctrl_limit"))
    return (None, None) if limits[0] == limits[1] else limits


def _files(fragment: str) -> list[str]:
    """Return the files and folders that a path may become."""
    folder, _, start = fragment.rpartition("/")
    base = Path(f"{folder}/" if folder or fragment.startswith("/") else ".").expanduser()
    try:
        entries = sorted(base.iterdir())
    except OSError:
        return []
    stem = fragment[: len(fragment) - len(start)]
    shown = [entry for entry in entries if entry.name.startswith(start) and (start or entry.name[:1] != ".")]
    return [f"{stem}{entry.name}{'/' if entry.is_dir() else ''}" for entry in shown]


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
