"""The last resort for documents that the database would not take.

Owns one thing: writing them to a file of JSON lines, beside the database or, where that fails, in the
folder for temporary files.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bsh.protocols import Document
from bsh.store.codec import encode

__all__ = ["write_rescue_file"]


def write_rescue_file(database: Path, documents: Iterable[tuple[str, Document | str]]) -> Path | None:
    """Write documents as lines ``["name", {document}]`` and return the file; None if nothing helped.

    Parameters
    ----------
    database : Path
        The database that refused them; names the file.
    documents : iterable of (str, dict or str)
        Kind of document, and the document or its JSON text.
    """
    lines = [f"[{encode(name)},{doc if isinstance(doc, str) else encode(doc)}]\n" for name, doc in documents]
    name = f"{database.name}.unsaved-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.jsonl"
    for folder in (database.parent, Path(tempfile.gettempdir())):
        path = folder / name
        try:
            with path.open("w", encoding="utf-8") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            continue
        return path
    return None
