"""Readings to documents: pure, synchronous, with no device, clock or thread of its own."""

from bsh.documents.asset_documents import AssetDocuments
from bsh.documents.event_stream import EventStream, ObjectDescription, find_collision
from bsh.documents.ids import new_uid, short_uid, uid_sequence
from bsh.documents.json_numbers import truncate_json_overflow
from bsh.documents.run_documents import compose_start, compose_stop
from bsh.documents.validation import DOCUMENT_NAMES, validate, warm_up

__all__ = [
    "DOCUMENT_NAMES",
    "AssetDocuments",
    "EventStream",
    "ObjectDescription",
    "compose_start",
    "compose_stop",
    "find_collision",
    "new_uid",
    "short_uid",
    "truncate_json_overflow",
    "uid_sequence",
    "validate",
    "warm_up",
]
