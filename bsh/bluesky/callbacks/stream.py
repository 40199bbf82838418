"""A callback that emits documents of its own."""

from bsh.callbacks import CallbackBase, LiveDispatcher
from bsh.documents import new_uid
from bsh.engine import Dispatcher

__all__ = ["CallbackBase", "Dispatcher", "LiveDispatcher", "new_uid"]
