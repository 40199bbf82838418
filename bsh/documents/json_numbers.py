"""Numbers that JSON readers elsewhere can hold: JavaScript's and some databases' integers end at 2 to the 53."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf, isnan
from typing import Any

__all__ = ["truncate_json_overflow"]

LARGEST_WHOLE = 2**53 - 1
LARGEST_FLOAT = 1.7976e308


def truncate_json_overflow(data: Any) -> Any:
    """Return data with numbers cut to what every JSON reader can hold.

    Parameters
    ----------
    data : object
        A number, or numbers in mappings, lists, tuples and arrays; anything else comes back unchanged.

    Returns
    -------
    object
        New containers, lists for tuples and arrays. Whole numbers, floats without a fraction among them, lie
        within ``2**53 - 1`` of zero; infinities are the largest float; NaN stays.

    Examples
    --------
    >>> truncate_json_overflow({"counts": 2**60, "ratio": 0.5, "trace": [float("inf")]})
    {'counts': 9007199254740991, 'ratio': 0.5, 'trace': [1.7976e+308]}
    """
    if isinstance(data, Mapping):
        return {key: truncate_json_overflow(value) for key, value in data.items()}
    if hasattr(data, "tolist"):  # numpy's arrays and scalars
        return truncate_json_overflow(data.tolist())
    if isinstance(data, list | tuple):
        return [truncate_json_overflow(value) for value in data]
    if isinstance(data, bool) or not isinstance(data, int | float) or isnan(data):
        return data
    if isinf(data):
        return LARGEST_FLOAT if data > 0 else -LARGEST_FLOAT
    if data == int(data) and abs(data) > LARGEST_WHOLE:
        return LARGEST_WHOLE if data > 0 else -LARGEST_WHOLE
    return data
