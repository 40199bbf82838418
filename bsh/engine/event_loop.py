"""The thread on which the engine lives: one asyncio loop that runs for ever."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

from bsh.errors import EngineHalt

__all__ = ["EngineLoop"]


class EngineLoop:
    """An asyncio loop on a daemon thread named ``bsh-engine``.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop, optional
        A loop made by the caller; if it runs already, no thread is started.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.loop = loop if loop is not None else asyncio.new_event_loop()
        self._owned = loop is None
        self._closing = False
        self.thread: threading.Thread | None = None
        self.thread_id: int | None = None
        if not self.loop.is_running():
            started = threading.Event()
            self.thread = threading.Thread(target=self._run, args=(started,), name="bsh-engine", daemon=True)
            self.thread.start()
            started.wait()
        else:
            self.loop.call_soon_threadsafe(self._note_thread)

    def post(self, function: Callable[..., Any], *args: Any) -> bool:
        """Call ``function`` on the loop's thread soon; False when the loop is closed."""
        try:
            self.loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            return False
        return True

    @property
    def here(self) -> bool:
        """Whether the caller is on the loop's thread."""
        return threading.get_ident() == self.thread_id

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop the loop and wait for its thread."""
        self._closing = True
        if self.thread is None or not self.thread.is_alive():
            return
        self.post(self.loop.stop)
        if not self.here:
            self.thread.join(timeout_s)

    def _note_thread(self) -> None:
        self.thread_id = threading.get_ident()

    def _run(self, started: threading.Event) -> None:
        self._note_thread()
        asyncio.set_event_loop(self.loop)
        started.set()
        while not self._closing:
            # An EngineHalt that was meant for a plan may arrive when the loop is idle again; and asyncio
            # lets the other two out of the loop as well as into the task.
            with contextlib.suppress(EngineHalt, KeyboardInterrupt, SystemExit):
                self.loop.run_forever()
        if self._owned:
            self._cancel_leftovers()
            self.loop.close()

    def _cancel_leftovers(self) -> None:
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
