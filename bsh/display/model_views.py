"""Views of what callbacks compute (LivePlot and its like), drawn by the live display.

Owns the way from a model that belongs to somebody else, and that changes on another thread, to lines on the
screen. A model is asked for its figure on a thread made for that: one that hangs keeps nobody waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from bsh.callbacks.figures import Figure
from bsh.display.plot_pane import PlotPane
from bsh.protocols import Document

__all__ = ["ModelFigures", "TerminalView", "ViewListener", "figures_of"]

PATIENCE_S = 2.0
"""A model that has not made its figure after this long is not asked again."""


class ModelFigures:
    """The figures of a model, made on a thread of their own.

    Parameters
    ----------
    model : object
        Has ``figures()``, or ``figure()``, which returns a figure or None.
    patience_s : float, optional
        Seconds that it may take.
    monotonic : callable, optional
        Returns seconds.
    """

    def __init__(
        self, model: Any, *, patience_s: float = PATIENCE_S, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.points = 0
        self.is_final = False
        self._model = model
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._latest: list[Figure] = []
        self._answer: _Answer | None = None
        self._asked_for = -1

    def __call__(self, name: str, doc: Document, /) -> None:
        """Take no documents: the model has its own way to them."""

    def figures(self) -> Sequence[Figure]:
        """Return the latest figures, without waiting unless the model is final.

        Raises
        ------
        TimeoutError
            The model does not answer.
        Exception
            Whatever the model raised.
        """
        if self._answer is None:
            self._answer = self._ask()
        if self.is_final:
            self._answer.ready.wait(self._patience_s)
            if self._answer.ready.is_set() and self._asked_for != self.points:  # it was made before the end
                self._answer = self._ask()
                self._answer.ready.wait(self._patience_s)
        if self._answer.ready.is_set():
            answer, self._answer = self._answer, None
            if answer.error is not None:
                raise answer.error
            self._latest = answer.value
        elif self.is_final or self._monotonic() - self._answer.asked_at > self._patience_s:
            name = type(self._model).__name__
            raise TimeoutError(f"{name} has not made its figure for {self._patience_s:g} s")
        return self._latest

    def _ask(self) -> _Answer:
        self._asked_for = self.points
        return _Answer(self._model, self._monotonic())


class _Answer:
    """What a thread made of a model, once it is ready."""

    def __init__(self, model: Any, asked_at: float) -> None:
        self.asked_at = asked_at
        self.value: list[Figure] = []
        self.error: Exception | None = None
        self.ready = threading.Event()
        threading.Thread(target=self._run, args=(model,), name="bsh-figure", daemon=True).start()

    def _run(self, model: Any) -> None:
        try:
            self.value = figures_of(model)
        except Exception as error:
            self.error = error
        finally:
            self.ready.set()


class ViewListener(Protocol):
    """Hears that views have something new to show; from any thread."""

    def view_changed(self, view: TerminalView) -> None:
        """Hear that the model of a view has changed."""

    def view_finished(self, view: TerminalView) -> None:
        """Hear that the model of a view will not change any more."""


class TerminalView:
    """A view as :mod:`bsh.callbacks.views` wants it; only leaves a note for the main thread.

    Parameters
    ----------
    model : object
        What is drawn.
    listener : ViewListener
        Draws it.
    """

    def __init__(self, model: Any, listener: ViewListener) -> None:
        self.source = ModelFigures(model)
        self.pane: PlotPane | None = None
        self.is_over = False
        self._listener = listener

    def changed(self) -> None:
        """Hear that the model has changed."""
        self.source.points += 1
        self._listener.view_changed(self)

    def finished(self) -> None:
        """Hear that the model will not change any more."""
        self._listener.view_finished(self)


def figures_of(model: Any) -> list[Figure]:
    """Return all figures of a model.

    Parameters
    ----------
    model : object
        Has ``figures()``, or ``figure()``, which returns a figure or None.
    """
    if callable(getattr(model, "figures", None)):
        return list(model.figures())
    figure = model.figure()
    return [] if figure is None else [figure]
