"""The live display of a running plan: a subscriber on the engine's thread, a screen on the main thread.

Owns the queue between the two. The engine's thread only appends references; the main thread, which has
nothing else to do while a plan runs, turns them into lines ten times a second. A row appears once its
event is on disk.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import tzinfo
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TextIO

from rich.text import Text

from bsh.commands.selection import Selection
from bsh.display.board import ATTENTION_AFTER_S, Board
from bsh.display.console import ConsoleOwner, Line, Mode
from bsh.display.echo import no_echo
from bsh.display.in_place import InPlace
from bsh.display.model_views import TerminalView
from bsh.display.redirection import redirected_prints
from bsh.engine.questions import Question
from bsh.protocols import Document

__all__ = ["LiveDisplay"]

logger = logging.getLogger("bsh.display")

FRAME_S = 0.1
"""The screen changes at most this often, unless somebody rings."""

BACKLOG = 100_000
"""Rows that wait for a terminal that does not follow; beyond it they are counted, not kept."""

TITLE_EVERY_S = 1.0
"""The title of the terminal's window changes at most this often."""

NOTICE_PATIENCE_S = 0.25
"""A notice keeps its place behind rows that are not on disk yet for this long."""

COMMIT_PATIENCE_S = 3.0
"""How long the end of a plan waits for its last rows to be on disk."""

STATUS_EVERY_S = 5.0
"""On a terminal without a footer the state is printed when nothing else was for this long."""

NOTICE, WAIT, PRINT, MISSED, VIEW = "!notice", "!wait", "!print", "!missed", "!view"


class _Notice:
    """A notice in the queue; it may be shown before its turn."""

    __slots__ = ("at", "notice", "shown")

    def __init__(self, notice: Any, at: float) -> None:
        self.notice = notice
        self.at = at
        self.shown = False


class TypedLine(Protocol):
    """Takes what is typed while a plan runs."""

    @property
    def is_wanted(self) -> bool:
        """Whether keys are taken at all."""

    @property
    def shown(self) -> str:
        """What stands below everything else."""

    def look(self) -> None:
        """Take the keys that were typed since, without waiting."""

    divert: Callable[[str], str] | None
    """Gets the keys first; returns those that are none of its."""


class LiveDisplay:
    """Show a running plan; subscribe it to the engine and give it as the engine's ``during_task``.

    Parameters
    ----------
    owner : ConsoleOwner
        Writes to the terminal.
    committed, accepted : callable, optional
        Return how many documents the store has on disk and how many it was handed; a row is shown once
        its event is on disk. Without them rows are shown at once.
    working_on : callable, optional
        Returns what the engine is busy with now, or None; see :class:`~bsh.display.engine_activity.EngineActivity`.
    preflight : callable, optional
        Returns what was foreseen for the plan under way (``num_points``, ``seconds``), or None.
    store_error : callable, optional
        Returns why the store cannot save at present, or None: said while rows wait for it.
    writers : callable, optional
        Returns those who follow the store and write files: ``name``, ``problem`` (words, or None), ``lag``.
    suspenders : callable, optional
        Returns the suspenders that watch over plans.
    file : callable, optional
        Returns the name of the file that runs are written to beside the store, or an empty text.
    selected : callable, optional
        Returns the counters that come first in tables and peak statistics.
    selection : Selection, optional
        What somebody chose to see: columns, plotted counters; may change between runs.
    plots : {"auto", "off"}, optional
        Draw plots where there is room for them, or none.
    table_style : {"rich", "spec", "none"}, optional
        A table with styles, without, or none at all.
    max_columns : int, optional
        Show no more columns than this, however wide the terminal is.
    attention_after_s : float, optional
        Ring the bell at the end of runs that took longer than this, in seconds; None never does.
    tell_away : callable, optional
        Gets the words of the end of such a run, for people who are not at the terminal.
    read : callable, optional
        Asks the person at the terminal; ``input`` without it.
    typed : TypedLine, optional
        Takes what is typed meanwhile, and shows it in a line below everything else.
    commit_patience_s : float, optional
        Seconds that the end of a plan waits for its last rows to be on disk.
    clock, monotonic : callable, optional
        Return seconds since the epoch, and monotonic seconds.
    tz : tzinfo, optional
        Zone of printed times.
    """

    def __init__(
        self,
        owner: ConsoleOwner,
        *,
        committed: Callable[[], int] | None = None,
        accepted: Callable[[], int] | None = None,
        working_on: Callable[[], Any] = lambda: None,
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
        read: Callable[[str], str] = input,
        typed: TypedLine | None = None,
        commit_patience_s: float = COMMIT_PATIENCE_S,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        tz: tzinfo | None = None,
    ) -> None:
        self._owner = owner
        self._board = Board(
            owner,
            preflight=preflight,
            store_error=store_error,
            writers=writers,
            suspenders=suspenders,
            file=file,
            selected=selected,
            selection=selection,
            plots=plots,
            table_style=table_style,
            max_columns=max_columns,
            attention_after_s=attention_after_s,
            tell_away=tell_away,
            clock=clock,
            monotonic=monotonic,
            tz=tz,
        )
        self._committed = committed
        self._accepted = accepted if accepted is not None and committed is not None else lambda: 0
        self._working_on = working_on
        self._store_error = store_error
        self._commit_patience_s = commit_patience_s
        self._clock = clock
        self._monotonic = monotonic
        self._queue: deque[tuple[str, Any, int]] = deque()
        self._notices: deque[_Notice] = deque()
        self._read = read
        self._typed = typed
        self._questions: deque[Question] = deque()
        self._status_is_wanted = False
        self._bell: SimpleQueue[None] = SimpleQueue()  # unlike a Condition it may be rung by a signal handler
        self._missed: list[int] | None = None
        self._waiting: tuple[tuple[Any, ...], float] | None = None
        self._held: tuple[int, float] | None = None
        self._is_finishing = False
        self._is_blocking = False
        self._changed_view: TerminalView | None = None
        self._warned_of: set[str] = set()
        self._printed_at = 0.0
        self._titled_at = 0.0
        self._wait_in_turn: tuple[tuple[Any, ...], float] | None = None
        self._in_place: InPlace | None = None

    # from the engine's thread, from any thread, from signal handlers

    def __call__(self, name: str, doc: Document) -> None:
        """Take a document; only appends a reference to a queue."""
        queue = self._queue
        if len(queue) >= BACKLOG and name in ("event", "event_page"):
            self._miss(len(doc["seq_num"]) if name == "event_page" else 1)
            return
        queue.append((name, doc, self._accepted()))
        if name == "start":
            self.wake()

    def notify(self, notice: Any) -> None:
        """Take one of the engine's notices.

        Parameters
        ----------
        notice : Notice
            Has a ``text``.
        """
        item = _Notice(notice, self._clock())
        self._notices.append(item)
        self._queue.append((NOTICE, item, 0))
        self.wake()

    def waiting(self, statuses: Any | None) -> None:
        """Take what the plan waits for; the engine's ``waiting_hook``.

        Parameters
        ----------
        statuses : iterable or None
            The pending statuses; None when the wait is over.
        """
        self._waiting = (tuple(statuses), self._monotonic()) if statuses else None
        if len(self._queue) < BACKLOG:
            self._queue.append((WAIT, self._waiting or self._monotonic(), 0))

    def ask(self, prompt: str) -> Future[str]:
        """Have a question asked on the main thread.

        Parameters
        ----------
        prompt : str
            What is asked.

        Returns
        -------
        Future
            Gets the line typed; :class:`RequestAbort` after Ctrl+C, EOFError at the end of the input.
        """
        question = Question(prompt)
        self._questions.append(question)
        self.wake()
        return question.answer

    def view_of(self, model: Any) -> TerminalView | None:
        """Return a view of a model, for :func:`bsh.callbacks.views.register_view`.

        Parameters
        ----------
        model : object
            Has ``figure()`` or ``figures()``.

        Returns
        -------
        TerminalView or None
            None where no plots are wanted, or where there is nothing that could be drawn.
        """
        has_figure = any(callable(getattr(model, name, None)) for name in ("figure", "figures"))
        return TerminalView(model, self) if has_figure and self._board.plots.are_wanted else None

    def view_changed(self, view: TerminalView) -> None:
        """Note that a view has something new to draw; any thread.

        Parameters
        ----------
        view : TerminalView
            The view.
        """
        self._changed_view = view

    def view_finished(self, view: TerminalView) -> None:
        """Have a view drawn whole, in its turn; at once when no plan runs.

        Parameters
        ----------
        view : TerminalView
            The view.
        """
        if self._is_blocking or threading.current_thread() is not threading.main_thread():
            self._queue.append((VIEW, view, self._accepted()))
        else:
            self._owner.print_rows(self._show(VIEW, view))

    def leave_table(self, run: str, stream: str) -> None:
        """Hear that a callback prints the table of a stream: none is drawn here.

        Parameters
        ----------
        run : str
            Uid of the run.
        stream : str
            Name of the stream.
        """
        self._board.leave_table(run, stream)

    def show_status(self) -> None:
        """Print, as rows that stay, how far the plan is and what it waits for, once."""
        self._status_is_wanted = True

    def on_commit(self, committed: int) -> None:
        """Hear of documents that are on disk; for the store's ``on_commit``."""
        if self._is_finishing:
            self.wake()

    def wake(self) -> None:
        """Let :meth:`block` look around now."""
        self._bell.put(None)

    def reset(self) -> None:
        """Forget runs that will never be stopped, after an engine was given up."""
        self._board.reset()

    def _miss(self, rows: int) -> None:
        if self._missed is None:
            self._missed = [0]
            self._queue.append((MISSED, self._missed, 0))
        self._missed[0] += rows

    def _print(self, line: str, stream: TextIO) -> None:
        if len(self._queue) < BACKLOG:
            self._queue.append((PRINT, (line, stream), 0))
        else:
            self._miss(1)

    # on the main thread

    def block(self, blocking_event: threading.Event) -> None:
        """Show what happens until the event is set and everything before it is shown.

        Parameters
        ----------
        blocking_event : threading.Event
            Set by the engine when the plan is done or paused; the engine then calls :meth:`wake`.
        """
        with self._owner.taken(), self._blocking():
            self._printed_at = self._monotonic()
            self._board.begin()
            answer: Callable[[], None] | None = None
            while True:
                takes_keys = self._takes_keys
                with redirected_prints(self._print), no_echo(single_keys=takes_keys):
                    if answer is not None:  # not before: what the plan prints then goes through the display
                        answer()
                    is_over = self._serve(blocking_event)
                    if takes_keys and self._typed is not None:
                        self._typed.look()  # what comes later is the prompt's
                self._frame(footer=False)  # what was printed without a newline
                if is_over:
                    return
                answer = self._questions.popleft().ask(self._read, lambda: self._owner.print_rows([""]))

    @contextmanager
    def in_place(
        self, lines: Callable[[], Sequence[Line]], divert: Callable[[str], str] | None = None
    ) -> Iterator[InPlace]:
        """Show these lines in place of bars, while plans run and in between.

        Parameters
        ----------
        lines : callable
            Returns the lines as they are now.
        divert : callable, optional
            Gets the keys that are typed while a plan runs; returns those that are none of its.

        Yields
        ------
        InPlace
            Draws them when no plan runs.
        """
        self._in_place = shown = InPlace(self._owner, lines)
        if self._typed is not None:
            self._typed.divert = divert
        try:
            yield shown
        finally:
            self._in_place = None
            if self._typed is not None:
                self._typed.divert = None
            shown.clear()

    @contextmanager
    def _blocking(self) -> Iterator[None]:
        self._is_blocking = True
        try:
            yield
        finally:
            self._is_blocking = False
            self._owner.set_title("")

    def _serve(self, event: threading.Event) -> bool:
        """Render until the event is set or a question comes; tell whether it was the event."""
        while True:
            is_over = event.is_set()
            if self._typed is not None and self._takes_keys:
                self._typed.look()
            self._frame()
            _serve_windows()
            if self._questions:
                return False
            if is_over:
                if self._queue:
                    self._finish()
                self._waiting = None
                return True
            self._rest(FRAME_S)

    def _rest(self, seconds: float) -> None:
        with suppress(Empty):
            self._bell.get(timeout=seconds)
            while True:
                self._bell.get_nowait()

    def _finish(self) -> None:
        """Wait a bounded time until the last rows are on disk; show them in any case."""
        self._is_finishing = True
        deadline = self._monotonic() + self._commit_patience_s
        try:
            while self._queue and self._monotonic() < deadline:
                self._rest(FRAME_S / 10)
                self._frame()
        finally:
            self._is_finishing = False
        if self._queue:
            from bsh.commands.wrapping import at_words

            error = self._store_error()
            why = error.message if error else f"the store has not answered for {self._commit_patience_s:g} s."
            lines = at_words(f"Not on disk yet: {why}", self._owner.width - 1)
            self._owner.update([Text(line, style="red") for line in lines], ())
            self._frame(footer=False, whatever=True)

    def _frame(self, *, footer: bool = True, whatever: bool = False) -> None:
        """Show everything that may be shown, in one write."""
        now = self._monotonic()
        self._board.look()
        self._board.plots.follow(self._changed_view)
        lines = self._drain(now, whatever)
        lines += self._overdue_notices(now)
        lines += self._board.plots.warnings()
        self._board.waits_for(*(self._waiting or (None,)))
        self._board.works_on(self._working_on())
        mode = self._owner.mode
        if self._status_is_wanted:
            self._status_is_wanted = False
            lines += self._footer(now) or [Text("nothing is waited for", style="cyan")]
        if lines:
            self._printed_at = now
        elif footer and mode is Mode.LINES and now - self._printed_at >= STATUS_EVERY_S:
            lines = list(self._footer(now))
            self._printed_at = now
        self._owner.update(lines, self._lowest(now) if footer and mode is Mode.LIVE else ())
        if now - self._titled_at >= TITLE_EVERY_S:
            self._titled_at = now
            self._owner.set_title(self._board.title())

    @property
    def _takes_keys(self) -> bool:
        """Whether what is typed shows below the plan; else the terminal keeps it for the prompt."""
        return self._typed is not None and self._typed.is_wanted and self._owner.mode is Mode.LIVE

    def _lowest(self, now: float) -> Sequence[Line]:
        typed = self._typed.shown if self._typed is not None and self._takes_keys else ""
        return [*self._footer(now), *([Text(typed, style="cyan", no_wrap=True)] if typed else ())]

    def _footer(self, now: float) -> Sequence[Line]:
        unsaved_s = now - self._held[1] if self._held is not None else 0.0
        try:
            return self._in_place.lines() if self._in_place else self._board.footer(self._unsaved, unsaved_s)
        except Exception:
            logger.exception("the footer failed")
            return ()

    @property
    def _unsaved(self) -> int:
        """How many documents rows wait for; of those that were shown in any case, too."""
        if self._held is None or self._committed is None:
            return 0
        return max((number for *_, number in list(self._queue)), default=0) - self._committed()

    def _drain(self, now: float, whatever: bool) -> list[Line]:
        """Take what is in the queue, up to the first document that is not on disk."""
        lines: list[Line] = []
        queue = self._queue
        committed = self._committed() if self._committed is not None else 0
        while queue:
            kind, payload, number = queue[0]
            if number > committed and not whatever:
                if self._held is None or self._held[0] != number:
                    self._held = (number, now)
                return lines
            queue.popleft()
            lines += self._show(kind, payload)
        self._held = None
        return lines

    def _overdue_notices(self, now: float) -> list[Line]:
        """Take notices out of their turn when the rows before them do not get to disk."""
        notices = self._notices
        is_overdue = self._held is not None and now - self._held[1] >= NOTICE_PATIENCE_S
        lines: list[Line] = []
        while notices and (notices[0].shown or is_overdue):
            lines += self._show(NOTICE, notices.popleft())
        return lines

    def _show(self, kind: str, payload: Any) -> Sequence[Line]:
        """Turn one item of the queue into lines; a failure costs that item, never the plan."""
        if kind == "start":
            self._warned_of.clear()
        try:
            if kind == PRINT:
                return self._printed(*payload)
            if kind == WAIT:
                return self._count_wait(payload)
            if kind == NOTICE:
                if payload.shown:
                    return ()
                payload.shown = True
                return self._board.notice(payload.notice, payload.at)
            if kind == MISSED:
                self._missed = None
                return self._board.miss_points(payload[0])
            if kind == VIEW:
                return self._board.plots.finish(payload)
            return self._board.document(kind, payload)
        except Exception as error:
            return self._failed_to_show(kind, error)

    def _failed_to_show(self, kind: str, error: Exception) -> Sequence[Line]:
        """Warn once a run; others of this kind may be good, and are shown."""
        if kind in self._warned_of:
            return ()
        self._warned_of.add(kind)
        logger.exception("could not show %s", kind)
        return [Text(f"(display: could not show {kind}: {error}; the data are safe)", style="red")]

    def _printed(self, line: str, stream: TextIO) -> Sequence[Line]:
        if self._owner.goes_to(stream):
            return (line,)
        with suppress(OSError, ValueError):
            stream.write(line + "\n")
            stream.flush()
        return ()

    def _count_wait(self, payload: tuple[tuple[Any, ...], float] | float) -> Sequence[Line]:
        if isinstance(payload, tuple):
            self._wait_in_turn = payload
        elif self._wait_in_turn is not None:
            statuses, since = self._wait_in_turn
            self._wait_in_turn = None
            self._board.waited(statuses, max(0.0, payload - since))
        return ()


def _serve_windows() -> None:
    """Keep windows of matplotlib alive, if there are any; imports nothing."""
    views = sys.modules.get("bsh.display.mpl.view")
    if views is not None:
        views.serve_windows()
