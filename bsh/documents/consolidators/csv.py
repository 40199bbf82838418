"""Tables of numbers in text files."""

from __future__ import annotations

from typing import Any, ClassVar

from bsh.documents.consolidators.base import ConsolidatorBase
from bsh.documents.consolidators.data_source import Asset
from bsh.protocols import Document

__all__ = ["CSVConsolidator"]


class CSVConsolidator(ConsolidatorBase):
    """Describes a text file with rows of values and no header."""

    supported_mimetypes: ClassVar[frozenset[str]] = frozenset({"text/csv;header=absent"})
    join_chunks = False

    def __init__(self, stream_resource: Document, descriptor: Document) -> None:
        super().__init__(stream_resource, descriptor)
        self.assets.append(Asset(self.uri))

    def adapter_parameters(self) -> dict[str, Any]:
        """Return all parameters of the stream resource: they are the reading program's."""
        return dict(self.parameters)
