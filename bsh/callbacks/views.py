"""The register of views: who draws what the callbacks compute.

A callback that has something to draw asks for views of itself when its run starts, tells them when it has
changed, and tells them when it is finished. With no view registered nothing is drawn and the callback prints plain
text, if it has any. It must not know any view.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from bsh.errors import MissingExtra

__all__ = ["View", "ViewFactory", "ViewGroup", "register_view", "views_of"]

logger = logging.getLogger("bsh.callbacks")


class View(Protocol):
    """Draws one model; its methods are called on the thread of the callback and must return at once."""

    def changed(self) -> None:
        """Hear that the model has changed; draw when it suits."""

    def finished(self) -> None:
        """Hear that the model will not change any more."""


ViewFactory = Callable[[Any], View | None]
"""Takes a model; returns its view, or None where this factory does not draw such models."""

ENTRY_POINTS = "bsh.views"
"""Group of entry points; the one called ``matplotlib`` draws models that ask for it."""

_factories: list[ViewFactory] = []


def register_view(factory: ViewFactory) -> Callable[[], None]:
    """Register a factory of views.

    Parameters
    ----------
    factory : callable
        Takes a model (an object with a ``figure()`` or a ``text()``); returns a :class:`View` or None.

    Returns
    -------
    callable
        Takes the factory out again.
    """
    _factories.append(factory)

    def unregister() -> None:
        with suppress(ValueError):
            _factories.remove(factory)

    return unregister


def views_of(model: Any) -> list[View]:
    """Return a view of the model from each factory that has one.

    A model that names matplotlib axes (``ax``) or makes its own matplotlib figures (``fig_factory``) is drawn
    in matplotlib, and nowhere else.

    Parameters
    ----------
    model : object
        What is to be drawn.

    Raises
    ------
    MissingExtra
        The model asks for matplotlib, and nothing that draws in it is installed.
    """
    wanted = _factories
    if getattr(model, "ax", None) is not None or getattr(model, "fig_factory", None) is not None:
        wanted = [_matplotlib_factory()]
    return [view for factory in tuple(wanted) if (view := factory(model)) is not None]


class ViewGroup:
    """The views of one model. One that fails is left out from then on, with one warning in the log.

    Parameters
    ----------
    model : object
        What is to be drawn; its views are asked for now.
    """

    def __init__(self, model: Any = None) -> None:
        self._views = [] if model is None else views_of(model)

    def __len__(self) -> int:
        return len(self._views)

    def changed(self) -> None:
        """Tell all views that the model has changed."""
        for view in tuple(self._views):
            self._tell(view, view.changed)

    def finished(self) -> None:
        """Tell all views that the model will not change any more."""
        for view in tuple(self._views):
            self._tell(view, view.finished)

    def _tell(self, view: View, hear: Callable[[], None]) -> None:
        try:
            hear()
        except Exception:
            logger.warning("A plot cannot be drawn and is left out: %r failed.", view, exc_info=True)
            self._views.remove(view)


def _matplotlib_factory() -> ViewFactory:
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS, name="matplotlib"):
        factory: ViewFactory = entry.load()
        return factory
    raise MissingExtra("Plots in matplotlib are not installed.", hint="pip install 'bsh[plot]'")
