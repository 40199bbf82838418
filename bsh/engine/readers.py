"""Reads devices at the same time: asynchronous ones on the engine's loop, blocking ones on threads.

Owns the threads. They are daemons, so that a device that never answers cannot hold up the end of the
program, and come and go with what is read. One device is never read twice at a time: a reading that an
interruption has left behind is over before the next one of that device begins.
"""

from __future__ import annotations

import asyncio
import inspect
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from bsh.devices.traversal import reads_concurrently

__all__ = ["ConcurrentReader", "ReaderThreads"]

IDLE_S = 30.0
"""A thread that has had nothing to read for so long, in seconds, ends."""


class ReaderThreads:
    """As many threads as readings go on at the same time.

    Parameters
    ----------
    idle_s : float, optional
        Seconds after which a thread without work ends.
    """

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = Lock()
        self._idle = 0  # threads that wait and that no job in the queue is meant for

    def submit(self, job: Callable[[], None]) -> None:
        """Run a job, which must not raise, on a thread of its own.

        Parameters
        ----------
        job : callable
            Takes nothing.
        """
        with self._lock:
            is_short = self._idle == 0
            if not is_short:
                self._idle -= 1
        self._jobs.put(job)
        if is_short:
            Thread(target=self._work, name="bsh-reader", daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_s)
            except Empty:
                with self._lock:
                    if self._idle > 0:
                        self._idle -= 1
                        return
                continue  # a job is on its way
            job()
            del job  # it holds a device
            with self._lock:
                self._idle += 1


class ConcurrentReader:
    """Reads several devices at the same time, for one loop."""

    # A reader does not keep its loop alive: nothing of it but readings under way may refer to the loop.
    _of: ClassVar[WeakKeyDictionary[AbstractEventLoop, ConcurrentReader]] = WeakKeyDictionary()

    def __init__(self) -> None:
        self._threads = ReaderThreads()
        self._under_way: dict[Any, asyncio.Future[tuple[Any, BaseException | None]]] = {}

    @classmethod
    def here(cls) -> ConcurrentReader:
        """Return the reader of the running loop, the same one every time."""
        loop = asyncio.get_running_loop()
        reader = cls._of.get(loop)
        if reader is None:
            reader = cls._of[loop] = cls()
        return reader

    async def read(self, devices: Sequence[Any]) -> list[Any]:
        """Return the reading of each device, in the order of the devices; on the loop's thread.

        Those that neither are asynchronous nor opted in are read here, while the others are under way.

        Parameters
        ----------
        devices : sequence of devices
            Each once.

        Raises
        ------
        Exception
            What the first of those that failed raised, when all have ended.
        """
        readings: dict[Any, Any] = {}
        later: dict[Any, asyncio.Task[Any]] = {}
        try:
            for obj in devices:
                if reads_concurrently(obj) and not inspect.iscoroutinefunction(obj.read):
                    later[obj] = asyncio.ensure_future(self._on_a_thread(obj))
            await asyncio.sleep(0)  # they begin
            for obj in devices:
                if obj not in later:
                    reading = obj.read()
                    if inspect.isawaitable(reading):
                        later[obj] = asyncio.ensure_future(_awaited(reading))
                    else:
                        readings[obj] = reading
            outcomes = await asyncio.gather(*later.values(), return_exceptions=True)
        finally:
            for task in later.values():
                task.cancel()
        readings |= zip(later, outcomes)
        for obj in devices:
            if isinstance(readings[obj], BaseException):
                raise readings[obj]
        return [readings[obj] for obj in devices]

    async def _on_a_thread(self, obj: Any) -> Any:
        while (before := self._under_way.get(obj)) is not None:
            await asyncio.shield(before)
        loop = asyncio.get_running_loop()
        ended = self._under_way[obj] = loop.create_future()
        self._threads.submit(partial(self._read, obj, ended, loop))
        reading, error = await asyncio.shield(ended)
        if error is not None:
            raise error
        return await reading if inspect.isawaitable(reading) else reading

    def _read(self, obj: Any, ended: asyncio.Future[Any], loop: AbstractEventLoop) -> None:
        """Read a device on a thread; hand the outcome to the loop, whoever still waits for it."""
        outcome: tuple[Any, BaseException | None]
        try:
            outcome = obj.read(), None
        except BaseException as error:
            outcome = None, error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._ended, obj, ended, outcome)

    def _ended(self, obj: Any, ended: asyncio.Future[Any], outcome: tuple[Any, BaseException | None]) -> None:
        self._under_way.pop(obj, None)
        if not ended.done():
            ended.set_result(outcome)


async def _awaited(reading: Any) -> Any:
    return await reading
