"""Colours of the line that is typed: none while it is empty.

IPython's lexer compiles the grammar of Python at its first use, which is the first prompt. An empty line needs none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prompt_toolkit.document import Document
from prompt_toolkit.lexers import Lexer

__all__ = ["EmptyFirstLexer"]


class EmptyFirstLexer(Lexer):
    """Leaves an empty document alone and hands everything else on.

    Parameters
    ----------
    lexer : prompt_toolkit.lexers.Lexer
        What colours a line with something in it.
    """

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer

    def lex_document(self, document: Document) -> Callable[[int], Any]:
        """Return what gives the styled fragments of a line.

        Parameters
        ----------
        document : Document
            What is typed.
        """
        if not document.text:
            return lambda number: []
        return self._lexer.lex_document(document)
