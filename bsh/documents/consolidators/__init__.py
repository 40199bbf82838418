"""What documents say of data that are kept elsewhere: shape, chunks, type and files. No file is read."""

from bsh.documents.consolidators.base import ConsolidatorBase
from bsh.documents.consolidators.csv import CSVConsolidator
from bsh.documents.consolidators.data_source import ArrayStructure, Asset, DataSource
from bsh.documents.consolidators.external_data import ExternalData
from bsh.documents.consolidators.file_sequence import (
    JPEGConsolidator,
    MultipartRelatedConsolidator,
    NPYConsolidator,
    TIFFConsolidator,
)
from bsh.documents.consolidators.hdf5 import HDF5Consolidator
from bsh.documents.consolidators.registry import CONSOLIDATOR_REGISTRY, consolidator_factory

__all__ = [
    "CONSOLIDATOR_REGISTRY",
    "ArrayStructure",
    "Asset",
    "CSVConsolidator",
    "ConsolidatorBase",
    "DataSource",
    "ExternalData",
    "HDF5Consolidator",
    "JPEGConsolidator",
    "MultipartRelatedConsolidator",
    "NPYConsolidator",
    "TIFFConsolidator",
    "consolidator_factory",
]
