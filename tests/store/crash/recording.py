"""A file system for SQLite that writes down what reaches the disk, and in what order.

:func:`record` puts itself before SQLite's own way to the files ("VFS", https://www.sqlite.org/vfs.html) for the whole
process: writes, truncations, syncs and deletions are carried out as ever, and noted. What power cuts would have
left follows from the notes, see :mod:`tests.store.crash.power`.

``python -m tests.store.crash.recording PATH NAME SEED KIND JOURNAL MOST OUT`` runs a victim until there are
so many notes, and leaves the notes in a file.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["Note", "record"]

Note = tuple[Any, ...]
"""``("open" | "sync", path)``, ``("write", path, offset, data)``, ``("truncate", path, size)``,
``("delete", path, whether its folder was synced)``; and what the writer was told: ``("told", what, number)``."""

_SQLITE_OK = 0
_POINTER = ctypes.c_void_p
_METHODS = """
    xClose xRead xWrite xTruncate xSync xFileSize xLock xUnlock xCheckReservedLock xFileControl xSectorSize
    xDeviceCharacteristics xShmMap xShmLock xShmBarrier xShmUnmap xFetch xUnfetch
"""
_VFS_CALLS = """
    xOpen xDelete xAccess xFullPathname xDlOpen xDlError xDlSym xDlClose xRandomness xSleep xCurrentTime
    xGetLastError xCurrentTimeInt64 xSetSystemCall xGetSystemCall xNextSystemCall
"""


class _Methods(ctypes.Structure):
    _fields_ = [("iVersion", ctypes.c_int), *((name, _POINTER) for name in _METHODS.split())]


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("iVersion", ctypes.c_int), ("szOsFile", ctypes.c_int), ("mxPathname", ctypes.c_int),
        ("pNext", _POINTER), ("zName", ctypes.c_char_p), ("pAppData", _POINTER),
        *((name, _POINTER) for name in _VFS_CALLS.split()),
    ]  # fmt: skip


_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, _POINTER, ctypes.c_int, _POINTER)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int)

_alive: list[Any] = []
"""What SQLite has pointers to."""


def record(note: Callable[[Note], None]) -> None:
    """Have all that SQLite does to files noted, from now on and in this process."""
    library = ctypes.CDLL(_sqlite3.__file__)  # leads to the SQLite that Python's module is linked to
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    below = library.sqlite3_vfs_find(None)
    vfs = _Vfs.from_buffer_copy(below.contents)
    vfs.pNext, vfs.zName = None, b"recording"
    real_open = _OPEN(below.contents.xOpen)
    real_delete = _DELETE(below.contents.xDelete)
    methods_by_kind: dict[int, _Methods] = {}
    paths: dict[int, str] = {}

    def xOpen(_: int, name: int | None, file: int, flags: int, out: int) -> int:
        code = real_open(ctypes.addressof(below.contents), name, file, flags, out)
        if code == _SQLITE_OK and name:  # a file without a name is SQLite's own, and temporary
            first = ctypes.cast(file, ctypes.POINTER(_POINTER))
            kind = first[0]
            assert kind is not None
            if kind not in methods_by_kind:
                methods_by_kind[kind] = _noted(kind, paths, note)
            first[0] = ctypes.addressof(methods_by_kind[kind])
            paths[file] = ctypes.string_at(name).decode()
            note(("open", paths[file]))
        return code

    def xDelete(_: int, name: int, sync_folder: int) -> int:
        code = real_delete(ctypes.addressof(below.contents), name, sync_folder)
        if code == _SQLITE_OK:
            note(("delete", ctypes.string_at(name).decode(), bool(sync_folder)))
        return code

    calls = (_OPEN(xOpen), _DELETE(xDelete))
    vfs.xOpen, vfs.xDelete = (ctypes.cast(call, _POINTER).value for call in calls)
    _alive.extend((vfs, calls, methods_by_kind, real_open, real_delete))
    assert library.sqlite3_vfs_register(ctypes.byref(vfs), 1) == _SQLITE_OK


def _noted(kind: int, paths: dict[int, str], note: Callable[[Note], None]) -> _Methods:
    """Return the methods of a kind of file, with those that change the disk noted."""
    below = ctypes.cast(kind, ctypes.POINTER(_Methods)).contents
    methods = _Methods.from_buffer_copy(below)
    write, truncate, sync = _WRITE(below.xWrite), _TRUNCATE(below.xTruncate), _SYNC(below.xSync)

    def xWrite(file: int, data: int, amount: int, offset: int) -> int:
        code = write(file, data, amount, offset)
        note(("write", paths[file], offset, ctypes.string_at(data, amount)))
        return code

    def xTruncate(file: int, size: int) -> int:
        code = truncate(file, size)
        note(("truncate", paths[file], size))
        return code

    def xSync(file: int, flags: int) -> int:
        code = sync(file, flags)
        if code == _SQLITE_OK:
            note(("sync", paths[file]))
        return code

    calls = (_WRITE(xWrite), _TRUNCATE(xTruncate), _SYNC(xSync))
    methods.xWrite, methods.xTruncate, methods.xSync = (ctypes.cast(call, _POINTER).value for call in calls)
    _alive.append((calls, write, truncate, sync))
    return methods


def main(path: str, name: str, seed: str, kind: str, journal: str, most: str, out: str) -> None:
    """Run a victim for a while, and leave the notes."""
    from tests.store.crash.victim import open_store, write

    notes: list[Note] = []
    record(notes.append)
    store = open_store(path, journal, max_queued=50)  # small commits, many of them

    def say(what: str, number: int) -> None:
        notes.append(("told", what, number))

    write(store, name, int(seed), kind, say, lambda: len(notes) >= int(most))
    store.close()
    Path(out).write_bytes(pickle.dumps(notes))


if __name__ == "__main__":
    main(*sys.argv[1:])
