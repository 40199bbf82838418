"""Opening and closing the door.

Owns what changes in the process while it is open: the finder, ``sys.modules``, the loggers, the variables of the
environment.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from bsh.bluesky.door.finder import OLD, DoorFinder, our_modules
from bsh.bluesky.door.loggers import give_back_loggers, share_loggers
from bsh.errors import BshError

__all__ = ["VARIABLE", "BlueskyImportedError", "install", "is_installed", "uninstall"]

VARIABLE = "BSH_BLUESKY"
"""Environment variable: with the value 1, ``import bsh`` opens the door."""

FOR_CHILDREN = str(Path(__file__).parent / "for_children")
"""A folder with nothing but a module ``bluesky`` that opens the door."""


class BlueskyImportedError(BshError, ImportError):
    """bluesky itself was imported before the door was opened."""


_finder = DoorFinder()
_put_aside: dict[str, ModuleType] = {}


def is_installed() -> bool:
    """Tell whether ``import bluesky`` leads to bsh now."""
    return _finder in sys.meta_path


def install(*, replace: bool = False, children: bool = False) -> None:
    """Let ``import bluesky``, and every module below it, lead to bsh; harmless when repeated.

    Call it before anything imports bluesky. Whether bluesky is installed does not matter.

    Parameters
    ----------
    replace : bool, optional
        Put a bluesky that was imported already aside. What was taken from it before, by ``from bluesky...
        import``, stays what it was: only use this where nothing of that runs plans.
    children : bool, optional
        Let the processes that are started from here do the same, whether or not they import bsh first.

    Raises
    ------
    BlueskyImportedError
        bluesky itself was imported before.

    Examples
    --------
    >>> import bsh.bluesky
    >>> bsh.bluesky.install()
    >>> from bluesky.plans import count
    >>> count.__module__
    'bsh.plans.counting'
    >>> bsh.bluesky.uninstall()
    """
    if children:
        _open_for_children()
    if is_installed():
        return
    foreign = _foreign_modules()
    if foreign and not replace:
        where = getattr(foreign.get(OLD), "__file__", None) or "somewhere else"
        raise BlueskyImportedError(
            f"bluesky was imported already, from {where}: the two would be mixed up.",
            hint="Call bsh.bluesky.install() before anything imports bluesky "
            "(python -m bsh.bluesky FILE does), or install(replace=True).",
        )
    _put_aside.update(foreign)
    for name in foreign:
        del sys.modules[name]
    sys.meta_path.insert(0, _finder)
    import_module(OLD)  # from here on it is known to be in use
    share_loggers()


def uninstall() -> None:
    """Take everything back that :func:`install` did; harmless when repeated."""
    if not is_installed():
        return
    for name in our_modules():
        del sys.modules[name]
    sys.meta_path.remove(_finder)
    sys.modules.update(_put_aside)
    _put_aside.clear()
    give_back_loggers()
    _close_for_children()


def _foreign_modules() -> dict[str, ModuleType]:
    ours = set(our_modules())
    return {
        name: module
        for name, module in list(sys.modules.items())
        if (name == OLD or name.startswith(OLD + ".")) and name not in ours
    }


def _open_for_children() -> None:
    """Ask for the door in the environment, and put the module that opens it where every child looks first."""
    os.environ[VARIABLE] = "1"
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if FOR_CHILDREN not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([FOR_CHILDREN, *paths])
    if FOR_CHILDREN not in sys.path:
        sys.path.insert(0, FOR_CHILDREN)  # multiprocessing hands this list on


def _close_for_children() -> None:
    os.environ.pop(VARIABLE, None)
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if FOR_CHILDREN in paths:
        paths.remove(FOR_CHILDREN)
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
        if not paths:
            del os.environ["PYTHONPATH"]
    if FOR_CHILDREN in sys.path:
        sys.path.remove(FOR_CHILDREN)
