"""Curves as dots, dots as characters.

Braille has 2 by 4 dots a character; where only ASCII can be written there are two dots above each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ASCII_DOTS", "BRAILLE", "Dots", "characters", "places", "text_of", "trace"]

DENSE = 16
"""With more points a column than this only the lowest and the highest ones of a column are drawn."""


class Dots(NamedTuple):
    """Dots a character: how many, and which bit each one is."""

    across: int
    down: int
    bits: tuple[tuple[int, ...], ...]


BRAILLE = Dots(2, 4, ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80)))
ASCII_DOTS = Dots(1, 2, ((1,), (2,)))
ASCII_CHARACTERS = " '.:"


def places(x: Any, y: Any, width: int, height: int) -> tuple[Any, Any]:
    """Return the dots of points as whole numbers, and leave out points that have no place.

    Parameters
    ----------
    x, y : array
        Where the points lie, 0 to 1 on each axis; NaN where there is nothing.
    width, height : int
        Dots of the whole plot.

    Returns
    -------
    across, down : array of float
        Whole numbers from the upper left corner; NaN where there is nothing. Points far outside are
        moved near, so that lines to them keep a finite length.
    """
    import numpy as np

    across = np.rint(np.clip(x, -1.0, 2.0) * (width - 1))
    down = np.rint((1.0 - np.clip(y, -1.0, 2.0)) * (height - 1))
    is_nothing = np.isnan(across) | np.isnan(down)
    across[is_nothing] = np.nan
    down[is_nothing] = np.nan
    return across, down


def trace(across: Any, down: Any, width: int, height: int, style: str = "line") -> NDArray[Any]:
    """Return which dots a curve covers.

    Parameters
    ----------
    across, down : array of float
        What :func:`places` returns.
    width, height : int
        Dots of the whole plot.
    style : {"line", "points", "dashes"}
        Points joined, thick points, or a broken line.

    Returns
    -------
    array of bool
        Shape ``(height, width)``.
    """
    import numpy as np

    if style == "points":
        finite = ~np.isnan(across)
        columns, rows = across[finite].astype(int), down[finite].astype(int)
        columns, rows = np.concatenate([columns, columns + 1]), np.concatenate([rows, rows])
        columns, rows = np.concatenate([columns, columns]), np.concatenate([rows, rows + 1])
    else:
        across, down = _thinned(across, down, width)
        columns, rows = _joined(across, down)
        if style == "dashes":
            keep = np.arange(len(columns)) % 6 < 3
            columns, rows = columns[keep], rows[keep]
    dots = np.zeros((height, width), dtype=bool)
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    dots[rows[inside], columns[inside]] = True
    return dots


def _thinned(across: Any, down: Any, width: int) -> tuple[Any, Any]:
    """Keep of each column first, lowest, highest and last point, where there are very many."""
    import numpy as np

    if len(across) <= DENSE * width:
        return across, down
    finite = ~np.isnan(across)
    across, down = across[finite], down[finite]  # among so many points a gap is narrower than a dot
    begins = np.flatnonzero(np.diff(across, prepend=np.nan) != 0)
    if not len(begins) or len(begins) > DENSE * width:  # the points jump to and fro
        return across, down
    ends = np.append(begins[1:], len(across)) - 1
    low, high = np.minimum.reduceat(down, begins), np.maximum.reduceat(down, begins)
    rows = np.stack([down[begins], low, high, down[ends]], axis=1).ravel()
    return np.repeat(across[begins], 4), rows


def _joined(across: Any, down: Any) -> tuple[Any, Any]:
    """Return all dots on the ways between neighbours, and the points that have none."""
    import numpy as np

    finite = ~np.isnan(across)
    alone = finite.copy()
    begins = np.flatnonzero(finite[:-1] & finite[1:])
    alone[begins] = False
    alone[begins + 1] = False
    x0, y0 = across[begins], down[begins]
    dx, dy = across[begins + 1] - x0, down[begins + 1] - y0
    steps = np.maximum(np.abs(dx), np.abs(dy)).astype(int) + 1
    which = np.repeat(np.arange(len(begins)), steps)
    part = (np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)) / np.maximum(steps - 1, 1)[
        which
    ]
    columns = np.concatenate([np.rint(x0[which] + part * dx[which]), across[alone]])
    rows = np.concatenate([np.rint(y0[which] + part * dy[which]), down[alone]])
    return columns.astype(int), rows.astype(int)


def characters(dots: Any, kind: Dots) -> NDArray[Any]:
    """Return the bits of each character that some dots fall into.

    Parameters
    ----------
    dots : array of bool
        Shape ``(rows * kind.down, columns * kind.across)``.
    kind : Dots
        What a character holds.

    Returns
    -------
    array of int
        Shape ``(rows, columns)``; :func:`text_of` makes text of it.
    """
    import numpy as np

    height, width = dots.shape
    blocks = dots.reshape(height // kind.down, kind.down, width // kind.across, kind.across)
    found: NDArray[Any] = np.einsum("rdca,da->rc", blocks, np.array(kind.bits))
    return found


def text_of(bits: Any, kind: Dots) -> list[str]:
    """Return one line of text a row of bits.

    Parameters
    ----------
    bits : array of int
        What :func:`characters` returns.
    kind : Dots
        What a character holds.
    """
    if kind is BRAILLE:
        return ["".join(map(chr, row)).replace("\u2800", " ") for row in (bits + 0x2800).tolist()]
    return ["".join(ASCII_CHARACTERS[bit] for bit in row) for row in bits.tolist()]
