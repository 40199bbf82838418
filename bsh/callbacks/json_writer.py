"""Documents in JSON files.

Owns two formats of ``{"name": ..., "doc": ...}``: an array of a run, and one document a line. For a run that
is stored already there is :mod:`bsh.export`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bsh.protocols import Document
from bsh.store.codec import encode

__all__ = ["JSONLinesWriter", "JSONWriter"]


class _Writer:
    suffix = ""

    def __init__(self, dirname: str, filename: str | None = None) -> None:
        self.dirname = Path(dirname)
        self.filename = filename
        self._path: Path | None = None

    def _begin(self, doc: Document) -> Path:
        self.dirname.mkdir(parents=True, exist_ok=True)
        self._path = self.dirname / (self.filename or f"{doc['uid'].split('/')[0]}{self.suffix}")
        return self._path

    def _file_of(self, name: str) -> Path:
        if self._path is None:
            raise ValueError(f"The first document of a run must be a start document, not {name!r}.")
        return self._path


def _line(name: str, doc: Document) -> str:
    return f'{{"name": {encode(name)}, "doc": {encode(doc)}}}'


class JSONWriter(_Writer):
    """Write the documents of one run into a JSON file as an array.

    The file is begun with the start document, grows with each document, and is closed by the stop document.

    Parameters
    ----------
    dirname : str
        Folder; made if it does not exist.
    filename : str, optional
        Name of the file, ``<uid>.json`` without it.

    Raises
    ------
    ValueError
        The first document is not a start document.
    """

    suffix = ".json"

    def __call__(self, name: str, doc: Document) -> Any:
        """Write one document.

        Parameters
        ----------
        name : str
            Kind of the document.
        doc : dict
            The document.
        """
        if name == "start":
            self._begin(doc).write_text("[\n" + _line(name, doc), encoding="utf-8")
            return
        with self._file_of(name).open("a", encoding="utf-8") as file:
            file.write(",\n" + _line(name, doc))
            if name == "stop":
                file.write("\n]")
                self._path = None


class JSONLinesWriter(_Writer):
    """Write documents into a JSON Lines file, one ``{"name": ..., "doc": ...}`` a line.

    What is in the file already stays.

    Parameters
    ----------
    dirname : str
        Folder; made if it does not exist.
    filename : str, optional
        Name of the file, ``<uid>.jsonl`` of the first run without it.

    Raises
    ------
    ValueError
        The first document is not a start document.
    """

    suffix = ".jsonl"

    def __call__(self, name: str, doc: Document) -> Any:
        """Write one document.

        Parameters
        ----------
        name : str
            Kind of the document.
        doc : dict
            The document.
        """
        path = self._begin(doc) if name == "start" else self._file_of(name)
        with path.open("a", encoding="utf-8") as file:
            file.write(_line(name, doc) + "\n")
