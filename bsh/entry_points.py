"""Which installed packages bring something for a group, remembered from one start to the next.

Reading the metadata of every installed package, and importing what it names, takes longer than all else that a start
needs, and changes only when something is installed. So the answers are kept in a small file, with the times at
which the folders of ``sys.path`` were changed last: installing or removing a package changes one of them. Without that
file, or when it cannot be used, the packages are asked.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

__all__ = [
    "COMMANDS_GROUP",
    "EntryPoint",
    "has_no_packages",
    "installed_entry_points",
    "names_brought",
    "remember_names",
]

COMMANDS_GROUP = "bsh.magics"
"""Modules with commands."""

FILE_NAME = "entry-points.json"

_without_packages = {""}  # the folder that somebody works in, and those of profiles


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
    groups = _recalled("groups", folder)
    if group in groups:
        with suppress(TypeError, ValueError):
            return [EntryPoint(str(name), str(value)) for name, value in groups[group]]
    found = _asked(group)
    _remember("groups", group, found, folder)
    return found


def names_brought(group: str, folder: Path) -> frozenset[str] | None:
    """Return the names that the packages of a group brought last time; None where that is not known.

    Parameters
    ----------
    group : str
        As for :func:`installed_entry_points`.
    folder : Path
        Where the answer is remembered.
    """
    names = _recalled("names", folder).get(group)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return frozenset(names)


def remember_names(group: str, names: Iterable[str], folder: Path) -> None:
    """Keep the names that the packages of a group bring, for :func:`names_brought`.

    Parameters
    ----------
    group : str
        As for :func:`installed_entry_points`.
    names : iterable of str
        Found by importing what the entry points name.
    folder : Path
        Where they are remembered.
    """
    found = sorted(names)
    if _recalled("names", folder).get(group) != found:
        _remember("names", group, found, folder)


def has_no_packages(folder: str) -> None:
    """Note that a folder on ``sys.path`` has modules of people's own: what changes there installs nothing.

    Parameters
    ----------
    folder : str
        As it stands in ``sys.path``.
    """
    _without_packages.add(folder)


def _asked(group: str) -> list[EntryPoint]:
    from importlib.metadata import entry_points

    return [EntryPoint(entry.name, entry.value) for entry in entry_points(group=group)]


def _state_of_path() -> list[list[Any]]:
    """Return the folders where modules are looked for, each with the time of its last change."""
    state: list[list[Any]] = [[sys.version, sys.prefix]]
    for entry in sys.path:
        if entry in _without_packages:
            continue
        try:
            state.append([entry, os.stat(entry).st_mtime_ns])
        except OSError:
            state.append([entry, None])
    return state


def _recalled(what: str, folder: Path) -> dict[str, Any]:
    """Return what the file says, while the packages are those of which it speaks."""
    remembered = _read(folder / FILE_NAME)
    found = remembered.get(what) if remembered.get("path") == _state_of_path() else None
    return found if isinstance(found, dict) else {}


def _remember(what: str, group: str, found: object, folder: Path) -> None:
    state = _state_of_path()
    remembered = _read(folder / FILE_NAME)
    if remembered.get("path") != state:
        remembered = {"path": state}
    known = remembered.get(what)
    _write(
        folder / FILE_NAME, {**remembered, what: {**(known if isinstance(known, dict) else {}), group: found}}
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, what: dict[str, Any]) -> None:
    """Write the file as a whole, whoever reads or writes it at the same time; a folder that cannot be written is fine."""
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(what))
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
