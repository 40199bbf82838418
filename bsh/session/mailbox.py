"""How a shell on another host is reached: two files in the folder that both hosts share.

Letters are appended to the one, answers to the other, a JSON object a line. Both are there from the start: a network file
system looks at a file anew when it is opened, while a new file may stay unseen for long. Owns the looking.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bsh.store.process import is_alive, this_process

__all__ = ["LETTERS", "Mailbox", "Owner", "owner_of", "remove_mailbox", "send"]

LETTERS = ".letters"
ANSWERS = ".answers"
LOOK_EVERY_S = 1.0
SIGN_OF_LIFE_S = 60.0
FORGOTTEN_AFTER_S = 86400.0
"""A shell on a host that cannot be seen from here is gone when it has given no sign of life for so long."""

Answer = Callable[[dict[str, Any]], None]


class Mailbox:
    """Takes letters for one session, on a thread of its own.

    Parameters
    ----------
    file : Path
        Its name without suffix.
    serve : callable
        ``serve(question, answer)``; called on a thread of its own for each letter.
    look_every_s : float, optional
        Seconds.
    """

    def __init__(
        self,
        file: Path,
        serve: Callable[[dict[str, Any], Answer], None],
        *,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._letters, self._answers = file.with_suffix(LETTERS), file.with_suffix(ANSWERS)
        self._serve = serve
        self._look_every_s = look_every_s
        self._closed = threading.Event()
        self._writing = threading.Lock()
        self._under_way: list[threading.Thread] = []
        self._read = 0
        self._has_answered = False

    def open(self) -> None:
        """Begin to look.

        Raises
        ------
        OSError
            The folder cannot be written.
        """
        owner = json.dumps({"owner": this_process(), "user": getpass.getuser()}) + "\n"
        self._answers.write_text("", encoding="utf-8")
        self._letters.write_text(owner, encoding="utf-8")
        self._read = len(owner)
        threading.Thread(target=self._look, name="bsh-emergency-mail", daemon=True).start()

    def close(self, timeout_s: float) -> None:
        """Look no more; what was asked for is brought to its end before.

        Parameters
        ----------
        timeout_s : float
            How long to wait for each, in seconds.
        """
        for one in self._under_way:
            one.join(timeout_s)
        self._closed.set()
        if self._has_answered:
            self._letters.unlink(missing_ok=True)  # who asked may not have read all answers yet
        else:
            remove_mailbox(self._letters)

    def _look(self) -> None:
        alive_at = time.monotonic()
        while not self._closed.wait(self._look_every_s):
            if time.monotonic() - alive_at > SIGN_OF_LIFE_S:
                alive_at = time.monotonic()
                with contextlib.suppress(OSError):
                    os.utime(self._letters)
            letters, self._read = _new_lines(self._letters, self._read)
            for letter in letters:
                thread = threading.Thread(
                    target=self._open_letter, args=(letter,), name="bsh-emergency-call", daemon=True
                )
                self._has_answered = True
                self._under_way = [one for one in self._under_way if one.is_alive()] + [thread]
                thread.start()

    def _open_letter(self, letter: dict[str, Any]) -> None:
        def answer(words: dict[str, Any]) -> None:
            line = json.dumps({"to": letter.get("from"), **words}) + "\n"
            # A disk may be full, and who asked may have taken the files away: what was asked for is done all the same.
            with (
                contextlib.suppress(OSError),
                self._writing,
                self._answers.open("a", encoding="utf-8") as file,
            ):
                file.write(line)

        self._serve(letter, answer)
        answer({"end": True})


class Owner:
    """Whose mailbox it is.

    Parameters
    ----------
    letters : Path
        The file.
    """

    def __init__(self, letters: Path) -> None:
        with letters.open(encoding="utf-8") as file:
            first = json.loads(file.readline())
        self.user = str(first["user"])
        self.host, *_, pid, _ = str(first["owner"]).split("|")
        self.pid = int(pid)
        alive = is_alive(first["owner"])
        is_old = time.time() - letters.stat().st_mtime > FORGOTTEN_AFTER_S
        self.is_gone = alive is False or (alive is None and is_old)

    def __str__(self) -> str:
        return f"shell of {self.user} on {self.host} (process {self.pid})"


def owner_of(letters: Path) -> Owner | None:
    """Return whose mailbox it is; None where that cannot be read.

    Parameters
    ----------
    letters : Path
        The file.
    """
    try:
        return Owner(letters)
    except (OSError, ValueError, KeyError):
        return None


def send(letters: Path, question: dict[str, Any], *, timeout_s: float) -> Iterator[dict[str, Any]]:
    """Write a letter; yield the answers.

    Parameters
    ----------
    letters : Path
        The file of the mailbox.
    question : dict
        What JSON can carry.
    timeout_s : float
        How long one answer may take, in seconds.

    Raises
    ------
    TimeoutError
        There was no answer.
    OSError
        The letter could not be written.
    """
    me = os.urandom(8).hex()
    answers = letters.with_suffix(ANSWERS)
    _, seen = _new_lines(answers, 0)
    with letters.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"from": me, **question}) + "\n")
    heard_at = time.monotonic()
    while time.monotonic() - heard_at < timeout_s:
        found, seen = _new_lines(answers, seen)
        for words in found:
            if words.pop("to", None) == me:
                heard_at = time.monotonic()
                if words.get("end"):
                    if not letters.exists():  # the shell was closed meanwhile
                        remove_mailbox(letters)
                    return
                yield words
        time.sleep(LOOK_EVERY_S / 5)
    raise TimeoutError(f"no answer within {timeout_s:g} s")


def remove_mailbox(letters: Path) -> None:
    """Take the files of a mailbox away.

    Parameters
    ----------
    letters : Path
        One of them.
    """
    for suffix in (LETTERS, ANSWERS):
        with contextlib.suppress(OSError):
            letters.with_suffix(suffix).unlink(missing_ok=True)


def _new_lines(file: Path, seen: int) -> tuple[list[dict[str, Any]], int]:
    """Return the objects that were appended behind ``seen`` bytes, and how many bytes were seen now."""
    try:
        with file.open("rb") as opened:
            opened.seek(seen)
            new = opened.read()
    except OSError:
        return [], seen
    whole = new[: new.rfind(b"\n") + 1]
    found = []
    for line in whole.splitlines():
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return found, seen + len(whole)
