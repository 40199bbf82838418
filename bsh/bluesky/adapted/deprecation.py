"""Old spellings: each is told of once, with the new one."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

__all__ = ["already_warned", "moved_object", "renamed", "warn_once"]

P = ParamSpec("P")
R = TypeVar("R")

already_warned: dict[str, bool] = {}
"""What people were told of before."""


def warn_once(old: str, text: str, *, stacklevel: int = 2) -> None:
    """Warn of an old spelling, unless that was done in this process.

    Parameters
    ----------
    old : str
        What it is remembered by.
    text : str
        What to say.
    stacklevel : int, optional
        As for :func:`warnings.warn`.
    """
    if not already_warned.get(old):
        already_warned[old] = True
        warnings.warn(text, DeprecationWarning, stacklevel=stacklevel + 1)


def renamed(old: str, new: str, function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that says its new name at the first call.

    Parameters
    ----------
    old, new : str
        Full names.
    function : callable
        What it does.
    """

    @functools.wraps(function)
    def under_old_name(*args: P.args, **kwargs: P.kwargs) -> R:
        warn_once(old, f"{old} is now {new}.")
        return function(*args, **kwargs)

    return under_old_name


def moved_object(old: str, new: str, value: Any) -> Any:
    """Return an object after a warning that it lives elsewhere; for a module's ``__getattr__``.

    Parameters
    ----------
    old, new : str
        Full names.
    value : object
        What is returned.
    """
    warn_once(old, f"{old} is now {new}.", stacklevel=3)
    return value
