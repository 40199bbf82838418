"""What drawing costs: plots in the terminal, a frame each, against matplotlib's canvas of the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.figures import Bound, Measurement
from tests.bench.measure import cpu_row

__all__ = ["display_rows"]

LINES = 12
COLUMNS = 80
MUST = Bound(ratio=5)
"""Frames are drawn five times a second at most: a fifth of matplotlib's 50 ms leaves the scan its core."""


def display_rows(scale: float) -> list[Measurement]:
    """Return the rows about plots; ``scale`` makes every round longer or shorter."""
    import numpy as np

    frames = max(2, int(10 * scale))
    x = np.linspace(-1, 1, 1000)
    y = 5000 * np.exp(-((x / 0.2) ** 2)) + 10 * np.sin(300 * x)
    values = np.hypot(*np.meshgrid(np.linspace(-1, 1, 60), np.linspace(-1, 1, 40)))
    return [
        _row("plot of a line of 1,000 points", frames, _line(x, y), _their_line(x, y)),
        _row("plot of a grid of 40x60", frames, _grid(values), _their_grid(values)),
    ]


def _row(name: str, frames: int, ours: Callable[[], Any], theirs: Callable[[], Any]) -> Measurement:
    def repeated(draw: Callable[[], Any]) -> Callable[[], None]:
        def work() -> None:
            for _ in range(frames):
                draw()

        return work

    return cpu_row(
        f"{name}, {COLUMNS}x{LINES} characters (reference: matplotlib's agg canvas)",
        "frame",
        frames,
        repeated(theirs),
        repeated(ours),
        must=MUST,
    )


def _line(x: Any, y: Any) -> Callable[[], Any]:
    from bsh.callbacks.figures import Curve, LineFigure

    return _ours(LineFigure("#1 ascan", "th (deg)", "counts", [Curve("det", x, y)]))


def _grid(values: Any) -> Callable[[], Any]:
    from bsh.callbacks.figures import GridFigure

    return _ours(GridFigure("#1 mesh", "th (deg)", "tth (deg)", "det", values, (-1.0, 1.0, -1.0, 1.0)))


def _ours(figure: Any) -> Callable[[], Any]:
    from bsh.display.plots import Look, draw

    look = Look(colours="256")
    return lambda: draw(figure, COLUMNS, LINES, look)


def _their_line(x: Any, y: Any) -> Callable[[], Any]:
    figure, axes = _canvas()
    (line,) = axes.plot(x, y)

    def draw() -> None:
        line.set_data(x, y)
        axes.relim()
        axes.autoscale_view()
        figure.canvas.draw()

    return draw


def _their_grid(values: Any) -> Callable[[], Any]:
    figure, axes = _canvas()
    image = axes.imshow(values)

    def draw() -> None:
        image.set_array(values)
        figure.canvas.draw()

    return draw


def _canvas() -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()
