"""Where statements begin and end in text that may not be Python.

Owns the scanner below the rewriting of SPEC syntax: logical lines, statements between ``;`` and after the
``:`` of a compound statement's header, strings, brackets, comments, IPython's own lines. It never fails:
text that is neither Python nor SPEC simply comes out as statements that nobody rewrites.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator
from typing import NamedTuple

__all__ = ["Span", "statements"]


class Span(NamedTuple):
    """A stretch of source text.

    Attributes
    ----------
    start, end : int
        Offsets in characters; trailing blanks and the comment are not part of a statement.
    magic : bool
        Whether it is a line of IPython's own syntax (``%``, ``!``, ``?``), not a statement.
    """

    start: int
    end: int
    magic: bool = False


_TOKEN = re.compile(
    r"""
      (?P<triple>\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z)|'''(?:[^\\]|\\.)*?(?:'''|\Z))
    | (?P<string>"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|\Z)|'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|\Z))
    | (?P<blank>[^\S\n]+)
    | (?P<comment>\#[^\n]*)
    | (?P<continued>\\\r?\n)
    | (?P<newline>\n)
    | (?P<open>[\[({])
    | (?P<close>[\])}])
    | (?P<semicolon>;)
    | (?P<colon>:(?!=))
    | (?P<word>\w+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_INDENT = re.compile(r"[^\S\n]*")
_FIRST_WORD = re.compile(r"[^\W\d]\w*")
_REST_OF_LINE = re.compile(r"[^\n]*")
_CONTINUED_LINE = re.compile(r"(?:[^\n]*\\\r?\n)*[^\n]*")
_OWN_LINE = re.compile(
    r"""
      [%!?,;/]                                               # %magic, !command, ?name, autocall
    | [%\w.*]+\?\??[^\S\n]*$                                 # name?  name??
    | [\w.,*\[\]][^\n='"#;()]*=[^\S\n]*[!%]                  # x = !command, x = %magic
    """,
    re.VERBOSE | re.MULTILINE,
)
_INVISIBLE = frozenset({"blank", "comment", "newline", "continued"})
_HEADERS = frozenset(
    {
        "async", "case", "class", "def", "elif", "else", "except", "finally", "for", "if", "match", "try",
        "while", "with",
    }
)  # fmt: skip


def statements(source: str, raw: Collection[str] = ()) -> Iterator[Span]:
    """Yield the simple statements (and headers) of ``source`` in order.

    Parameters
    ----------
    source : str
        Any text.
    raw : collection of str
        Names of commands that take the rest of their line as it stands.
    """
    position, size = 0, len(source)
    while position < size:
        position = _blank_end(source, position)
        if position >= size:
            return
        own = _OWN_LINE.match(source, position)
        if own is not None:
            whole = _CONTINUED_LINE.match(source, position)
            end = whole.end() if whole else own.end()
            yield Span(position, end, magic=True)
            position = end + 1
        else:
            position = yield from _logical_line(source, position, raw)


def _blank_end(source: str, position: int) -> int:
    indent = _INDENT.match(source, position)
    return indent.end() if indent else position


def _logical_line(source: str, position: int, raw: Collection[str]) -> Generator[Span, None, int]:
    header = _first_word(source, position) in _HEADERS
    while True:
        start = _blank_end(source, position)
        word = _first_word(source, start)
        if word in raw and source[start + len(word) : start + len(word) + 1] in (" ", "\t"):
            line = _REST_OF_LINE.match(source, start)
            end = line.end() if line else start
            yield Span(start, start + len(source[start:end].rstrip()))
            return end + 1
        end, position, goes_on = _statement(source, start, header)
        header = False
        if end > start:
            yield Span(start, end)
        if not goes_on:
            return position


def _first_word(source: str, position: int) -> str:
    word = _FIRST_WORD.match(source, position)
    return word.group() if word else ""


def _statement(source: str, start: int, header: bool) -> tuple[int, int, bool]:
    """Return where the statement ends, where the next begins, and whether that is on the same line."""
    depth = lambdas = 0
    end = start
    for token in _TOKEN.finditer(source, start):
        kind = token.lastgroup
        if depth == 0:
            if kind == "newline":
                return end, token.end(), False
            if kind == "semicolon":
                return end, token.end(), True
            if kind == "colon" and header:
                if not lambdas:
                    return token.end(), token.end(), True
                lambdas -= 1
            elif kind == "word" and token.group() == "lambda":
                lambdas += 1
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        if kind not in _INVISIBLE:
            end = token.end()
    return end, len(source), False
