"""The filters of ``scans``: words and key=value pairs as typed.

Owns their meaning. Keys that are no filter of their own look into the start document.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bsh.errors import UsageError

if TYPE_CHECKING:
    from bsh.store import RunLibrary, RunStore, RunSummary

__all__ = ["ScanFilters", "parse_filters"]

_STATUS = {"open": "running"}
_STATUS_WORDS = ("success", "abort", "fail", "running", "interrupted")
_KEYS = {"plan": "plan_name", "plan_name": "plan_name", "motor": "motor"}
_TIMES = ("since", "until")


@dataclass(slots=True)
class ScanFilters:
    """Which scans are wanted.

    Parameters
    ----------
    query : dict
        Keyword arguments of ``RunLibrary.runs``.
    words : list of str
        Words that occur in the line or the metadata.
    metadata : dict of str to str
        Keys of the start document and the text that their values hold.
    """

    query: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)

    def runs(self, library: RunLibrary | RunStore, limit: int | None) -> list[RunSummary]:
        """Return the scans of a library that are wanted, newest first.

        Parameters
        ----------
        library : RunLibrary or RunStore
            Where to look.
        limit : int or None
            How many at most.
        """
        text = " ".join(self.words) or None
        if not self.metadata:
            return library.runs(limit, text=text, **self.query)
        from bsh.store.run_state import NOT_SEARCHED

        pieces = " ".join(value for key, value in self.metadata.items() if key not in NOT_SEARCHED)
        found: list[RunSummary] = []
        for run in library.runs(None, text=text, pieces=pieces, **self.query):
            if self._is_wanted(library.run(run.uid).start):
                found.append(run)
            if len(found) == limit:
                break
        return found

    def _is_wanted(self, start: Any) -> bool:
        return all(value.lower() in str(start.get(key, "")).lower() for key, value in self.metadata.items())


def parse_filters(typed: Sequence[str], *, today: datetime.date | None = None) -> ScanFilters:
    """Return what the filters of a command line mean.

    Parameters
    ----------
    typed : sequence of str
        For example ``["today", "motor=th", "cu"]``.
    today : date, optional
        For tests.

    Raises
    ------
    UsageError
        A value cannot be read.

    Examples
    --------
    >>> parse_filters(["motor=th", "sample=cu", "lup"])
    ScanFilters(query={'motor': 'th'}, words=['lup'], metadata={'sample': 'cu'})
    """
    day = today or datetime.date.today()
    filters = ScanFilters()
    for word in typed:
        key, equals, value = word.partition("=")
        if not equals:
            _add_word(word, day, filters)
        elif not value:
            raise UsageError(f"'{word}' has no value", hint=f"write {key}=VALUE")
        elif key in _TIMES:
            filters.query[key] = _moment(key, value)
        elif key in _KEYS:
            filters.query[_KEYS[key]] = value
        elif key in ("status", "exit_status"):
            filters.query["exit_status"] = _status(value)
        else:
            filters.metadata[key] = value
    return filters


def _add_word(word: str, day: datetime.date, filters: ScanFilters) -> None:
    if word in ("today", "yesterday"):
        first = day if word == "today" else day - datetime.timedelta(days=1)
        midnight = datetime.datetime.combine(first, datetime.time())
        filters.query |= {"since": midnight, "until": midnight + datetime.timedelta(days=1)}
    else:
        filters.words.append(word)


def _moment(key: str, text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{text}' for {key} is no date", hint=f"write {key}=2026-01-31, or {key}=2026-01-31T12:30"
        ) from None


def _status(value: str) -> str:
    status = _STATUS.get(value, value)
    if status not in _STATUS_WORDS:
        raise UsageError(
            f"'{value}' is no status", hint=f"write one of {', '.join((*_STATUS_WORDS, 'open'))}"
        )
    return status
