"""SPEC data files, written point by point while runs are taken.

Owns which lines follow from which documents, and that the same documents again change nothing. See
:mod:`bsh.export.spec_text` for the lines and :mod:`bsh.export.spec_file` for the file.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from bsh.callbacks.columns import choose_columns
from bsh.callbacks.router import DocumentRouter
from bsh.export.spec_file import Block, SpecFile
from bsh.export.spec_text import Layout, comment, file_header, layout_of, one_line, point, scan_header
from bsh.protocols import Document
from bsh.store import StoredRun
from bsh.store.summary import RUNNING

__all__ = ["SpecWriter", "write_spec"]

_INTERRUPTED = {"pause": "paused", "suspend": "suspended"}


class SpecWriter(DocumentRouter):
    """Write runs into SPEC data files, each line flushed as it comes.

    Give it documents in their order; runs may overlap (a run that begins before another one has ended is written after
    it). What is in the file already is not written again, so that a run may come a second time from its start.

    Parameters
    ----------
    path_of : callable or Path
        From a start document to the file of the run; or one file for all.
    title : str, optional
        What the file is about.
    clock : callable, optional
        Seconds since the epoch.

    Examples
    --------
    >>> writer = SpecWriter(Path("/data/cu110.spec"))  # doctest: +SKIP
    >>> RE.subscribe(writer)  # doctest: +SKIP
    """

    def __init__(
        self,
        path_of: Callable[[Document], Path] | Path,
        *,
        title: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path_of = path_of if callable(path_of) else lambda start: path_of
        self._title = title
        self._clock = clock
        self._file: SpecFile | None = None
        self._scans: dict[str, _Scan] = {}
        self._streams: dict[str, tuple[_Scan, str, Document]] = {}

    @property
    def path(self) -> Path | None:
        """The file that was written to last."""
        return None if self._file is None else self._file.path

    def start(self, doc: Document) -> None:
        """Begin a scan."""
        scan = self._scans.setdefault(doc["uid"], _Scan(doc))
        if self._current() is scan:
            self._open(scan)

    def descriptor(self, doc: Document) -> None:
        """Take note of a stream; the first that has points gets the columns."""
        scan = self._scans.get(doc["run_start"])
        if scan is None:
            return
        name = doc.get("name", "primary")
        self._streams[doc["uid"]] = (scan, name, doc)
        if name == "primary":
            scan.begin(doc)
            self._flush()

    def event(self, doc: Document) -> None:
        """Write a point."""
        scan, name, descriptor = self._streams.get(doc["descriptor"], (None, "", {}))
        if scan is None:
            return
        if name == "baseline":
            scan.take_positions(doc, descriptor)
        elif name == "interruptions":
            scan.interrupt(doc["time"], str(doc["data"].get("interruption", "")))
        elif name == "primary":
            scan.take(doc)
        else:
            scan.keep(doc, descriptor)
        self._flush()

    def resource(self, doc: Document) -> None:
        """Say where data are that are not in the documents."""
        self._refer(doc, f"{doc.get('root') or ''}/{doc.get('resource_path', '')}", doc.get("spec", ""))

    def stream_resource(self, doc: Document) -> None:
        """Say where data are that are not in the documents."""
        self._refer(doc, str(doc.get("uri", "")), doc.get("data_key", ""))

    def stop(self, doc: Document) -> None:
        """End a scan."""
        scan = self._scans.get(doc["run_start"])
        if scan is not None:
            scan.end(doc)
            self._flush()

    def abandon(self, uid: str) -> None:
        """End a scan that was cut off with its process, and gets no stop document.

        Parameters
        ----------
        uid : str
            The run.
        """
        scan = self._scans.get(uid)
        if scan is not None:
            scan.end(None)
            self._flush()

    def comment(
        self, text: str, when: float | None = None, metadata: Mapping[str, Any] | None = None
    ) -> Path:
        """Write a comment into the file; return which one.

        Parameters
        ----------
        text : str
            The comment.
        when : float, optional
            Seconds since the epoch; now without it.
        metadata : mapping, optional
            Of a scan that would begin now: the file may be named after it.
        """
        moment = self._clock() if when is None else when
        path = self._path_of({**(metadata or {}), "time": moment})
        if self._file is None or (self._current() is None and self._file.path != path):
            self._use(path)
        assert self._file is not None
        self._begin_file(moment, [], "")
        self._file.append(comment(moment, text))
        return self._file.path

    def settle(self) -> None:
        """All is written already."""

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    # -- from scans to the file --------------------------------------------------------------------

    def _current(self) -> _Scan | None:
        """Return the scan that is written now: the one that began first."""
        return next(iter(self._scans.values()), None)

    def _refer(self, doc: Document, where: str, what: str) -> None:
        scan = self._scans.get(doc.get("run_start", ""))
        if scan is not None:
            scan.lines.append(f"#C data of {what}: {where}\n")
            self._flush()

    def _open(self, scan: _Scan) -> None:
        self._use(self._path_of(scan.start))
        assert self._file is not None
        scan.block = self._file.blocks.get(scan.start["uid"])

    def _use(self, path: Path) -> None:
        if self._file is not None and (self._file.path != path or not self._file.is_in_place()):
            self._file.close()
            self._file = None
        if self._file is None:
            self._file = SpecFile(path)

    def _flush(self) -> None:
        """Write what the current scan has to say; once it has ended, what the next ones have to."""
        while (scan := self._current()) is not None:
            if scan.is_begun:
                self._write(scan)
            if not scan.has_ended:
                return
            assert self._file is not None
            self._file.sync()
            self._file.blocks[scan.start["uid"]] = Block()  # complete: nothing is added any more
            self._drop(scan)
            following = self._current()
            if following is not None:
                self._open(following)

    def _drop(self, scan: _Scan) -> None:
        del self._scans[scan.start["uid"]]
        self._streams = {uid: known for uid, known in self._streams.items() if known[0] is not scan}

    def _write(self, scan: _Scan) -> None:
        assert self._file is not None
        if scan.block is None and not scan.is_in_file:
            self._write_header(scan)
        epoch = self._file.epoch
        while scan.points:
            event, index, notes = scan.points[0]
            if not scan.is_known_row():
                self._file.append("".join(scan.new(notes)) + point(index, event, scan.layout, epoch))
            scan.points.pop(0)
        rest = scan.new(scan.lines)
        if rest:
            self._file.append("".join(rest))
        scan.lines.clear()

    def _write_header(self, scan: _Scan) -> None:
        assert self._file is not None
        start = scan.start
        user = next((str(start[key]) for key in ("user", "operator", "login_id") if start.get(key)), "")
        self._begin_file(start["time"], list(scan.positions), user)
        number = start.get("scan_id")
        if not isinstance(number, int):
            number = self._file.last_number + 1
        positions = [scan.positions.get(name) for name in self._file.motors]
        layout = scan.layout if scan.has_columns else None
        self._file.append(scan_header(number, start, layout, positions, notes=scan.texts))
        self._file.last_number = max(number, self._file.last_number)
        scan.is_in_file = True

    def _begin_file(self, when: float, motors: list[str], user: str) -> None:
        """Write the file's header where there is none yet, or one with other motors."""
        file = self._file
        assert file is not None
        if file.epoch and (not motors or file.motors == motors):
            return
        epoch = int(when)
        again = "\n" if file.epoch else ""
        file.append(
            again + file_header(file.path.name, epoch, self._title or "bsh", user or _login(), motors)
        )
        file.epoch, file.motors = epoch, motors


class _Scan:
    """A run on its way into the file."""

    def __init__(self, start: Document) -> None:
        self.start = start
        known, moved = (_places(start, key) for key in ("positions_before", "axes_before"))
        self.positions: dict[str, Any] = known | {name: moved[name] for name in moved if name not in known}
        """Of all axes before the scan, as far as is known; what is in the baseline was read for it."""
        self.texts: list[str] = []
        self.layout = Layout()
        self.has_columns = False
        self.has_ended = False
        self.is_in_file = False
        self.block: Block | None = None
        """What is in the file of it already."""
        self.points: list[tuple[Document, int, list[str]]] = []
        """Those that have yet to be written, each with what is to be said before it."""
        self.lines: list[str] = []
        """What is to be said after them."""
        self._has_baseline = False
        self._seen = 0
        self._taken = 0
        self._known_rows = 0
        self._kept: list[Document] = []
        self._kept_descriptor: Document = {}

    @property
    def is_begun(self) -> bool:
        """Whether the header can be written."""
        return self.has_columns or self.has_ended

    def begin(self, descriptor: Document) -> None:
        """Take the columns from a descriptor."""
        if not self.has_columns:
            self.layout = layout_of(self.start, descriptor)
            self.has_columns = True
            self._kept.clear()

    def take_positions(self, event: Document, descriptor: Document) -> None:
        """Take note of where everything was before the first point."""
        if self._has_baseline:
            return
        self._has_baseline = True
        for column in choose_columns(self.start, descriptor):
            value = event["data"].get(column.key)
            if column.numeric and isinstance(value, int | float):
                self.positions[column.key] = value
            elif isinstance(value, str):
                self.texts.append(f"#MD {column.key} = {one_line(value)}")

    def take(self, event: Document) -> None:
        """Have a point written."""
        number = event["seq_num"]
        if number <= self._seen:
            self.remark(event["time"], f"Point {number - 1} is taken again.")
        self._seen = number
        self._taken += 1
        self.points.append((event, number - 1, [*self.lines]))
        self.lines.clear()

    def keep(self, event: Document, descriptor: Document) -> None:
        """Keep a point of another stream: the points of a run that has no stream ``primary``."""
        if self.has_columns or (self._kept and self._kept[0]["descriptor"] != event["descriptor"]):
            return
        if not self._kept:
            self._kept_descriptor = descriptor
        self._kept.append(event)

    def interrupt(self, when: float, what: str) -> None:
        """Have a pause, a suspension or their end written."""
        if what in _INTERRUPTED:
            self.remark(when, f"Scan {_INTERRUPTED[what]} after {_points(self._seen)}.")
        else:
            self.remark(when, "Scan resumed." if what == "resume" else what)

    def remark(self, when: float, text: str) -> None:
        """Have a comment written."""
        self.lines.append(comment(when, text))

    def end(self, stop: Document | None) -> None:
        """Have the end written."""
        if not self.has_columns and self._kept:
            kept = list(self._kept)
            self.begin(self._kept_descriptor)
            for event in kept:
                self.take(event)
        count = f"after {_points(self._taken)}"
        if stop is None:
            self.lines.append(f"#C Scan interrupted {count}.\n")
        else:
            how = {"abort": "aborted", "fail": "failed"}.get(str(stop.get("exit_status")), "ended")
            reason = one_line(stop.get("reason") or "")
            self.remark(stop["time"], f"Scan {how} {count}{': ' + reason if reason else ''}.")
        self.has_ended = True

    def is_known_row(self) -> bool:
        """Whether the next point is in the file already, or cannot come into it any more."""
        if self.block is None:
            return False
        self._known_rows += 1
        return self._known_rows <= self.block.rows or not self.block.is_last

    def new(self, lines: list[str]) -> list[str]:
        """Return those lines that are not in the file yet."""
        if self.block is None:
            return list(lines)
        if not self.block.is_last or self._known_rows < self.block.rows:
            return []
        return [line for line in lines if line.splitlines()[0] not in self.block.tail]


def _points(count: int) -> str:
    return f"{count} point{'' if count == 1 else 's'}"


def _places(start: Document, key: str) -> dict[str, Any]:
    places = start.get(key)
    return places if isinstance(places, dict) else {}


def write_spec(run: StoredRun, file: TextIO) -> None:
    """Write one run as a SPEC data file; a point that was taken again is there as it was taken last.

    Parameters
    ----------
    run : StoredRun
        The run.
    file : text file
        Open for writing.
    """
    from tempfile import TemporaryDirectory

    points: dict[Any, Document] = {}
    for name, doc in run.documents():
        if name == "event":
            points[doc["descriptor"], doc["seq_num"]] = doc
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{run.summary.scan_id or run.summary.uid[:8]}.spec"
        writer = SpecWriter(path)
        for name, doc in run.documents():
            if name == "event":
                doc = points.pop((doc["descriptor"], doc["seq_num"]), {})
            if doc:
                writer(name, doc)
        if not run.summary.reason.startswith(RUNNING) or not path.exists():
            writer.abandon(run.summary.uid)  # nothing where it has ended
        writer.close()
        file.write(path.read_text(encoding="utf-8"))


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return ""
