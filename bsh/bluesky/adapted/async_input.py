"""Input that can be awaited."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

__all__ = ["AsyncInput"]


class AsyncInput:
    """Wait for a line of standard input without blocking an event loop.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop, optional
        The loop that waits; the running one without it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.loop = asyncio.get_running_loop() if loop is None else loop
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self.loop.add_reader(sys.stdin, self.got_input)

    def got_input(self) -> None:
        """Take a line that is there."""
        self._lines.put_nowait(sys.stdin.readline())

    async def __call__(self, prompt: str, end: str = "\n", flush: bool = False) -> Any:
        """Print a prompt and return the next line, without its end.

        Parameters
        ----------
        prompt : str
            What is asked.
        end, flush
            As for :func:`print`.
        """
        print(prompt, end=end, flush=flush)
        return (await self._lines.get()).rstrip("\n")
