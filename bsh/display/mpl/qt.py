"""Calls from any thread to Qt's main thread.

Owns the one Qt object that carries them over. Qt is used only if matplotlib uses it already.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from bsh.callbacks.callback_base import CallbackBase
from bsh.protocols import Document

__all__ = ["QtAwareCallback", "initialize_qt_teleporter", "run_on_main_thread", "uses_qt"]

_teleporter: Any = None


def uses_qt() -> bool:
    """Tell whether pyplot was imported and draws in windows of Qt."""
    if "matplotlib.pyplot" not in sys.modules:
        return False
    import matplotlib

    return "qt" in matplotlib.get_backend().lower()


def initialize_qt_teleporter() -> None:
    """Make ready for calls from other threads; once is enough.

    Raises
    ------
    RuntimeError
        It is called on another thread than the main one.
    """
    global _teleporter
    if _teleporter is not None:
        return
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("initialize_qt_teleporter() must be called on the main thread.")
    from matplotlib.backends import qt_compat

    qt: Any = qt_compat  # its names exist only where Qt is installed

    class Teleporter(qt.QtCore.QObject):  # type: ignore[misc]  # Qt is optional, and Any here
        called = qt.QtCore.Signal(object)

    teleporter = Teleporter()
    teleporter.called.connect(_call, qt.QtCore.Qt.ConnectionType.QueuedConnection)
    _teleporter = teleporter


def _call(function: Callable[[], Any]) -> None:
    function()


def run_on_main_thread(function: Callable[[], Any]) -> bool:
    """Have Qt call a function on the main thread; tell whether that is possible.

    Parameters
    ----------
    function : callable
        Called without arguments when the main thread serves Qt's events.
    """
    if _teleporter is None or not uses_qt():
        return False
    _teleporter.called.emit(function)
    return True


class QtAwareCallback(CallbackBase):
    """A callback whose methods run on Qt's main thread, if matplotlib draws with Qt.

    Parameters
    ----------
    *args, **kwargs
        For the class that follows.
    use_teleporter : bool, optional
        Go to the main thread; without it, if matplotlib draws with Qt.
    """

    def __init__(self, *args: Any, use_teleporter: bool | None = None, **kwargs: Any) -> None:
        if use_teleporter is None:
            use_teleporter = uses_qt()
        if use_teleporter:
            initialize_qt_teleporter()
        self._teleports = use_teleporter
        super().__init__(*args, **kwargs)

    def __call__(self, name: str, doc: Document, *, escape: bool = False) -> Any:
        """Route one document, on the main thread.

        Parameters
        ----------
        name : str
            Kind of the document.
        doc : dict
            The document.
        escape : bool, optional
            Stay on this thread.
        """
        on_main_thread = threading.current_thread() is threading.main_thread()
        may_go = self._teleports and not escape and not on_main_thread
        if may_go and run_on_main_thread(lambda: self(name, doc, escape=True)):
            return name, doc
        return super().__call__(name, doc)
