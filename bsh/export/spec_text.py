"""The lines of a SPEC data file.

Owns how headers, points and comments are written (SPEC manual, "Standard data file format"), so that silx, spec2nexus
and PyMca give back the same numbers. Knows no file.
"""

from __future__ import annotations

import datetime
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bsh.callbacks.columns import choose_columns, is_scalar
from bsh.export.spec_file import UID_LINE
from bsh.protocols import Document
from bsh.store.codec import encode

__all__ = ["Layout", "comment", "file_header", "layout_of", "one_line", "point", "scan_header"]

_IN_A_ROW = 8
_VALUES_IN_A_LINE = 16
_TOLD_ELSEWHERE = frozenset(
    {
        "uid", "time", "scan_id", "command", "hints", "versions", "plan_args", "plan_type", "num_intervals",
        "plan_pattern", "plan_pattern_args", "plan_pattern_module", "axes_before",
        "positions_before", "relative_to", "aliases",
    }
)  # fmt: skip
_MISSING = "+nan"
"""The sign keeps silx from losing the line where it ends so; it reads 0 all the same, hence the ``#U`` line."""
_NUMBERS = ("number", "integer", "boolean", None)


@dataclass(frozen=True)
class Layout:
    """Which data keys of a stream go where.

    Parameters
    ----------
    axes, others : tuple of str
        Columns before and after ``Epoch``.
    texts : tuple of str
        Keys whose values are no numbers: ``#U`` lines.
    spectra : tuple of str
        Keys of arrays that are in the documents: ``@A`` lines.
    channels : int
        Length of the first of the arrays.
    """

    axes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    spectra: tuple[str, ...] = ()
    channels: int = 0


def layout_of(start: Document, descriptor: Document) -> Layout:
    """Return the layout of a stream: what the plan moves first, the first counter last.

    Parameters
    ----------
    start : dict
        Start document.
    descriptor : dict
        Descriptor of the stream.
    """
    data_keys: Mapping[str, Any] = descriptor.get("data_keys") or {}
    numbers = [key for key, about in data_keys.items() if is_scalar(about) and about.get("dtype") in _NUMBERS]
    inline = {
        key: about for key, about in data_keys.items() if key not in numbers and not about.get("external")
    }
    spectra = [key for key, about in inline.items() if about.get("dtype") == "array" and _is_numeric(about)]
    columns = choose_columns(start, descriptor)
    axes = [column.key for column in columns if column.role == "axis" and column.key in numbers]
    counters = [column.key for column in columns if column.role == "counter" and column.key in numbers]
    rest = [key for key in numbers if key not in axes and key not in counters]
    shape = data_keys[spectra[0]].get("shape") if spectra else ()
    return Layout(
        axes=tuple(axes),
        others=(*rest, *counters[1:], *counters[:1]),
        texts=tuple(key for key in data_keys if key not in numbers and key not in spectra),
        spectra=tuple(spectra),
        channels=_size(shape),
    )


def _is_numeric(about: Mapping[str, Any]) -> bool:
    kind = str(about.get("dtype_numpy") or "<f8")
    return kind[1:2] not in ("U", "S", "O") and not isinstance(about.get("dtype_numpy"), list)


def _size(shape: Any) -> int:
    sizes = [size for size in shape if isinstance(size, int)] if isinstance(shape, list | tuple) else []
    return math.prod(sizes) if sizes else 0


# -- headers -----------------------------------------------------------------------------------------


def file_header(name: str, epoch: int, title: str, user: str, motors: Sequence[str]) -> str:
    """Return the lines that begin a file, or announce other motors in it.

    Parameters
    ----------
    name : str
        Of the file.
    epoch : int
        Now, seconds since the epoch; the column ``Epoch`` counts from here.
    title, user : str
        What the file is about, and whose it is.
    motors : sequence of str
        Names of all motors whose positions are written with each scan.
    """
    lines = [
        f"#F {name}",
        f"#E {epoch}",
        f"#D {time.ctime(epoch)}",
        f"#C {one_line(title)}  User = {one_line(user)}",
    ]
    lines += [f"#O{row} {'  '.join(names)}" for row, names in enumerate(_rows(motors))]
    lines += [
        f"#o{row} {' '.join(_mnemonic(name) for name in names)}" for row, names in enumerate(_rows(motors))
    ]
    return "\n".join(lines) + "\n"


def scan_header(
    number: int,
    start: Document,
    layout: Layout | None,
    positions: Iterable[Any],
    *,
    notes: Iterable[str] = (),
) -> str:
    """Return the lines before the first point of a scan.

    Parameters
    ----------
    number : int
        Of the scan.
    start : dict
        Start document.
    layout : Layout or None
        Columns; None for a scan that has no points.
    positions : iterable of float
        Where the motors of the file's header were.
    notes : iterable of str
        Further lines.
    """
    lines = ["", f"#S {number}  {_command(start)}", f"#D {time.ctime(start['time'])}", *_preset(start)]
    lines += [f"#C Started at {_with_zone(start['time'])}.", *_absolute(start)]
    lines += [
        f"#P{row} {' '.join(map(_number, values))}" for row, values in enumerate(_rows(list(positions)))
    ]
    lines.append(f"{UID_LINE}{start['uid']}")
    lines += [f"#MD {one_line(key)} = {one_line(_plain(value))}" for key, value in _metadata(start)]
    lines += notes
    names = [] if layout is None else [*layout.axes, "Epoch", *layout.others]
    if layout is not None and layout.spectra:
        lines.append(f"#@MCA %{_VALUES_IN_A_LINE}C")
        if layout.channels:
            lines.append(f"#@CHANN {layout.channels} 0 {layout.channels - 1} 1")
        lines.append(f"#C each point has {len(layout.spectra)} @A: {', '.join(layout.spectra)}")
    lines.append(f"#N {len(names)}")
    lines.append(f"#L {'  '.join(map(one_line, names))}".rstrip())
    return "\n".join(lines) + "\n"


def _command(start: Document) -> str:
    command = start.get("command")
    return one_line(command) if command else f"{start.get('plan_name') or 'scan'}({_arguments(start)})"


def _arguments(start: Document) -> str:
    arguments = start.get("plan_args")
    if not isinstance(arguments, Mapping):
        return ""
    return one_line(", ".join(f"{key}={_plain(value)}" for key, value in arguments.items()))


def _preset(start: Document) -> Iterator[str]:
    preset = start.get("count_time")
    if isinstance(preset, int | float) and not isinstance(preset, bool):
        yield f"#T {preset:g}  (Seconds)" if preset >= 0 else f"#M {-preset:g}  (counts)"


def _with_zone(when: float) -> str:
    """Return a moment with the zone, which ``#D`` does not tell."""
    return datetime.datetime.fromtimestamp(when).astimezone().isoformat(timespec="milliseconds")


def _absolute(start: Document) -> Iterator[str]:
    """Yield from where to where the axes of a relative scan went: its line tells distances."""
    origins = start.get("relative_to")
    if not isinstance(origins, Mapping):
        return
    for name, *ends in _distances(start, origins):
        if all(isinstance(end, int | float) for end in (origins.get(name), *ends)):
            first, last = (_number(origins[name] + end) for end in ends)
            yield f"#C {one_line(name)} from {first} to {last}, absolute."


def _distances(start: Document, names: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """Yield name, start and end of each axis, as they were given."""
    extents, pattern = start.get("extents"), start.get("plan_pattern_args")
    if isinstance(extents, list | tuple):  # of a mesh
        yield from ((name, *ends) for name, ends in zip(start.get("motors") or (), extents) if len(ends) == 2)
        return
    arguments = pattern.get("args") if isinstance(pattern, Mapping) else None
    if isinstance(arguments, list | tuple):  # axis, start, end, axis, start, end
        for axis, *ends in zip(arguments, arguments[1:], arguments[2:]):
            yield from ((name, *ends) for name in names if isinstance(axis, str) and f"'{name}'" in axis)


def _metadata(start: Document) -> Iterator[tuple[str, Any]]:
    yield from ((key, value) for key, value in start.items() if key not in _TOLD_ELSEWHERE)


def _rows(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(values), _IN_A_ROW):
        yield values[first : first + _IN_A_ROW]


def _mnemonic(name: str) -> str:
    return "_".join(name.split())


# -- points ------------------------------------------------------------------------------------------


def point(index: int, event: Document, layout: Layout, epoch: int) -> str:
    """Return the lines of a point.

    Parameters
    ----------
    index : int
        The point's number as people see it, from 0.
    event : dict
        Event document.
    layout : Layout
        Of its stream.
    epoch : int
        ``#E`` of the file.
    """
    data = event["data"]
    lines = [f"#U {index} {key} {one_line(_plain(data[key]))}" for key in layout.texts if key in data]
    lines += [
        f"#U {index} {key} nan"
        for key in (*layout.axes, *layout.others)
        if _number(data.get(key)) == _MISSING
    ]
    values = [*(_number(data.get(key)) for key in layout.axes), f"{event['time'] - epoch:.6f}"]
    lines.append(" ".join([*values, *(_number(data.get(key)) for key in layout.others)]))
    for key in layout.spectra:
        values = [_number(item) for item in _flat(data.get(key))]
        holes = [str(channel) for channel, value in enumerate(values) if value == _MISSING]
        lines += [f"#U {index} {key} nan at {' '.join(holes)}"] if holes else []
        lines.append(_spectrum(values))
    return "\n".join(lines) + "\n"


def _number(value: Any) -> str:
    if hasattr(value, "tolist"):
        value = value.tolist()
    while isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and math.isinf(value):
        return (
            "1e999" if value > 0 else "-1e999"
        )  # the words for it break silx's lines; this it reads as infinity
    return repr(value) if isinstance(value, int | float) and value == value else _MISSING


def _spectrum(values: Sequence[str]) -> str:
    channels = [_channel(value) for value in values]
    rows = [
        " ".join(channels[first : first + _VALUES_IN_A_LINE])
        for first in range(0, len(channels), _VALUES_IN_A_LINE)
    ]
    return "@A " + "\\\n ".join(rows)


def _channel(value: str) -> str:
    """Return a number as spec2nexus reads it in arrays: without NaN, and fractions with a point."""
    if value == _MISSING:
        return "0"
    return value.replace("e", ".e") if "." not in value else value


def _flat(value: Any) -> Iterator[Any]:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value


# -- words -------------------------------------------------------------------------------------------


def comment(when: float, text: str) -> str:
    """Return a comment with its time, as SPEC writes it.

    Parameters
    ----------
    when : float
        Seconds since the epoch.
    text : str
        What to say; lines after the first become comments of their own.
    """
    first, *rest = text.splitlines() or [""]
    return "".join(f"#C {line}\n" for line in (f"{time.ctime(when)}.  {first}", *rest))


def one_line(text: object) -> str:
    """Return a text with single blanks: two of them, and ends of lines, mean something in SPEC files."""
    return " ".join(str(text).split())


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else encode(value)
