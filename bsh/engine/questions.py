"""Questions of a plan to the person at the terminal, asked on the main thread.

Owns what Ctrl+C means while one is asked.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial

from bsh.errors import RequestAbort

__all__ = ["Question"]


class Question:
    """Something that the person at the terminal is asked.

    Parameters
    ----------
    prompt : str
        What is asked.

    Attributes
    ----------
    answer : Future
        Gets the line typed; :class:`RequestAbort` after Ctrl+C, EOFError at the end of the input.
    """

    def __init__(self, prompt: str) -> None:
        self.answer: Future[str] = Future()
        self._prompt = prompt

    def ask(self, read: Callable[[str], str], end_line: Callable[[], object]) -> Callable[[], None] | None:
        """Ask it; return what hands the answer over, None if nobody waits for it any more.

        Parameters
        ----------
        read : callable
            Takes the prompt and returns a line, as ``input`` does.
        end_line : callable
            Ends the line on which Ctrl+C was pressed.
        """
        answer = self.answer
        if not answer.set_running_or_notify_cancel():
            return None
        try:
            with _keyboard_interrupts():
                text = read(self._prompt)
        except KeyboardInterrupt:
            end_line()
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
