"""The finder on ``sys.meta_path`` that answers for ``bluesky`` and everything below it.

Owns which names lead where. A module of the door is one object under two names: ``bluesky.plans`` and
``bsh.bluesky.plans``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

__all__ = ["DOOR", "OLD", "DoorFinder", "door_name", "is_offered", "our_modules"]

OLD = "bluesky"
DOOR = "bsh.bluesky"
MACHINERY = ("door", "adapted")
"""What the door is made of; bluesky has no such modules."""


def door_name(name: str) -> str:
    """Return the door's name of a module of bluesky.

    Parameters
    ----------
    name : str
        ``bluesky``, or ``bluesky.plans``.
    """
    return DOOR + name[len(OLD) :]


def is_offered(name: str) -> bool:
    """Tell whether the door has a module of bluesky.

    Parameters
    ----------
    name : str
        ``bluesky.plans``, for example.
    """
    parts = name.split(".")
    if parts[0] != OLD or (len(parts) > 1 and parts[1] in MACHINERY):
        return False
    try:
        return find_spec(door_name(name)) is not None
    except ModuleNotFoundError:  # its parent is no package
        return False


class _SameModule(Loader):
    """Loads a module of the door under its other name: the same object."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._attributes: dict[str, Any] = {}

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the door's module, imported if it was not."""
        module = import_module(self._name)
        self._attributes = {key: getattr(module, key, None) for key in ("__spec__", "__loader__")}
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing: the module was run under its own name. The import system's marks are taken off."""
        vars(module).update(self._attributes)

    def get_code(self, fullname: str) -> Any:
        """Return the code, for ``python -m bluesky``."""
        spec = find_spec(self._name)
        loader: Any = None if spec is None else spec.loader
        return loader.get_code(self._name)


class DoorFinder(MetaPathFinder):
    """Finds ``bluesky`` and its submodules in the door, and nowhere else."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is; None for what is not bluesky's.

        Raises
        ------
        ModuleNotFoundError
            The door has no such module. An installed bluesky is not asked.
        """
        if fullname != OLD and not fullname.startswith(OLD + "."):
            return None
        if not is_offered(fullname):
            raise ModuleNotFoundError(_no_module(fullname), name=fullname)
        found = find_spec(door_name(fullname))
        assert found is not None
        is_package = found.submodule_search_locations is not None
        return ModuleSpec(fullname, _SameModule(found.name), origin=found.origin, is_package=is_package)

    def find_distributions(self, context: Any) -> Iterable[Any]:
        """Yield the distribution ``bluesky``, so that its version can be asked for."""
        if context.name is not None and context.name.lower() != OLD:
            return ()
        from bsh.bluesky.door.distribution import DoorDistribution

        return (DoorDistribution(),)

    def invalidate_caches(self) -> None:
        """Forget nothing: nothing is remembered."""


def our_modules() -> list[str]:
    """Return the names of bluesky's under which modules of the door are imported now."""
    return [
        name
        for name, module in list(sys.modules.items())
        if (name == OLD or name.startswith(OLD + ".")) and module is sys.modules.get(door_name(name))
    ]


def _no_module(name: str) -> str:
    from bsh.bluesky.door.missing import reason_for_module

    reason = reason_for_module(name)
    return f"No module named {name!r} in bsh's door for bluesky" + (f": {reason}" if reason else "")
