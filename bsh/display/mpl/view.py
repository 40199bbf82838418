"""A view that draws a model in matplotlib.

Owns when it is drawn, and on which thread. Callbacks run on the engine's thread; windows belong to the main thread.
What cannot be drawn where a change is heard of waits for the main thread: see
:class:`bsh.display.mpl.DefaultDuringTask`.
"""

from __future__ import annotations

import logging
import math
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary, ref

from bsh.callbacks.figures import Figure, LineFigure
from bsh.callbacks.views import register_view
from bsh.display.model_views import figures_of

__all__ = ["MatplotlibView", "draw_waiting_views", "install", "serve_windows", "view_of"]

logger = logging.getLogger("bsh.display")

FRAME_S = 0.1
"""A plot changes at most this often."""

_views: WeakKeyDictionary[Any, MatplotlibView] = WeakKeyDictionary()
_waiting: dict[MatplotlibView, Any] = {}
"""Views that the main thread has to draw, with their models, which are kept until then."""

_lock = threading.RLock()
_windows_have_failed = False


def view_of(model: Any) -> MatplotlibView | None:
    """Return the view of a model in matplotlib; the same one each time.

    Parameters
    ----------
    model : object
        Has ``figure()`` or ``figures()``; it may have ``ax``, ``fig_factory``, ``kwargs``, ``cmap``, ``aspect``.

    Returns
    -------
    MatplotlibView or None
        None for a model without figures.
    """
    if not hasattr(model, "figure") and not hasattr(model, "figures"):
        return None
    with _lock:
        view = _views.get(model)
        if view is None:
            view = _views[model] = MatplotlibView(model)
        return view


def install() -> Callable[[], None]:
    """Draw the plots of all callbacks in matplotlib, too.

    Returns
    -------
    callable
        Ends that.
    """
    return register_view(view_of)


def draw_waiting_views() -> None:
    """Draw on this thread, which must be the main one, what other threads could not draw."""
    while _waiting:
        with _lock:
            view, model = _waiting.popitem()
        view.draw_safely(model)


def serve_windows() -> None:
    """Draw what waits for the main thread, and let windows answer the mouse; never raises."""
    global _windows_have_failed
    draw_waiting_views()
    if "matplotlib.pyplot" not in sys.modules or _windows_have_failed:
        return
    from matplotlib import _pylab_helpers

    try:
        for manager in _pylab_helpers.Gcf.get_all_fig_managers():
            if _has_window(manager.canvas.figure):
                manager.canvas.flush_events()
    except Exception:
        _windows_have_failed = True
        logger.warning("Windows of matplotlib stand still while plans run.", exc_info=True)


class MatplotlibView:
    """Draw the figures of one model.

    Parameters
    ----------
    model : object
        As for :func:`view_of`.
    clock : callable, optional
        Returns monotonic seconds.
    """

    def __init__(self, model: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._model = ref(model)  # the register of views must not keep models alive
        self._ax = getattr(model, "ax", None)
        self._fig_factory = getattr(model, "fig_factory", None)
        self._options = dict(getattr(model, "kwargs", None) or {})
        for name in ("cmap", "aspect"):
            if getattr(model, name, None) is not None:
                self._options[name] = getattr(model, name)
        self._clock = clock
        self._drawn_at = -math.inf
        self._has_failed = False
        self._artists: list[Any] = []
        self._kinds: list[type[Figure]] = []
        self._draw_lock = threading.RLock()
        self.mpl_figure: Any = None if self._ax is None else self._ax.figure

    def changed(self) -> None:
        """Draw, unless that was done just now."""
        if self._clock() - self._drawn_at >= FRAME_S:
            self._draw_where_allowed()

    def finished(self) -> None:
        """Draw for the last time."""
        self._draw_where_allowed()

    def draw(self, model: Any = None) -> None:
        """Draw now, on this thread.

        Parameters
        ----------
        model : object, optional
            The model, from those who keep it alive.
        """
        with self._draw_lock:
            model = self._model() if model is None else model
            figures = [] if model is None else figures_of(model)
            self._drawn_at = self._clock()
            if not figures:
                return
            if [type(figure) for figure in figures] != self._kinds:
                self._lay_out(figures)
            for artists, figure in zip(self._artists, figures):
                artists.show(figure)
            self._refresh()

    def draw_safely(self, model: Any) -> None:
        """Draw on the main thread, where nobody waits for errors: after one the plot stays as it is.

        Parameters
        ----------
        model : object
            The model.
        """
        if self._has_failed:
            return
        try:
            self.draw(model)
        except Exception:
            self._has_failed = True
            logger.warning("A plot cannot be drawn and is left out: %r failed.", self, exc_info=True)

    def toggle_markers(self) -> None:
        """Hide the marks of the peak, or show them again; Shift+P does this in a window."""
        for artists in self._artists:
            artists.toggle_markers()
        self._refresh()

    def _draw_where_allowed(self) -> None:
        from bsh.display.mpl.qt import run_on_main_thread

        if threading.current_thread() is threading.main_thread() or not _has_window(self.mpl_figure):
            self.draw()
            return
        model = self._model()
        if not run_on_main_thread(lambda: self.draw_safely(model)):
            with _lock:
                _waiting[self] = model

    def _lay_out(self, figures: Sequence[Figure]) -> None:
        from bsh.display.mpl.artists import artists_for

        if self._ax is not None:
            axes = [self._ax] * len(figures)
        else:
            axes = self._axes_of_own(figures)
        self._artists = [artists_for(figure, ax, self._options) for figure, ax in zip(figures, axes)]
        self._kinds = [type(figure) for figure in figures]
        self.mpl_figure.canvas.mpl_connect("key_press_event", self._key_pressed)
        self.mpl_figure.bsh_views = [*getattr(self.mpl_figure, "bsh_views", ()), self]  # it lives as long

    def _axes_of_own(self, figures: Sequence[Figure]) -> list[Any]:
        if self.mpl_figure is None:
            self.mpl_figure = self._new_figure(_window_name(figures))
        self.mpl_figure.clear()
        columns = math.ceil(math.sqrt(len(figures)))
        rows = math.ceil(len(figures) / columns)
        return [self.mpl_figure.add_subplot(rows, columns, place + 1) for place in range(len(figures))]

    def _new_figure(self, name: str) -> Any:
        if self._fig_factory is not None:
            return self._fig_factory(name)
        from matplotlib import pyplot

        figure = pyplot.figure(name)  # a window of this name is used again: not one more for each run
        if _has_window(figure):
            figure.show()
        return figure

    def _refresh(self) -> None:
        figure = self.mpl_figure
        if self._ax is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with suppress(Exception):  # too small a window for its labels is no reason to lose the plot
                    figure.tight_layout()
        figure.stale = True
        if _has_window(figure):
            figure.canvas.draw_idle()

    def _key_pressed(self, event: Any) -> None:
        if event.key == "P":
            self.toggle_markers()


def _window_name(figures: Sequence[Figure]) -> str:
    names = []
    for figure in figures:
        if isinstance(figure, LineFigure):
            names.append(f"{figure.y_label or figure.title} over {figure.x_label}")
        else:
            names.append(f"{figure.value_label} over {figure.x_label}, {figure.y_label}")
    return "; ".join(names)


def _has_window(figure: Any) -> bool:
    """Tell whether a figure belongs to a window; before it is made, whether it would get one."""
    if figure is not None:
        return getattr(figure.canvas, "required_interactive_framework", None) is not None
    import matplotlib

    backend = matplotlib.get_backend().lower()
    return any(word in backend for word in ("qt", "tk", "gtk", "wx", "macosx"))
