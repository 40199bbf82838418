"""What a message handler returns when the plan has to wait."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

__all__ = ["Awaiting"]


class Awaiting:
    """A marker: the message's result comes later, from ``awaitable``.

    Parameters
    ----------
    awaitable : awaitable
        A coroutine or a future of the engine's loop.
    atomic : bool
        Whether an interruption has to wait until it is finished.
    """

    __slots__ = ("atomic", "awaitable")

    def __init__(self, awaitable: Awaitable[Any], *, atomic: bool = False) -> None:
        self.awaitable = awaitable
        self.atomic = atomic
