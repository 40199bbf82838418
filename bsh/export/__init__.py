"""Stored runs in formats that other programs read, and files that grow while runs are taken."""

import bsh.callbacks  # noqa: F401  # before modules of it: another thread may be importing the package just now
from bsh.export.file_names import FileNames
from bsh.export.follower import Follower, RunWriter
from bsh.export.formats import FORMATS, ExportFormat, export_run, own_path
from bsh.export.growing_run import GrowingRunWriter
from bsh.export.run_data import RunData, Stream
from bsh.export.spec import SpecWriter
from bsh.export.spec_file import SpecFile
from bsh.export.taking_in import TakenIn, read_documents, take_in
from bsh.export.whole_run import WholeRunWriter

__all__ = [
    "FORMATS",
    "ExportFormat",
    "FileNames",
    "Follower",
    "GrowingRunWriter",
    "RunData",
    "RunWriter",
    "SpecFile",
    "SpecWriter",
    "Stream",
    "TakenIn",
    "WholeRunWriter",
    "export_run",
    "own_path",
    "read_documents",
    "take_in",
]
