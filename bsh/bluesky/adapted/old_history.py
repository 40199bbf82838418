"""What bluesky's ``PersistentDict`` left in a folder: a file a key, its value as msgpack.

Owns the reading of those files, so that scan numbers go on where they were. Nothing is changed or run. The format is
msgpack's (https://github.com/msgpack/msgpack/blob/master/spec.md); arrays are mappings, as msgpack-numpy writes them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

__all__ = ["old_history", "unpacked"]

_VERSION = re.compile(r"#\d+$")
"""zict 3 ends the names of files with a number."""


def old_history(folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield key and value of each file that can be read; the newest value of a key comes last.

    Parameters
    ----------
    folder : Path
        What ``PersistentDict`` was given.
    """
    files = [file for file in folder.iterdir() if file.is_file() and not file.name.startswith("metadata.db")]
    for file in sorted(files, key=lambda one: one.stat().st_mtime_ns):
        try:
            yield unquote(_VERSION.sub("", file.name)), unpacked(file.read_bytes())
        except (OSError, ValueError, struct.error, IndexError):
            continue  # no file of bluesky's


def unpacked(packed: bytes) -> Any:
    """Return the value that bytes of msgpack stand for.

    Parameters
    ----------
    packed : bytes
        One value.

    Raises
    ------
    ValueError
        They are no msgpack, or more than one value.

    Examples
    --------
    >>> unpacked(bytes([0x92, 0x07, 0xA2]) + b"Cu")
    [7, 'Cu']
    """
    reader = _Reader(packed)
    value = reader.value()
    if reader.place != len(packed):
        raise ValueError("there is more than one value")
    return value


_NUMBERS = {
    0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q",
    0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q",
}  # fmt: skip
_LENGTHS = {
    0xC4: ("bytes", ">B"), 0xC5: ("bytes", ">H"), 0xC6: ("bytes", ">I"),
    0xD9: ("text", ">B"), 0xDA: ("text", ">H"), 0xDB: ("text", ">I"),
    0xDC: ("list", ">H"), 0xDD: ("list", ">I"), 0xDE: ("map", ">H"), 0xDF: ("map", ">I"),
}  # fmt: skip
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}


class _Reader:
    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self.place = 0

    def value(self) -> Any:
        first = self._number(">B")
        if first < 0x80:
            return first
        if first >= 0xE0:
            return first - 0x100
        if first in _CONSTANTS:
            return _CONSTANTS[first]
        if first in _NUMBERS:
            return self._number(_NUMBERS[first])
        kind, length = self._kind_and_length(first)
        return getattr(self, f"_{kind}")(length)

    def _kind_and_length(self, first: int) -> tuple[str, int]:
        if first in _LENGTHS:
            kind, code = _LENGTHS[first]
            return kind, self._number(code)
        if first < 0x90:
            return "map", first & 0x0F
        if first < 0xA0:
            return "list", first & 0x0F
        if first < 0xC0:
            return "text", first & 0x1F
        raise ValueError(f"a kind of value that is not known: {first:#x}")

    def _number(self, code: str) -> Any:
        (value,) = struct.unpack_from(code, self._packed, self.place)
        self.place += struct.calcsize(code)
        return value

    def _bytes(self, length: int) -> bytes:
        taken = self._packed[self.place : self.place + length]
        if len(taken) < length:
            raise ValueError("it ends too early")
        self.place += length
        return taken

    def _text(self, length: int) -> str:
        return self._bytes(length).decode()

    def _list(self, length: int) -> list[Any]:
        return [self.value() for _ in range(length)]

    def _map(self, length: int) -> Any:
        pairs = {self.value(): self.value() for _ in range(length)}
        return _array(pairs) if b"nd" in pairs else pairs


def _array(pairs: dict[Any, Any]) -> Any:
    from numpy import dtype, frombuffer

    kind = pairs[b"type"]
    if not isinstance(kind, str) or "O" in kind:
        raise ValueError(f"an array of {kind!r}")
    flat = frombuffer(pairs[b"data"], dtype=dtype(kind))
    return flat.reshape(pairs[b"shape"]).tolist() if pairs[b"nd"] else flat[0].item()
