"""A happi database (JSON) as devices of a profile.

Owns what an entry of happi means: ``device_class``, ``args`` and ``kwargs`` with ``{{field}}`` templates, ``active``. Needs no
happi: the file is read as it is. Facts about the format: happi 3.
"""

from __future__ import annotations

import re

from .kinds import Reading
from .nodes import Entry, ListNode, MapNode, Node, ScalarNode
from .position import Position
from .problem import one_of

__all__ = ["is_happi", "selected", "with_happi_devices"]

_TEMPLATE = re.compile(r"\{\{\s*(?P<field>[^\W\d]\w*)\s*\}\}")
_LABELS = ("functional_group", "location_group")
"""Fields of happi that say to which group a device belongs."""


def is_happi(root: MapNode) -> bool:
    """Whether a tree is a happi database: every entry is a mapping with a ``device_class``."""
    entries = [entry.value for entry in root.entries.values()]
    return bool(entries) and all(
        isinstance(one, MapNode) and "device_class" in one.entries for one in entries
    )


def selected(root: MapNode, query: str, asked: Position, reading: Reading) -> MapNode:
    """Return the entries of a database that a query wants, such as ``beamline=EH1&functional_group=sample``.

    Parameters
    ----------
    root : MapNode
        The database.
    query : str
        Fields and their values; an entry has to have all of them. Nothing for all entries.
    asked : Position
        Where it was asked.
    reading : Reading
        Gets what cannot be found.
    """
    entries = dict(root.entries)
    for part in filter(None, query.split("&")):
        field, _, value = part.partition("=")
        having = {name: _text(entry.value, field) for name, entry in entries.items()}
        entries = {name: entry for name, entry in entries.items() if having[name] == value}
        if not entries:
            known = one_of(sorted({text for text in having.values() if text is not None}))
            instead = f"write one of {known}" if known else "write a field that the entries have"
            reading.report(asked, f"found no entry with '{part}' in the database", instead)
            break
    return MapNode(entries, root.position)


def _text(entry: Node, field: str) -> str | None:
    value = _plain(entry.get(field)) if isinstance(entry, MapNode) else None
    return None if value is None else str(value)


def with_happi_devices(root: MapNode, reading: Reading) -> MapNode:
    """Return a profile's tree with the devices of a happi database.

    Parameters
    ----------
    root : MapNode
        The database, as :func:`is_happi` knows it.
    reading : Reading
        Gets what cannot be taken over.
    """
    classes: dict[str, tuple[Entry, list[Node]]] = {}
    for entry in root.entries.values():
        item = entry.value
        if not isinstance(item, MapNode) or _plain(item.get("active")) is False:
            continue
        factory = item.entries["device_class"]
        name = _plain(factory.value)
        if not isinstance(name, str) or not name:
            reading.wrong(factory.value, "device_class", "the dotted name of a class")
            continue
        dotted = name.replace(":", ".")
        classes.setdefault(dotted, (factory, []))[1].append(_device(item, reading))
    devices = {
        name: Entry(entry.position, ListNode(tuple(items), entry.position))
        for name, (entry, items) in classes.items()
    }
    return MapNode({"devices": Entry(root.position, MapNode(devices, root.position))}, root.position)


def _device(item: MapNode, reading: Reading) -> MapNode:
    keywords: dict[str, Entry] = {}
    args = item.get("args")
    for node in args.items if isinstance(args, ListNode) else ():
        match = _TEMPLATE.fullmatch(str(_plain(node)))
        if match is None:
            reading.wrong(
                node, "args", 'a template such as "{{prefix}}"; other values go into kwargs, by name'
            )
            continue
        keywords[match["field"]] = Entry(node.position, _filled(node, item, reading))
    kwargs = item.get("kwargs")
    for key, entry in kwargs.entries.items() if isinstance(kwargs, MapNode) else ():
        keywords[key] = Entry(entry.position, _filled(entry.value, item, reading))
    if "name" not in keywords and "name" in item.entries:
        keywords["name"] = item.entries["name"]
    groups = [item.get(field) for field in _LABELS]
    labels = tuple(
        node for node in groups if node is not None and isinstance(_plain(node), str) and _plain(node)
    )
    if labels and "labels" not in keywords:
        keywords["labels"] = Entry(labels[0].position, ListNode(labels, labels[0].position))
    return MapNode(keywords, item.position)


def _filled(node: Node, item: MapNode, reading: Reading) -> Node:
    """Put the fields of an entry in the place of its templates."""
    if isinstance(node, ListNode):
        return ListNode(tuple(_filled(one, item, reading) for one in node.items), node.position)
    if isinstance(node, MapNode):
        filled = {
            key: Entry(entry.position, _filled(entry.value, item, reading))
            for key, entry in node.entries.items()
        }
        return MapNode(filled, node.position)
    if not isinstance(node.value, str) or "{{" not in node.value:
        return node
    whole = _TEMPLATE.fullmatch(node.value)
    if whole is not None and whole["field"] in item.entries:
        return item.entries[whole["field"]].value
    missing = [field for field in _TEMPLATE.findall(node.value) if field not in item.entries]
    text = _TEMPLATE.sub(lambda match: str(_plain(item.get(match["field"]))), node.value)
    if missing or "{{" in text:
        reading.wrong(
            node, "a template", "{{field}} with a field of the same entry, and nothing else in the braces"
        )
    return ScalarNode(text, text, node.position)


def _plain(node: Node | None) -> object:
    return None if node is None else node.plain()
