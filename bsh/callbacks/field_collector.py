"""The values of one field, in a list of the caller's."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence
from typing import Any

from bsh.protocols import Document

__all__ = ["collector"]


def collector(field: str, output: MutableSequence[Any]) -> Callable[[str, Document], None]:
    """Return a callback that appends the values of one field to a list.

    Parameters
    ----------
    field : str
        Data key.
    output : list
        Takes the values.

    Returns
    -------
    callable
        Subscribe it to events; other documents and events without the field are ignored.

    Examples
    --------
    >>> values = []
    >>> collector("det", values)("event", {"data": {"det": 2.5}})
    >>> values
    [2.5]
    """

    def collect(name: str, doc: Document) -> None:
        if name == "event" and field in doc["data"]:
            output.append(doc["data"][field])
        elif name == "event_page" and field in doc["data"]:
            output.extend(doc["data"][field])

    return collect
