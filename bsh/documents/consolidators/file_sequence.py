"""Sequences of files with a number in their names, each with one frame or a few."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os.path import splitext
from typing import Any, ClassVar

from bsh.documents.consolidators.base import ConsolidatorBase
from bsh.documents.consolidators.data_source import Asset
from bsh.protocols import Document

__all__ = ["JPEGConsolidator", "MultipartRelatedConsolidator", "NPYConsolidator", "TIFFConsolidator"]

_NUMBER = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?d")


class MultipartRelatedConsolidator(ConsolidatorBase):
    """Describes files whose names count up.

    The parameters of the stream resource have a ``template`` for the names, in either style of Python
    (``"%s_%06d.tif"`` or ``"{:06d}.tif"``), and may have a ``filename`` that takes the place of the first
    text in it. The first size of ``chunk_shape`` is the number of frames a file, 1 by default.
    """

    extensions: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, stream_resource: Document, descriptor: Document) -> None:
        super().__init__(stream_resource, descriptor)
        self.template = self._template()
        if splitext(self.template)[1] not in self.extensions:
            raise ValueError(
                f"{self.data_key}: files of {self.mimetype} end in {', '.join(sorted(self.extensions))}, "
                f"but their names are {self.template!r}."
            )
        self._files_per_event = 1
        if self.join_method == "concat":
            frames = self.datum_shape[0] if self.datum_shape else 1
            self._files_per_event, rest = divmod(frames, self.chunk_shape[0])
            if rest:
                raise ValueError(
                    f"{self.data_key}: {frames} frames an event cannot be put into files of "
                    f"{self.chunk_shape[0]} frames each."
                )

    def _chunk_shape(self, parameters: Mapping[str, Any], datum_shape: tuple[int, ...]) -> tuple[int, ...]:
        return super()._chunk_shape(parameters, datum_shape) or (1,)

    def _template(self) -> str:
        """Return the template with the file name in its place; what is left open is the number."""
        template: str = self.parameters["template"]
        filename: str = self.parameters.get("filename", "")
        if _NUMBER.search(template):
            filename = filename.replace("%", "%%")
        else:
            filename = filename.replace("{", "{{").replace("}", "}}")
        placeholder = "%s" if "%s" in template else "{:s}"
        return template.replace(placeholder, filename, 1).replace(placeholder, "")

    def get_datum_uri(self, index: int) -> str:
        """Return where the file of a number is."""
        if _NUMBER.search(self.template):
            return self.uri + self.template % index
        return self.uri + self.template.format(index)

    def consume_stream_datum(self, doc: Document) -> None:
        """Take in that more rows were written: each is a file, or several."""
        first, last = (doc["indices"][end] * self._files_per_event for end in ("start", "stop"))
        for index in range(first, last):
            self.assets.append(Asset(self.get_datum_uri(index), num=len(self.assets) + 1))
        super().consume_stream_datum(doc)

    def _new_rows(self, doc: Document) -> range:
        """Count the rows of a stream datum: only files that were told of are in the array."""
        first = self._num_rows
        self._num_rows += doc["indices"]["stop"] - doc["indices"]["start"]
        return range(first, self._num_rows)


class TIFFConsolidator(MultipartRelatedConsolidator):
    """Describes a sequence of TIFF files."""

    supported_mimetypes: ClassVar[frozenset[str]] = frozenset({"multipart/related;type=image/tiff"})
    extensions: ClassVar[frozenset[str]] = frozenset({".tif", ".tiff"})


class JPEGConsolidator(MultipartRelatedConsolidator):
    """Describes a sequence of JPEG files."""

    supported_mimetypes: ClassVar[frozenset[str]] = frozenset({"multipart/related;type=image/jpeg"})
    extensions: ClassVar[frozenset[str]] = frozenset({".jpg", ".jpeg"})


class NPYConsolidator(MultipartRelatedConsolidator):
    """Describes a sequence of numpy files, one an event, as simulated detectors write them."""

    supported_mimetypes: ClassVar[frozenset[str]] = frozenset({"multipart/related;type=application/x-npy"})
    extensions: ClassVar[frozenset[str]] = frozenset({".npy"})
    join_method = "stack"

    def __init__(self, stream_resource: Document, descriptor: Document) -> None:
        # These devices do not say how their files are called; the document itself is not changed.
        parameters = {**stream_resource["parameters"], "template": "%s_%d.npy"}
        super().__init__({**stream_resource, "parameters": parameters}, descriptor)

    def _chunk_shape(self, parameters: Mapping[str, Any], datum_shape: tuple[int, ...]) -> tuple[int, ...]:
        return (1, *datum_shape)
