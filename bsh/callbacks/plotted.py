"""The base of callbacks that have something to draw.

Owns when views are asked for and told of changes. What is drawn is a figure, a value; see
:mod:`bsh.callbacks.figures`. It must not know any view.
"""

from __future__ import annotations

from threading import RLock
from typing import Any

from bsh.callbacks.callback_base import CallbackBase
from bsh.callbacks.figures import Figure
from bsh.callbacks.one_run import OneRun
from bsh.callbacks.table import QUIET_STREAMS
from bsh.callbacks.views import ViewGroup
from bsh.protocols import Document

__all__ = ["PlottedCallback", "ShownFigure", "show_figure"]


class PlottedCallback(CallbackBase):
    """Keep a figure up to date for the views that draw it.

    Views are asked for when a run starts, not before, so that a callback can be made on any thread.

    Parameters
    ----------
    ax : matplotlib axes, optional
        Draw in matplotlib, into these axes.
    kwargs : dict, optional
        Options for the artists of matplotlib; other views ignore them.

    Attributes
    ----------
    ax : matplotlib axes or None
        As given.
    kwargs : dict
        As given.
    """

    def __init__(self, *, ax: Any = None, kwargs: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.ax = ax
        self.kwargs = dict(kwargs or {})
        self._run = OneRun(without=QUIET_STREAMS)
        self._units: dict[str, str] = {}
        self._views = ViewGroup()
        self._setup_lock = RLock()

    def figure(self) -> Figure | None:
        """Return what is to be drawn now, or None if there is nothing."""
        raise NotImplementedError(f"{type(self).__name__} must define figure()")

    def start(self, doc: Document) -> None:
        """Follow this run; ask for views."""
        self._run.begin(doc)
        with self._setup_lock:
            self._views = ViewGroup(self)

    def descriptor(self, doc: Document) -> None:
        """Note the units."""
        if self._run.takes_descriptor(doc):
            for key, about in (doc.get("data_keys") or {}).items():
                if about.get("units"):
                    self._units[key] = str(about["units"])

    def stop(self, doc: Document) -> None:
        """Tell the views that the run has ended."""
        if self._run.takes_stop(doc):
            self._views.finished()

    def label(self, key: str) -> str:
        """Return a data key with its unit in brackets.

        Parameters
        ----------
        key : str
            Data key.
        """
        return f"{key} ({self._units[key]})" if key in self._units else key

    def _changed(self) -> None:
        self._views.changed()


class ShownFigure:
    """A figure that does not change, as a model for views.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    ax : matplotlib axes, optional
        Draw in matplotlib, into these axes.
    """

    def __init__(self, figure: Figure, ax: Any = None) -> None:
        self.ax = ax
        self.kwargs: dict[str, Any] = {}
        self._figure = figure

    def figure(self) -> Figure:
        """Return the figure."""
        return self._figure


def show_figure(figure: Figure, ax: Any = None) -> Figure:
    """Draw a figure once, with every view that is registered.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    ax : matplotlib axes, optional
        Draw in matplotlib instead, into these axes.

    Returns
    -------
    Figure
        The same figure.
    """
    model = ShownFigure(figure, ax)
    views = ViewGroup(model)
    views.changed()
    views.finished()
    return figure
