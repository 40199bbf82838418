"""Which data keys become columns, in which order.

The one place where columns are chosen: from the hints of the start document and of the descriptor, and
from nothing else. A stream always gets columns, whatever its devices forgot to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from bsh.callbacks.cells import Cell, cell_formatter, fit, text_width
from bsh.protocols import Document

__all__ = [
    "MIN_WIDTH",
    "Column",
    "choose_columns",
    "dimension_fields",
    "dimensions",
    "hinted_fields",
    "is_scalar",
]

MIN_WIDTH = 10
"""Terminal columns of the narrowest table column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    key : str
        The data key; ``"time"`` with role ``"time"`` is the event's own time.
    role : str
        ``"axis"`` (what the plan moves), ``"counter"`` or ``"time"``.
    title, units : str
        Texts of the header, not wider than the column.
    width : int
        Terminal columns.
    cell : callable
        Formats one value.
    numeric : bool
        Whether the values are single numbers, so that statistics make sense.
    precision : int or None
        Decimals that the device asks for.
    """

    key: str
    role: str
    title: str
    units: str
    width: int
    cell: Cell = field(repr=False, compare=False)
    numeric: bool = True
    precision: int | None = None


def choose_columns(
    start: Document,
    descriptor: Document,
    *,
    selected: Sequence[str] = (),
    only: Sequence[str] = (),
    max_width: int | None = None,
) -> tuple[Column, ...]:
    """Choose the columns of one stream: axes first, then counters.

    Parameters
    ----------
    start : dict
        Start document of the run.
    descriptor : dict
        Descriptor of the stream.
    selected : sequence of str, optional
        Data keys or device names that come first among the counters.
    only : sequence of str, optional
        Data keys or device names, ``*`` and ``?`` allowed: no other counters, and in this order. What no device
        hints can be named too. Where none of them is there, all counters are.
    max_width : int, optional
        Longer names are cut to this many terminal columns; without it they are shown whole.
    """
    data_keys: Mapping[str, Any] = descriptor.get("data_keys") or {}
    axes = [key for key in dimension_fields(start, descriptor.get("name")) if key in data_keys]
    groups = _fields_by_object(start, descriptor)
    motors = {str(name) for name in _sequence(start.get("motors"))}
    for name, fields in groups.items():
        if name in motors:
            axes += [key for key in fields if key not in axes and key in data_keys]
    counters = [key for fields in groups.values() for key in fields if key in data_keys and key not in axes]
    counters = list(dict.fromkeys(counters))
    if not axes and not counters:
        counters = [key for key, about in data_keys.items() if is_scalar(about)] or list(data_keys)
    wanted = _matching(only, groups, [key for key in data_keys if key not in axes])
    chosen = wanted or _selected_first(counters, selected, groups)
    aliases = start.get("aliases") or {}
    roles = [*((key, "axis") for key in axes), *((key, "counter") for key in chosen)]
    return tuple(
        _column(key, _known_as(key, aliases), role, data_keys[key], max_width) for key, role in roles
    )


def _known_as(key: str, aliases: Mapping[str, str]) -> str:
    """Return what people call a data key: its device may have an alias."""
    if key in aliases:
        return aliases[key]
    device = next((name for name in aliases if key.startswith(f"{name}_")), None)
    return key if device is None else aliases[device] + key[len(device) :]


def dimension_fields(start: Document, stream: str | None = None) -> list[str]:
    """Return the fields that the plan scans, slowest dimension first.

    Parameters
    ----------
    start : dict
        Start document; ``hints.dimensions`` is a list of ``[[field, ...], stream]``.
    stream : str, optional
        Only dimensions of this stream.
    """
    fields: list[str] = []
    for dimension in dimensions(start):
        if stream is None or dimension[1] in (None, stream):
            fields += [name for name in dimension[0] if name not in fields]
    return fields


def dimensions(start: Document) -> list[tuple[list[str], str | None]]:
    """Return the well-formed dimensions of a start document: their fields and their stream.

    Parameters
    ----------
    start : dict
        Start document.
    """
    hints = start.get("hints")
    found: list[tuple[list[str], str | None]] = []
    for dimension in _sequence(hints.get("dimensions") if isinstance(hints, Mapping) else None):
        parts = _sequence(dimension)
        names = [parts[0]] if parts and isinstance(parts[0], str) else _sequence(parts[0] if parts else None)
        stream = parts[1] if len(parts) > 1 and isinstance(parts[1], str) else None
        found.append(([str(name) for name in names], stream))
    return found


def hinted_fields(descriptor: Document, name: str) -> list[str] | None:
    """Return the fields that one device hints, or None if it does not say.

    Parameters
    ----------
    descriptor : dict
        Descriptor of a stream.
    name : str
        Name of the device.
    """
    hints = descriptor.get("hints")
    own = hints.get(name) if isinstance(hints, Mapping) else None
    fields = own.get("fields") if isinstance(own, Mapping) else None
    return None if fields is None else [str(key) for key in _sequence(fields)]


def is_scalar(data_key: Mapping[str, Any]) -> bool:
    """Tell whether a data key describes single values.

    Parameters
    ----------
    data_key : mapping
        Entry of a descriptor's ``data_keys``.
    """
    shape = _sequence(data_key.get("shape"))
    return data_key.get("dtype") != "array" and (not shape or all(size == 1 for size in shape))


def _fields_by_object(start: Document, descriptor: Document) -> dict[str, list[str]]:
    """Return for each device what it hints, or all its scalars if it hints nothing."""
    data_keys: Mapping[str, Any] = descriptor.get("data_keys") or {}
    objects: dict[str, list[str]] = {}
    object_keys = descriptor.get("object_keys")
    if isinstance(object_keys, Mapping):
        objects = {str(name): [str(key) for key in _sequence(keys)] for name, keys in object_keys.items()}
    told = {key for keys in objects.values() for key in keys}
    for key, about in data_keys.items():
        if key not in told:
            objects.setdefault(str(about.get("object_name", key)), []).append(key)
    return {name: _fields_of(name, keys, descriptor, data_keys) for name, keys in objects.items()}


def _fields_of(
    name: str, keys: Iterable[str], descriptor: Document, data_keys: Mapping[str, Any]
) -> list[str]:
    hinted = hinted_fields(descriptor, name)
    if hinted is not None:
        return hinted
    return [key for key in keys if key in data_keys and is_scalar(data_keys[key])]


def _matching(patterns: Sequence[str], groups: Mapping[str, Sequence[str]], keys: Sequence[str]) -> list[str]:
    wanted: list[str] = []
    for pattern in patterns:
        for name, fields in groups.items():
            if fnmatchcase(name, pattern):
                wanted += [key for key in fields if key in keys]
        wanted += [key for key in keys if fnmatchcase(key, pattern)]
    return list(dict.fromkeys(wanted))


def _selected_first(
    counters: list[str], selected: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> list[str]:
    wanted: list[str] = []
    for name in selected:
        wanted += [key for key in groups.get(name, (name,)) if key in counters]
    return list(dict.fromkeys([*wanted, *counters]))


def _column(key: str, name: str, role: str, data_key: Mapping[str, Any], max_width: int | None) -> Column:
    units = data_key.get("units")
    units = str(units) if units else ""
    width = max(MIN_WIDTH, text_width(name), text_width(units))
    if max_width is not None:
        width = min(width, max(max_width, MIN_WIDTH))
    precision = data_key.get("precision")
    return Column(
        key=key,
        role=role,
        title=_shortened(name, width),
        units=fit(units, width),
        width=width,
        cell=cell_formatter(data_key, width, fixed_point=role == "axis"),
        numeric=is_scalar(data_key) and data_key.get("dtype") in ("number", "integer", None),
        precision=precision if isinstance(precision, int) and precision > 0 else None,
    )


def _shortened(name: str, width: int) -> str:
    """Cut the middle of a long name: devices differ at its start, signals at its end."""
    if text_width(name) <= width:
        return fit(name, width)
    tail = (width - 1) // 2
    return fit(name, width - tail)[: width - tail - 1] + "…" + name[-tail:]


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
