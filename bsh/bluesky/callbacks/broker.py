"""Callbacks that look stored runs up."""

from bsh.bluesky.adapted.values import ensure_uid
from bsh.callbacks import (
    BrokerCallbackBase,
    CallbackBase,
    LiveImage,
    LiveTiffExporter,
    make_restreamer,
    post_run,
    verify_files_saved,
)

__all__ = [
    "BrokerCallbackBase",
    "CallbackBase",
    "LiveImage",
    "LiveTiffExporter",
    "ensure_uid",
    "make_restreamer",
    "post_run",
    "verify_files_saved",
]
