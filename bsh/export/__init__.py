"""Stored runs in formats that other programs read."""

from bsh.export.formats import FORMATS, ExportFormat, export_run

__all__ = ["FORMATS", "ExportFormat", "export_run"]
