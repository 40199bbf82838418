"""Sentences that are wider than a terminal, broken between words."""

from __future__ import annotations

import os
import re
from textwrap import wrap
from typing import Any

__all__ = ["at_words", "for_stream"]

LEAST_WIDTH = 20

_COLUMNS = re.compile(r"(?<![.!?])  ")


def at_words(text: str, width: int) -> list[str]:
    """Break a sentence that is too wide between words; columns, and what fits, stay as they are.

    Two blanks are columns, but for those that follow the end of a sentence.

    Parameters
    ----------
    text : str
        One line.
    width : int
        Columns.

    Examples
    --------
    >>> at_words("choose a target within the limits", 24)
    ['choose a target within', '  the limits']
    """
    from bsh.callbacks.cells import text_width

    words = text.lstrip()
    if text_width(text) <= width or _COLUMNS.search(words):
        return [text]
    indent = text[: len(text) - len(words)]
    return wrap(
        words,
        max(LEAST_WIDTH, width),
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def for_stream(text: str, stream: Any) -> str:
    """Return lines as they are to be written to a stream: broken between words where that is a terminal.

    Parameters
    ----------
    text : str
        One or more lines.
    stream : text file
        Standard output or standard error.
    """
    try:
        width = os.get_terminal_size(stream.fileno()).columns - 1
    except (OSError, ValueError, AttributeError):  # a file, a pipe, something that only has write()
        return text
    return "\n".join(piece for line in text.splitlines() for piece in at_words(line, width))
