"""What a start document says, as text."""

from __future__ import annotations

from bsh.protocols import Document

__all__ = ["print_metadata"]


def print_metadata(name: str, doc: Document) -> None:
    """Print the entries of a start document, one a line; other documents are ignored.

    Parameters
    ----------
    name : str
        Kind of the document.
    doc : dict
        The document.

    Examples
    --------
    >>> print_metadata("start", {"uid": "5f2c", "sample": "LaB6"})
    uid : 5f2c
    sample : LaB6
    """
    if name == "start":
        for key, value in doc.items():
            print(key, ":", value)
