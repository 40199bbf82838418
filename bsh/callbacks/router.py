"""Documents come in, the method named after the document is called.

Owns the base class of the models in this package. Knows no terminal, no store and no engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bsh.protocols import Document

__all__ = ["DocumentRouter", "events_of_page"]


class DocumentRouter:
    """Call the method that has the document's name: ``start``, ``descriptor``, ``event``, ``stop``.

    An event page is handed on as single events, unless a subclass defines ``event_page``. Documents
    without a method are ignored. The call returns what the method returned.

    Examples
    --------
    >>> class Last(DocumentRouter):
    ...     def stop(self, doc):
    ...         return doc["exit_status"]
    >>> Last()("stop", {"exit_status": "success"})
    'success'
    >>> Last()("start", {"uid": "5f2c"})
    """

    def __call__(self, name: str, doc: Document) -> Any:
        """Hand one document to its method.

        Parameters
        ----------
        name : str
            Kind of the document, for example ``"event"``.
        doc : dict
            The document; it is not changed.
        """
        method = getattr(self, name, None) if not name.startswith("_") else None
        return None if method is None else method(doc)

    def event_page(self, doc: Document) -> None:
        """Hand each event of a page to ``event``.

        Parameters
        ----------
        doc : dict
            An event_page document.
        """
        for event in events_of_page(doc):
            self("event", event)


def events_of_page(page: Document) -> Iterator[Document]:
    """Yield the events of an event page.

    Parameters
    ----------
    page : dict
        An event_page document: every value is a list, one entry an event.

    Yields
    ------
    dict
        An event document.
    """
    filled = page.get("filled") or {}
    uids = page.get("uid") or ()
    for index, (seq_num, time) in enumerate(zip(page["seq_num"], page["time"])):
        yield {
            "descriptor": page["descriptor"],
            "uid": uids[index] if index < len(uids) else "",
            "seq_num": seq_num,
            "time": time,
            "data": {key: column[index] for key, column in page["data"].items()},
            "timestamps": {key: column[index] for key, column in page.get("timestamps", {}).items()},
            "filled": {key: column[index] for key, column in filled.items()},
        }
