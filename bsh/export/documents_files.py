"""Files of documents that other programs wrote: JSON lines, JSON, msgpack.

Owns the layouts: ``["name", {doc}]`` (this program, suitcase-jsonl, suitcase-msgpack) and ``{"name": ..., "doc": ...}``
(bluesky's writers), a line each or in one array. Nothing in a file is ever executed: pickled objects, which
msgpack-numpy allows, are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bsh.errors import CommandError
from bsh.export.extras import needed_for
from bsh.protocols import Document

__all__ = ["TornFileError", "read_json_documents", "read_msgpack_documents"]


class TornFileError(CommandError):
    """A file ends in the middle of a document."""


def read_json_documents(path: Path) -> Iterator[tuple[str, Document]]:
    """Yield ``(name, document)`` of a file of JSON lines, or of one array.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    CommandError
        A line is no document; names it.
    TornFileError
        The last line is not whole, as a crash leaves it.
    """
    with path.open(encoding="utf-8") as file:
        if _begins_an_array_of_documents(file.readline()):
            file.seek(0)
            yield from _of_array(path, file.read())
            return
        file.seek(0)
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _document(path, f"line {number}", _json(path, f"line {number}", line))


def _begins_an_array_of_documents(line: str) -> bool:
    text = line.strip()
    return text == "[" or text.startswith(("[[", "[{"))


def _of_array(path: Path, text: str) -> Iterator[tuple[str, Document]]:
    text = text.rstrip().rstrip(",")
    if not text.endswith("]") or text.endswith("}"):
        text += "]"  # bluesky closes the array with the stop document, which may be missing
    for index, item in enumerate(_json(path, "the array", text), start=1):
        yield _document(path, f"document {index}", item)


def _json(path: Path, where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        if where.startswith("line ") and not text.endswith("\n"):
            raise TornFileError(f"{where}, the last one, is not whole") from error
        raise CommandError(f"{path}, {where}: this is no JSON: {error}") from error


def read_msgpack_documents(path: Path) -> Iterator[tuple[str, Document]]:
    """Yield ``(name, document)`` of a file of msgpack values.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    CommandError
        Something in it is no document, or msgpack is not installed.
    """
    with needed_for(f"reading {path.name}"):
        import msgpack

    with path.open("rb") as file:
        unpacker = msgpack.Unpacker(
            file, raw=False, strict_map_key=False, object_hook=_array, max_buffer_size=2**31 - 1
        )
        index = 0
        while True:
            index += 1
            try:
                item = next(unpacker)
            except StopIteration:
                return
            except CommandError as error:
                raise CommandError(f"{path}, document {index}: {error.message}") from error
            except Exception as error:  # msgpack raises several kinds, with few words
                raise CommandError(f"{path}, document {index}: this is no msgpack: {error}") from error
            yield _document(path, f"document {index}", item)


def _array(value: dict[Any, Any]) -> Any:
    """Return the numpy array or scalar that msgpack-numpy wrote as a dict."""
    marks = {key.decode() if isinstance(key, bytes) else key: item for key, item in value.items()}
    if "nd" not in marks or "data" not in marks:
        return value
    from numpy import dtype, frombuffer

    described = marks.get("type")
    kind = described.decode() if isinstance(described, bytes) else described
    if marks.get("kind") in (b"O", "O") or not isinstance(kind, str) or dtype(kind).hasobject:
        raise CommandError("it holds pickled objects, which are not read: they could run anything")
    flat = frombuffer(marks["data"], dtype=dtype(kind))
    return flat.reshape(marks["shape"]).tolist() if marks["nd"] else flat[0].item()


def _document(path: Path, where: str, value: Any) -> tuple[str, Document]:
    if isinstance(value, dict) and isinstance(value.get("doc"), dict):
        name, doc = value.get("name"), value["doc"]
    elif isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[1], dict):
        name, doc = value
    else:
        name, doc = None, {}
    if not isinstance(name, str):
        raise CommandError(
            f"{path}, {where}: this is no document", hint='documents look like ["start", {"uid": ...}]'
        )
    return name, doc
