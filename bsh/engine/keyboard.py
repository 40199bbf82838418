"""What a plan reads from standard input with plain Python, such as ``input("ready? ")``.

Owns the stand-in for ``sys.stdin`` while a plan runs. The engine's thread must never read the keyboard itself: a
thread that is given up would go on reading, and take what is typed at the next prompt.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from bsh.engine.event_loop import EngineLoop

__all__ = ["PlanKeyboard"]

LOOK_S = 0.1
"""How long to wait before looking up, in seconds: an exception raised in a waiting thread comes when it looks up."""


class PlanKeyboard:
    """Stands in for ``sys.stdin``: what the engine's thread reads is asked by whoever waits for the plan.

    Everybody else reads from the real stream.

    Parameters
    ----------
    ask : callable
        Has a question asked, returns the future of its answer.
    engine_loop : EngineLoop
        Knows which thread is the engine's.
    """

    def __init__(self, ask: Callable[[str], Future[str]], engine_loop: EngineLoop) -> None:
        self._ask = ask
        self._engine_loop = engine_loop
        self._stream: TextIO | Any = None
        self._is_over = False

    def __enter__(self) -> PlanKeyboard:
        self._stream, sys.stdin = sys.stdin, self
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._is_over = True
        while isinstance(sys.stdin, PlanKeyboard) and sys.stdin._is_over:
            sys.stdin = sys.stdin._stream

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, with its newline; an empty text at the end of the input."""
        if not self._is_asked():
            return str(self._stream.readline(size))
        answer = self._ask(_begun_line())
        try:
            while True:
                try:
                    return answer.result(LOOK_S) + "\n"
                except TimeoutError:
                    if answer.done():  # it is the answer that is late
                        raise
        except EOFError:
            return ""
        finally:
            answer.cancel()

    def read(self, size: int = -1, /) -> str:
        """Return everything up to the end of the input, from a thread of the engine line by line."""
        return "".join(self) if self._is_asked() and size < 0 else str(self._stream.read(size))

    def __iter__(self) -> Iterator[str]:
        """Return the lines one after the other."""
        return iter(self.readline, "")

    def __next__(self) -> str:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def fileno(self) -> int:
        """Return the descriptor; the engine's thread has none, so that nobody reads past this object."""
        if self._is_asked():
            raise io.UnsupportedOperation("a plan has no terminal of its own: ask with input()")
        return int(self._stream.fileno())

    def _is_asked(self) -> bool:
        return not self._is_over and self._engine_loop.here

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _begun_line() -> str:
    """Return what was printed without a newline: a prompt, if the display has kept it back."""
    take = getattr(sys.stdout, "take_partial", None)
    return str(take()) if take is not None else ""
