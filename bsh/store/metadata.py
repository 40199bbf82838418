"""Metadata that outlives the session: a mapping kept in the store.

Owns the cache of decoded values, the noticing of what other processes change, and the saving of nested
edits. The writing itself is a function that is passed in, so that the run store and a
:class:`~bsh.store.persistent_dict.PersistentDict` share this code.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from bsh.errors import StoreError
from bsh.store import metadata_table as table
from bsh.store.observed import observed, plain
from bsh.store.reader import Reader
from bsh.store.values import decode_value, encode_value

__all__ = ["SCAN_ID", "Metadata", "Transact", "Version"]

SCAN_ID = "scan_id"
"""The key that stands for the scan number."""


class Transact(Protocol):
    """Runs a function in a write transaction and returns, once it is on disk, what the function returned."""

    def __call__(self, function: Callable[[sqlite3.Connection], Any], /) -> Any:
        """Run ``function(connection)``; all that it writes is saved, or nothing."""


@dataclass(frozen=True)
class Version:
    """A previous value of a key."""

    value: Any
    version: int
    mtime: float


class _Entry:
    """One key's value as handed out, and its text when it was last the same as the stored one."""

    __slots__ = ("attached", "text", "value")

    def __init__(self, text: str) -> None:
        self.text = text
        self.value: Any = None
        self.attached = True  # False once the key was given another value here


class Metadata(MutableMapping[str, Any]):
    """Persistent metadata, one row a key; each change is on disk when the line that made it returns.

    Nested dicts and lists are saved when they are edited. What another process changes is seen at the
    next look; where both edit different parts of one nested value, both edits are kept. What is read is
    what is stored: a container that is assigned is copied, and see :mod:`bsh.store.values` for types.
    The key ``scan_id``, where ``counts_scans``, is the last scan number that was taken; setting it moves
    the counter.

    Parameters
    ----------
    reader : Reader
        For reading; not shared with long queries.
    transact : Transact
        For writing.
    counts_scans : bool, optional
        Whether ``scan_id`` is the scan counter.
    clock : callable, optional
        Seconds since the epoch.
    """

    def __init__(
        self,
        reader: Reader,
        transact: Transact,
        *,
        counts_scans: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.warnings: list[str] = []
        self._reader = reader
        self._transact = transact
        self._counts_scans = counts_scans
        self._clock = clock
        self._lock = threading.RLock()  # guards the cache; never held while something is written
        self._entries: dict[str, _Entry] = {}
        self._versions: dict[str, int] = {}
        self._scan_number = 0
        self._data_version: int | None = None

    # reading

    def __getitem__(self, key: str) -> Any:
        with self._lock:
            self._refresh()
            if self._is_counter(key):
                if self._scan_number == 0:
                    raise KeyError(key)
                return self._scan_number
            return self._entry(key).value

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            self._refresh()
            keys = [SCAN_ID] if self._counts_scans and self._scan_number else []
            keys += [key for key in self._versions if self._can_be_read(key)]
        return iter(keys)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        try:
            self[key]  # type: ignore[index]  # any object may be asked for
        except KeyError:
            return False
        return True

    def snapshot(self) -> dict[str, Any]:
        """Return a plain, deep copy, which no later edit changes."""
        with self._lock:
            return {key: plain(self[key]) for key in self}

    def history(self, key: str) -> list[Version]:
        """Return the previous values of a key, newest first.

        Parameters
        ----------
        key : str
            A key, which may have been deleted since.
        """
        stored = self._reader.read(lambda connection: table.read_history(connection, key))
        versions = []
        for one in stored:
            try:
                versions.append(Version(decode_value(one.text), one.version, one.mtime))
            except ValueError:
                continue
        return versions

    def reload(self) -> None:
        """Forget what is cached and read everything anew."""
        with self._lock:
            self._entries.clear()
            self._data_version = None
            self._refresh()

    def scan_number(self) -> int:
        """Return the last scan number that was taken; 0 if none."""
        with self._lock:
            self._refresh()
            return self._scan_number

    # writing

    def __setitem__(self, key: str, value: Any) -> None:
        self._set({key: value})

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        if self._is_counter(key):
            self._transact(lambda connection: table.set_scan_number(connection, 0))
        elif not self._delete([key]):
            raise KeyError(key)  # another process was quicker

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take over keys and values, all in one transaction."""
        self._set(dict(*args, **kwargs))

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the value of ``key``, which is set to ``default`` if it is missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def popitem(self) -> tuple[str, Any]:
        """Remove the key that was added last and return it with its value.

        Raises
        ------
        KeyError
            If there is none.
        """
        keys = list(self)
        if not keys:
            raise KeyError("popitem(): metadata is empty")
        return keys[-1], plain(self.pop(keys[-1]))

    def clear(self) -> None:
        """Remove all keys; the scan number stays, since numbers are not used twice."""
        self._delete([key for key in self if not self._is_counter(key)])

    def flush(self) -> None:
        """Save what was changed inside a value unseen, such as an element of an array."""
        with self._lock:
            entries = [(key, entry) for key, entry in self._entries.items() if entry.attached]
        for key, entry in entries:
            self._save(key, entry)

    # copies are plain dicts

    def copy(self) -> dict[str, Any]:
        """Return a plain, deep copy."""
        return self.snapshot()

    def __copy__(self) -> dict[str, Any]:
        return self.snapshot()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return self.snapshot()

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self.snapshot(),)

    def __repr__(self) -> str:
        return repr(self.snapshot())

    # inside

    def _is_counter(self, key: object) -> bool:
        return self._counts_scans and key == SCAN_ID

    def _refresh(self) -> None:
        """Notice what was written since the last look, by anybody."""
        try:
            version = self._reader.data_version()
            if version == self._data_version:
                return
            self._versions, self._scan_number = self._reader.read(self._read_state)
        except StoreError as error:
            if self._data_version is None or self._reader.closed:
                raise
            self._warn(f"metadata may be out of date: {error}")  # a scan can start all the same
        else:
            self._data_version = version

    def _read_state(self, connection: sqlite3.Connection) -> tuple[dict[str, int], int]:
        versions = table.read_versions(connection)
        for key in list(self._entries):
            if versions.get(key) != self._versions.get(key):
                del self._entries[key]
        return versions, table.last_scan_number(connection) if self._counts_scans else 0

    def _entry(self, key: str) -> _Entry:
        if key not in self._versions:
            raise KeyError(key)
        entry = self._entries.get(key)
        if entry is None:
            text, value = self._reader.read(lambda connection: self._good_value(connection, key))
            entry = self._entries[key] = _Entry(text)
            entry.value = observed(value, lambda: self._save(key, entry))
        return entry

    def _can_be_read(self, key: str) -> bool:
        try:
            self._entry(key)
        except KeyError:
            return False
        return True

    def _good_value(self, connection: sqlite3.Connection, key: str) -> tuple[str, Any]:
        """Return text and value of a key; of an earlier version where the present one is garbage."""
        newest = table.read_value(connection, key)
        if newest is None:
            raise KeyError(key)
        for stored in [newest, *table.read_history(connection, key)]:
            try:
                value = decode_value(stored.text)
            except (ValueError, TypeError):
                self._warn(f"metadata {key!r}: version {stored.version} cannot be read and is left out")
                continue
            return stored.text, value
        raise KeyError(key)

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def _set(self, values: dict[str, Any]) -> None:
        texts = {
            _checked_key(key): encode_value(value)
            for key, value in values.items()
            if not self._is_counter(key)
        }
        number = _checked_number(values[SCAN_ID]) if self._counts_scans and SCAN_ID in values else None

        def write(connection: sqlite3.Connection) -> None:
            table.set_values(connection, texts, self._clock())
            if number is not None:
                table.set_scan_number(connection, number)

        self._detach(texts)
        self._transact(write)

    def _delete(self, keys: list[str]) -> int:
        self._detach(keys)
        return int(self._transact(lambda connection: table.delete_keys(connection, keys, self._clock())))

    def _detach(self, keys: Any) -> None:
        """Make later edits of containers handed out for these keys edits of a plain container."""
        with self._lock:
            for key in keys:
                entry = self._entries.pop(key, None)
                if entry is not None:
                    entry.attached = False

    def _save(self, key: str, entry: _Entry) -> None:
        """Save a container that was edited in place."""
        with self._lock:
            base, ours = entry.text, encode_value(entry.value)
            if not entry.attached or base == ours:
                return
            entry.text = ours

        def write(connection: sqlite3.Connection) -> str:
            return table.update_value(connection, key, base, ours, self._clock())

        try:
            stored = self._transact(write)
        except BaseException:
            with self._lock:
                entry.text = base  # not saved: the next edit or flush tries again
            raise
        self._adopt(key, entry, stored)

    def _adopt(self, key: str, entry: _Entry, stored: str) -> None:
        """Keep handing out a container that is just what is stored, rather than a new one."""
        with self._lock:
            if stored != entry.text or self._entries.get(key) is not entry:
                return
            version = self._reader.read(lambda connection: table.read_value(connection, key))
            if version is not None and version.text == stored:
                self._versions[key] = version.version


def _checked_key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"metadata keys are text, not {type(key).__name__}: {key!r}")
    return key.encode("utf-8", "backslashreplace").decode("utf-8")


def _checked_number(value: Any) -> int:
    try:
        number = int(value)
        if number == value and 0 <= number < 2**63:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"scan_id is a whole number, 0 or greater; got {value!r}")
