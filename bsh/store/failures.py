"""What the store says when SQLite or the disk refuses.

Owns the one translation of ``sqlite3`` and operating system errors into :class:`bsh.errors.StoreError`.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from bsh.errors import StoreError

__all__ = ["is_corruption", "store_error"]

_HINTS = {
    sqlite3.SQLITE_FULL: "Free some space on that disk; the shell goes on trying.",
    sqlite3.SQLITE_BUSY: "Another program holds the file; close it.",
    sqlite3.SQLITE_LOCKED: "Another program holds the file; close it.",
    sqlite3.SQLITE_READONLY: "Make the file and its folder writable, or choose another home: --home DIR.",
    sqlite3.SQLITE_CANTOPEN: "Check that the folder exists and is writable, or choose another: --home DIR.",
    sqlite3.SQLITE_PERM: "Check who owns the file, or choose another home: --home DIR.",
    sqlite3.SQLITE_IOERR: "Check the disk (dmesg, df); the shell goes on trying.",
    sqlite3.SQLITE_CORRUPT: "Leave and start bsh again: the damaged file is kept aside, a new one begun.",
    sqlite3.SQLITE_NOTADB: "Leave and start bsh again: the damaged file is kept aside, a new one begun.",
}
_ERRNO_HINTS = {
    errno.ENOSPC: _HINTS[sqlite3.SQLITE_FULL],
    errno.EACCES: _HINTS[sqlite3.SQLITE_CANTOPEN],
    errno.EROFS: _HINTS[sqlite3.SQLITE_READONLY],
    errno.ENOENT: "Put the file back, or leave and start bsh again; what is not saved is kept.",
    errno.ENOTDIR: _HINTS[sqlite3.SQLITE_CANTOPEN],
}


def store_error(path: Path, doing: str, cause: BaseException) -> StoreError:
    """Return the error for people that names file, cause and what to do.

    Parameters
    ----------
    path : Path
        The database.
    doing : str
        What was tried, such as ``"save to"``.
    cause : BaseException
        What came of it; becomes the error's ``__cause__``.
    """
    if isinstance(cause, StoreError):
        return cause
    if isinstance(cause, OSError):
        hint = _ERRNO_HINTS.get(cause.errno or 0)
        reason = cause.strerror or str(cause)
    else:
        hint = _HINTS.get(_primary_code(cause))
        reason = str(cause) or type(cause).__name__
    error = StoreError(f"cannot {doing} {path}: {reason}", hint=hint)
    error.__cause__ = cause
    return error


def is_corruption(error: BaseException) -> bool:
    """Return whether SQLite says that the file is no database, or a damaged one.

    Parameters
    ----------
    error : BaseException
        Any error.
    """
    return _primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _primary_code(error: BaseException) -> int:
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else -1
