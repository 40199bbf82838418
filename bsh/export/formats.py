"""Which export formats there are, and writing a run in one of them.

Owns the table of formats. A format is a function in a file of its own and one line here.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bsh.errors import CommandError, UsageError
from bsh.export.appended_file import naming, sync_name
from bsh.export.jsonl import document_line, is_jsonl_of, write_jsonl
from bsh.export.nexus import is_nexus_of, write_nexus
from bsh.export.spec import write_spec
from bsh.export.tables import CsvLines, is_csv_of, is_parquet_of, write_csv, write_parquet
from bsh.protocols import Document
from bsh.store import StoredRun

__all__ = ["FORMATS", "ExportFormat", "export_run", "own_path", "write_run"]


@dataclass(frozen=True)
class ExportFormat:
    """A format that runs can be written in.

    Parameters
    ----------
    name : str
        What is typed after ``--format``.
    suffix : str
        How names of such files end.
    summary : str
        One line for help texts.
    write : callable, optional
        ``write(run, file)`` with a text file.
    write_path : callable, optional
        ``write_path(run, path)`` instead, for formats that are no text.
    is_of : callable, optional
        ``is_of(path, start)`` tells whether a file that is there is that of the run with this start document.
    lines : callable, optional
        Makes what turns each document of a run under way into the text that it adds to a file, ``lines()(name, doc)``.
    """

    name: str
    suffix: str
    summary: str
    write: Callable[[StoredRun, TextIO], None] | None = None
    write_path: Callable[[StoredRun, Path], None] | None = None
    is_of: Callable[[Path, Document], bool] | None = None
    lines: Callable[[], Callable[[str, Document], str]] | None = None


_ALL = (
    ExportFormat(
        "jsonl",
        ".jsonl",
        "one [name, document] a line, as emitted",
        write_jsonl,
        is_of=is_jsonl_of,
        lines=lambda: document_line,
    ),
    ExportFormat("spec", ".spec", "SPEC data file", write_spec),
    ExportFormat(
        "nexus", ".nxs", "NeXus/HDF5: all streams, default plot", write_path=write_nexus, is_of=is_nexus_of
    ),
    ExportFormat("csv", ".csv", "the points, one line each", write_csv, is_of=is_csv_of, lines=CsvLines),
    ExportFormat(
        "parquet",
        ".parquet",
        "the points, for pandas and others",
        write_path=write_parquet,
        is_of=is_parquet_of,
    ),
)

FORMATS: dict[str, ExportFormat] = {one.name: one for one in _ALL}
"""The formats by name."""


def export_run(run: StoredRun, format: str, file: TextIO | Path) -> None:
    """Write a run into a file.

    Parameters
    ----------
    run : StoredRun
        The run.
    format : str
        A key of :data:`FORMATS`.
    file : text file or Path
        Where to. A path gets the whole run or is left as it was.

    Raises
    ------
    UsageError
        If there is no such format; names those that there are.
    CommandError
        If the file cannot be written.
    StoreError
        If the run cannot be read.
    """
    wanted = FORMATS.get(format)
    if wanted is None:
        raise UsageError(
            f"there is no export format {format!r}", hint=f"Formats: {', '.join(sorted(FORMATS))}."
        )
    if not isinstance(file, Path):
        if wanted.write is None:
            raise UsageError(f"{format} files are no text", hint="write them to a file: -o FILE")
        wanted.write(run, file)
        return
    try:
        write_run(run, wanted, file)
    except OSError as error:
        raise CommandError(
            f"cannot write {file}: {error.strerror or error}", hint="Choose another file: -o FILE."
        ) from error


def own_path(format: ExportFormat, path: Path, start: Document) -> Path:
    """Return the file of a run: with its uid in the name where another run has the file of that name.

    Parameters
    ----------
    format : ExportFormat
        The format.
    path : Path
        The name that is wanted.
    start : dict
        The run's start document.
    """
    if format.is_of is None or not path.is_file() or format.is_of(path, start):
        return path
    return path.with_name(f"{path.stem}_{start['uid'][:8]}{path.suffix}")


def write_run(run: StoredRun, format: ExportFormat, path: Path, *, durable: bool = True) -> None:
    """Write a run into a file, whole or not at all; one that has the same in it already is left alone.

    Parameters
    ----------
    run : StoredRun
        The run.
    format : ExportFormat
        The format.
    path : Path
        The file; what was in it is replaced.
    durable : bool, optional
        Wait until it is on disk.

    Raises
    ------
    OSError
        The file cannot be written; it is as it was.
    """
    try:
        with _replacing(path, durable=durable) as temporary:
            if format.write_path is not None:
                format.write_path(run, temporary)
            elif format.write is not None:
                with temporary.open("w", encoding="utf-8", newline="") as text:
                    format.write(run, text)
    except OSError as error:
        raise naming(error, path) from error


@contextlib.contextmanager
def _replacing(path: Path, *, durable: bool) -> Iterator[Path]:
    """Give a path to write to, which takes the place of ``path`` once it is complete."""
    if path.exists() and not path.is_file():  # a terminal, a pipe, /dev/null: written to, never replaced
        yield path
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        is_there = path.is_file() and filecmp.cmp(path, temporary, shallow=False)  # who reads it can go on
        if durable:
            _sync(path if is_there else temporary)
        if not is_there:
            temporary.replace(path)
            if durable:
                sync_name(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
