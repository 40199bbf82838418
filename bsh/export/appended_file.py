"""A text file that grows by whole lines.

Owns that a line is there whole or not at all, and that nothing is written into a file that is not at its place any
more.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

__all__ = ["AppendedFile", "naming", "sync_name"]


class AppendedFile:
    """One file; made, with its folder, when the first text is appended.

    Parameters
    ----------
    path : Path
        The file. What is in it stays.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._name_is_on_disk = False

    def append(self, text: str) -> None:
        """Append whole lines, at once; readers see all of them or none.

        Parameters
        ----------
        text : str
            Lines with their ends.

        Raises
        ------
        OSError
            The file cannot be written, and is as it was; or it was moved away, or removed, since it was opened.
        """
        if not self.is_in_place():
            self.close()
            raise FileNotFoundError(errno.ENOENT, "it was moved away or removed", str(self.path))
        descriptor = self._opened()
        size = os.fstat(descriptor).st_size
        left = memoryview(text.encode("utf-8", "backslashreplace"))
        try:
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError as error:
            os.ftruncate(descriptor, size)  # a disk that is full may have taken a part
            raise naming(error, self.path) from error

    def cut(self, size: int) -> None:
        """Take out what is behind so many bytes.

        Parameters
        ----------
        size : int
            Of what stays.
        """
        os.ftruncate(self._opened(), size)

    def sync(self) -> None:
        """Wait until the file is on disk."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)
            if not self._name_is_on_disk:
                sync_name(self.path)
                self._name_is_on_disk = True

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_in_place(self) -> bool:
        """Whether the path still leads to the file that is open, or that was read."""
        if self._descriptor is None:
            return True
        try:
            there = os.stat(self.path)
        except OSError:
            return False
        ours = os.fstat(self._descriptor)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def _opened(self) -> int:
        if self._descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            self._name_is_on_disk = False
        return self._descriptor


def sync_name(path: Path) -> None:
    """Wait until the name of a file is on disk, as far as its file system can: a power cut may take it away otherwise.

    Parameters
    ----------
    path : Path
        A file that was made, or got its name, a moment ago.
    """
    with suppress(OSError):
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def naming(error: OSError, path: Path) -> OSError:
    """Return an error with the name that people know and the system's words, which not every library tells.

    Parameters
    ----------
    error : OSError
        What happened.
    path : Path
        To which file.
    """
    if not error.errno:
        return error
    return OSError(error.errno, os.strerror(error.errno), str(path))
