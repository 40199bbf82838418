"""A callback in a thread of its own."""

from bsh.callbacks import BufferingWrapper

__all__ = ["BufferingWrapper"]
