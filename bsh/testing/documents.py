"""Collecting documents in tests, and saying what was emitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bsh.protocols import Document

__all__ = ["DocumentCollector", "assert_emitted"]


class DocumentCollector:
    """A subscriber that keeps every document.

    Attributes
    ----------
    documents : list of (str, dict)
        Names and documents in the order of emission.

    Examples
    --------
    >>> docs = DocumentCollector()
    >>> docs("start", {"uid": "u"})
    >>> docs.named("start")
    [{'uid': 'u'}]
    """

    def __init__(self) -> None:
        self.documents: list[tuple[str, Document]] = []

    def __call__(self, name: str, doc: Document) -> None:
        """Keep one document."""
        self.documents.append((name, doc))

    def named(self, name: str) -> list[Document]:
        """Return the documents of one name."""
        return [doc for each, doc in self.documents if each == name]

    def by_name(self) -> dict[str, list[Document]]:
        """Return the documents by name."""
        names = dict.fromkeys(name for name, _ in self.documents)
        return {name: self.named(name) for name in names}


def assert_emitted(
    documents: DocumentCollector | Mapping[str, Sequence[Any]] | Iterable[tuple[str, Any]], **expected: int
) -> None:
    """Assert that just these documents were emitted, by name and number.

    Parameters
    ----------
    documents : DocumentCollector, mapping or iterable of (str, dict)
        What was emitted: a collector, lists of documents by name, or names with documents.
    **expected : int
        How many of each name.

    Raises
    ------
    AssertionError
        Says what was emitted instead.

    Examples
    --------
    >>> assert_emitted([("start", {}), ("stop", {})], start=1, stop=1)
    """
    if isinstance(documents, DocumentCollector):
        documents = documents.documents
    if isinstance(documents, Mapping):
        emitted = {name: len(docs) for name, docs in documents.items() if docs}
    else:
        emitted = dict(Counter(name for name, _ in documents))
    wanted = {name: number for name, number in expected.items() if number}
    if emitted != wanted:
        raise AssertionError(f"emitted {_in_words(emitted)}; expected {_in_words(wanted)}")


def _in_words(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items()) or "nothing"
