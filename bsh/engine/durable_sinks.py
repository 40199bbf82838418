"""Subscribers that write to disk, and waiting for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bsh.protocols import DurableSink

__all__ = ["DurableSinks"]


class DurableSinks:
    """The durable sinks among an engine's subscribers, by subscription token."""

    def __init__(self) -> None:
        self._sinks: dict[int, DurableSink] = {}

    def add(self, token: int, subscriber: Any) -> None:
        """Take note of a subscriber if it is a durable sink."""
        if hasattr(subscriber, "when_durable"):
            self._sinks[token] = subscriber

    def discard(self, token: int) -> None:
        """Forget a subscriber."""
        self._sinks.pop(token, None)

    def clear(self) -> None:
        """Forget all of them."""
        self._sinks.clear()

    def congested(self) -> bool:
        """Whether one of them has so much to write that the plan has to wait."""
        return any(sink.congested for sink in self._sinks.values())

    async def durable(self) -> None:
        """Wait until each of them has on disk what was emitted so far.

        Raises
        ------
        Exception
            What one of them could not do.
        """
        loop = asyncio.get_running_loop()
        waiting = []
        for sink in self._sinks.values():
            future = loop.create_future()
            sink.when_durable(_settle_from_any_thread(loop, future))
            waiting.append(future)
        for future in waiting:
            await future


def _settle_from_any_thread(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[None]
) -> Callable[[BaseException | None], None]:
    def settle(error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    def from_any_thread(error: BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, error)

    return from_any_thread
