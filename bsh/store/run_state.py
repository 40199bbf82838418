"""What the writer knows of a run while its documents come in.

Owns the row of table ``runs`` as values: what the start document says, how many points there are, how it
ended. Reads documents, and knows no SQL.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bsh.protocols import Document
from bsh.store.codec import text_of
from bsh.store.summary import IMPORTED

__all__ = ["NOT_SEARCHED", "PointCounter", "RunState", "search_words"]

_WORD = re.compile(r"[\w.\-]+")
_MAX_WORDS_LENGTH = 20_000
_MAX_SCAN_ID = 2**63 - 1
NOT_SEARCHED = frozenset({"uid", "time", "scan_id", "hints", "versions", "axes_before", "positions_before"})
"""Keys of start documents whose values are no words that a run is found by."""


def search_words(text: str) -> list[str]:
    """Return the words that free text is searched by: lower case, of letters, digits and ``_ - .``."""
    return _WORD.findall(text.lower())


class PointCounter:
    """Counts the distinct sequence numbers of one stream, in little memory as long as they are 1, 2, 3..."""

    def __init__(self) -> None:
        self._all_up_to = 0
        self._others: set[int] = set()

    def __len__(self) -> int:
        return self._all_up_to + len(self._others)

    def add(self, seq_num: Any) -> None:
        """Count a number; one that was counted before, or is none, changes nothing."""
        number = seq_num if type(seq_num) is int else _whole_number(seq_num)
        if number is None or 1 <= number <= self._all_up_to:
            return
        self._others.add(number)
        while self._all_up_to + 1 in self._others:
            self._all_up_to += 1
            self._others.remove(self._all_up_to)


NO_POINTS = frozenset({"baseline", "interruptions"})
"""Streams that go with a run without being measured for it."""


class RunState:
    """One run, from its documents so far.

    Parameters
    ----------
    start : dict
        The start document, or as much of one as there is.
    """

    def __init__(self, start: Document) -> None:
        self.row_id: int | None = None
        """Number of the row in table ``runs`` once it is there."""
        self.known_documents: frozenset[str] = frozenset()
        """What is stored of this run already, for a run that comes a second time."""
        self.uid = text_of(start["uid"])
        self.scan_id = _whole_number(start.get("scan_id"))
        self.time = _finite(start.get("time"))
        self.is_imported = IMPORTED in start
        self.plan_name = text_of(start.get("plan_name") or "")
        self.command = text_of(start.get("command") or "")
        self.motors = sorted({text_of(motor) for motor in _as_list(start.get("motors"))})
        self.words = "".join(f" {word}" for word in search_words(_searched_text(start)))
        self.exit_status: str | None = None
        self.reason = ""
        self.stop_time: float | None = None
        self._streams: dict[str, str] = {}
        self._points: dict[str, PointCounter] = {}

    @property
    def num_points(self) -> int:
        """Events saved: of the stream ``primary`` once it is declared, else of all that measure.

        The baseline and the record of interruptions are no points of a scan.
        """
        if "primary" in self._points:
            return len(self._points["primary"])
        return sum(len(counter) for name, counter in self._points.items() if name not in NO_POINTS)

    def declare(self, descriptor: Document) -> None:
        """Take note of a descriptor document."""
        stream = text_of(descriptor.get("name", ""))
        self._streams[descriptor["uid"]] = stream
        self._points.setdefault(stream, PointCounter())

    def descriptors(self) -> Iterable[str]:
        """Return the uids of the descriptors so far."""
        return self._streams

    def count(self, descriptor_uid: str, seq_nums: Iterable[Any]) -> None:
        """Take note of saved events."""
        counter = self._points[self._streams[descriptor_uid]]
        for seq_num in seq_nums:
            counter.add(seq_num)

    def finish(self, stop: Document) -> None:
        """Take note of the stop document."""
        status = stop.get("exit_status")
        self.exit_status = None if status is None else text_of(status)
        self.reason = text_of(stop.get("reason") or "")
        self.stop_time = _finite(stop.get("time"))


def _searched_text(start: Document) -> str:
    pieces: list[str] = []
    length = 0
    for piece in _texts({key: value for key, value in start.items() if key not in NOT_SEARCHED}, 0):
        pieces.append(piece)
        length += len(piece)
        if length > _MAX_WORDS_LENGTH:
            break
    return text_of(" ".join(pieces)[:_MAX_WORDS_LENGTH])


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float):
        yield str(value)
    elif depth > 5:
        return
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _texts(item, depth + 1)


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [value]
    return list(value) if isinstance(value, list | tuple | set | frozenset) else []


def _whole_number(value: Any) -> int | None:
    try:
        number = int(value)  # numpy's integers too
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) <= _MAX_SCAN_ID else None


def _finite(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0
