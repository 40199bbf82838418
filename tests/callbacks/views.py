"""A view that remembers what it was told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bsh.callbacks import register_view


class SeenView:
    """Keep the figure at each change."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.figures: list[Any] = []
        self.ends = 0

    def changed(self) -> None:
        self.figures.append(self.model.figure())

    def finished(self) -> None:
        self.ends += 1


@contextmanager
def seen_views(factory: Callable[[Any], SeenView] = SeenView) -> Iterator[list[SeenView]]:
    """Register a factory of such views; the list grows as callbacks ask for them."""
    views: list[SeenView] = []

    def make(model: Any) -> SeenView:
        views.append(factory(model))
        return views[-1]

    unregister = register_view(make)
    try:
        yield views
    finally:
        unregister()
