"""A small file that every shell of a profile reads and writes.

Owns that a reader sees all of it or nothing, and sees at once what another shell wrote.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bsh.errors import StoreError

__all__ = ["SharedJson"]


class SharedJson:
    """What is in a file; None while there is no file.

    Parameters
    ----------
    file : Path
        Where.
    what : str
        What is kept there, in the plural, for error texts.
    """

    def __init__(self, file: Path, what: str) -> None:
        self._file = file
        self._what = what
        self._seen: tuple[int, int] | None = None
        self._value: Any = None

    def read(self) -> Any:
        """Return the value, as it is on disk now.

        Raises
        ------
        StoreError
            It cannot be read.
        """
        try:
            stat = self._file.stat()
        except OSError:
            return None
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._seen:
            try:
                self._value = json.loads(self._file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise self.damaged(error) from error
            self._seen = seen
        return self._value

    def write(self, value: Any) -> None:
        """Put another value in its place.

        Parameters
        ----------
        value : object
            What JSON can hold.

        Raises
        ------
        StoreError
            It cannot be written.
        """
        beside = self._file.with_suffix(f".{os.getpid()}.tmp")
        try:
            beside.write_text(json.dumps(value, indent=1), encoding="utf-8")
            beside.replace(self._file)
        except OSError as error:
            raise StoreError(f"the {self._what} in {self._file} cannot be written: {error}") from error
        self._seen = None

    def damaged(self, error: Exception) -> StoreError:
        """Return the error for a file that is not what it should be.

        Parameters
        ----------
        error : Exception
            Why.
        """
        return StoreError(
            f"the {self._what} in {self._file} cannot be read: {error}",
            hint="mend the file, or take it away: then there are none",
        )
