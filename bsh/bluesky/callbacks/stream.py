"""A callback that emits documents of its own."""

from bsh.callbacks import LiveDispatcher

__all__ = ["LiveDispatcher"]
