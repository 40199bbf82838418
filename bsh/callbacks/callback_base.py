"""The base class of callbacks that scripts write and subscribe.

Owns the one place where event-model's router comes in; it takes a fifth of a second to import, so nothing
on the way to the first prompt may import this module.
"""

from __future__ import annotations

import logging
from typing import Any

from event_model import DocumentRouter

from bsh.callbacks.router import events_of_page
from bsh.protocols import Document

__all__ = ["CallbackBase"]


class CallbackBase(DocumentRouter):  # type: ignore[misc]  # event_model is untyped
    """Route documents to the methods ``start``, ``descriptor``, ``event``, ``stop``, ...

    Define those that are wanted; each may call ``super()``. An event page comes as single events unless
    ``event_page`` is defined. It is event-model's ``DocumentRouter``: the call returns ``(name, document)``.

    Examples
    --------
    >>> class Numbers(CallbackBase):
    ...     def start(self, doc):
    ...         print("run", doc["scan_id"])
    ...         super().start(doc)
    >>> Numbers()("start", {"uid": "5f2c", "scan_id": 7})
    run 7
    ('start', {'uid': '5f2c', 'scan_id': 7})
    """

    log: logging.Logger | None = None

    def event_page(self, doc: Document) -> Any:
        """Hand each event of a page to ``event``.

        Parameters
        ----------
        doc : dict
            An event_page document.
        """
        for event in events_of_page(doc):
            self.event(event)
