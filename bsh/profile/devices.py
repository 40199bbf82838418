"""Reading the key ``devices``: dotted class or factory -> list of keywords, as guarneri and apsbits have it.

Owns the shape of device entries, ``$name`` references between them, and the order in which devices have to
be made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from .kinds import NameUse, Reading
from .model import DeviceRef, DeviceSpec
from .nodes import ListNode, MapNode, Node, ScalarNode
from .position import Position

__all__ = ["construction_order", "read_devices", "references"]

_REFERENCE = re.compile(r"\$(?P<name>[^\W\d]\w*)(?:\.(?P<attribute>[^\W\d]\w*(?:\.[^\W\d]\w*)*))?")


def read_devices(node: Node | None, reading: Reading) -> list[DeviceSpec]:
    """Read all device entries.

    Parameters
    ----------
    node : Node or None
        The value of ``devices``.
    reading : Reading
        Gets problems and the ``$name`` references as uses.

    Returns
    -------
    list of DeviceSpec
        In the order of the file.
    """
    if node is None or (isinstance(node, ScalarNode) and node.value is None):
        return []
    if not isinstance(node, MapNode):
        reading.wrong(node, "devices", "classes, each with a list of keywords")
        return []
    specs: list[DeviceSpec] = []
    for factory, entry in node.entries.items():
        specs.extend(_entries(factory, entry.position, entry.value, reading))
    return specs


def _entries(factory: str, position: Position, node: Node, reading: Reading) -> Iterable[DeviceSpec]:
    if isinstance(node, ScalarNode) and node.value is None:
        return
    if not isinstance(node, ListNode):
        reading.wrong(node, factory, "a list of keywords, one entry a device: - {name: ...}")
        return
    for item in node.items:
        if isinstance(item, MapNode):
            yield _spec(factory, position, item, reading)
        else:
            reading.wrong(item, factory, "the keywords of a device: {name: ...}")


def _spec(factory: str, position: Position, node: MapNode, reading: Reading) -> DeviceSpec:
    name_node = node.get("name")
    name: str | None = None
    if name_node is not None:
        if isinstance(name_node, ScalarNode) and isinstance(name_node.value, str) and name_node.value:
            name = name_node.value
        else:
            reading.wrong(name_node, "name", "a name, in quotes where YAML takes it for something else")
    keywords: dict[str, Any] = {}
    for key, entry in node.entries.items():
        if key != "labels":
            keywords[key] = _value(entry.value, f"{name or factory}: {key}", reading)
    return DeviceSpec(
        factory=factory,
        name=name,
        keywords=MappingProxyType(keywords),
        labels=_labels(node.get("labels"), reading),
        position=name_node.position if name_node is not None else node.position,
        factory_position=position,
        keyword_positions=MappingProxyType({key: entry.position for key, entry in node.entries.items()}),
    )


def _labels(node: Node | None, reading: Reading) -> tuple[str, ...]:
    if node is None or (isinstance(node, ScalarNode) and node.value is None):
        return ()
    items = node.items if isinstance(node, ListNode) else ()
    labels = tuple(
        item.value
        for item in items
        if isinstance(item, ScalarNode) and isinstance(item.value, str) and item.value
    )
    if not isinstance(node, ListNode) or len(labels) != len(items):
        reading.wrong(node, "labels", "a list of words: [motors, sample]")
    return labels


def _value(node: Node, where: str, reading: Reading) -> Any:
    """Return a plain value in which ``$name`` is a DeviceRef and ``$$name`` the text ``$name``."""
    if isinstance(node, MapNode):
        return {key: _value(entry.value, where, reading) for key, entry in node.entries.items()}
    if isinstance(node, ListNode):
        return [_value(item, where, reading) for item in node.items]
    if not isinstance(node.value, str) or not node.value.startswith("$"):
        return node.value
    if node.value.startswith("$$"):
        return node.value[1:]
    match = _REFERENCE.fullmatch(node.value)
    if match is None:
        return node.value  # such as $(P)m1: somebody else's macro
    ref = DeviceRef(match["name"], match["attribute"] or "", node.position)
    reading.uses.append(NameUse(ref, where))
    return ref


def references(value: Any) -> Iterable[DeviceRef]:
    """Yield every reference inside a keyword's value."""
    if isinstance(value, DeviceRef):
        yield value
    elif isinstance(value, dict | MappingProxyType):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references(item)


def construction_order(specs: Sequence[DeviceSpec], reading: Reading) -> list[DeviceSpec]:
    """Sort devices so that each comes after those that it refers to; otherwise the file's order stays.

    Parameters
    ----------
    specs : sequence of DeviceSpec
        Any order.
    reading : Reading
        Gets a problem for every circle of references.
    """
    named = {spec.name: spec for spec in specs if spec.name}
    unnamed = [spec for spec in specs if spec.name is None]
    ordered: list[DeviceSpec] = []
    done: set[int] = set()
    path: list[DeviceSpec] = []

    def place(spec: DeviceSpec) -> None:
        if id(spec) in done:
            return
        if spec in path:
            circle = [one.shown_name for one in path[path.index(spec) :]] + [spec.shown_name]
            reading.report(
                spec.position, f"found a circle of references: {' -> '.join(circle)}", "take one out"
            )
            return
        path.append(spec)
        for ref in references(spec.keywords):
            if ref.name in named:
                place(named[ref.name])
            elif spec not in unnamed:  # a name that only a factory can bring
                for factory in unnamed:
                    place(factory)
        path.pop()
        if id(spec) not in done:
            done.add(id(spec))
            ordered.append(spec)

    for spec in specs:
        place(spec)
    return ordered
