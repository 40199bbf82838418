"""The files that runs are written to beside the store: the key ``data`` of the profile, and ``newfile``.

Owns which writers there are and where their files are. How they follow the store is :mod:`bsh.export.follower`'s
business, what they write is that of the formats.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsh.errors import CommandError
from bsh.profile import Profile

from .journal import Note

if TYPE_CHECKING:
    from bsh.export import FileNames, Follower, RunWriter

__all__ = ["SPEC_FILE", "Writers"]

SPEC = "spec"
SPEC_FILE = "spec_file"
"""Key of the metadata that names the SPEC file, where it was chosen with ``newfile``."""

DEFAULT_SPEC = "{date}_{profile}.spec"
CLOSE_TIMEOUT_S = 5.0


class Writers:
    """Writes the runs of a session into files, on threads of their own.

    Parameters
    ----------
    profile : Profile
        Says which files, in ``data``.
    folder : Path
        The profile's state folder; files go into ``files`` in it, unless their names say otherwise.
    store : RunStore
        What is followed.
    tell : callable
        ``tell(text)`` tells people when files fall behind, and when they have caught up.

    Attributes
    ----------
    followers : dict of str to Follower
        By format; each has ``problem`` and ``lag``.
    """

    def __init__(self, profile: Profile, folder: Path, store: Any, tell: Callable[[str], None]) -> None:
        self.followers: dict[str, Follower] = {}
        self._profile = profile
        self._folder = folder / "files"
        self._store = store
        self._tell = tell

    def start(self) -> None:
        """Begin to write what the profile says, and the SPEC file that was chosen last."""
        for format in dict.fromkeys([*self._profile.data, *([SPEC] if SPEC_FILE in self._metadata else [])]):
            self._follow(format)

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> None:
        """Write what is stored by now, and end; what takes too long is done at the next start.

        Parameters
        ----------
        timeout_s : float, optional
            How long to try, in seconds.
        """
        if not self.followers:
            return
        end = time.monotonic() + timeout_s
        written = threading.Event()
        self._store.when_durable(lambda error: written.set())
        written.wait(timeout_s)
        for follower in self.followers.values():
            follower.close(max(0.1, end - time.monotonic()))

    # -- the SPEC file -----------------------------------------------------------------------------

    def spec_file(self) -> Path | None:
        """Return the SPEC file that the next scan goes to; None if none is written."""
        return self._spec_path({**self._metadata, "time": time.time()}) if SPEC in self.followers else None

    def use_spec_file(self, name: str) -> tuple[Path, int]:
        """Write the next scans into another SPEC file; return it, and the highest scan number that it has.

        Parameters
        ----------
        name : str
            A file; what is in it already stays.

        Raises
        ------
        CommandError
            Nothing can be written there.
        """
        from bsh.export import SpecFile

        path = self._names(SPEC).placed(name)
        if problem := _unwritable(path):
            raise CommandError(f"{path} {problem}", hint="choose another file")
        last = SpecFile(path).last_number
        self._metadata[SPEC_FILE] = str(path)
        self._follow(SPEC)
        return path, last

    def hear(self, note: Note) -> None:
        """Write a comment into the SPEC file, if there is one.

        Parameters
        ----------
        note : Note
            The comment.
        """
        if SPEC in self.followers:
            self.followers[SPEC].do(partial(_comment, note, dict(self._metadata)))

    def files_of(self, start: Mapping[str, Any]) -> list[Path]:
        """Return the files that have a run, as far as they are there.

        Parameters
        ----------
        start : mapping
            The run's start document.
        """
        return [path for format in self.followers if (path := self._file_of(format, dict(start))) is not None]

    # -- which there are ---------------------------------------------------------------------------

    @property
    def _metadata(self) -> MutableMapping[str, Any]:
        metadata: MutableMapping[str, Any] = self._store.metadata
        return metadata

    def _follow(self, format: str) -> None:
        if format in self.followers:
            return
        from bsh.export import Follower

        make = self._spec_writer if format == SPEC else partial(self._run_writer, format)
        follower = Follower(self._store, format, make, tell=self._tell)
        self.followers[format] = follower
        follower.start()

    def _spec_writer(self) -> RunWriter:
        from bsh.export import SpecWriter

        return SpecWriter(self._spec_path, title=self._profile.title or self._profile.name)

    def _run_writer(self, format: str) -> RunWriter:
        from bsh.export import FORMATS, GrowingRunWriter, WholeRunWriter

        kind = FORMATS[format]
        make = WholeRunWriter if kind.lines is None else GrowingRunWriter
        return make(self._store, kind, self._names(format).path)

    def _names(self, format: str) -> FileNames:
        from bsh.export import FileNames

        template = self._profile.data.get(format, DEFAULT_SPEC)
        return FileNames(template, self._folder, profile=self._profile.name, one_each=format != SPEC)

    def _file_of(self, format: str, start: dict[str, Any]) -> Path | None:
        from bsh.export import FORMATS, own_path
        from bsh.export.spec_file import UID_LINE

        try:
            if format == SPEC:
                path = self._spec_path(start)
                return path if f"{UID_LINE}{start['uid']}\n".encode() in path.read_bytes() else None
            path = own_path(FORMATS[format], self._names(format).path(start), start)
            return path if path.is_file() else None
        except (OSError, CommandError):  # a folder that is away, a name that cannot be made
            return None

    def _spec_path(self, start: Mapping[str, Any]) -> Path:
        chosen = start.get(SPEC_FILE)
        return Path(str(chosen)) if chosen else self._names(SPEC).path(dict(start))


def _unwritable(path: Path) -> str:
    """Return why a file cannot be written or made, as far as that can be known without trying; else nothing."""
    if os.path.isdir(path):
        return "is a folder"
    if os.path.exists(path):  # unlike the method of Path, false where one may not look
        return "" if os.access(path, os.W_OK) else "cannot be written"
    there = next(place for place in path.absolute().parents if os.path.exists(place))
    if not there.is_dir():
        return f"cannot be made: {there} is no folder"
    return "" if os.access(there, os.W_OK) else f"cannot be made: the folder {there} cannot be written"


def _comment(note: Note, metadata: Mapping[str, Any], writer: Any) -> None:
    writer.comment(note.text, note.time, metadata)
