"""Which consolidator describes which kind of file."""

from __future__ import annotations

from bsh.documents.consolidators.base import ConsolidatorBase
from bsh.documents.consolidators.csv import CSVConsolidator
from bsh.documents.consolidators.file_sequence import JPEGConsolidator, NPYConsolidator, TIFFConsolidator
from bsh.documents.consolidators.hdf5 import HDF5Consolidator
from bsh.protocols import Document

__all__ = ["CONSOLIDATOR_REGISTRY", "consolidator_factory"]

CONSOLIDATOR_REGISTRY: dict[str, type[ConsolidatorBase]] = {
    mimetype: kind
    for kind in (
        ConsolidatorBase,
        CSVConsolidator,
        HDF5Consolidator,
        TIFFConsolidator,
        JPEGConsolidator,
        NPYConsolidator,
    )
    for mimetype in kind.supported_mimetypes
}
"""Mimetype to class; a beamline's own formats are entered here."""


def consolidator_factory(stream_resource: Document, descriptor: Document) -> ConsolidatorBase:
    """Make the consolidator that a stream resource needs.

    Parameters
    ----------
    stream_resource : dict
        The document that announces the data.
    descriptor : dict
        The descriptor of its stream.

    Raises
    ------
    ValueError
        No class is registered for its mimetype.
    """
    mimetype = stream_resource["mimetype"]
    kind = CONSOLIDATOR_REGISTRY.get(mimetype)
    if kind is None:
        raise ValueError(
            f"{stream_resource['data_key']}: nothing describes files of {mimetype}; known are "
            f"{', '.join(CONSOLIDATOR_REGISTRY)}. Enter a class into CONSOLIDATOR_REGISTRY."
        )
    return kind(stream_resource, descriptor)
