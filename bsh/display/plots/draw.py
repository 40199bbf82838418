"""Draw any figure."""

from __future__ import annotations

from rich.text import Text

from bsh.callbacks.figures import Figure, GridFigure, LineFigure, ScatterFigure
from bsh.display.plots.heat import draw_grid
from bsh.display.plots.line import draw_line
from bsh.display.plots.look import Look
from bsh.display.plots.scatter import draw_scatter

__all__ = ["draw", "least_size"]

LEAST_WIDTH, LEAST_HEIGHT = 20, 5


def draw(figure: Figure, width: int, height: int, look: Look | None = None) -> list[Text]:
    """Draw a figure as lines of text.

    Parameters
    ----------
    figure : LineFigure, GridFigure or ScatterFigure
        What is shown.
    width, height : int
        Characters and lines that may be used; at least what :func:`least_size` returns.
    look : Look, optional
        What the terminal can show; no colours without it.

    Examples
    --------
    >>> from bsh.callbacks.figures import Curve, LineFigure
    >>> figure = LineFigure("scan", "th", "det", [Curve("det", [0, 1, 2], [0, 4, 0])])
    >>> for line in draw(figure, 30, 7): print(line.plain.rstrip())
    scan  ━ det
     4┤          ⣀⠤⠒⠑⠢⢄⡀
      │       ⡠⠔⠊      ⠈⠑⠤⣀
      │   ⢀⠤⠒⠉             ⠉⠒⢄⡀
     0┤⡠⠔⠊⠁                   ⠈⠑⠢⢄
      └┬─────────────────────────┬
       0                        th
    """
    look = Look() if look is None else look
    width, height = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
    lines = _drawn(figure, width, height, look)
    for line in lines:
        if line.cell_len > width:  # numbers of three-digit powers beside a very narrow plot
            line.truncate(width)
    return lines


def _drawn(figure: Figure, width: int, height: int, look: Look) -> list[Text]:
    if isinstance(figure, LineFigure):
        return draw_line(figure, width, height, look)
    if isinstance(figure, GridFigure):
        return draw_grid(figure, width, height, look)
    if isinstance(figure, ScatterFigure):
        return draw_scatter(figure, width, height, look)
    raise TypeError(f"{type(figure).__name__} is not a figure that can be drawn")


def least_size() -> tuple[int, int]:
    """Return the width and height below which nothing can be seen."""
    return LEAST_WIDTH, LEAST_HEIGHT
