"""Results that may have to be awaited: the marker for the engine's slices, and what coroutines do with them."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable
from typing import Any

__all__ = ["Awaiting", "each_of", "maybe_awaiting", "settled"]


class Awaiting:
    """A marker that a message handler returns: the result comes later, from ``awaitable``.

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


def maybe_awaiting(result: Any) -> Any:
    """Return a marker for an awaitable, anything else unchanged."""
    return Awaiting(result) if inspect.isawaitable(result) else result


async def settled(result: Any) -> Any:
    """Return what a device's method gave, awaited if it has to be."""
    return await result if inspect.isawaitable(result) else result


async def each_of(items: Any) -> AsyncIterator[Any]:
    """Iterate over what a device's method gave: an iterable, an asynchronous one, an awaitable, or None."""
    if hasattr(items, "__aiter__"):
        async for item in items:
            yield item
    else:
        for item in await settled(items) or ():
            yield item
