"""How often a callback was called."""

from __future__ import annotations

from bsh.protocols import Document

__all__ = ["CallbackCounter"]


class CallbackCounter:
    """Count the documents.

    Attributes
    ----------
    value : int
        How many documents came.

    Examples
    --------
    >>> count = CallbackCounter()
    >>> count("start", {"uid": "5f2c"})
    >>> count.value
    1
    """

    def __init__(self) -> None:
        self.value = 0

    def __call__(self, name: str, doc: Document) -> None:
        """Count one document.

        Parameters
        ----------
        name : str
            Kind of the document.
        doc : dict
            The document.
        """
        self.value += 1
