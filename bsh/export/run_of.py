"""Which run a document belongs to.

Owns the way from descriptors, resources and datums to the uid of their run.
"""

from __future__ import annotations

from bsh.protocols import Document

__all__ = ["RunOf", "part_of"]


class RunOf:
    """Tells the uid of the run of each document; wants to see all of them, in their order."""

    def __init__(self) -> None:
        self.of_part: dict[str, str] = {}
        """By uid of the descriptors and resources."""

    def __call__(self, name: str, doc: Document) -> str | None:
        """Return the uid of a document's run; None if nothing before it tells.

        Parameters
        ----------
        name : str
            Kind of document.
        doc : dict
            The document.
        """
        if name == "start":
            return None if doc.get("uid") is None else str(doc["uid"])
        if "run_start" in doc:
            uid = str(doc["run_start"])
            self.of_part[str(doc.get("uid"))] = uid
            return uid
        return self.of_part.get(part_of(doc))

    def forget(self, uid: str) -> None:
        """Forget a run that has ended.

        Parameters
        ----------
        uid : str
            The run.
        """
        self.of_part = {part: run for part, run in self.of_part.items() if run != uid}


def part_of(doc: Document) -> str:
    """Return the uid of the descriptor or resource that a document belongs to.

    Parameters
    ----------
    doc : dict
        An event, a datum, a page of them, or a stream_datum.
    """
    return str(doc.get("descriptor") or doc.get("resource") or doc.get("stream_resource") or "")
