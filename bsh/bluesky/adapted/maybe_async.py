"""What devices return, awaited where it has to be."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, TypeVar

from bsh.protocols import WritesExternalAssets, WritesStreamAssets

__all__ = ["iterate_maybe_async", "maybe_await", "maybe_collect_asset_docs"]

T = TypeVar("T")


async def maybe_await(ret: T | Awaitable[T]) -> T:
    """Return a value, or what an awaitable gives.

    Parameters
    ----------
    ret : object
        What a device returned.
    """
    return await ret if inspect.isawaitable(ret) else ret


async def iterate_maybe_async(iterator: Iterator[T] | AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield what an iterator yields, be it asynchronous or not.

    Parameters
    ----------
    iterator : iterator or async iterator
        What a device returned.
    """
    if hasattr(iterator, "__aiter__"):
        async for item in iterator:
            yield item
    else:
        for item in iterator:
            yield item


async def maybe_collect_asset_docs(
    msg: Any, obj: Any, index: int | None = None, *args: Any, **kwargs: Any
) -> AsyncIterator[Any]:
    """Yield the documents about data that a device wrote elsewhere; nothing if it writes none.

    Parameters
    ----------
    msg : Msg
        On whose account.
    obj : device
        Is asked.
    index : int, optional
        Up to which frame, for devices that write streams.
    *args, **kwargs
        For the device's method.
    """
    if isinstance(obj, WritesStreamAssets):
        documents = obj.collect_asset_docs(index, *args, **kwargs)
    elif isinstance(obj, WritesExternalAssets):
        documents = obj.collect_asset_docs(*args, **kwargs)
    else:
        return
    async for document in iterate_maybe_async(documents):
        yield document
