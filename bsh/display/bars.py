"""Progress bars as text."""

from __future__ import annotations

from rich.text import Text

__all__ = ["bar"]


def bar(fraction: float, width: int, style: str = "cyan") -> Text:
    """Draw a bar.

    Parameters
    ----------
    fraction : float
        Part that is done, 0 to 1.
    width : int
        Terminal columns.
    style : str, optional
        Style of the part that is done.

    Examples
    --------
    >>> bar(0.5, 6).plain, bar(0.6, 6).plain
    ('━━━───', '━━━╸──')
    """
    halves = int(2 * width * min(1.0, max(0.0, fraction)))
    full, half = divmod(halves, 2)
    done = "━" * full + ("╸" if half else "")
    return Text.assemble((done, style), ("─" * (width - len(done)), "dim"))
