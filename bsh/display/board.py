"""What is on the screen while a plan runs, as lines: rows that stay and a footer that changes.

Owns the models of the runs under way. Knows no thread and no queue; the clock is a parameter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Any

from rich.text import Text

from bsh.callbacks.router import events_of_page
from bsh.callbacks.table import TableModel
from bsh.callbacks.table_text import TableLine, TableText
from bsh.callbacks.waiting import WaitProgress
from bsh.commands.selection import Selection
from bsh.display.console import ConsoleOwner, Line, Mode
from bsh.display.engine_activity import Busy
from bsh.display.footer import (
    busy_line,
    idle_line,
    message_line,
    move_lines,
    progress_line,
    progress_words,
    wait_line,
    writer_line,
)
from bsh.display.highest import HighestSoFar
from bsh.display.notices import (
    ENDS_BANNER,
    ENDS_SUSPENSION,
    STARTS_PAUSE,
    STOPS_PAUSE,
    banner_text,
    notice_lines,
    suspension_advice,
    suspension_text,
)
from bsh.display.run_plots import RunPlots
from bsh.display.run_view import RunView
from bsh.display.times import stopwatch
from bsh.protocols import Document

__all__ = ["ATTENTION_AFTER_S", "Board"]

WIDEST_COLUMN = 16
"""Longer names are cut on a terminal; in a file they are whole."""

LEAST_ROWS_A_HEADER = 20
UNSAVED_AFTER_S = 1.0
"""A row that is not on disk after this long is worth a word."""

ATTENTION_AFTER_S = 300.0
"""Nobody sits in front of a scan that takes longer than this."""

HIGHEST_STYLE = "bold green"
"""Of a value that is higher than all before it."""

HEADER_STYLES = {"header": "bold", "note": "dim"}


class Board:
    """Turn what a plan does into lines.

    Parameters
    ----------
    owner : ConsoleOwner
        Asked for the kind of terminal and its size.
    preflight : callable, optional
        Returns what was foreseen for the plan under way, or None.
    store_error : callable, optional
        Returns why the store cannot save at present, or None: said while rows wait for it.
    writers : callable, optional
        Returns those who follow the store and write files: each has ``name``, ``problem`` (words, or None) and ``lag``.
    suspenders : callable, optional
        Returns the suspenders that watch over plans.
    file : callable, optional
        Returns the name of the file that runs are written to beside the store, or an empty text.
    selected : callable, optional
        Returns the counters that come first.
    selection : Selection, optional
        What somebody chose to see; may change between runs.
    plots : {"auto", "off"}, optional
        Draw plots where there is room for them, or none.
    table_style : {"rich", "spec", "none"}, optional
        With styles, without, or no table at all.
    max_columns : int, optional
        Show no more columns than this.
    attention_after_s : float, optional
        Ring the bell at the end of runs that took longer than this, in seconds; None never does.
    tell_away : callable, optional
        Gets the words of the end of such a run, for people who are not at the terminal.
    clock, monotonic : callable, optional
        Return seconds since the epoch, and monotonic seconds.
    tz : tzinfo, optional
        Zone of printed times.

    Attributes
    ----------
    plots : RunPlots
        The plots of the runs under way.
    """

    def __init__(
        self,
        owner: ConsoleOwner,
        *,
        preflight: Callable[[], Any] = lambda: None,
        store_error: Callable[[], Any] = lambda: None,
        writers: Callable[[], Iterable[Any]] = tuple,
        suspenders: Callable[[], Iterable[Any]] = tuple,
        file: Callable[[], str] = str,
        selected: Callable[[], Sequence[str]] = tuple,
        selection: Selection | None = None,
        plots: str = "auto",
        table_style: str = "rich",
        max_columns: int | None = None,
        attention_after_s: float | None = ATTENTION_AFTER_S,
        tell_away: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        tz: tzinfo | None = None,
    ) -> None:
        self._owner = owner
        self._preflight = preflight
        self._store_error = store_error
        self._writers = writers
        self._suspenders = suspenders
        self._file = file
        self._counters = selected
        self._selection = Selection() if selection is None else selection
        self.plots = RunPlots(owner, self._selection, is_off=plots == "off", monotonic=monotonic)
        self._table_style = table_style
        self._attention_after_s = attention_after_s
        self._tell_away = tell_away
        self._clock = clock
        self._monotonic = monotonic
        self._tz = tz
        self._runs: dict[str, RunView] = {}
        self._streams: dict[str, tuple[str, str]] = {}
        self._printed: set[tuple[str, str]] = set()
        """Runs and streams whose table a callback prints."""
        self._table = TableModel()
        self._text = TableText(max_columns)
        self._highest = HighestSoFar()
        self._mark: list[str] = []
        self._headers: dict[str, str] = {}
        self._wait: tuple[tuple[Any, ...], float] | None = None
        self._progress: WaitProgress | None = None
        self._message: tuple[Any | None, float] = (None, 0.0)
        self._banner: tuple[str, float, str] | None = None
        """Words, since when, and the kind of notice that they are from."""
        self.look()

    def look(self) -> None:
        """Look at the terminal once, for all lines until the next look; its size may have changed."""
        self._width, self._height = self._owner.width, self._owner.size[1]
        self._fits = self._owner.mode is not Mode.PIPE

    # documents

    def document(self, name: str, doc: Document) -> list[Line]:
        """Take a document; return the lines that it adds.

        Parameters
        ----------
        name : str
            Kind of the document.
        doc : dict
            The document.
        """
        if name == "event":
            run, _ = self._streams.get(doc.get("descriptor", ""), ("", ""))
            return [*self.plots.document(run, name, doc), *self._event(doc)]
        if name == "start":
            return self._start(doc)
        if name == "descriptor":
            run = doc.get("run_start", "")
            self._streams[doc["uid"]] = (run, str(doc.get("name", "primary")))
            self._table("descriptor", doc)
            return self.plots.document(run, name, doc)
        if name == "event_page":
            return [line for event in events_of_page(doc) for line in self.document("event", event)]
        if name == "stop":
            return self._stop(doc)
        return []

    def miss_points(self, count: int) -> list[Line]:
        """Take note that rows were left out because the screen could not follow.

        Parameters
        ----------
        count : int
            Number of rows.
        """
        for run in self._runs.values():
            run.miss_points()
        return [Text(f"({count} rows not shown: the terminal did not follow; all are saved)", style="yellow")]

    def reset(self) -> None:
        """Forget runs that will never be stopped."""
        self._runs.clear()
        self._streams.clear()
        self.plots.reset()
        self._table = TableModel()
        self._banner = None
        self.waits_for(None)

    def begin(self) -> None:
        """Hear that a call of the engine begins: what the footer said about an earlier one is over."""
        if not self._runs:
            self._banner = None

    def leave_table(self, run: str, stream: str) -> None:
        """Hear that a callback prints the table of a stream; from any thread.

        Parameters
        ----------
        run : str
            Uid of the run.
        stream : str
            Name of the stream.
        """
        self._printed.add((run, stream))

    def _start(self, doc: Document) -> list[Line]:
        if not self._runs:
            width = WIDEST_COLUMN if self._fits else None
            self._table = TableModel(
                selected=self._selected,
                only=lambda: self._selection.columns,
                max_column_width=width,
                tz=self._tz,
            )
            self._text.forget()
            self._highest.forget()
            self._headers.clear()
        view = RunView(doc, self._preflight(), clock=self._clock, tz=self._tz)
        self._runs[view.uid] = view
        self._table("start", doc)
        if self._fits:
            self.plots.begin(view.uid, doc, self._selected())
        return list(view.heading(self._file()))

    def _selected(self) -> Sequence[str]:
        return (*self._selection.plotted, *self._counters())

    def _event(self, doc: Document) -> list[Line]:
        row = self._table("event", doc)
        if row is None:
            self._count_other(doc)
            return []
        run = row.table.start["uid"]
        self._runs[run].point(row)
        if self._table_style == "none" or (run, row.table.stream) in self._printed:
            return []
        highest = (
            self._highest.key_of(row) if self._table_style == "rich" and self._owner.has_colour else None
        )
        lines = self._text.lines(
            row,
            width=self._width if self._fits else None,
            header_every=max(LEAST_ROWS_A_HEADER, self._height - 4) if self._fits else None,
            prefixed=len(self._runs) > 1,
        )
        return [self._row(line, highest) if line.kind == "row" else self._header(line) for line in lines]

    def _row(self, line: TableLine, highest: str | None) -> Line:
        """Return a row, with the highest value so far marked."""
        span = self._text.span(highest) if highest is not None and line.text.isascii() else None
        if span is None:
            return line.text
        if not self._mark:  # not through rich each time: on the flank of a peak this is every row
            self._mark = self._owner.styled(Text("|", style=HIGHEST_STYLE)).split("|")
        (begin, end), (before, after) = span, self._mark
        return f"{line.text[:begin]}{before}{line.text[begin:end]}{after}{line.text[end:]}"

    def _header(self, line: TableLine) -> str:
        """Return a line of the header in its style; the same lines come again and again in a long run."""
        styled = self._headers.get(line.text)
        if styled is None:
            style = HEADER_STYLES.get(line.kind, "") if self._table_style == "rich" else ""
            styled = self._owner.styled(Text(line.text, style=style))
            self._headers[line.text] = styled
        return styled

    def _count_other(self, doc: Document) -> None:
        run, stream = self._streams.get(doc.get("descriptor", ""), ("", ""))
        if run in self._runs:
            counts = self._runs[run].other_streams
            counts[stream] = counts.get(stream, 0) + 1

    def _stop(self, doc: Document) -> list[Line]:
        uid = doc.get("run_start", "")
        self._table("stop", doc)
        for descriptor in [key for key, (run, _) in self._streams.items() if run == uid]:
            del self._streams[descriptor]
        plot = self.plots.document(uid, "stop", doc)
        self._call_attention(self._runs.get(uid), doc)
        for each in [each for each in tuple(self._printed) if each[0] == uid]:
            self._printed.discard(each)
        view = self._runs.pop(uid, None)
        if not self._runs:
            self._banner = None
        return plot if view is None else [*plot, *view.ending(doc, self._width if self._fits else None)]

    def _call_attention(self, view: RunView | None, stop: Document) -> None:
        limit = self._attention_after_s
        if view is None or limit is None:
            return
        if float(stop.get("time", 0.0)) - view.started_at - view.progress.paused_s >= limit:
            words = view.ending(stop)[0].plain
            self._owner.call_attention(words)
            if self._tell_away is not None:
                self._tell_away(words)

    # waits and notices

    def waits_for(self, statuses: Sequence[Any] | None, since: float = 0.0) -> None:
        """Show what the plan waits for now.

        Parameters
        ----------
        statuses : sequence, optional
            The statuses; None when it does not wait.
        since : float
            When the wait began, monotonic seconds.
        """
        wait = (tuple(statuses), since) if statuses else None
        if wait != self._wait:
            self._wait, self._progress = wait, None

    def works_on(self, message: Any | None) -> None:
        """Show what the plan waits for when it is no status.

        Parameters
        ----------
        message : Msg or Busy or None
            What the engine is busy with for longer than a moment.
        """
        if message is not self._message[0]:
            self._message = (message, self._monotonic())

    def _message_line(self) -> Text | None:
        message, since = self._message
        if message is None or self._wait is not None:
            return None
        elapsed = self._monotonic() - since
        if isinstance(message, Busy):
            return busy_line(message.what, elapsed, self._width)
        return message_line(message.command, message.obj, message.args, elapsed, self._width)

    def waited(self, statuses: Sequence[Any], seconds: float) -> None:
        """Count a wait that is over for the run that was started last.

        Parameters
        ----------
        statuses : sequence
            What was waited for.
        seconds : float
            How long.
        """
        for run in list(self._runs.values())[-1:]:
            run.split.waited(statuses, seconds)

    def notice(self, notice: Any, at: float) -> list[Line]:
        """Take a notice; return the lines that it adds.

        Parameters
        ----------
        notice : Notice
            One of the engine's notices.
        at : float
            When it came, seconds since the epoch.
        """
        kind = type(notice).__name__
        is_answered = self._banner is not None and self._banner[2] == "InterruptAcknowledged"
        repeats = is_answered and kind in ("PausePending", "Leaving")
        for run in self._runs.values():
            if kind in STARTS_PAUSE:
                run.progress.pause(at)
            elif kind in STOPS_PAUSE:
                run.progress.resume(at)
            if kind == "Suspended":
                run.split.hold(at)
            elif kind in ENDS_SUSPENSION:
                run.split.let_go(at)
            elif kind == "PointsPlanned":
                run.replan(notice.num_points)
        advice = suspension_advice(notice) if self._banner is None or self._banner[2] != kind else []
        if kind in ENDS_BANNER:
            self._banner = None
        if kind == "Resumed":
            self._text.forget()  # much may have been printed meanwhile
        banner = banner_text(notice)
        if banner is not None and not repeats:
            self._banner = (banner, at, kind)
        if kind == "Paused":
            return self._paused(notice)
        # a press of Ctrl+C was answered already: what the engine makes of it need not be said again
        return [] if repeats else [*notice_lines(notice), *advice]

    def _paused(self, notice: Any) -> list[Line]:
        runs = list(self._runs.values())
        text = f"Paused {runs[-1].label} after {runs[-1].points_text()}." if runs else "Paused."
        stopped = getattr(notice, "stopped", ())
        if stopped:
            text += f" Stopped: {', '.join(stopped)}."
        return [Text(text, style="yellow")]

    # footer

    def footer(self, unsaved: int = 0, unsaved_s: float = 0.0) -> list[Text]:
        """Return the lines below everything else.

        Parameters
        ----------
        unsaved : int, optional
            Documents that are not shown yet because they are not on disk.
        unsaved_s : float, optional
            Seconds that the first of them has been waiting.
        """
        notes = [
            text for text in (self._unsaved(unsaved, unsaved_s), self._banner_line()) if text is not None
        ]
        failing = self._failing_store(notes, unsaved_s) + self._failing_writers()
        if not self._runs:
            return self._moves() + notes + failing
        run = list(self._runs.values())[-1]
        return [*self.plots.live(run.uid), *self._status_lines(run, notes), *failing]

    def _failing_store(self, notes: list[Text], unsaved_s: float) -> list[Text]:
        """Return why rows wait, and what to do, where the store says so."""
        error = self._store_error() if notes and unsaved_s >= UNSAVED_AFTER_S else None
        if error is None:
            return []
        return [Text(line, style="red") for line in (error.message, error.hint) if line]

    def _failing_writers(self) -> list[Text]:
        """Return a line for each writer of files that fails; it says so until it has caught up."""
        known = [(writer, writer.problem) for writer in self._writers()]  # it may be mended at any moment
        return [
            writer_line(writer.name, problem, writer.lag, self._width)
            for writer, problem in known
            if problem is not None
        ]

    def title(self) -> str:
        """Return a few words on the run under way, for people who look at another window; empty without one."""
        if not self._runs:
            return ""
        run = list(self._runs.values())[-1]
        return f"{run.label} {progress_words(run.progress.view())}"

    def _status_lines(self, run: RunView, notes: list[Text]) -> list[Text]:
        view, now = run.progress.view(), self._clock()
        first = progress_line(run.label, view, self._width, now=now, tz=self._tz)
        if notes:
            return [first, notes[0]]
        second = self._scan_wait() or self._message_line()
        if second is None:
            elapsed = view.elapsed_s
            second = idle_line(elapsed, run.split.shares(elapsed - run.progress.paused_s))
        return [first, second]

    def _moves(self) -> list[Text]:
        progress = self._wait_progress()
        if progress is None:
            line = self._message_line()
            return [] if line is None else [line]
        expected_s = getattr(self._preflight(), "seconds", None)
        return move_lines(
            progress.views(), progress.elapsed_s, self._width, self._height, expected_s=expected_s
        )

    def _scan_wait(self) -> Text | None:
        progress = self._wait_progress()
        return None if progress is None else wait_line(progress.views(), progress.elapsed_s, self._width)

    def _wait_progress(self) -> WaitProgress | None:
        if self._wait is not None and self._progress is None:
            statuses, since = self._wait
            self._progress = WaitProgress(statuses, clock=self._monotonic, started=since)
        return self._progress

    def _banner_line(self) -> Text | None:
        if self._banner is None:
            return None
        text, since, kind = self._banner
        if kind == "Suspended":
            text = suspension_text(self._suspenders(), self._clock()) or text
        took = self._clock() - since
        return Text(text if took < 1.0 else f"{text} ({stopwatch(took)})", style="yellow")

    @staticmethod
    def _unsaved(count: int, seconds: float) -> Text | None:
        if not count or seconds < UNSAVED_AFTER_S:
            return None
        what = "1 document is" if count == 1 else f"{count} documents are"
        return Text(f"{what} not on disk yet, for {stopwatch(seconds)}: rows wait", style="yellow")
