"""Callbacks that write into a logbook."""

from bsh.callbacks import CallbackBase, OlogCallback, call_str, logbook_cb_factory
from bsh.callbacks.olog import TEMPLATES

__all__ = ["TEMPLATES", "CallbackBase", "OlogCallback", "call_str", "logbook_cb_factory"]
