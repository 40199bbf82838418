"""Where profiles are: those that ship, those of the user, and files named by a path.

Owns the search and the choice of the profile that is used when none is named.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bsh.errors import ProfileError

from .kinds import Key, Reading, Text, report_unknown_keys
from .nodes import MapNode, ScalarNode, parse
from .problem import ProfileProblems, nearest, one_of

__all__ = [
    "DefaultProfile", "default_profile", "find_profile", "known_profiles", "packaged_folder", "settings_file",
    "template_file", "user_folder",
]  # fmt: skip

_SUFFIXES = (".yml", ".yaml")
_TEMPLATE = "template"
_SETTINGS = (Key("profile", Text("the name of a profile"), "Profile used when none is named.", None, "eh1"),)


def packaged_folder() -> Path:
    """Return the folder of the profiles that ship: inside the package, or beside it in a source tree."""
    from importlib.resources import files

    package = Path(str(files("bsh")))
    installed = package / "_data" / "profiles"
    return installed if installed.is_dir() else package.parent / "profiles"


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the user's profiles, ``$XDG_CONFIG_HOME/bsh/profiles``; it need not exist."""
    return _config_folder(environ) / "profiles"


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file of the user's settings; it need not exist."""
    return _config_folder(environ) / "settings.yml"


def template_file() -> Path:
    """Return the commented profile that ``bsh profile new`` copies."""
    return packaged_folder() / f"{_TEMPLATE}.yml"


def _config_folder(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CONFIG_HOME", "")
    # the XDG specification: a relative path is to be ignored
    return (Path(base) if os.path.isabs(base) else Path.home() / ".config") / "bsh"


def known_profiles(environ: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """Return all profiles that have a name, packaged ones first, each kind sorted.

    A packaged profile hides one of the same name in the user's folder.
    """
    known: dict[str, Path] = {}
    for folder in (packaged_folder(), user_folder(environ)):
        if folder.is_dir():
            for file in sorted(folder.iterdir()):
                if file.suffix in _SUFFIXES and file.is_file() and file.stem != _TEMPLATE:
                    known.setdefault(file.stem, file)
    return known


def find_profile(name_or_path: str | Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file of a profile.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a packaged profile, of one in the user's folder, or the path of a YAML file.
    environ : mapping
        The environment, for ``XDG_CONFIG_HOME``.

    Raises
    ------
    ProfileError
        Names the nearest profile, or all that there are.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or os.sep in text or text.endswith(_SUFFIXES):
        return _existing(Path(text).expanduser())
    known = known_profiles(environ)
    if text in known:
        return known[text]
    near = nearest(text, known)
    hint = f"did you mean '{near}'? " if near else ""
    beside = next((f"./{text}{suffix}" for suffix in _SUFFIXES if Path(text + suffix).is_file()), None)
    if beside:
        hint += f"for the file in this folder write {beside}; "
    raise ProfileError(
        f"there is no profile '{text}'", hint=f"{hint}known: {one_of(known)}; or give the path of a file"
    )


def _existing(file: Path) -> Path:
    if file.is_file():
        return file
    if file.is_dir():
        raise ProfileError(f"'{file}' is a folder, not a profile", hint="give the path of a YAML file in it")
    folder = file.parent
    near = nearest(file.name, (path.name for path in folder.iterdir())) if folder.is_dir() else ""
    hint = f"did you mean '{folder / near}'?" if near else "'bsh profile new NAME' writes a new one"
    raise ProfileError(f"there is no file '{file}'", hint=hint)


class DefaultProfile(NamedTuple):
    """The profile that is used when none is named, and who chose it.

    Parameters
    ----------
    name : str
        Name or path.
    chosen_by : str
        "$BSH_PROFILE", the settings file, or "default".
    """

    name: str
    chosen_by: str


def default_profile(environ: Mapping[str, str] = os.environ) -> DefaultProfile:
    """Return the profile for a shell that was started without a name.

    Raises
    ------
    ProfileProblems
        When the user's settings cannot be read.
    """
    if environ.get("BSH_PROFILE"):
        return DefaultProfile(environ["BSH_PROFILE"], "$BSH_PROFILE")
    file = settings_file(environ)
    if file.is_file():
        name = _profile_of_settings(file)
        if name:
            return DefaultProfile(name, str(file))
    return DefaultProfile("sim", "default")


def _profile_of_settings(file: Path) -> str | None:
    reading = Reading()
    node = parse(file.read_text(encoding="utf-8"), file, reading.problems)
    name: str | None = None
    if isinstance(node, MapNode):
        report_unknown_keys(node, [key.name for key in _SETTINGS], "in the settings", reading)
        value = node.get("profile")
        name = None if value is None else _SETTINGS[0].kind.read(value, "profile", reading)
    elif node is not None and not (isinstance(node, ScalarNode) and node.value is None):
        reading.wrong(node, "settings", "keys such as 'profile: eh1'")
    if reading.problems:
        raise ProfileProblems(reading.problems)
    return name
