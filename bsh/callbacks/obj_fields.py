"""Data keys of what a script names: keys, or devices that stand for all of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["get_obj_fields", "single_field"]


def get_obj_fields(fields: Iterable[Any]) -> list[str]:
    """Return data keys for a mixture of data keys and devices.

    Parameters
    ----------
    fields : iterable of str or device
        A device stands for all keys of its ``describe()``, sorted.

    Raises
    ------
    ValueError
        Something is neither a string nor describes itself.

    Examples
    --------
    >>> get_obj_fields(["det", "th"])
    ['det', 'th']
    """
    keys: list[str] = []
    for field in fields:
        if isinstance(field, str):
            keys.append(field)
        elif callable(getattr(field, "describe", None)):
            keys += sorted(field.describe())
        else:
            raise ValueError(f"Fields are data keys or devices with a describe() method, not {field!r}.")
    return keys


def single_field(field: Any) -> str:
    """Return the data key for a data key or for a device that has just one, or whose first is its main one.

    Parameters
    ----------
    field : str or device
        What a script names.
    """
    if isinstance(field, str):
        return field
    hinted = (getattr(field, "hints", None) or {}).get("fields")
    if hinted:
        return str(hinted[0])
    keys = get_obj_fields([field])
    name = getattr(field, "name", None)
    return name if name in keys else keys[0]
