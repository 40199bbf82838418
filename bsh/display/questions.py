"""Questions of a plan to the person at the terminal, asked on the main thread.

Owns their order, and what Ctrl+C means while one is asked.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial

from bsh.errors import RequestAbort

__all__ = ["Questions"]


class Questions:
    """Keep questions until the main thread asks them.

    Parameters
    ----------
    read : callable
        Asks the person at the terminal, as ``input`` does.
    end_line : callable
        Ends the line on which Ctrl+C was pressed.
    """

    def __init__(self, read: Callable[[str], str], end_line: Callable[[], None]) -> None:
        self._read = read
        self._end_line = end_line
        self._waiting: deque[tuple[str, Future[str]]] = deque()

    def __bool__(self) -> bool:
        """Whether one is waiting."""
        return bool(self._waiting)

    def add(self, prompt: str) -> Future[str]:
        """Note a question, from any thread; return what gets the answer.

        Parameters
        ----------
        prompt : str
            What is asked.
        """
        answer: Future[str] = Future()
        self._waiting.append((prompt, answer))
        return answer

    def ask_next(self) -> Callable[[], None] | None:
        """Ask the first one on the terminal; return what hands the answer over, None if nobody waits for it.

        Ctrl+C ends the question, and the plan hears of it.
        """
        prompt, answer = self._waiting.popleft()
        if not answer.set_running_or_notify_cancel():
            return None
        try:
            with _keyboard_interrupts():
                text = self._read(prompt)
        except KeyboardInterrupt:
            self._end_line()
            return partial(answer.set_exception, RequestAbort("the question was answered with Ctrl+C"))
        except BaseException as error:
            return partial(answer.set_exception, error)
        return partial(answer.set_result, text)


@contextmanager
def _keyboard_interrupts() -> Iterator[None]:
    """Let Ctrl+C raise KeyboardInterrupt again, as a question expects."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
