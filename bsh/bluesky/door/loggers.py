"""bsh's loggers under bluesky's names.

Owns the pairs of names. A logger of the pair has the other's state: level, handlers and filters set on one are those of
the other, whichever was made first.
"""

from __future__ import annotations

import logging
from typing import Any

__all__ = ["LOGGERS", "give_back_loggers", "share_loggers"]

LOGGERS = {
    "bluesky": "bsh",
    "bluesky.emit_document": "bsh.emit_document",
    "bluesky.RE": "bsh.RE",
    "bluesky.RE.msg": "bsh.RE.msg",
    "bluesky.RE.state": "bsh.RE.state",
}

_before: dict[str, dict[str, Any]] = {}


def share_loggers() -> None:
    """Let each of bluesky's loggers be bsh's; what was set on it before is carried over."""
    for old, new in LOGGERS.items():
        ours, theirs = logging.getLogger(new), logging.getLogger(old)
        _before[old] = theirs.__dict__
        for handler in theirs.handlers:
            ours.addHandler(handler)
        if theirs.level != logging.NOTSET:
            ours.setLevel(theirs.level)
        theirs.__dict__ = ours.__dict__


def give_back_loggers() -> None:
    """Give bluesky's loggers their own state again."""
    while _before:
        name, state = _before.popitem()
        logging.getLogger(name).__dict__ = state
