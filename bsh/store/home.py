"""Where state lives: one folder a profile under bsh's home, with the run store in it.

Owns names of folders only; makes none and opens nothing.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from bsh.errors import ProfileError

__all__ = ["all_stores", "bsh_home", "profile_folder", "store_path"]

STORE_FILE = "runs.db"
_SIM_SUFFIX = "-sim"
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}")


def bsh_home(override: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that holds the state of all profiles.

    Parameters
    ----------
    override : path, optional
        What ``--home`` was given. Without it ``$BSH_HOME`` counts, then ``$XDG_DATA_HOME/bsh``, then
        ``~/.local/share/bsh``. A relative ``$XDG_DATA_HOME`` is ignored, as the XDG base directory
        specification asks.
    """
    chosen = override or os.environ.get("BSH_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    data_home = os.environ.get("XDG_DATA_HOME", "")
    base = Path(data_home) if os.path.isabs(data_home) else Path.home() / ".local" / "share"
    return base / "bsh"


def profile_folder(home: Path, profile_name: str, *, sim: bool = False) -> Path:
    """Return the folder that holds the state of one profile.

    Parameters
    ----------
    home : Path
        The value of :func:`bsh_home`.
    profile_name : str
        The profile's key ``profile:``.
    sim : bool, optional
        Whether the profile runs with simulated twins; their state lives in a folder of its own.

    Raises
    ------
    ProfileError
        If the name could lead out of ``home``, or is no good name for a folder.
    """
    if not _SAFE_NAME.fullmatch(profile_name) or profile_name.endswith("."):
        raise ProfileError(
            f"{profile_name!r} cannot be the name of a profile: its state folder is named by it",
            hint="Use 1 to 100 letters, digits and _ . + -, beginning with a letter, a digit or _.",
        )
    return home / (profile_name + _SIM_SUFFIX if sim else profile_name)


def store_path(home: Path, profile_name: str, *, sim: bool = False) -> Path:
    """Return the path of a profile's run store.

    Parameters
    ----------
    home, profile_name, sim
        As for :func:`profile_folder`.
    """
    return profile_folder(home, profile_name, sim=sim) / STORE_FILE


def all_stores(home: Path) -> dict[str, Path]:
    """Return the run stores that exist, by the names of their folders, sorted.

    Parameters
    ----------
    home : Path
        The value of :func:`bsh_home`. It need not exist.
    """
    try:
        folders = sorted(folder for folder in home.iterdir() if folder.is_dir())
    except OSError:
        return {}
    return {folder.name: folder / STORE_FILE for folder in folders if (folder / STORE_FILE).is_file()}
