"""Descriptions of data that are kept elsewhere."""

from bsh.bluesky.adapted.structures import Management, StructureFamily
from bsh.documents.consolidators import (
    CONSOLIDATOR_REGISTRY,
    Asset,
    ConsolidatorBase,
    CSVConsolidator,
    DataSource,
    HDF5Consolidator,
    JPEGConsolidator,
    MultipartRelatedConsolidator,
    NPYConsolidator,
    TIFFConsolidator,
    consolidator_factory,
)

__all__ = [
    "CONSOLIDATOR_REGISTRY",
    "Asset",
    "CSVConsolidator",
    "ConsolidatorBase",
    "DataSource",
    "HDF5Consolidator",
    "JPEGConsolidator",
    "Management",
    "MultipartRelatedConsolidator",
    "NPYConsolidator",
    "StructureFamily",
    "TIFFConsolidator",
    "consolidator_factory",
]
