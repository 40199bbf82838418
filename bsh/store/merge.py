"""Merging two edits of one metadata value.

Owns the rule by which a nested edit here and a nested edit in another shell are both kept. Pure: works on
plain JSON values.
"""

from __future__ import annotations

import json
from typing import Any

from bsh.store.values import TAG

__all__ = ["merged"]

_ABSENT = object()


def merged(base: Any, ours: Any, theirs: Any) -> Any:
    """Return ``theirs`` with what changed from ``base`` to ``ours``.

    Dicts are merged key by key, to any depth. Where both sides changed the same thing, ours counts: it
    is the later edit. Lists and all else are taken whole.

    Parameters
    ----------
    base : JSON value
        What we last knew.
    ours : JSON value
        What we made of it.
    theirs : JSON value
        What is stored now.

    Examples
    --------
    >>> merged({"name": "Cu", "mm": 1}, {"name": "Ag", "mm": 1}, {"name": "Cu", "mm": 2})
    {'name': 'Ag', 'mm': 2}
    """
    if _same(ours, base):
        return theirs
    if not (_is_dict(base) and _is_dict(ours) and _is_dict(theirs)):
        return ours
    result: dict[str, Any] = {}
    for key in [*theirs, *(key for key in ours if key not in theirs)]:
        value = _merged_item(base.get(key, _ABSENT), ours.get(key, _ABSENT), theirs.get(key, _ABSENT))
        if value is not _ABSENT:
            result[key] = value
    return result


def _merged_item(base: Any, ours: Any, theirs: Any) -> Any:
    if ours is _ABSENT:  # removed here, or added there
        return theirs if base is _ABSENT else _ABSENT
    if base is _ABSENT:
        return ours
    if theirs is _ABSENT:  # removed there: stays away unless it was changed here
        return _ABSENT if _same(ours, base) else ours
    return merged(base, ours, theirs)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict) and TAG not in value


def _same(one: Any, other: Any) -> bool:
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)  # equal NaNs, and 1 != True
