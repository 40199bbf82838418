"""Identifiers of documents.

Random uids for runs and descriptors, and a cheap sequence of globally unique uids for events.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import count

__all__ = ["new_uid", "short_uid", "uid_sequence"]


def new_uid() -> str:
    """Return a new random uid."""
    return str(uuid.uuid4())


def short_uid(label: str | None = None, truncate: int = 6) -> str:
    """Return the first characters of a new uid, after a label if one is given.

    Parameters
    ----------
    label : str, optional
        What the uid is for; joined with a hyphen.
    truncate : int
        How many characters of the uid to keep.
    """
    uid = new_uid()[:truncate]
    return uid if label is None else f"{label}-{uid}"


def uid_sequence() -> Callable[[], str]:
    """Return a function that makes a new uid at each call, four times cheaper than ``uuid4``.

    The first 74 random bits are drawn once for the sequence, the last 48 bits count up from a random
    start, so that no two sequences meet.
    """
    seed = uuid.uuid4()
    prefix = str(seed)[:24]
    numbers = count(seed.int & 0x7FFFFFFFFFFF)

    def next_uid() -> str:
        return f"{prefix}{next(numbers):012x}"

    return next_uid
