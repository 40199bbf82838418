"""The prompt line and the toolbar below it.

Owns what they say. Both are drawn while somebody types, so they look at cached values only.
"""

from __future__ import annotations

import os
import shutil
import time
from typing import Any

from bsh.session import Session
from bsh.shell.paused_run import paused_label
from bsh.shell.toolbar import ToolbarValues

__all__ = ["PromptLine"]

Fragments = list[tuple[str, str]]
"""Pieces of text, each after its style, as prompt_toolkit takes them."""


class PromptLine:
    """Prompt and toolbar of a session.

    Parameters
    ----------
    session : Session
        Whose state is shown.
    values : ToolbarValues
        The signals of the toolbar.
    plain : bool
        No styles and no toolbar.
    """

    def __init__(self, session: Session, values: ToolbarValues, *, plain: bool = False) -> None:
        self._session = session
        self._values = values
        self.plain = plain
        self._has_styles = not (plain or os.environ.get("NO_COLOR"))
        self._paused = ""
        self._sample = self._file = ""

    def refresh(self) -> None:
        """Look up what is paused, sample and file; once a prompt, since it asks the store."""
        session = self._session
        self._paused = paused_label(session) if session.state == "paused" else ""
        if session.is_complete:  # the first prompt waits for nothing
            self._sample = str(session.store.metadata.get("sample") or "")
            file = session.writers.spec_file()
            self._file = file.name if file is not None else ""

    def fragments(self) -> Fragments:
        """Return ``sim 143> ``, or ``sim [paused #142 7/21]> `` in another colour; twins say SIM."""
        name = self._session.profile.name
        twins = [("ansired bold", "SIM ")] if self._session.is_simulated else []
        if self._paused and self._session.state == "paused":
            return self._styled(
                ("ansiyellow bold", f"{name} "), *twins, ("ansiyellow bold", f"[{self._paused}]> ")
            )
        state = self._session.state
        if state not in ("idle", "paused"):
            return self._styled(("ansired bold", f"{name} "), *twins, ("ansired bold", f"[{state}]> "))
        return self._styled(("ansigreen bold", f"{name} "), *twins, ("ansigreen", f"{self._next_number()}> "))

    def text(self) -> str:
        """Return the prompt without styles."""
        return "".join(text for _, text in self.fragments())

    def toolbar(self) -> Fragments:
        """Return one line: profile, sample, file, state, queue, the profile's signals, missing devices, the time."""
        session = self._session
        title = session.profile.title or session.profile.name
        parts = [title, *(part for part in (self._sample, self._file) if part), session.state]
        if session.is_complete and (waiting := len(session.queue)):
            parts.append(f"queue paused ({waiting})" if session.queue.paused else f"{waiting} queued")
        if waited_for := session.connecting.text():
            parts.append(waited_for)
        parts += self._values.texts()
        offline = len(session.offline)
        if offline:
            parts.append(f"{offline} offline")
        parts.append(time.strftime("%H:%M"))
        return [("", fit(parts, shutil.get_terminal_size().columns - 1))]

    def _styled(self, *fragments: tuple[str, str]) -> Fragments:
        return list(fragments) if self._has_styles else [("", text) for _, text in fragments]

    def _next_number(self) -> Any:
        try:
            return self._session.store.peek_scan_id()
        except Exception:  # a store that cannot be read is reported elsewhere; the prompt comes all the same
            return "?"


def fit(parts: list[str], width: int) -> str:
    """Put the parts of a toolbar into a width; the first ones, which people know by heart, go first.

    Parameters
    ----------
    parts : list of str
        The last ones, signals and time, matter most.
    width : int
        Columns.
    """
    for first in range(len(parts)):
        line = " " + " · ".join(parts[first:])
        if len(line) <= width:
            return line
    return (" " + parts[-1])[:width]
