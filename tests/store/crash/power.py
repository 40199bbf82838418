"""What power cuts would leave of a store.

A disk keeps what was written before a sync that has returned. Of what was written since, it may keep all, nothing, or
pieces in any order; of entries of the folder that were made or removed since it was synced, the first few. A writer is
recorded (:mod:`tests.store.crash.recording`), the power is cut at some of its moments, and the store that is left is
looked at as after a kill: what was acknowledged must be there.
"""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.store.crash.recording import Note
from tests.store.crash.trial import ROOT, Findings, look

SECTOR = 512
WAIT_S = 120.0


@dataclass
class Recorded:
    """A writer of whom all is known: what it did to the disk, and what it was told."""

    name: str
    seed: int
    kind: str
    path: Path
    notes: list[Note]
    heard: int = 0
    """How many of the notes the disk has seen; what it was told later does not count."""

    def told(self, what: str) -> list[int]:
        """Return the numbers of one kind that it was told are on disk."""
        return [note[2] for note in self.notes[: self.heard] if note[0] == "told" and note[1] == what]


@dataclass
class _File:
    """What a disk has of a file: for certain, and perhaps."""

    durable: bytearray = field(default_factory=bytearray)
    since: list[Note] = field(default_factory=list)

    def sync(self) -> None:
        for note in self.since:
            _apply(self.durable, note)
        self.since.clear()

    def left(self, chance: random.Random, *, keep: float) -> bytearray:
        """Return what a cut leaves; of each change since the last sync sectors with a probability."""
        content = bytearray(self.durable)
        for note in self.since:
            if note[0] == "truncate":
                if chance.random() < keep:
                    _apply(content, note)
                continue
            _, _, offset, data = note
            for begin in range(0, len(data), SECTOR):
                if chance.random() < keep:
                    _apply(content, ("write", "", offset + begin, data[begin : begin + SECTOR]))
        return content


class Disk:
    """Follows the notes, and can lose its power.

    Parameters
    ----------
    honest : bool, optional
        Whether what was synced is there afterwards.
    """

    def __init__(self, *, honest: bool = True) -> None:
        self._honest = honest
        self._entries: dict[str, _File] = {}
        self._certain: dict[str, _File] = {}
        self._changes: list[tuple[str, _File | None]] = []

    def take(self, note: Note) -> None:
        """Take one note in."""
        what, path, *rest = note
        if what == "open" and path not in self._entries:
            self._enter(path, _File())
        elif what in ("write", "truncate"):
            self._entries[path].since.append(note)
        elif what == "sync" and self._honest:
            self._entries[path].sync()
            if any(name == path for name, _ in self._changes):  # SQLite syncs the folder with a new file
                self._sync_folder()
        elif what == "delete":
            self._enter(path, None)
            if rest[0] and self._honest:
                self._sync_folder()

    def left(self, chance: random.Random) -> dict[str, bytearray]:
        """Return the files that a cut at this moment leaves, and what is in them."""
        keep = chance.choice([0.0, 0.0, 0.5, 1.0])
        entries = dict(self._certain)
        _change(entries, self._changes[: chance.randint(0, len(self._changes)) if keep else 0])
        return {path: file.left(chance, keep=keep) for path, file in entries.items()}

    def _enter(self, path: str, file: _File | None) -> None:
        self._changes.append((path, file))
        _change(self._entries, self._changes[-1:])

    def _sync_folder(self) -> None:
        _change(self._certain, self._changes)
        self._changes.clear()


def recorded(folder: Path, chance: random.Random, kind: str, journal: str, most: int) -> Recorded:
    """Run a writer and return what it did."""
    path, notes, seed = folder / f"{journal}.db", folder / "notes", chance.randrange(10**9)
    name = f"p{seed}-"
    subprocess.run(
        [
            sys.executable, "-m", "tests.store.crash.recording",
            str(path), name, str(seed), kind, journal, str(most), str(notes),
        ],
        cwd=ROOT, check=True, timeout=WAIT_S,
    )  # fmt: skip
    return Recorded(name, seed, kind, path, pickle.loads(notes.read_bytes()))


def cut(
    writer: Recorded,
    folder: Path,
    cuts: int,
    chance: random.Random,
    findings: Findings,
    *,
    honest: bool = True,
) -> None:
    """Cut the power at some moments of a writer's life, and look at what is left each time.

    Parameters
    ----------
    writer : Recorded
        Who wrote.
    folder : Path
        Empty; the stores that are left are looked at here.
    cuts : int
        How many; half of them in the moment in which the writer is told something.
    chance : random.Random
        Decides about moments and losses.
    findings : Findings
        Is added to.
    honest : bool, optional
        Whether the disk keeps what was synced.
    """
    disk = Disk(honest=honest)
    moments = set(_moments(writer.notes, cuts, chance))
    for heard, note in enumerate(writer.notes, start=1):
        if note[0] != "told":
            disk.take(note)
        if heard in moments:
            writer.heard = heard
            path = folder / f"{writer.path.stem}-{heard}.db"
            for name, content in disk.left(chance).items():
                Path(name.replace(str(writer.path), str(path))).write_bytes(content)
            look(path, [writer], findings)
            for file in folder.glob(f"{path.name}*"):
                file.unlink()


def _moments(notes: list[Note], cuts: int, chance: random.Random) -> Iterator[int]:
    told = [number for number, note in enumerate(notes, start=1) if note[0] == "told"]
    yield from chance.sample(told, min(len(told), cuts // 2))
    yield from chance.sample(range(1, len(notes) + 1), min(len(notes), cuts - cuts // 2))


def _change(entries: dict[str, _File], changes: list[tuple[str, _File | None]]) -> None:
    for path, file in changes:
        if file is None:
            entries.pop(path, None)
        else:
            entries[path] = file


def _apply(content: bytearray, note: Note) -> None:
    if note[0] == "truncate":
        size = note[2]
        del content[size:]
        content.extend(bytes(size - len(content)))
        return
    _, _, offset, data = note
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data
