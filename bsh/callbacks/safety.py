"""Callbacks that cannot break a plan.

Owns what becomes of an error in a callback that only shows or computes something: it is logged, and the plan
goes on. With ``BSH_DEBUG_CALLBACKS=1`` in the environment it is raised, too.
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

__all__ = ["DEBUG_VARIABLES", "make_callback_safe", "make_class_safe"]

DEBUG_VARIABLES = ["BSH_DEBUG_CALLBACKS"]
"""Environment variables that let errors through when they are set to anything but ``0``."""

_logger = logging.getLogger("bsh.callbacks")

Function = TypeVar("Function", bound=Callable[..., Any])
Class = TypeVar("Class", bound=type[Any])


@overload
def make_callback_safe(func: Function, *, logger: logging.Logger | None = ...) -> Function: ...
@overload
def make_callback_safe(
    func: None = ..., *, logger: logging.Logger | None = ...
) -> Callable[[Function], Function]: ...
def make_callback_safe(func: Any = None, *, logger: logging.Logger | None = None) -> Any:
    """Wrap a callback so that its errors are logged instead of raised.

    Parameters
    ----------
    func : callable, optional
        The callback; without it a decorator is returned.
    logger : logging.Logger, optional
        Where errors are logged; ``bsh.callbacks`` without it.

    Examples
    --------
    >>> @make_callback_safe
    ... def fragile(name, doc):
    ...     return doc["no such key"]
    >>> fragile("start", {"uid": "a"})
    """
    if func is None:
        return functools.partial(make_callback_safe, logger=logger)

    @functools.wraps(func)
    def safe(*args: Any, **kwargs: Any) -> Any:
        try:
            return func(*args, **kwargs)
        except Exception:
            (logger or _logger).exception(
                "The callback %s failed; the plan goes on. Set %s=1 to have the error raised.",
                getattr(func, "__qualname__", func),
                DEBUG_VARIABLES[0],
            )
            if _is_debugging():
                raise
            return None

    return safe


@overload
def make_class_safe(
    cls: Class, *, to_wrap: Iterable[str] | None = ..., logger: logging.Logger | None = ...
) -> Class: ...
@overload
def make_class_safe(
    cls: None = ..., *, to_wrap: Iterable[str] | None = ..., logger: logging.Logger | None = ...
) -> Callable[[Class], Class]: ...
def make_class_safe(
    cls: Any = None, *, to_wrap: Iterable[str] | None = None, logger: logging.Logger | None = None
) -> Any:
    """Wrap methods of a class with :func:`make_callback_safe`, in the class itself.

    Parameters
    ----------
    cls : type, optional
        The class; without it a decorator is returned.
    to_wrap : iterable of str, optional
        Names of methods; ``__call__`` without it.
    logger : logging.Logger, optional
        Where errors are logged.

    Returns
    -------
    type
        The same class.
    """
    if cls is None:
        return functools.partial(make_class_safe, to_wrap=to_wrap, logger=logger)
    for name in ("__call__",) if to_wrap is None else to_wrap:
        setattr(cls, name, make_callback_safe(getattr(cls, name), logger=logger))
    return cls


def _is_debugging() -> bool:
    return any(os.environ.get(name, "0") not in ("", "0") for name in DEBUG_VARIABLES)
