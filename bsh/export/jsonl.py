"""JSON lines: one ``["name", {document}]`` a line, in the order of emission.

Owns that format. Each line is JSON as RFC 8259 defines it: NaN and the infinities, which JSON does not
have, become ``null`` (as JavaScript and orjson write them; pandas reads it back as NaN).
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, TextIO

from bsh.protocols import Document
from bsh.store import StoredRun

__all__ = ["document_line", "is_jsonl_of", "write_jsonl"]


def write_jsonl(run: StoredRun, file: TextIO) -> None:
    """Write all documents of a run.

    Parameters
    ----------
    run : StoredRun
        The run. One that was interrupted has no stop document, and none is made up.
    file : text file
        Open for writing.
    """
    for name, doc in run.documents():
        file.write(document_line(name, doc))


def document_line(name: str, doc: Document) -> str:
    """Return the line of a document.

    Parameters
    ----------
    name : str
        Kind of document.
    doc : dict
        The document.
    """
    value = [name, doc]
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":")) + "\n"
    except ValueError:
        return json.dumps(_without_nan(value), allow_nan=False, separators=(",", ":")) + "\n"


def is_jsonl_of(path: Path, start: Document) -> bool:
    """Whether a file is of a run, or has nothing in it yet.

    Parameters
    ----------
    path : Path
        The file.
    start : dict
        The run's start document.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        line = file.readline()
    try:
        return not line.endswith("\n") or json.loads(line)[1]["uid"] == start["uid"]
    except (ValueError, LookupError, TypeError):  # something else
        return False


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return value
