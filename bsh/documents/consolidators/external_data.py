"""All data of a run that are kept elsewhere, from its documents."""

from __future__ import annotations

from bsh.documents.consolidators.base import ConsolidatorBase
from bsh.documents.consolidators.data_source import DataSource
from bsh.documents.consolidators.registry import consolidator_factory
from bsh.protocols import Document

__all__ = ["ExternalData"]


class ExternalData:
    """Subscriber that keeps a consolidator for each data key of each stream of one run.

    Examples
    --------
    >>> external = ExternalData()
    >>> external("start", {"uid": "r", "time": 0.0})
    >>> external.data_sources()
    {}
    """

    def __init__(self) -> None:
        self.consolidators: dict[tuple[str, str], ConsolidatorBase] = {}
        self._descriptors: dict[str, Document] = {}
        self._resources: dict[str, Document] = {}
        self._by_resource: dict[str, ConsolidatorBase] = {}

    def __call__(self, name: str, doc: Document) -> None:
        """Take a document; those that say nothing of external data are passed over."""
        if name == "descriptor":
            self._descriptors[doc["uid"]] = doc
        elif name == "stream_resource":
            self._resources[doc["uid"]] = doc
        elif name == "stream_datum":
            self._consolidator_of(doc).consume_stream_datum(doc)

    def data_sources(self) -> dict[tuple[str, str], DataSource]:
        """Return what is known by now, by names of stream and data key."""
        return {place: each.get_data_source() for place, each in self.consolidators.items()}

    def _consolidator_of(self, stream_datum: Document) -> ConsolidatorBase:
        uid = stream_datum["stream_resource"]
        if uid not in self._by_resource:
            # Only the datum tells which stream the resource belongs to.
            self._by_resource[uid] = self._take_in(
                self._resources[uid], self._descriptors[stream_datum["descriptor"]]
            )
        return self._by_resource[uid]

    def _take_in(self, resource: Document, descriptor: Document) -> ConsolidatorBase:
        place = descriptor["name"], resource["data_key"]
        if place in self.consolidators:
            self.consolidators[place].update_from_stream_resource(resource)
        else:
            self.consolidators[place] = consolidator_factory(resource, descriptor)
        return self.consolidators[place]
