"""Datasets in HDF5 files."""

from __future__ import annotations

from typing import Any, ClassVar

from bsh.documents.consolidators.base import ConsolidatorBase
from bsh.documents.consolidators.data_source import Asset
from bsh.protocols import Document

__all__ = ["HDF5Consolidator"]


class HDF5Consolidator(ConsolidatorBase):
    """Describes a dataset inside one HDF5 file, or inside several that follow each other.

    The parameters of the stream resource name the ``dataset`` and may have ``swmr``, ``slice`` and
    ``squeeze``.
    """

    supported_mimetypes: ClassVar[frozenset[str]] = frozenset({"application/x-hdf5"})

    def __init__(self, stream_resource: Document, descriptor: Document) -> None:
        super().__init__(stream_resource, descriptor)
        if "dataset" not in self.parameters:
            raise ValueError(
                f"{self.data_key}: the stream resource does not say which dataset of {self.uri}."
            )
        self.swmr: bool = self.parameters.get("swmr", True)
        self.assets.append(Asset(self.uri, num=0))

    def adapter_parameters(self) -> dict[str, Any]:
        """Return ``dataset`` and ``swmr``, and ``slice`` and ``squeeze`` where they are given."""
        optional = {key: self.parameters[key] for key in ("slice", "squeeze") if self.parameters.get(key)}
        return {"dataset": self.parameters["dataset"], "swmr": self.swmr, **optional}

    def update_from_stream_resource(self, stream_resource: Document) -> None:
        """Go on in another file.

        Raises
        ------
        ValueError
            Its dataset or chunks are not those of the first.
        """
        parameters = stream_resource["parameters"]
        for what, here, there in (
            ("dataset", self.parameters["dataset"], parameters.get("dataset")),
            ("chunk_shape", self.chunk_shape, tuple(parameters.get("chunk_shape", ()))),
        ):
            if here != there:
                raise ValueError(
                    f"{self.data_key}: {stream_resource['uri']} has {what}={there!r}, but the files before "
                    f"it have {here!r}."
                )
        self.assets.append(Asset(stream_resource["uri"], num=len(self.assets)))
