"""The known names next to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["nearest", "nearest_hint"]


def nearest(name: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return the known names that look most like ``name``, best first.

    Parameters
    ----------
    name : str
        What was typed.
    known : iterable of str
        What it may have meant.
    count : int
        Return at most this many.

    Examples
    --------
    >>> nearest("thh", ["th", "tth", "samx"])
    ['th', 'tth']
    """
    by_lower: dict[str, str] = {}
    for candidate in known:
        by_lower.setdefault(candidate.lower(), candidate)
    from difflib import get_close_matches

    found = get_close_matches(name.lower(), by_lower, n=count, cutoff=0.6)
    return [by_lower[key] for key in found]


def nearest_hint(name: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean ...?``, or None where nothing is near.

    Parameters
    ----------
    name : str
        What was typed.
    known : iterable of str
        What it may have meant.
    """
    names = nearest(name, known)
    return f"did you mean {', '.join(names)}?" if names else None
