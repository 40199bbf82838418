"""What to do with the points of a paused scan: one key, and a number where one is needed.

Owns the keys; what they do is done by the commands of the same meaning.
"""

from __future__ import annotations

from rich.text import Text

from bsh.display import ConsoleOwner
from bsh.errors import BshError
from bsh.session import Session, evaluate
from bsh.shell.keys import KeyReader

__all__ = ["PointMenu", "choices"]

COMMANDS = {"k": "skip", "p": "repeat", "n": "shorten", "t": "counttime"}
QUESTIONS = {"n": "points in all: ", "t": "seconds for each point: "}


class PointMenu:
    """Ask which points are changed, and have it done.

    Parameters
    ----------
    session : Session
        Whose scan is paused.
    owner : ConsoleOwner
        Writes to the terminal.
    keys : KeyReader
        Reads the answer.
    """

    def __init__(self, session: Session, owner: ConsoleOwner, keys: KeyReader) -> None:
        self._session = session
        self._owner = owner
        self._keys = keys

    def __call__(self) -> None:
        """Ask once; any key that is none of the menu's changes nothing."""
        try:
            with self._keys.at_once():
                self._owner.print_rows(
                    [
                        choices("  ", ("k", "skip the next point"), ("p", "take the last point again")),
                        choices("  ", ("n", "another number of points"), ("t", "another counting time")),
                    ]
                )
                key = self._keys.read("[k/p/n/t] ").lower()
            number = self._keys.line(QUESTIONS[key]).strip() if key in QUESTIONS else ""
        except KeyboardInterrupt:
            self._owner.print_rows([""])  # below the ^C that the terminal wrote
            return
        if key not in COMMANDS or (key in QUESTIONS and not number):
            return
        try:
            evaluate(f"{COMMANDS[key]} {number}".strip(), self._session.namespace, self._session.registry)
        except BshError as error:
            self._owner.print_rows([Text(error.message, style="red")])


def choices(indent: str, *keys: tuple[str, str]) -> Text:
    """Return keys and what they do, in one line.

    Parameters
    ----------
    indent : str
        In front.
    *keys : (str, str)
        A key, and the words for it.
    """
    text = Text(indent)
    for key, words in keys:
        text.append(key, style="bold yellow").append(f" {words}    ")
    text.rstrip()
    return text
