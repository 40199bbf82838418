"""Where the files of runs are: names made from a template and a start document.

Owns what may stand in braces in the key ``data:`` of a profile.
"""

from __future__ import annotations

import datetime
import re
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bsh.errors import CommandError
from bsh.protocols import Document

__all__ = ["FileNames"]

_NOT_IN_NAMES = re.compile(r"[/\\\0\s]+")
_OF_ONE_RUN = frozenset({"scan_id", "uid"})


class FileNames:
    """Names files after runs.

    Parameters
    ----------
    template : str
        For example ``{date}_{profile}.spec``. In braces: ``date`` (``2026-01-31``, when the run began),
        ``profile``, and every key of the start document (``scan_id``, ``uid``, ``sample``...), with Python's
        formats (``{scan_id:05d}``). A key that a run does not have is ``none``.
    folder : Path
        Where names that are not absolute belong; ``~`` is the home folder, ``./`` the working folder.
    profile : str, optional
        For ``{profile}``.
    one_each : bool, optional
        Every run needs a file of its own: the scan number is put before the suffix where neither it nor the uid is
        in the template.

    Examples
    --------
    >>> names = FileNames("{sample}.nxs", Path("/data"), one_each=True)
    >>> names.path({"scan_id": 12, "sample": "Fe3 O4", "time": 0.0}).as_posix()
    '/data/Fe3_O4_00012.nxs'
    """

    def __init__(self, template: str, folder: Path, *, profile: str = "", one_each: bool = False) -> None:
        self._template = template
        self._folder = folder
        self._profile = profile
        self._adds_number = one_each and not _OF_ONE_RUN & set(_fields(template))

    def path(self, start: Document) -> Path:
        """Return the file of a run.

        Parameters
        ----------
        start : dict
            Its start document.

        Raises
        ------
        CommandError
            The template cannot be filled in.
        """
        values = _Values(start, self._profile)
        try:
            name = string.Formatter().vformat(self._template, (), values)
        except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            raise CommandError(
                f"the file name {self._template!r} cannot be filled in: {error}",
                hint="in braces: date, profile, scan_id, uid, or a key of the metadata",
            ) from error
        path = self.placed(name)
        if self._adds_number:
            scan_id = start.get("scan_id")
            number = f"{scan_id:05d}" if isinstance(scan_id, int) else str(start["uid"])[:8]
            path = path.with_name(f"{path.stem}_{number}{path.suffix}")
        return path

    def placed(self, name: str) -> Path:
        """Return the full path of a name.

        Parameters
        ----------
        name : str
            As typed.
        """
        if name.startswith("./"):
            return Path.cwd() / name[2:]
        return self._folder / Path(name).expanduser()


def _fields(template: str) -> list[str]:
    try:
        return [field or "" for _, field, _, _ in string.Formatter().parse(template)]
    except ValueError:  # told when the first name is made
        return []


class _Values(Mapping[str, Any]):
    """What stands for a field."""

    def __init__(self, start: Document, profile: str) -> None:
        began = datetime.datetime.fromtimestamp(start.get("time") or 0.0)
        self._values = {**start, "date": began.strftime("%Y-%m-%d"), "profile": profile}

    def __getitem__(self, key: str) -> Any:
        value = self._values.get(key)
        if value is None or value == "":
            return _Nothing()
        return value if isinstance(value, int | float) else _NOT_IN_NAMES.sub("_", str(value)).lstrip(".")

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class _Nothing:
    """A value that is not there, in any format."""

    def __format__(self, spec: str) -> str:
        return "none"
