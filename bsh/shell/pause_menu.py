"""What to do with a paused plan: one key, no Python.

Owns the menu and what each of its keys does. Keys that were typed before it appeared are no answers: they
are kept for the prompt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.text import Text

from bsh.commands import position_of
from bsh.commands.columns import format_value
from bsh.display import ConsoleOwner
from bsh.errors import RunEngineInterrupted
from bsh.session import Session
from bsh.shell.keys import KeyReader
from bsh.shell.paused_run import EndedEarly, ReturnedToPrompt, open_run, paused_label
from bsh.shell.point_menu import PointMenu, choices

__all__ = ["PauseMenu"]

CHOICES = "rshaie"
ENTER = ("\r", "\n")


class PauseMenu:
    """Ask what becomes of the paused plan, and do it.

    Parameters
    ----------
    session : Session
        Whose plan is paused.
    owner : ConsoleOwner
        Writes to the terminal.
    keys : KeyReader, optional
        Reads the answer.
    keep : callable, optional
        Takes what was typed before the menu appeared.
    """

    def __init__(
        self,
        session: Session,
        owner: ConsoleOwner,
        *,
        keys: KeyReader | None = None,
        keep: Callable[[str], Any] = lambda text: None,
    ) -> None:
        self._session = session
        self._owner = owner
        self._keys = keys or KeyReader()
        self._keep = keep

    def __call__(self) -> Any:
        """Return what the plan returned at its end.

        Raises
        ------
        EndedEarly
            It was stopped or aborted.
        ReturnedToPrompt
            It stays paused.
        """
        is_new = True
        while True:
            typed_before = self._keys.pending() if is_new else ""
            if typed_before:
                self._keep(typed_before)
            with self._keys.at_once():
                self._owner.print_rows(self._panel())
                choice = self._choose()
            if choice == "i":
                words = "Still paused. Type resume, stop, abort or halt; moves and counts work, too."
                self._owner.print_rows([Text(words, style="yellow")])
                raise ReturnedToPrompt(f"{paused_label(self._session)}: back at the prompt")
            if choice == "e":
                PointMenu(self._session, self._owner, self._keys)()
                is_new = False
                continue
            is_new = True
            if choice != "r":
                self._end(choice)
            try:
                return self._session.resume()
            except RunEngineInterrupted:
                if self._session.RE.state != "paused":
                    raise

    def _end(self, choice: str) -> None:
        session = self._session
        if choice == "a":
            session.abort("aborted at the pause menu")
        else:
            session.stop(return_motors=choice == "s")
        raise EndedEarly("ended from the pause menu")

    def _panel(self) -> list[Text]:
        lines = []
        positions = _where(self._session)
        if positions:
            lines.append(Text(f"  now at {positions}", style="yellow"))
        lines.append(choices("  ", ("r", "resume (Enter)"), ("s", "stop, keep the data"), ("h", "stop here")))
        lines.append(choices("  ", ("a", "abort"), ("e", "edit its points"), ("i", "to the prompt")))
        return lines

    def _choose(self) -> str:
        """Return the key of a choice; anything else that is typed goes to the prompt."""
        try:
            while True:
                key = self._keys.read("[r/s/h/a/e/i] ")
                if key in ENTER:
                    return "r"
                if not key or key in ("\x03", "\x04"):
                    return "i"
                rest = self._keys.pending()
                if key.lower() in CHOICES and not rest.strip():
                    return key.lower()
                if key.isprintable():  # somebody types a line: no letter of it is an answer
                    self._keep(key + rest)
                    return "i"
        except KeyboardInterrupt:
            return "i"


def _where(session: Session) -> str:
    """Return where the motors of the paused run are."""
    run = open_run(session)
    if run is None:
        return ""
    shown = []
    for name in session.store.run(run.uid).start.get("motors", ()):
        device = session.devices.get(name)
        if device is None:
            continue
        try:
            value = format_value(position_of(device), getattr(device, "precision", 4))
        except Exception:  # a device that does not answer now must not keep the menu away
            continue
        shown.append(f"{name} {value} {getattr(device, 'egu', '') or ''}".rstrip())
    return ", ".join(shown)
