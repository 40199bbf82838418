"""The line by which another process reaches the shells of a profile: one socket for each of them, in its folder.

Owns the sockets and what goes over them: one JSON object to ask, then JSON objects as answers, a line each. It is served
on threads of its own, so that a shell that is busy, or whose prompt hangs, answers all the same. Shells on other hosts,
where the folder is shared, have a :mod:`mailbox <bsh.session.mailbox>`.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from bsh.store.process import this_process

from .mailbox import LETTERS, Mailbox, owner_of, remove_mailbox, send

__all__ = ["ANSWER_S", "EmergencyLine", "call", "lines_of", "name_of"]

FOLDER = "shells"
SOCKET = ".sock"
LONGEST_PATH = 100
"""Bytes of a socket's path; the system's own limit is little more."""

ANSWER_S = 30.0
"""How long one answer may take, in seconds."""

_numbers = itertools.count(1)

Answer = Callable[[dict[str, Any]], None]


class EmergencyLine:
    """Answers calls for one session.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    serve : callable
        ``serve(question, answer)``; called on a thread of its own for each call.

    Attributes
    ----------
    problem : str
        Why nobody can call; empty where all is well.
    """

    def __init__(self, folder: Path, serve: Callable[[dict[str, Any], Answer], None]) -> None:
        token = f"{crc32(this_process().encode()):08x}"  # other hosts have the same numbers
        self._file = Path(folder) / FOLDER / f"{os.getpid()}-{next(_numbers)}-{token}{SOCKET}"
        self._mailbox = Mailbox(self._file, serve)
        self._serve = serve
        self._socket: socket.socket | None = None
        self._calls: list[threading.Thread] = []
        self.problem = ""

    def open(self) -> None:
        """Begin to answer."""
        problem = None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._mailbox.open()
        except OSError as error:
            problem = error
        if not (hasattr(socket, "AF_UNIX") and self._listen()) and problem is not None:
            self.problem = f"'bsh panic' cannot reach this shell: {problem}"

    def _listen(self) -> bool:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._file.unlink(missing_ok=True)  # of a process of the same number, long gone
            with _short(self._file) as path:
                listening.bind(path)
            listening.listen()
        except OSError:  # a file system that has no sockets, or is full
            listening.close()
            return False
        self._socket = listening
        threading.Thread(
            target=self._answer_all, args=(listening,), name="bsh-emergency", daemon=True
        ).start()
        return True

    def close(self) -> None:
        """Answer no longer; calls under way are brought to their end before."""
        for under_way in self._calls:
            under_way.join(ANSWER_S)
        self._mailbox.close(ANSWER_S)
        listening, self._socket = self._socket, None
        if listening is None:
            return
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)  # wakes the thread
        listening.close()
        self._file.unlink(missing_ok=True)

    def _answer_all(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:  # closed
                return
            self._calls = [one for one in self._calls if one.is_alive()]
            self._calls.append(
                threading.Thread(
                    target=self._answer, args=(connection,), name="bsh-emergency-call", daemon=True
                )
            )
            self._calls[-1].start()

    def _answer(self, connection: socket.socket) -> None:
        def answer(words: dict[str, Any]) -> None:
            with contextlib.suppress(
                OSError
            ):  # the caller has hung up: what was asked for is done all the same
                connection.sendall(json.dumps(words).encode() + b"\n")

        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(ANSWER_S)
            with connection.makefile("rb") as lines:
                self._serve(json.loads(lines.readline()), answer)


def lines_of(folder: Path) -> list[Path]:
    """Return the names, without suffix, of the sockets and mailboxes in a profile's folder; the shells may be gone.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    """
    shells = Path(folder) / FOLDER
    return sorted(
        {file.with_suffix("") for suffix in (SOCKET, LETTERS) for file in shells.glob(f"*{suffix}")}
    )


def name_of(line: Path) -> str:
    """Return what is known of a shell before it has answered.

    Parameters
    ----------
    line : Path
        One of :func:`lines_of`.
    """
    return str(owner_of(line.with_suffix(LETTERS)) or f"shell {line.name.partition('-')[0]}")


def call(line: Path, question: dict[str, Any], *, timeout_s: float = ANSWER_S) -> Iterator[dict[str, Any]]:
    """Call a shell; yield its answers.

    Parameters
    ----------
    line : Path
        One of :func:`lines_of`; it is taken away where nobody listens any more. A shell on another host finds a letter.
    question : dict
        What JSON can carry.
    timeout_s : float
        How long one answer may take, in seconds.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        try:
            with _short(line.with_suffix(SOCKET)) as path:
                connection.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            connection.close()
            yield from _write_to(line, question, timeout_s)
            return
        connection.sendall(json.dumps(question).encode() + b"\n")
        with connection.makefile("rb") as lines:
            for answer in lines:
                yield json.loads(answer)


def _write_to(line: Path, question: dict[str, Any], timeout_s: float) -> Iterator[dict[str, Any]]:
    """Write to a shell that cannot be called, unless its process is known to be gone."""
    letters = line.with_suffix(LETTERS)
    owner = owner_of(letters)
    if owner is not None and not owner.is_gone:
        yield from send(letters, question, timeout_s=timeout_s)
        return
    line.with_suffix(SOCKET).unlink(missing_ok=True)
    remove_mailbox(letters)


@contextlib.contextmanager
def _short(file: Path) -> Iterator[str]:
    """Give a path that is short enough for a socket, where the system offers one."""
    if len(os.fsencode(file)) <= LONGEST_PATH:
        yield str(file)
        return
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{file.name}"
    finally:
        os.close(folder)
