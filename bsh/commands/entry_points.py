"""Which installed packages bring something for a group, remembered from one start to the next.

Reading the metadata of every installed package takes longer than everything else that commands need, and changes only
when something is installed. So the answer is kept in a small file, with the times at which the folders of
``sys.path`` were changed last: installing or removing a package changes one of them. Without that file, or
when it cannot be used, the packages are asked.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["EntryPoint", "installed_entry_points"]

FILE_NAME = "entry-points.json"


class EntryPoint(NamedTuple):
    """Something that a package offers.

    Parameters
    ----------
    name : str
        What the package calls it.
    value : str
        ``module`` or ``module:attribute``.
    """

    name: str
    value: str

    def load(self) -> Any:
        """Import it.

        Raises
        ------
        ImportError, AttributeError
            It is not there.
        """
        module, _, attributes = self.value.partition(":")
        found: Any = import_module(module.strip())
        for attribute in attributes.split("[")[0].strip().split("."):
            found = getattr(found, attribute) if attribute else found
        return found


def installed_entry_points(group: str, folder: Path | None = None) -> list[EntryPoint]:
    """Return the entry points of a group.

    Parameters
    ----------
    group : str
        ``bsh.magics``, for example.
    folder : Path, optional
        Where the answer is remembered; without it the packages are asked.
    """
    if folder is None:
        return _asked(group)
    state = _state_of_path()
    remembered = _read(folder / FILE_NAME)
    groups = remembered.get("groups") if remembered.get("path") == state else None
    groups = groups if isinstance(groups, dict) else {}
    if group in groups:
        with suppress(TypeError, ValueError):
            return [EntryPoint(str(name), str(value)) for name, value in groups[group]]
    found = _asked(group)
    _write(folder / FILE_NAME, {"path": state, "groups": {**groups, group: found}})
    return found


def _asked(group: str) -> list[EntryPoint]:
    from importlib.metadata import entry_points

    return [EntryPoint(entry.name, entry.value) for entry in entry_points(group=group)]


def _state_of_path() -> list[list[Any]]:
    """Return the folders where modules are looked for, each with the time of its last change."""
    state: list[list[Any]] = [[sys.version, sys.prefix]]
    for entry in sys.path:
        try:
            state.append([entry, os.stat(entry or os.curdir).st_mtime_ns])
        except OSError:
            state.append([entry, None])
    return state


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, what: dict[str, Sequence[Any] | dict[str, Any]]) -> None:
    """Write the file as a whole, whoever reads or writes it at the same time; a folder that cannot be written is fine."""
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(what))
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
