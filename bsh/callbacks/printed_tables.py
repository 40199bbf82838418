"""Which runs have a table that a callback prints: a display that draws one of its own leaves it to the callback."""

from __future__ import annotations

from collections import deque

__all__ = ["is_table_printed", "note_printed_table"]

_LATEST = 50
"""So many tables are remembered: a display may be behind, and begins no table again for a run that has ended."""

_printed: deque[tuple[str, str]] = deque(maxlen=_LATEST)


def note_printed_table(run: str, stream: str) -> None:
    """Note that a table of a stream is printed.

    Parameters
    ----------
    run : str
        Uid of the run.
    stream : str
        Name of the stream.
    """
    _printed.append((run, stream))


def is_table_printed(run: str, stream: str) -> bool:
    """Tell whether somebody prints a table of a stream.

    Parameters
    ----------
    run : str
        Uid of the run.
    stream : str
        Name of the stream.
    """
    return (run, stream) in _printed
