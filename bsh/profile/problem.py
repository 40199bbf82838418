"""What is wrong in a profile: one value a problem, one error for all of them.

Owns the wording rule: where, what was found, what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bsh.errors import ProfileError

from .position import Position

__all__ = ["Problem", "ProfileProblems", "nearest", "one_of"]


class Problem(NamedTuple):
    """One thing in a profile that has to be changed.

    Parameters
    ----------
    position : Position
        Where it stands.
    found : str
        What was found there.
    instead : str
        What to write instead; may be empty.
    fatal : bool
        Whether a shell cannot start with it. A start-up script that is not there is a problem, but no
        reason to leave the beamline without a shell.
    """

    position: Position
    found: str
    instead: str = ""
    fatal: bool = True

    @property
    def is_told_later(self) -> bool:
        """Whether it is told again, with more words, when what it is about is used."""
        return not self.fatal and any(key in self.found for key in ("'startup'", "'rules.forbid'"))

    def __str__(self) -> str:
        text = f"{self.position}: {self.found}"
        return f"{text}; {self.instead}" if self.instead else text


class ProfileProblems(ProfileError):
    """A profile cannot be used; ``problems`` holds every reason, the text has one line for each.

    Parameters
    ----------
    problems : sequence of Problem
        At least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like ``word``, or an empty text.

    Examples
    --------
    >>> nearest("basline", ["baseline", "monitors"])
    'baseline'
    """
    from difflib import get_close_matches

    cutoff = 0.5 if len(word) < 4 else 0.6  # 'ht' for 'th': of a short word half is much
    matches = get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return matches[0] if matches else ""


def one_of(words: Iterable[str], *, most: int = 12) -> str:
    """Return the words as a list for a sentence, cut when there are many.

    Examples
    --------
    >>> one_of(["warn", "pause", "fail"])
    'warn, pause, fail'
    """
    listed = list(words)
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" ... ({more} more)" if more > 0 else "")
