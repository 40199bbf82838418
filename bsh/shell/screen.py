"""The session's display: tables and bars of running plans, reports, and where errors go.

Owns the hooking of :mod:`bsh.display` into engine and session, the same for the prompt and for scripts.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, TextIO

from rich.text import Text

from bsh.commands.selection import selection_of
from bsh.commands.wrapping import at_words, for_stream
from bsh.display import ConsoleOwner, EngineActivity, LiveDisplay, draw_models_in, show
from bsh.session import Session
from bsh.shell.errors import ErrorText
from bsh.shell.typed_ahead import TypedAhead

__all__ = ["Screen"]


class Screen:
    """What the person in front of a session sees.

    Parameters
    ----------
    session : Session
        Its engine gets a live display, its reports a view.
    plain : bool
        No colour and no live region.
    """

    def __init__(self, session: Session, *, plain: bool = False) -> None:
        self.owner = ConsoleOwner(plain=plain)
        self._errors = ConsoleOwner(_StandardError(), plain=plain)  # type: ignore[arg-type]  # a stand-in
        self._session = session
        self.last_shown: Any = None
        store = session.store
        self.typed = TypedAhead(session, _tell, self._run_at_once, lambda: self.live.show_status())
        self.live = LiveDisplay(
            self.owner,
            typed=self.typed if sys.stdin is not None and sys.stdin.isatty() else None,
            committed=lambda: store.committed,
            accepted=lambda: store.accepted,
            working_on=EngineActivity(session.RE),
            preflight=lambda: session.preflight,
            store_error=lambda: store.error,
            writers=lambda: tuple(session.writers.followers.values()),
            suspenders=lambda: session.RE.suspenders,
            file=self._file,
            selected=lambda: tuple(device.name for device in session.counters),
            selection=selection_of(session),
            table_style=session.profile.table.style,
            max_columns=session.profile.table.max_columns,
            plots="auto" if session.profile.plots else "off",
            attention_after_s=session.profile.attention_after_s,
            tell_away=self._tell_away,
        )
        session.when_closed(draw_models_in(self.live))
        store.on_commit(self.live.on_commit)
        engine = session.RE
        engine.subscribe(self.live)
        engine.during_task = self.live
        engine.waiting_hook = self.live.waiting
        session.show = self.show

    def show(self, report: Any) -> None:
        """Show a report.

        Parameters
        ----------
        report : Report
            What a command answered.
        """
        self.last_shown = report
        show(report, self.owner)

    def _run_at_once(self, line: str) -> None:
        """Carry out a line that was typed while a plan runs and only looks."""
        from bsh.session import evaluate
        from bsh.shell.errors import describe

        session = self._session
        self.owner.print_rows([Text(f"now> {line}", style="cyan")])
        try:
            evaluate(line, session.namespace, session.registry)
        except Exception as error:
            self.show_error(describe(error), error)

    def _tell_away(self, words: str) -> None:
        """Let the session's ``notify`` send words, which may take long or fail."""
        notify = self._session.notify
        if notify is not None:
            threading.Thread(target=_send, args=(notify, words), name="bsh-notify", daemon=True).start()

    def _file(self) -> str:
        path = self._session.writers.spec_file()
        return "" if path is None else path.name

    def show_error(self, text: ErrorText, error: BaseException | None = None) -> None:
        """Show an error, on standard error.

        Parameters
        ----------
        text : ErrorText
            What is said about it.
        error : BaseException, optional
            The error itself, whose traceback is shown when it is a bug.
        """
        sys.stdout.flush()
        rows: list[str | Text] = []
        if text.is_bug and error is not None:
            rows += "".join(traceback.format_exception(error)).splitlines()
        rows += [Text(line, style="red") for line in self._broken(text.message)]
        rows += [Text(line, style="yellow") for line in self._broken(text.hint)]
        self._errors.print_rows(rows)

    def _broken(self, text: str) -> list[str]:
        lines = text.splitlines()
        if not self._errors.is_terminal:
            return lines
        return [piece for line in lines for piece in at_words(line, self._errors.width - 1)]


def _tell(text: str) -> None:
    print(for_stream(text, sys.__stdout__))


class _StandardError:
    """Whatever ``sys.stderr`` is at the time: it is replaced while a prompt waits and while a plan runs."""

    def __getattr__(self, name: str) -> Any:
        stream: TextIO = sys.stderr
        return getattr(stream, name)


def _send(notify: Callable[[str], Any], words: str) -> None:
    try:
        notify(words)
    except Exception as error:
        print(f"bsh: notify failed: {type(error).__name__}: {error}", file=sys.stderr)
