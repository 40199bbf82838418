"""The line by which another process reaches the shells of a profile: one socket for each of them, in its folder.

Owns the sockets and what goes over them: one JSON object to ask, then JSON objects as answers, a line each. It is served
on threads of its own, so that a shell that is busy, or whose prompt hangs, answers all the same.
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

__all__ = ["ANSWER_S", "EmergencyLine", "call", "lines_of"]

FOLDER = "shells"
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
        self._file = Path(folder) / FOLDER / f"{os.getpid()}-{next(_numbers)}.sock"
        self._serve = serve
        self._socket: socket.socket | None = None
        self._calls: list[threading.Thread] = []
        self.problem = ""

    def open(self) -> None:
        """Begin to answer."""
        if not hasattr(socket, "AF_UNIX"):
            self.problem = "'bsh panic' cannot reach shells on this system"
            return
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.unlink(missing_ok=True)  # of a process of the same number, long gone
            with _short(self._file) as path:
                listening.bind(path)
            listening.listen()
        except OSError as error:
            listening.close()
            self.problem = f"'bsh panic' cannot reach this shell: {error}"
            return
        self._socket = listening
        threading.Thread(
            target=self._answer_all, args=(listening,), name="bsh-emergency", daemon=True
        ).start()

    def close(self) -> None:
        """Answer no longer; calls under way are brought to their end before."""
        for under_way in self._calls:
            under_way.join(ANSWER_S)
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
    """Return the sockets in a profile's folder; the shells may be gone.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    """
    return sorted((Path(folder) / FOLDER).glob("*.sock"))


def call(line: Path, question: dict[str, Any], *, timeout_s: float = ANSWER_S) -> Iterator[dict[str, Any]]:
    """Call a shell; yield its answers.

    Parameters
    ----------
    line : Path
        One of :func:`lines_of`; it is taken away where nobody listens any more.
    question : dict
        What JSON can carry.
    timeout_s : float
        How long one answer may take, in seconds.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        try:
            with _short(line) as path:
                connection.connect(path)
        except ConnectionRefusedError:
            line.unlink(missing_ok=True)
            return
        connection.sendall(json.dumps(question).encode() + b"\n")
        with connection.makefile("rb") as lines:
            for answer in lines:
                yield json.loads(answer)


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
