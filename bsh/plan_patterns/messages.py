"""Messages that never change, made once, and names for groups of messages."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bsh.msg import Msg

__all__ = ["CHECKPOINT", "DROP", "NULL", "PAUSE", "SAVE", "open_run_message", "short_uid", "wait_message"]

CHECKPOINT = Msg("checkpoint")
DROP = Msg("drop")
NULL = Msg("null")
PAUSE = Msg("pause", None, defer=False)
SAVE = Msg("save")

_numbers = itertools.count(1)


def short_uid(label: str | None = None, truncate: int = 6) -> str:
    """Return a name that no other group of this process has.

    Parameters
    ----------
    label : str, optional
        What the group is about, in front of the number.
    truncate : int, optional
        Least number of digits.
    """
    number = f"{next(_numbers):0{truncate}d}"
    return number if label is None else f"{label}-{number}"


def open_run_message(md: Mapping[str, Any] | None) -> Msg:
    """Make the message that opens a run.

    Parameters
    ----------
    md : mapping or None
        Metadata of the run; any key is good, even those that are names of a message's own parts.
    """
    return Msg("open_run")._replace(kwargs=dict(md or {}))


def wait_message(
    group: Hashable | None = None,
    *,
    timeout: float | None = None,
    error_on_timeout: bool = True,
    watch: Sequence[Any] = (),
) -> Msg:
    """Make the message that waits for a group of statuses.

    Parameters
    ----------
    group : hashable, optional
        The group named in ``set``, ``trigger``, ``kickoff``...
    timeout : float, optional
        Seconds.
    error_on_timeout : bool, optional
        Whether to raise when the time is over, or only to answer False.
    watch : sequence of groups, optional
        Groups whose failure ends the wait.
    """
    return Msg("wait", None, group=group, error_on_timeout=error_on_timeout, timeout=timeout, watch=watch)
