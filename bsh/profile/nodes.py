"""YAML text -> a tree of values that know where they were written.

Owns the reading of YAML: syntax errors, keys written twice, merge keys and anchors. Knows nothing of what
a profile may contain.

The scalars are those of YAML 1.1, which users' ``devices.yml`` files are written for, less its traps:
``1e3`` is a number, ``12:30`` and ``2026-01-31`` are text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from .position import Position
from .problem import Problem

__all__ = ["Entry", "ListNode", "MapNode", "Node", "ScalarNode", "parse"]

_PREFIX = "tag:yaml.org,2002:"
_INT = re.compile(r"^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+)$")
_FLOAT = re.compile(
    r"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)


class _Composer(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C where installed
    """Text -> PyYAML's nodes, with our scalars."""


_REPLACED = {f"{_PREFIX}{kind}" for kind in ("int", "float", "timestamp")}
_Composer.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Composer.add_implicit_resolver(f"{_PREFIX}int", _INT, list("-+0123456789"))
_Composer.add_implicit_resolver(f"{_PREFIX}float", _FLOAT, list("-+0123456789."))


class ScalarNode(NamedTuple):
    """A single value; ``text`` is what was written."""

    value: Any
    text: str
    position: Position

    def plain(self) -> Any:
        """Return the value."""
        return self.value

    def describe(self) -> str:
        """Say what this is, for the sentence "found ..."."""
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            word = str(self.value).lower()
            return word if self.text.lower() == word else f"{self.text}, which YAML reads as {word}"
        if isinstance(self.value, int | float):
            return f"the number {self.text}"
        return repr(self.value)


class ListNode(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    position: Position

    def plain(self) -> list[Any]:
        """Return the list of plain values."""
        return [item.plain() for item in self.items]

    def describe(self) -> str:
        """Say what this is, for the sentence "found ..."."""
        return "a list"


class MapNode(NamedTuple):
    """A mapping; its keys are texts."""

    entries: dict[str, Entry]
    position: Position

    def plain(self) -> dict[str, Any]:
        """Return the dictionary of plain values."""
        return {key: entry.value.plain() for key, entry in self.entries.items()}

    def describe(self) -> str:
        """Say what this is, for the sentence "found ..."."""
        return "a mapping (key: value)"

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None where the key is missing."""
        entry = self.entries.get(key)
        return entry.value if entry else None


Node: TypeAlias = ScalarNode | ListNode | MapNode


class Entry(NamedTuple):
    """A value of a mapping and where its key stands."""

    position: Position
    value: Node


def parse(text: str, file: Path, problems: list[Problem]) -> Node | None:
    """Read one YAML document.

    Parameters
    ----------
    text : str
        What the file holds.
    file : Path
        Its name, for positions.
    problems : list of Problem
        Gets what is wrong with the YAML itself.

    Returns
    -------
    Node or None
        None where the text is not YAML at all, or holds nothing.
    """
    try:
        root = yaml.compose(text, Loader=_Composer)
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error, text, file))
        return None
    return None if root is None else _Reader(file, problems).read(root)


class _Reader:
    """PyYAML's nodes -> ours, one file."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        self._file = file
        self._problems = problems
        self._scalars: Any = yaml.constructor.SafeConstructor()
        self._open: set[int] = set()  # containers being read: an anchor inside itself has no end

    def read(self, node: Any) -> Node:
        position = self._position(node)
        if isinstance(node, yaml.ScalarNode):
            return ScalarNode(self._scalar(node, position), node.value, position)
        if id(node) in self._open:
            self._report(position, "an anchor that contains itself", "write the values out")
            return ScalarNode(None, "", position)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return ListNode(tuple(self.read(item) for item in node.value), position)
            return MapNode(self._entries(node), position)
        finally:
            self._open.discard(id(node))

    def _entries(self, node: Any) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            position = self._position(key_node)
            if key_node.tag == f"{_PREFIX}merge":
                merged = self._merge(value_node, merged)
                continue
            key = self._key(key_node, position)
            value = self.read(value_node)
            if key is None:
                continue
            if key in entries:
                first = entries[key].position
                self._report(
                    position,
                    f"the key '{key}' a second time",
                    f"it stands in line {first.line} already: keep one",
                )
                continue
            entries[key] = Entry(position, value)
        return merged | entries

    def _merge(self, node: Any, merged: dict[str, Entry]) -> dict[str, Entry]:
        """Return the entries that ``<<:`` brings; earlier ones win, as YAML's merge keys say."""
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for source in sources:
            read = self.read(source)
            if isinstance(read, MapNode):
                merged = read.entries | merged
            else:
                self._report(
                    read.position,
                    f"{read.describe()} after '<<:'",
                    "write an alias of a mapping, such as <<: *motor",
                )
        return merged

    def _key(self, node: Any, position: Position) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._report(position, "a key that is not a word", "write 'name: value'")
            return None
        value = self._scalar(node, position)
        if isinstance(value, str):
            return value
        found = ScalarNode(value, node.value, position).describe()
        self._report(position, f"{found} as a key", f'write it in quotes: "{node.value}":')
        return None

    def _scalar(self, node: Any, position: Position) -> Any:
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self._report(
                position,
                f"'{node.tag} {node.value}', which is not plain YAML",
                "write a text, a number, true or false",
            )
            return None

    def _position(self, node: Any) -> Position:
        return Position(self._file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _report(self, position: Position, found: str, instead: str) -> None:
        self._problems.append(Problem(position, f"found {found}", instead))


def _syntax_problem(error: yaml.YAMLError, text: str, file: Path) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    lines = text.splitlines()
    written = lines[line] if line < len(lines) else ""
    context = getattr(error, "context", None)
    found = f"not YAML: {what}" + (f" {context}" if context else "")
    return Problem(Position(file, line + 1, column + 1), found, _syntax_advice(what, written))


def _syntax_advice(what: str, written: str) -> str:
    if written[: len(written) - len(written.lstrip())].count("\t"):
        return "write blanks instead of the tab at the start of the line"
    if "mapping values are not allowed" in what:
        return "write a text that holds ': ' in quotes"
    if "cannot start any token" in what:
        return "write a text that starts with @, ` or % in quotes"
    if "another document" in what:
        return "keep one document a file: take the line '---' out"
    return "look at brackets, quotes and indentation here and in the line above"
