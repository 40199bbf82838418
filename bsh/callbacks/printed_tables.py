"""Who hears that a callback prints the table of a run: a display that draws one of its own leaves it to the callback."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

__all__ = ["hear_of_printed_tables", "note_printed_table"]

Hear = Callable[[str, str], None]
"""Takes the uid of the run and the name of the stream."""

_hearing: list[Hear] = []


def hear_of_printed_tables(hear: Hear) -> Callable[[], None]:
    """Have a function called when a callback begins to print a table; return what ends that.

    Parameters
    ----------
    hear : callable
        Takes the uid of the run and the name of the stream, on the thread of the callback.
    """
    _hearing.append(hear)

    def end() -> None:
        with suppress(ValueError):
            _hearing.remove(hear)

    return end


def note_printed_table(run: str, stream: str) -> None:
    """Tell all who want to hear of it that a table is printed.

    Parameters
    ----------
    run : str
        Uid of the run.
    stream : str
        Name of the stream.
    """
    for hear in tuple(_hearing):
        hear(run, stream)
