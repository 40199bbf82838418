"""The kinds of value that a profile may hold: each reads a node, or says what to write instead.

Owns checking and conversion of single values. Which key takes which kind is data, in ``schema``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from .model import DeviceRef, Line
from .nodes import ListNode, MapNode, Node, ScalarNode
from .position import Position
from .problem import Problem, nearest, one_of

__all__ = [
    "Anything",
    "ByShape",
    "Choice",
    "Condition",
    "DeviceName",
    "Duration",
    "FileNamePattern",
    "FilePath",
    "Flag",
    "Json",
    "Key",
    "Kind",
    "ListOf",
    "MapOf",
    "NameUse",
    "Nullable",
    "Number",
    "Reading",
    "Record",
    "Text",
    "TextLine",
    "Whole",
]  # fmt: skip

REQUIRED: Any = object()
"""Default of a key that has to be written."""


class NameUse(NamedTuple):
    """A place that names a device, to be compared with the devices there are."""

    ref: DeviceRef
    where: str
    fatal: bool = True


class Reading:
    """What reading a profile collects besides values: problems, and the devices that are named."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.uses: list[NameUse] = []

    def report(self, position: Position, found: str, instead: str = "", *, fatal: bool = True) -> None:
        """Note a problem."""
        self.problems.append(Problem(position, found, instead, fatal))

    def wrong(self, node: Node, where: str, wanted: str) -> None:
        """Note a value of the wrong kind."""
        self.report(node.position, f"found {node.describe()} for '{where}'", f"write {wanted}")


class Kind(Protocol):
    """Reads one kind of value."""

    @property
    def wanted(self) -> str:
        """What to write, for "write ..."."""

    def read(self, node: Node, where: str, reading: Reading) -> Any:
        """Return the value; report and return None where it is of another kind."""


class Key(NamedTuple):
    """One key of a mapping.

    Parameters
    ----------
    name : str
        The key.
    kind : Kind
        What it takes.
    help : str
        One line for the reference page and the template.
    default : Any
        The value where the key is missing; ``REQUIRED`` where it must not be.
    example : str
        What somebody may write after ``name: ``, in YAML.
    adds_up : bool
        Whether the lists of included files stay in force beside this one, instead of being replaced.
    """

    name: str
    kind: Kind
    help: str
    default: Any = None
    example: str = ""
    adds_up: bool = False


class Text(NamedTuple):
    """A text that is not empty."""

    wanted: str = "a text"

    def read(self, node: Node, where: str, reading: Reading) -> str | None:
        """Return the text."""
        if isinstance(node, ScalarNode):
            if isinstance(node.value, str) and node.value.strip():
                return node.value
            if node.value is not None and not isinstance(node.value, str):
                reading.wrong(node, where, f'{self.wanted}, in quotes: "{node.text}"')
                return None
        reading.wrong(node, where, self.wanted)
        return None


class TextLine(NamedTuple):
    """A text with its place: a command line or a rule."""

    wanted: str = "a line of text"

    def read(self, node: Node, where: str, reading: Reading) -> Line | None:
        """Return text and position."""
        text = Text(self.wanted).read(node, where, reading)
        return None if text is None else Line(text, node.position)


class Condition(NamedTuple):
    """A condition about devices, with its place; one that cannot be read is not fatal, but nobody checks it."""

    wanted: str = "a condition"

    def read(self, node: Node, where: str, reading: Reading) -> Line | None:
        """Return text and position, and note the devices that are named."""
        text = Text(self.wanted).read(node, where, reading)
        if text is None:
            return None
        from bsh.devices.rule import Rule
        from bsh.errors import ProfileError

        try:
            paths = Rule(text).names
        except ProfileError as error:
            reading.report(
                node.position, f"found in '{where}': {error.message}", error.hint or "", fatal=False
            )
            paths = ()
        for path in paths:
            name, _, attribute = path.partition(".")
            reading.uses.append(NameUse(DeviceRef(name, attribute, node.position), where, fatal=False))
        return Line(text, node.position)


class FileNamePattern(NamedTuple):
    """The name of a file with keys of the metadata in braces."""

    wanted: str = "a file name pattern"

    def read(self, node: Node, where: str, reading: Reading) -> str | None:
        """Return the pattern."""
        text = Text(self.wanted).read(node, where, reading)
        if text is None:
            return None
        from string import Formatter

        try:
            fields = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError as error:
            fields, problem = [], str(error)
        else:
            problem = "braces with no key in them" if any(not name.isidentifier() for name in fields) else ""
        if problem:
            reading.report(
                node.position,
                f"found {text!r} in '{where}': {problem}",
                "write keys of the metadata in braces, such as {date}_{sample}_{scan_id:05d}",
            )
            return None
        return text


class FilePath(NamedTuple):
    """A file, relative to the folder of the profile that names it; a missing one is not fatal."""

    wanted: str = "the path of a file"

    def read(self, node: Node, where: str, reading: Reading) -> Line | None:
        """Return the path as text, and its position."""
        text = Text(self.wanted).read(node, where, reading)
        if text is None:
            return None
        from pathlib import Path

        path = node.position.file.parent / Path(text).expanduser()
        if not path.is_file():
            reading.report(
                node.position, f"found no file '{path}' for '{where}'",
                "write a path relative to this file, or make the file", fatal=False,
            )  # fmt: skip
        return Line(str(path), node.position)


class Flag(NamedTuple):
    """True or false."""

    wanted: str = "true or false"

    def read(self, node: Node, where: str, reading: Reading) -> bool | None:
        """Return the flag."""
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        reading.wrong(node, where, self.wanted)
        return None


class Number(NamedTuple):
    """A finite number."""

    wanted: str = "a number"
    minimum: float = -math.inf

    def read(self, node: Node, where: str, reading: Reading) -> float | None:
        """Return the number."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
            if math.isfinite(number) and number >= self.minimum:
                return number
        reading.wrong(node, where, self.wanted)
        return None


class Whole(NamedTuple):
    """A whole number from ``minimum`` on."""

    minimum: int = 0

    @property
    def wanted(self) -> str:
        """What to write."""
        return f"a whole number, {self.minimum} or more"

    def read(self, node: Node, where: str, reading: Reading) -> int | None:
        """Return the number."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int) and not isinstance(value, bool) and value >= self.minimum:
            return value
        reading.wrong(node, where, self.wanted)
        return None


class Choice(NamedTuple):
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def wanted(self) -> str:
        """What to write."""
        return f"one of {', '.join(self.words)}"

    def read(self, node: Node, where: str, reading: Reading) -> str | None:
        """Return the word."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, str) and value in self.words:
            return value
        near = nearest(value, self.words) if isinstance(value, str) else ""
        reading.wrong(node, where, f"'{near}' ({self.wanted})" if near else self.wanted)
        return None


_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]*)", re.IGNORECASE)
_UNIT_SECONDS = {
    "": 1.0,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
}


class Duration(NamedTuple):
    """A time span; read as seconds."""

    wanted: str = "a time such as 30 min, 90 s or 1.5 h"

    def read(self, node: Node, where: str, reading: Reading) -> float | None:
        """Return the seconds."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            match = _DURATION.fullmatch(str(value).strip())
            if match and match["unit"].lower() in _UNIT_SECONDS:
                return float(match["number"]) * _UNIT_SECONDS[match["unit"].lower()]
        reading.wrong(node, where, self.wanted)
        return None


class Anything(NamedTuple):
    """Any value, kept as it is."""

    wanted: str = "a value"

    def read(self, node: Node, where: str, reading: Reading) -> Any:
        """Return the plain value."""
        if isinstance(node, ScalarNode) and node.value is None:
            reading.wrong(node, where, self.wanted)
        return node.plain()


class Json(NamedTuple):
    """Any value that documents can carry: JSON without NaN and infinity."""

    wanted: str = "a text, a number, true, false, null, a list or a mapping"

    def read(self, node: Node, where: str, reading: Reading) -> Any:
        """Return the plain value."""
        self._check(node, where, reading)
        return node.plain()

    def _check(self, node: Node, where: str, reading: Reading) -> None:
        if isinstance(node, MapNode):
            for key, entry in node.entries.items():
                self._check(entry.value, f"{where}.{key}", reading)
        elif isinstance(node, ListNode):
            for item in node.items:
                self._check(item, where, reading)
        elif not isinstance(node.value, str | int | float | bool | None):
            reading.wrong(node, where, f"{self.wanted}: documents cannot carry {type(node.value).__name__}")
        elif isinstance(node.value, float) and not math.isfinite(node.value):
            reading.wrong(node, where, "a finite number or null")


_NAME = re.compile(r"(?P<name>[^\W\d]\w*)(?:\.(?P<attribute>[^\W\d]\w*(?:\.[^\W\d]\w*)*))?")


class DeviceName(NamedTuple):
    """The name of a device, or of a part of one."""

    wanted: str = "the name of a device, or of a part of one such as ring.current"

    def read(self, node: Node, where: str, reading: Reading) -> DeviceRef | None:
        """Return the reference, and note that it was used."""
        value = node.value if isinstance(node, ScalarNode) else None
        match = _NAME.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            reading.wrong(node, where, self.wanted)
            return None
        ref = DeviceRef(match["name"], match["attribute"] or "", node.position)
        reading.uses.append(NameUse(ref, where))
        return ref


class ListOf(NamedTuple):
    """A list of one kind."""

    item: Kind

    @property
    def wanted(self) -> str:
        """What to write."""
        return f"a list, each entry {self.item.wanted}"

    def read(self, node: Node, where: str, reading: Reading) -> tuple[Any, ...] | None:
        """Return the values that can be used."""
        if not isinstance(node, ListNode):
            single = isinstance(node, ScalarNode) and node.value is not None
            reading.wrong(node, where, f"a list: [{node.text}]" if single else self.wanted)  # type: ignore[union-attr]  # single: a ScalarNode
            return None
        values = (self.item.read(item, where, reading) for item in node.items)
        return tuple(value for value in values if value is not None)


class MapOf(NamedTuple):
    """A mapping from free keys to one kind; ``names_devices`` where the keys are devices."""

    value: Kind
    names_devices: bool = False

    @property
    def wanted(self) -> str:
        """What to write."""
        return f"a mapping, each value {self.value.wanted}"

    def read(self, node: Node, where: str, reading: Reading) -> dict[str, Any] | None:
        """Return the values that can be used."""
        if not isinstance(node, MapNode):
            reading.wrong(node, where, self.wanted)
            return None
        values: dict[str, Any] = {}
        for key, entry in node.entries.items():
            if self.names_devices:
                DeviceName().read(ScalarNode(key, key, entry.position), where, reading)
            value = self.value.read(entry.value, f"{where}.{key}", reading)
            if value is not None or isinstance(self.value, Json | Nullable):
                values[key] = value
        return values


class Nullable(NamedTuple):
    """A kind, or null."""

    kind: Kind

    @property
    def wanted(self) -> str:
        """What to write."""
        return f"{self.kind.wanted}, or null"

    def read(self, node: Node, where: str, reading: Reading) -> Any:
        """Return the value, or None."""
        if isinstance(node, ScalarNode) and node.value is None:
            return None
        return self.kind.read(node, where, reading)


class ByShape(NamedTuple):
    """One kind for a single value, another for a mapping."""

    single: Kind
    mapping: Kind

    @property
    def wanted(self) -> str:
        """What to write."""
        return f"{self.single.wanted}, or {self.mapping.wanted}"

    def read(self, node: Node, where: str, reading: Reading) -> Any:
        """Return what the kind that fits the shape reads."""
        return (self.mapping if isinstance(node, MapNode) else self.single).read(node, where, reading)


class Record(NamedTuple):
    """A mapping with fixed keys; ``open`` where further ones are kept, as plain values below ``...``."""

    keys: tuple[Key, ...]
    open: bool = False

    @property
    def wanted(self) -> str:
        """What to write."""
        return f"a mapping with {one_of(key.name for key in self.keys)}"

    def read(self, node: Node, where: str, reading: Reading) -> dict[str, Any] | None:
        """Return a value for each key, defaults for missing ones."""
        if not isinstance(node, MapNode):
            reading.wrong(node, where, self.wanted)
            return None
        known = {key.name: key for key in self.keys}
        if not self.open:
            report_unknown_keys(node, known, f"in '{where}'", reading)
        values: dict[str, Any] = {}
        for key in self.keys:
            value_node = node.get(key.name)
            if value_node is not None:
                values[key.name] = key.kind.read(value_node, f"{where}.{key.name}", reading)
            else:
                values[key.name] = None if key.default is REQUIRED else key.default
                if key.default is REQUIRED:
                    instead = f"write '{key.name}: {key.example}'"
                    reading.report(node.position, f"found no '{key.name}' in '{where}'", instead)
        if self.open:
            rest = {name: entry for name, entry in node.entries.items() if name not in known}
            values["..."] = {name: entry.value.plain() for name, entry in rest.items()}
        return values


def report_unknown_keys(
    node: MapNode, known: Mapping[str, Any] | Sequence[str], where: str, reading: Reading
) -> None:
    """Report every key that is not known, with the nearest that is."""
    for key, entry in node.entries.items():
        if key in known:
            continue
        near = nearest(key, known)
        instead = f"write '{near}'" if near else f"write one of {one_of(known, most=30)}"
        reading.report(
            entry.position, f"found the unknown key '{key}'" + (f" {where}" if where else ""), instead
        )
