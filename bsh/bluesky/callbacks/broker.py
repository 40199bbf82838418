"""Callbacks that look stored runs up."""

from bsh.callbacks import (
    BrokerCallbackBase,
    LiveImage,
    LiveTiffExporter,
    make_restreamer,
    post_run,
    verify_files_saved,
)

__all__ = [
    "BrokerCallbackBase",
    "LiveImage",
    "LiveTiffExporter",
    "make_restreamer",
    "post_run",
    "verify_files_saved",
]
