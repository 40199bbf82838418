"""How the text after a command's name falls into words.

Owns the splitting rules: blanks outside brackets and strings separate, a lone operator glues, words
that begin with ``-`` before the first number are options. Pure text; knows no command and no device.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

__all__ = ["Syntax", "Word", "split_words"]


class Syntax(Enum):
    """How the text after a command's name is read."""

    EXPRESSIONS = "expressions"
    """Python expressions separated by blanks; a lone operator glues its neighbours."""
    WORDS = "words"
    """Bare words separated by blanks (``wa sam* -v``); nothing glues."""
    RAW = "raw"
    """The rest of the line as it stands, quotes and semicolons included."""


@dataclass(frozen=True)
class Word:
    """One argument as typed.

    Attributes
    ----------
    text : str
        The text; for ``key=value`` the value only.
    keyword : str, optional
        The key of ``key=value``.
    option : bool
        Whether it is an option (``-s``).
    problem : str
        Why it cannot be read ("a quotation mark is not closed"); empty when it can.
    """

    text: str
    keyword: str | None = None
    option: bool = False
    problem: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a bracket in it is never closed."""
        return self.problem.endswith(_MISSING)

    @property
    def typed(self) -> str:
        """The whole argument as typed."""
        return self.text if self.keyword is None else f"{self.keyword}={self.text}"


_PIECE = re.compile(
    r"""
      (?P<blank>(?:[^\S\n]|\\\r?\n|\n)+)
    | (?P<string>(?:\b[rRbBuUfF]{1,2})?(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
    | (?P<openquote>["'])
    | (?P<comment>\#[^\n]*)
    | (?P<open>[\[({])
    | (?P<close>[\])}])
    | (?P<text>\w+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_MISSING = " is missing"
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_LONE_OPERATOR = re.compile(r"(?:\*\*|//|<<|>>|==|!=|<=|>=|[-+*/%@&|^<>=])\Z")
_LEADING_OPERATOR = re.compile(r"(?:[*/%@&|^<>=]|!=)")
_TRAILING_OPERATOR = re.compile(r"[-+*/%@&|^<>=]\Z")
_NUMBER = re.compile(r"[-+]*(?:\d|\.\d)")
_OPTION = re.compile(r"--?[A-Za-z]")
_KEYWORD = re.compile(r"([^\W\d]\w*)\s*=(?!=)\s*", re.ASCII)


@dataclass
class _Chunk:
    start: int
    end: int
    problem: str = ""


def split_words(text: str, syntax: Syntax = Syntax.EXPRESSIONS) -> list[Word]:
    """Split the text after a command's name into words.

    Parameters
    ----------
    text : str
        Everything after the name, without a trailing comment.
    syntax : Syntax
        How to read it.

    Examples
    --------
    >>> [word.text for word in split_words("th 1.5 + 0.2")]
    ['th', '1.5 + 0.2']
    >>> [word.text for word in split_words("th 1 -0.2")]
    ['th', '1', '-0.2']
    """
    if syntax is Syntax.RAW:
        rest = text.strip()
        return [Word(rest)] if rest else []
    chunks = _chunks(text)
    if syntax is Syntax.EXPRESSIONS:
        chunks = _glue(text, chunks)
    return _classify(text, chunks)


def _chunks(text: str) -> list[_Chunk]:
    chunks: list[_Chunk] = []
    current: _Chunk | None = None
    brackets: list[str] = []
    for piece in _PIECE.finditer(text):
        kind = piece.lastgroup
        if kind == "blank" and not brackets:
            current = None
            continue
        if current is None:
            current = _Chunk(piece.start(), piece.end())
            chunks.append(current)
        current.end = piece.end()
        if kind == "open":
            brackets.append(_CLOSES[piece.group()])
        elif kind == "close":
            if not brackets or brackets.pop() != piece.group():
                current.problem = f"'{piece.group()}' closes nothing"
                brackets.clear()
        elif kind == "openquote":
            current.problem = "a quotation mark is not closed"
    if brackets and current is not None:
        current.problem = current.problem or f"'{brackets[-1]}'{_MISSING}"
    return chunks


def _glue(text: str, chunks: list[_Chunk]) -> list[_Chunk]:
    glued: list[_Chunk] = []
    open_end = False  # whether the last chunk waits for a right-hand side
    for chunk in chunks:
        word = text[chunk.start : chunk.end]
        is_operator = _LONE_OPERATOR.match(word) is not None
        if glued and (open_end or is_operator or _LEADING_OPERATOR.match(word)):
            last = glued[-1]
            last.end = chunk.end
            last.problem = last.problem or chunk.problem
        else:
            glued.append(chunk)
        open_end = word not in ("--", ",") and _TRAILING_OPERATOR.search(word) is not None
    return glued


def _classify(text: str, chunks: list[_Chunk]) -> list[Word]:
    words: list[Word] = []
    options = True
    for chunk in chunks:
        piece = text[chunk.start : chunk.end]
        if options and piece == "--":
            options = False
            continue
        if options and _NUMBER.match(piece):
            options = False
        if options and _OPTION.match(piece):
            words.append(Word(piece, option=True, problem=chunk.problem))
            continue
        key = _KEYWORD.match(piece)
        if key is not None:
            words.append(Word(piece[key.end() :], keyword=key.group(1), problem=chunk.problem))
        else:
            words.append(Word(piece, problem=chunk.problem))
    return words
