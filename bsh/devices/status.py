"""The outcome of an action that takes time.

Owns :class:`Status`, which devices of bsh hand out. It starts no thread and knows no device library;
ophyd's statuses offer the same methods, so the engine treats both alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Lock
from typing import Any

__all__ = ["Status"]

logger = logging.getLogger("bsh.devices")

# One lock for all statuses: it is held for a few assignments only, never while a callback runs, and a
# lock for each status would cost more than the status itself.
_lock = Lock()


class Status:
    """Something that will be done later, seen from any thread.

    Parameters
    ----------
    obj : object, optional
        The device that acts; named in error messages.
    target : object, optional
        What the device was asked for.

    Notes
    -----
    The first outcome counts: a later :meth:`set_finished` or :meth:`set_exception` changes nothing and
    returns False, so that a stop may race with the natural end of a move.

    Examples
    --------
    >>> status = Status(target=3)
    >>> status.done, status.success
    (False, False)
    >>> status.set_finished()
    True
    >>> status.done, status.success
    (True, True)
    """

    __slots__ = ("__weakref__", "_callbacks", "_done", "_event", "_exception", "_watchers", "obj", "target")

    def __init__(self, *, obj: Any = None, target: Any = None) -> None:
        self.obj = obj
        self.target = target
        self._done = False
        self._exception: BaseException | None = None
        self._callbacks: list[Callable[[Any], Any]] | None = None
        self._watchers: list[Callable[..., Any]] | None = None
        self._event: Event | None = None

    @classmethod
    def finished(cls, obj: Any = None, target: Any = None) -> Status:
        """Make a status that is done with success from the start.

        Parameters
        ----------
        obj, target : object, optional
            As for the class.
        """
        status = cls(obj=obj, target=target)
        status._done = True
        return status

    @property
    def device(self) -> Any:
        """The device that acts (ophyd's name for ``obj``)."""
        return self.obj

    @property
    def done(self) -> bool:
        """Whether the action has ended, with or without success."""
        return self._done

    @property
    def success(self) -> bool:
        """Whether the action has ended with success."""
        return self._done and self._exception is None

    def exception(self, timeout: float | None = 0) -> BaseException | None:
        """Return why the action failed, or None after success.

        Parameters
        ----------
        timeout : float or None, optional
            Seconds to wait for the end; None waits for ever.

        Raises
        ------
        TimeoutError
            The action has not ended within `timeout`.
        """
        self._wait_until_done(timeout)
        return self._exception

    def wait(self, timeout: float | None = None) -> None:
        """Block until the action has ended; raise its exception if it failed.

        Parameters
        ----------
        timeout : float or None, optional
            Seconds to wait; None waits for ever.

        Raises
        ------
        TimeoutError
            The action has not ended within `timeout`.
        """
        self._wait_until_done(timeout)
        if self._exception is not None:
            raise self._exception

    def add_callback(self, callback: Callable[[Any], Any]) -> None:
        """Call ``callback(status)`` once when done; at once, in this thread, if it already is.

        Parameters
        ----------
        callback : callable
            Runs in the thread that ends the action, so it must be short and must not block. What it
            raises there is logged.
        """
        with _lock:
            if not self._done:
                if self._callbacks is None:
                    self._callbacks = []
                self._callbacks.append(callback)
                return
        callback(self)

    def set_finished(self) -> bool:
        """End with success; return whether this call is what ended it."""
        return self._end(None)

    def set_exception(self, exc: BaseException) -> bool:
        """End without success; return whether this call is what ended it.

        Parameters
        ----------
        exc : Exception
            Says which device failed, at which value, and why.
        """
        if not isinstance(exc, Exception):
            raise TypeError(f"a status fails with an exception instance, not {exc!r}")
        return self._end(exc)

    def watch(self, callback: Callable[..., Any]) -> None:
        """Call ``callback(**progress)`` as the action advances.

        Parameters
        ----------
        callback : callable
            Takes the keywords name, current, initial, target, unit, precision, fraction (what is left,
            1 at the start, 0 at the end), time_elapsed and time_remaining (seconds); any may be None.
            It is called on the device's thread.
        """
        with _lock:
            if self._done:
                return
            self._watchers = [*(self._watchers or ()), callback]
        started = getattr(self.obj, "_progress_wanted", None)
        if started is not None:
            started(self)

    @property
    def watched(self) -> bool:
        """Whether somebody wants to hear of the progress."""
        return bool(self._watchers)

    def report_progress(
        self,
        *,
        current: Any = None,
        initial: Any = None,
        unit: str | None = None,
        precision: int | None = None,
        fraction: float | None = None,
        time_elapsed: float | None = None,
        time_remaining: float | None = None,
    ) -> None:
        """Tell the watchers how far the action is; called by the device.

        Parameters
        ----------
        current, initial : object
            Present and first value, in the device's own units.
        unit : str
            Name of these units.
        precision : int
            Decimals worth showing.
        fraction : float
            Part of the way that is left, 1 to 0.
        time_elapsed, time_remaining : float
            Seconds.
        """
        for watcher in self._watchers or ():
            try:
                watcher(
                    name=getattr(self.obj, "name", None),
                    current=current,
                    initial=initial,
                    target=self.target,
                    unit=unit,
                    precision=precision,
                    fraction=fraction,
                    time_elapsed=time_elapsed,
                    time_remaining=time_remaining,
                )
            except Exception:
                logger.exception("a progress watcher of %r failed", self)

    def __repr__(self) -> str:
        name = getattr(self.obj, "name", None)
        state = "pending"
        if self._done:
            state = "done" if self._exception is None else f"failed: {self._exception}"
        target = "" if self.target is None else f", target={self.target!r}"
        return f"<Status of {name or 'nothing'}{target}, {state}>"

    def _end(self, exc: BaseException | None) -> bool:
        with _lock:
            if self._done:
                return False
            self._exception = exc
            self._done = True
            callbacks, self._callbacks = self._callbacks, None
            self._watchers = None
            event = self._event
        if event is not None:
            event.set()
        for callback in callbacks or ():
            try:
                callback(self)
            except Exception:
                logger.exception("a callback of %r failed", self)
        return True

    def _wait_until_done(self, timeout: float | None) -> None:
        with _lock:
            if self._done:
                return
            if self._event is None:
                self._event = Event()
            event = self._event
        if not event.wait(timeout):
            raise TimeoutError(f"{self!r} has not ended within {timeout} s")
