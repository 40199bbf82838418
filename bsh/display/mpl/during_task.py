"""What the main thread does while a plan runs and plots are drawn in matplotlib.

Owns the choice: serve Qt's events, redraw the figures of a notebook, or only wait. Imports neither matplotlib nor
Qt unless the session already uses them.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from queue import Empty
from typing import Any

from bsh.display.mpl.qt import initialize_qt_teleporter, uses_qt
from bsh.display.mpl.view import draw_waiting_views
from bsh.engine import BlockingEvent
from bsh.engine import DefaultDuringTask as PlainDuringTask

__all__ = ["DefaultDuringTask"]

TICK_S = 0.05
NOTEBOOK_S = 0.1
NOTEBOOK_BACKENDS = ("nbagg", "ipympl", "widget")


class DefaultDuringTask(PlainDuringTask):
    """Keep windows and notebook figures alive while a plan runs; print notices and ask questions, too.

    Give it to the engine: ``RunEngine(during_task=DefaultDuringTask())``.
    """

    def block(self, blocking_event: BlockingEvent) -> None:
        """Return when ``blocking_event`` is set.

        Parameters
        ----------
        blocking_event : BlockingEvent
            Set by the engine when the plan is done or paused.
        """
        if uses_qt() and threading.current_thread() is threading.main_thread():
            self._serve_qt(blocking_event)
        elif "matplotlib" in sys.modules:
            self._redraw(blocking_event)
        else:
            super().block(blocking_event)

    def _redraw(self, blocking_event: BlockingEvent) -> None:
        in_notebook = _is_notebook_backend()
        while not blocking_event.is_set():
            self._serve_next(NOTEBOOK_S)
            draw_waiting_views()
            if in_notebook:
                _redraw_stale_figures()
        super().block(blocking_event)
        draw_waiting_views()

    def _serve_next(self, timeout_s: float) -> None:
        with suppress(Empty):
            self._serve(self._items.get(timeout=timeout_s))

    def _serve_qt(self, blocking_event: BlockingEvent) -> None:
        """Run Qt's loop; a short timer lets Python see signals, notices and the event."""
        from matplotlib.backends import qt_compat

        qt: Any = qt_compat  # its names exist only where Qt is installed
        application = qt.QtWidgets.QApplication.instance() or qt.QtWidgets.QApplication([])
        initialize_qt_teleporter()
        loop, timer = qt.QtCore.QEventLoop(), qt.QtCore.QTimer()
        raised: list[BaseException] = []

        def tick() -> None:
            try:  # an exception, for example of Ctrl+C, must reach the caller; Qt would only print it
                while not self._items.empty():
                    self._serve_next(0)
                draw_waiting_views()
            except BaseException as error:
                raised.append(error)
            if raised or blocking_event.is_set():
                loop.quit()

        previous_hook = sys.excepthook

        def hook(kind: type[BaseException], error: BaseException, trace: Any) -> None:
            if isinstance(error, Exception):  # of some window: no reason to leave a plan alone
                previous_hook(kind, error, trace)
            else:
                raised.append(error)
                loop.quit()

        timer.timeout.connect(tick)
        timer.start(int(1000 * TICK_S))
        sys.excepthook = hook
        try:
            if not blocking_event.is_set():
                loop.exec()
        finally:
            sys.excepthook = previous_hook
            timer.stop()
            application.processEvents()
        if raised:
            raise raised[0]
        super().block(blocking_event)


def _is_notebook_backend() -> bool:
    import matplotlib

    backend = matplotlib.get_backend().lower() if "matplotlib.pyplot" in sys.modules else ""
    return any(word in backend for word in NOTEBOOK_BACKENDS)


def _redraw_stale_figures() -> None:
    from matplotlib import _pylab_helpers

    for manager in _pylab_helpers.Gcf.get_all_fig_managers():
        if manager.canvas.figure.stale:
            manager.canvas.draw()
