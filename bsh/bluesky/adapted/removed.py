"""Modules that the door does not offer: importing one says why."""

from typing import NoReturn

from bsh.bluesky.door.missing import MISSING_MODULES

__all__ = ["refuse"]


def refuse(name: str) -> NoReturn:
    """Refuse to be imported.

    Parameters
    ----------
    name : str
        Name of the module in bluesky.

    Raises
    ------
    ImportError
        Always; says why.
    """
    raise ImportError(f"{name} is not offered by bsh: {MISSING_MODULES[name]}", name=name)
