"""Which pause was asked for."""

from enum import Enum

__all__ = ["PauseRequest"]


class PauseRequest(Enum):
    """None, one at the next checkpoint, or one at once."""

    NONE = 0
    SOFT = 1
    HARD = 2
