"""Reading a profile with everything that it includes, merged into one tree.

Owns the search for included files, cycles, and the rule of merging: what comes later wins. Mappings are
merged key by key; lists are replaced, except those of ``devices`` and of keys that add up.
"""

from __future__ import annotations

from pathlib import Path

from .happi import is_happi, selected, with_happi_devices
from .kinds import Reading, Record
from .nodes import Entry, ListNode, MapNode, Node, ScalarNode, parse
from .position import Position
from .schema import KEYS, NAMES

__all__ = ["Source", "read_source"]

_ADDING = frozenset(
    (key.name, part.name)
    for key in KEYS
    if isinstance(key.kind, Record)
    for part in key.kind.keys
    if part.adds_up
)


class Source:
    """The merged tree of a profile and the files that it came from."""

    def __init__(self, file: Path, reading: Reading) -> None:
        self.file = file
        self.files: list[Path] = []
        self._reading = reading
        self._open: list[Path] = []
        self.root = self._read(file, Position(file)) or MapNode({}, Position(file))

    def _read(self, file: Path, asked: Position, query: str = "") -> MapNode | None:
        resolved = file.resolve()
        if resolved in self._open:
            chain = " -> ".join(path.name for path in (*self._open[self._open.index(resolved) :], resolved))
            self._reading.report(
                asked, f"found a circle of included files: {chain}", "take one 'include' out"
            )
            return None
        text = self._text(file, asked)
        if text is None:
            return None
        self._open.append(resolved)
        try:
            node = parse(text, file, self._reading.problems)
            if node is None or (isinstance(node, ScalarNode) and node.value is None):
                return MapNode({}, Position(file))
            if not isinstance(node, MapNode):
                self._reading.report(
                    node.position, f"found {node.describe()}", "write keys such as 'devices:'"
                )
                return None
            if is_happi(node):
                return with_happi_devices(selected(node, query, asked, self._reading), self._reading)
            if query:
                self._reading.report(
                    asked, f"found a query for '{file}', which is no happi database", "take '?...' out"
                )
            return self._merged(file, _with_devices(node))
        finally:
            self._open.pop()
            if resolved not in (known.resolve() for known in self.files):
                self.files.append(file)

    def _merged(self, file: Path, own: MapNode) -> MapNode:
        merged = MapNode({}, own.position)
        for name in self._includes(own):
            path, _, query = str(name.value).partition("?")
            part = self._read(file.parent / Path(path).expanduser(), name.position, query)
            if part is not None:
                merged = _merge(merged, part, ())
        return _merge(merged, own, ())

    def _includes(self, own: MapNode) -> list[ScalarNode]:
        node = own.get("include")
        if not isinstance(node, ListNode):
            return []  # the schema says what is wrong with it
        return [item for item in node.items if isinstance(item, ScalarNode) and isinstance(item.value, str)]

    def _text(self, file: Path, asked: Position) -> str | None:
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._reading.report(asked, f"found no file '{file}'", _other_files(file))
        except UnicodeDecodeError as error:
            self._reading.report(
                Position(file),
                f"found a byte that is not UTF-8 (number {error.start})",
                "save the file as UTF-8",
            )
        except OSError as error:
            self._reading.report(asked, f"cannot read '{file}': {error.strerror}", "make the file readable")
        return None


def read_source(file: Path, reading: Reading) -> Source:
    """Read a profile and what it includes.

    Parameters
    ----------
    file : Path
        The profile.
    reading : Reading
        Gets the problems.
    """
    return Source(file, reading)


def _other_files(file: Path) -> str:
    folder = file.parent
    if not folder.is_dir():
        return f"there is no folder '{folder}'"
    from .problem import nearest

    others = {path.stem: path.name for path in folder.iterdir() if path.suffix in {".yml", ".yaml"}}
    near = others.get(nearest(file.stem, others))
    return f"write '{near}'" if near else "write a path relative to this file"


def _with_devices(node: MapNode) -> MapNode:
    """Move classes at the top level below ``devices``: a ``devices.yml`` of apsbits or guarneri."""
    classes = {key: entry for key, entry in node.entries.items() if "." in key and key not in NAMES}
    if not classes:
        return node
    rest = {key: entry for key, entry in node.entries.items() if key not in classes}
    first = next(iter(classes.values())).position
    own = rest.get("devices", Entry(first, MapNode({}, first)))
    merged = (
        _merge(MapNode(classes, first), own.value, ("devices",))
        if isinstance(own.value, MapNode)
        else own.value
    )
    return MapNode(rest | {"devices": Entry(own.position, merged)}, node.position)


def _merge(base: MapNode, over: MapNode, path: tuple[str, ...]) -> MapNode:
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        if key in entries:
            entries[key] = Entry(entry.position, _merged_value(entries[key].value, entry.value, (*path, key)))
        else:
            entries[key] = entry
    return MapNode(entries, over.position)


def _merged_value(base: Node, over: Node, path: tuple[str, ...]) -> Node:
    if isinstance(base, MapNode) and isinstance(over, MapNode):
        return _merge(base, over, path)
    adds_up = path in _ADDING or (len(path) == 2 and path[0] == "devices")
    if adds_up and isinstance(base, ListNode) and isinstance(over, ListNode):
        return ListNode(base.items + over.items, over.position)
    if isinstance(over, ScalarNode) and over.value is None and isinstance(base, MapNode):
        return base  # a key with nothing behind it takes nothing away
    return over
