"""Hands documents to subscribers, in the order in which they subscribed."""

from __future__ import annotations

import inspect
import itertools
import warnings
import weakref
from collections.abc import Callable
from typing import Any

from bsh.documents import DOCUMENT_NAMES
from bsh.protocols import Document

__all__ = ["CallbackRegistry", "Dispatcher"]

_Resolve = Callable[[], Callable[..., Any] | None]


class CallbackRegistry:
    """Callbacks by signal name; bound methods are held weakly.

    Parameters
    ----------
    ignore_exceptions : bool
        Whether an exception in a callback only warns.
    allowed_sigs : iterable of str, optional
        The signal names that may be connected to; any when None.
    """

    def __init__(self, ignore_exceptions: bool = False, allowed_sigs: Any = None) -> None:
        self.ignore_exceptions = ignore_exceptions
        self._allowed = None if allowed_sigs is None else frozenset(_name_of(sig) for sig in allowed_sigs)
        self._ids = itertools.count()
        self._callbacks: dict[str, dict[int, _Resolve]] = {}

    def connect(self, sig: Any, func: Callable[..., Any]) -> int:
        """Call ``func`` at each ``process(sig, ...)``; connecting twice gives the same number.

        Raises
        ------
        ValueError
            ``sig`` is not an allowed signal.
        """
        name = _name_of(sig)
        if self._allowed is not None and name not in self._allowed:
            raise ValueError(f"{name!r} is not one of the signals {', '.join(sorted(self._allowed))}.")
        connected = self._callbacks.setdefault(name, {})
        for cid, resolve in connected.items():
            if resolve() == func:
                return cid
        cid = next(self._ids)
        connected[cid] = self._reference(name, cid, func)
        return cid

    def disconnect(self, cid: int) -> None:
        """Forget a callback; unknown numbers are ignored."""
        for connected in self._callbacks.values():
            connected.pop(cid, None)

    def callbacks(self, sig: Any) -> list[Callable[..., Any]]:
        """Return the living callbacks of a signal in the order in which they were connected."""
        resolved = [resolve() for resolve in list(self._callbacks.get(_name_of(sig), {}).values())]
        return [each for each in resolved if each is not None]

    def process(self, sig: Any, *args: Any, **kwargs: Any) -> list[tuple[BaseException, Any]]:
        """Call every callback of a signal, whatever the others do.

        Returns
        -------
        list of (exception, traceback)
            What was raised, when exceptions are ignored.

        Raises
        ------
        Exception
            The first one raised, after all callbacks were called, when exceptions are not ignored.
        """
        raised: list[tuple[BaseException, Any]] = []
        for func in self.callbacks(sig):
            try:
                func(*args, **kwargs)
            except Exception as error:
                raised.append((error, error.__traceback__))
        if raised and not self.ignore_exceptions:
            first = raised[0][0]
            for other, _ in raised[1:]:
                first.add_note(f"Another subscriber failed as well: {other!r}")
            raise first
        return raised

    def _reference(self, name: str, cid: int, func: Callable[..., Any]) -> _Resolve:
        if not inspect.ismethod(func):
            return lambda: func

        def forget(_: Any) -> None:
            self._callbacks.get(name, {}).pop(cid, None)

        return weakref.WeakMethod(func, forget)


class Dispatcher:
    """Subscriptions to documents by name, with a flat list of callables for each name on the hot path."""

    def __init__(self) -> None:
        self.ignore_exceptions = False
        self._tokens = itertools.count()
        self._subscriptions: dict[int, tuple[str, _Resolve]] = {}
        self._routes: dict[str, list[_Resolve]] = {name: [] for name in DOCUMENT_NAMES}

    def subscribe(self, func: Any, name: Any = "all") -> int:
        """Call ``func(name, doc)`` for documents of one name, or of all.

        Parameters
        ----------
        func : callable
            Bound methods are held weakly.
        name : str
            ``"all"`` or a document name of event-model.

        Returns
        -------
        int
            A token for :meth:`unsubscribe`.

        Raises
        ------
        KeyError
            There is no document of that name.
        """
        if callable(name) and not callable(func):
            warnings.warn("subscribe(name, func) is the old order; write subscribe(func, name)", stacklevel=3)
            func, name = name, func
        if not callable(func):
            raise TypeError(f"subscribe needs a callable f(name, doc), not {func!r}")
        name = _name_of(name)
        if name != "all" and name not in self._routes:
            raise KeyError(f"{name!r} is not a document name; use 'all' or one of {', '.join(self._routes)}")
        token = next(self._tokens)
        resolve: _Resolve = (lambda: func) if not inspect.ismethod(func) else weakref.WeakMethod(func)
        self._subscriptions[token] = (name, resolve)
        self._rebuild()
        return token

    def unsubscribe(self, token: int) -> None:
        """Forget one subscription; unknown tokens are ignored."""
        if self._subscriptions.pop(token, None) is not None:
            self._rebuild()

    def unsubscribe_all(self) -> None:
        """Forget every subscription."""
        self._subscriptions.clear()
        self._rebuild()

    def process(self, name: Any, doc: Document) -> None:
        """Hand one document to its subscribers.

        Every subscriber is called even if one before it fails; then the first failure is raised, or
        only warned of when ``ignore_exceptions`` is set.
        """
        failure: Exception | None = None
        for resolve in self._routes[name if name.__class__ is str else _name_of(name)]:
            func = resolve()
            if func is None:
                continue
            try:
                func(name, doc)
            except Exception as error:
                if self.ignore_exceptions:
                    warnings.warn(
                        f"A {error!r} was raised during the processing of a {name} document.", stacklevel=2
                    )
                elif failure is None:
                    failure = error
                else:
                    failure.add_note(f"Another subscriber failed as well: {error!r}")
        if failure is not None:
            raise failure

    def _rebuild(self) -> None:
        # New lists, so that a subscriber may unsubscribe while a document is handed round.
        subscriptions = list(self._subscriptions.values())
        self._routes = {
            name: [resolve for wanted, resolve in subscriptions if wanted in ("all", name)]
            for name in self._routes
        }


def _name_of(sig: Any) -> str:
    return sig if isinstance(sig, str) else str(getattr(sig, "name", sig))
