"""What errors are about, by their names."""

from __future__ import annotations

import inspect

import bsh.errors
from bsh.commands.nearest import nearest_hint
from bsh.errors import UsageError

__all__ = ["explained_error", "is_error"]


def is_error(name: str) -> bool:
    """Tell whether this is the name of an error of bsh."""
    return name in bsh.errors.__all__ and isinstance(getattr(bsh.errors, name), type)


def explained_error(name: str) -> str:
    """Return what an error is about.

    Parameters
    ----------
    name : str
        The name of its class, as ``why`` shows it.

    Raises
    ------
    UsageError
        There is no such error.
    """
    if not is_error(name):
        raise UsageError(f"there is no error {name}", hint=nearest_hint(name, bsh.errors.__all__))
    return f"{name}: {inspect.getdoc(getattr(bsh.errors, name)) or ''}"
