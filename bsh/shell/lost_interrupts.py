"""A press of Ctrl+C that Python would drop is delivered once more.

Python raises KeyboardInterrupt wherever it happens to be. In the callback of a weak reference or in a
``__del__`` nobody can catch it: Python says "Exception ignored" and goes on, as if no key had been pressed. The
import system has such callbacks, which makes that likely while modules are still being loaded.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["interrupts_not_lost"]

AGAIN_AFTER_S = 0.01
"""How long to wait before it is delivered again: the callback that swallowed it has to be left first."""


@contextmanager
def interrupts_not_lost() -> Iterator[None]:
    """Meanwhile, interrupt the main thread again when an interrupt was swallowed there."""
    before = sys.unraisablehook

    def look_at(swallowed: Any) -> None:
        on_main_thread = threading.current_thread() is threading.main_thread()
        if not on_main_thread or not isinstance(swallowed.exc_value, KeyboardInterrupt):
            before(swallowed)
            return
        # Not a threading.Thread: that waits until it runs, and here is no place to be interrupted.
        looked_at = _thread.allocate_lock()
        with looked_at:
            _thread.start_new_thread(_interrupt_after, (looked_at,))

    sys.unraisablehook = look_at
    try:
        yield
    finally:
        sys.unraisablehook = before


def _interrupt_after(looked_at: _thread.LockType) -> None:
    with looked_at:
        time.sleep(AGAIN_AFTER_S)
    main_thread = threading.main_thread().ident
    assert main_thread is not None
    signal.pthread_kill(main_thread, signal.SIGINT)  # a real signal: it ends a wait of the system, too
