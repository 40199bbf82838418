"""The logbook: a Markdown page for each day, with the scans, their plots and peaks, the comments and the moves.

Owns what is on a page and when it is written. A page is made from the store and the journal alone: it can be deleted, and
made again at any time.
"""

from __future__ import annotations

import datetime
import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from bsh.commands.columns import format_duration, format_value
from bsh.commands.sparkline import sparkline
from bsh.errors import BshError

from .journal import Journal, Note, Step

__all__ = ["Logbook"]

FOLDER = "logbook"
PLOT_WIDTH, PLOT_ROWS = 64, 6
PLOTTED_POINTS = 256
LEAST_POINTS = 3

SOON_S = 60.0
"""A scan begins within so many seconds after its line was entered."""

_SECTION = re.compile(r"^## .* <!-- (?P<uid>[^\s>]+) -->\n.*?(?=^## |^- |\Z)", re.MULTILINE | re.DOTALL)


class Logbook:
    """Writes the pages, on a thread of its own.

    Parameters
    ----------
    folder : Path
        The profile's state folder; pages are ``logbook/2026-01-31.md`` in it.
    store : RunStore
        The scans.
    journal : Journal
        The comments and the moves.
    title : str, optional
        Whose logbook it is.
    tell : callable, optional
        ``tell(text)`` tells people that `send` fails.

    Attributes
    ----------
    send : callable or None
        ``send(text)`` gets each scan that has ended and each comment as Markdown, for a logbook elsewhere. It may take
        long, or fail.
    """

    def __init__(
        self,
        folder: Path,
        store: Any,
        journal: Journal,
        *,
        title: str = "",
        tell: Callable[[str], object] = lambda text: None,
    ) -> None:
        self.send: Callable[[str], object] | None = None
        self._tell = tell
        self._unsent: deque[tuple[Any, ...]] = deque()
        self._folder = Path(folder) / FOLDER
        self._store = store
        self._journal = journal
        self._title = title
        self._sections: dict[str, str] = {}
        """Scans that have ended, as they are on the page; by uid."""
        self._is_recalled = False
        self._writing = threading.Lock()
        self._wake, self._ending = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def path(self, day: datetime.date) -> Path:
        """Return the file of a day's page."""
        return self._folder / f"{day.isoformat()}.md"

    def write(self, day: datetime.date) -> Path | None:
        """Write the page of a day; return its file, None where nothing happened on that day.

        Parameters
        ----------
        day : date
            Which.

        Raises
        ------
        OSError
            The page cannot be written.
        """
        with self._writing:
            path = self.path(day)
            self._recall(path)
            entries = sorted(self._entries(day))
            if not entries:
                return None
            head = f"# {day.isoformat()}{' · ' if self._title else ''}{self._title}\n"
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(
                f".{path.name}.{os.getpid()}.{id(self):x}"
            )  # another shell may write, too
            temporary.write_text("\n".join([head, *(text for _, text in entries)]), encoding="utf-8")
            temporary.replace(path)
            return path

    # -- while the session goes on -------------------------------------------------------------------

    def note(self, *what: Any) -> None:
        """Have today's page written soon; neither waits nor does anything slow.

        Parameters
        ----------
        *what
            ``"stop"`` and the stop document of a scan, or ``"note"`` and a comment.
        """
        self._unsent.append(what)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="bsh-logbook", daemon=True)
            self._thread.start()
        self._wake.set()

    def close(self, timeout_s: float = 5.0) -> None:
        """Write what is left, and end.

        Parameters
        ----------
        timeout_s : float, optional
            How long to try, in seconds.
        """
        if self._thread is not None:
            self._ending.set()
            self._wake.set()
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            ending = self._ending.is_set()
            durable = threading.Event()
            self._store.when_durable(partial(_set, durable))
            durable.wait(5.0)
            with suppress(OSError, BshError):  # a full disk: the page is made again with the next scan
                self.write(datetime.date.today())
            self._send()
            if ending:
                return

    def _send(self) -> None:
        """Hand what is new to `send`."""
        while self._unsent:
            kind, entry = self._unsent.popleft()
            if self.send is None:
                continue
            try:
                about = (
                    f"{_clock(entry.time)}  {entry.text}{_about(entry, ())}"
                    if kind == "note"
                    else "\n".join(_scan_lines(self._store.run(entry["run_start"])))
                )
                self.send(about)
            except Exception as error:  # somebody else's server: nobody waits for it
                self._tell(f"logbook: an entry could not be sent: {type(error).__name__}: {error}")

    # -- what is on a page -----------------------------------------------------------------------------

    def _entries(self, day: datetime.date) -> Iterator[tuple[float, str]]:
        """Yield time and text of all that happened on a day."""
        first = datetime.datetime.combine(day, datetime.time()).astimezone()
        begin, end = first.timestamp(), (first + datetime.timedelta(days=1)).timestamp()
        scans = self._store.runs(since=begin, until=end)
        for summary in scans:
            yield summary.time, self._section(summary)
        for note in self._journal.notes():
            if note.time < begin:
                break
            if note.time < end:
                yield note.time, f"- {_clock(note.time)}  {note.text}{_about(note, scans)}\n"
        for step in self._journal.steps():
            if step.time < begin:
                break
            if step.time < end and not _is_of_a_scan(step, scans):
                yield step.time, f"- {_clock(step.time)}  `{step.line}`{_moves(step)}\n"

    def _section(self, summary: Any) -> str:
        known = self._sections.get(summary.uid)
        if known is not None:
            return known
        run = self._store.run(summary.uid)
        head, *rest = _scan_lines(run)
        if summary.exit_status is None:
            return "\n".join([head, *rest, ""])
        text = self._sections[summary.uid] = "\n".join([f"{head} <!-- {summary.uid} -->", *rest, ""])
        return text

    def _recall(self, path: Path) -> None:
        """Take the scans from a page that is there: they need not be read again."""
        if self._is_recalled:
            return
        self._is_recalled = True
        with suppress(OSError):
            for section in _SECTION.finditer(path.read_text(encoding="utf-8", errors="replace")):
                self._sections[section["uid"]] = section[0].rstrip() + "\n"


def _scan_lines(run: Any) -> Iterator[str]:
    from bsh.export import RunData

    summary = run.summary
    data = RunData(run.sample(PLOTTED_POINTS))
    line = " ".join((summary.command or summary.plan_name).split())
    yield f"## {_clock(summary.time)} · scan {summary.scan_id} · `{line}`"
    yield ""
    words = [f"{summary.num_points} point{'' if summary.num_points == 1 else 's'}"]
    status = summary.exit_status or ""
    words.append(": ".join(word for word in (status, summary.reason) if word))
    if data.stop_doc is not None:
        words.append(format_duration(data.stop_doc["time"] - data.start_doc["time"]))
    words += [f"{key} {data.start_doc[key]}" for key in ("sample", "title") if data.start_doc.get(key)]
    yield ", ".join(words)
    yield from _plot_lines(data.main)


def _plot_lines(stream: Any) -> Iterator[str]:
    """Yield the plot of the counter that matters most, and where its peak is."""
    key = next(iter(stream.counters), None)
    numbers = (
        [value for value in stream.columns.get(key, []) if isinstance(value, int | float)] if key else []
    )
    if len(numbers) < LEAST_POINTS or len(numbers) < len(stream.seq_nums):
        return
    yield ""
    axis = stream.axes[0] if len(stream.axes) == 1 else None
    places = stream.columns[axis] if axis else []
    if axis and (peak := _peak(places, numbers)):
        yield f"{key}: {peak} {stream.units(axis)}".rstrip()
        yield ""
    yield "```text"
    wide = [number for number in numbers for _ in range(max(1, PLOT_WIDTH // len(numbers)))]
    yield sparkline(wide, PLOT_WIDTH, PLOT_ROWS)
    along = (
        f"along {axis}, {places[0]:g} to {places[-1]:g} {stream.units(axis)}".rstrip()
        if axis
        else "point by point"
    )
    yield f"{key}, {min(numbers):g} to {max(numbers):g}, {along}"
    yield "```"


def _peak(places: list[Any], numbers: list[float]) -> str:
    from bsh.callbacks import peak_statistics

    if not all(isinstance(place, int | float) for place in places):
        return ""
    found = peak_statistics(places, numbers)
    if found is None or not found.is_peak or found.cen is None:
        return ""
    width = "" if found.fwhm is None else f", fwhm {format_value(found.fwhm, 4)}"
    return f"peak {found.max[1]:g} at {found.max[0]:g}, cen {format_value(found.cen, 4)}{width}"


def _moves(step: Step) -> str:
    moved = [
        f"{change.name} {_value(change.before)} → {_value(change.after)}"
        for change in step.changes
        if change.after is not None
    ]
    undone = " (undone)" if step.undone else ""
    return (": " + ", ".join(moved) if moved else "") + undone


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _about(note: Note, scans: Sequence[Any]) -> str:
    """Say which scan a comment is on, where that is not the one above it."""
    above = next((scan for scan in scans if scan.time <= note.time), None)
    if note.scan_id is None or (above is not None and above.scan_id == note.scan_id):
        return ""
    return f" (scan {note.scan_id})"


def _is_of_a_scan(step: Step, scans: Sequence[Any]) -> bool:
    """Whether a step is a scan, which has a section of its own."""
    return any(scan.command == step.line and 0 <= scan.time - step.time < SOON_S for scan in scans)


def _set(event: threading.Event, error: BaseException | None) -> None:
    event.set()


def _clock(when: float) -> str:
    return datetime.datetime.fromtimestamp(when).strftime("%H:%M:%S")
