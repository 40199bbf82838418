"""bluesky's ``PersistentDict``: a dict that lives in a folder.

Owns the class of that name, on the same tables as the run store's metadata.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

from bsh.errors import StoreError
from bsh.store.database import Database, transaction
from bsh.store.failures import store_error
from bsh.store.metadata import Metadata
from bsh.store.reader import Reader
from bsh.store.schema import METADATA_TABLES

__all__ = ["PersistentDict"]

_FILE = "metadata.db"


class PersistentDict(MutableMapping[str, Any]):
    """A dict whose contents outlive the process; several processes may use it at once.

    Each change, nested ones included, is on disk when the line that made it returns. A damaged file is
    moved aside and the last good state taken over (see ``warnings``). Reading runs no code from the file.
    Files that bluesky itself wrote into the folder (one a key, msgpack) are left alone and not read.

    Parameters
    ----------
    directory : path
        The folder, made if missing.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> md = PersistentDict(folder.name)
    >>> md["sample"] = {"name": "Cu"}
    >>> md["sample"]["mm"] = 0.5
    >>> md
    <PersistentDict {'sample': {'name': 'Cu', 'mm': 0.5}}>
    >>> md.close()
    >>> folder.cleanup()
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self._directory = Path(directory)
        database = Database(self._directory / _FILE, METADATA_TABLES)
        file = _File(database)
        reader = Reader(database)
        self._metadata = Metadata(reader, file.transact)
        self._file_warnings = database.warnings
        self._finalizer = weakref.finalize(self, _finish, self._metadata, reader, file)

    @property
    def directory(self) -> Path:
        """The folder."""
        return self._directory

    @property
    def warnings(self) -> list[str]:
        """What a person should know about this file: one sentence each."""
        return [*self._file_warnings, *self._metadata.warnings]

    def __getitem__(self, key: str) -> Any:
        return self._metadata[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._metadata[key] = value

    def __delitem__(self, key: str) -> None:
        del self._metadata[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._metadata)

    def __len__(self) -> int:
        return len(self._metadata)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._metadata!r}>"

    def popitem(self) -> tuple[str, Any]:
        """Remove the key that was added last and return it with its value.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self._metadata.popitem()

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the value of ``key``, which is set to ``default`` if it is missing."""
        return self._metadata.setdefault(key, default)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take over keys and values, all in one transaction."""
        self._metadata.update(*args, **kwargs)

    def clear(self) -> None:
        """Remove all keys, in one transaction."""
        self._metadata.clear()

    def copy(self) -> dict[str, Any]:
        """Return a plain, deep copy."""
        return self._metadata.snapshot()

    def __copy__(self) -> dict[str, Any]:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return self.copy()

    def flush(self) -> None:
        """Save what was changed inside a value unseen, such as an element of an array.

        Also done when Python ends and when the dict is garbage.
        """
        self._metadata.flush()

    def reload(self) -> None:
        """Read everything anew; changes that :meth:`flush` would have saved are lost."""
        self._metadata.reload()

    def close(self) -> None:
        """Flush and close the file."""
        self._finalizer()


class _File:
    """The writing connection, used by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = database.open()
        self._lock = threading.Lock()

    def transact(self, function: Callable[[sqlite3.Connection], Any], /) -> Any:
        """Run ``function(connection)`` in a transaction and return its result once it is on disk."""
        with self._lock:
            if self._connection is None:
                raise StoreError(f"{self._database.path} is closed")
            try:
                self._database.check_in_place()
                with transaction(self._connection):
                    result = function(self._connection)
                self._database.last_good.save(self._connection)
            except (sqlite3.Error, OSError) as error:
                raise store_error(self._database.path, "save to", error) from error
            return result

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _finish(metadata: Metadata, reader: Reader, file: _File) -> None:
    try:
        metadata.flush()
    except StoreError as error:
        metadata.warnings.append(str(error))
    finally:
        reader.close()
        file.close()
