"""Packages that some formats need and that not everybody has installed.

Owns the words that are said when one is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bsh.errors import CommandError

__all__ = ["needed_for"]


@contextmanager
def needed_for(what: str) -> Iterator[None]:
    """Say which command installs the package that an import inside does not find.

    Parameters
    ----------
    what : str
        What it is needed for.

    Raises
    ------
    CommandError
        Instead of ImportError.
    """
    try:
        yield
    except ImportError as error:
        name = (error.name or str(error)).partition(".")[0]
        raise CommandError(
            f"{what} needs {name}, which is not installed", hint="pip install 'bsh[export]'"
        ) from error
