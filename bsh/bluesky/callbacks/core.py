"""Callbacks that show or compute something, and what they are made of."""

from bsh.bluesky.adapted.values import ensure_uid
from bsh.callbacks import (
    CallbackBase,
    CallbackCounter,
    CollectThenCompute,
    LiveTable,
    collector,
    format_num,
    get_obj_fields,
    make_callback_safe,
    make_class_safe,
    print_metadata,
)

__all__ = [
    "CallbackBase",
    "CallbackCounter",
    "CollectThenCompute",
    "LiveTable",
    "collector",
    "ensure_uid",
    "format_num",
    "get_obj_fields",
    "make_callback_safe",
    "make_class_safe",
    "print_metadata",
]
