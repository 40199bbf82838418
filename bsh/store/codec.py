"""Documents as JSON text, for the store.

Owns the translation of a document into text and back, and knows nothing of SQL or threads.

What is decided here
--------------------
- The text is JSON as Python's ``json`` writes it: NaN and the infinities are the words ``NaN``,
  ``Infinity`` and ``-Infinity`` and come back as the same floats. That is *not* valid for strict JSON
  readers; what leaves the store for them goes through :mod:`bsh.export`, which writes ``null``.
- numpy arrays and scalars become lists and numbers (large arrays belong into files of their own).
- An enum becomes its value, a date its ISO 8601 text, a path or UUID its text, a set a list, bytes text
  (UTF-8, other bytes as ``\\xNN``), a complex number or decimal its text. Tuples come back as lists, and
  keys as text.
- Anything else becomes its ``repr``. Nothing that can be put into a document makes :func:`encode` fail.
"""

from __future__ import annotations

import datetime
import enum
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["decode", "encode", "text_of"]

_MAX_DEPTH = 100
_MAX_REPR = 10_000
_MAX_INT_BITS = 4096  # Python refuses to write much longer integers as decimal digits
_ITERABLES: tuple[type[Iterable[Any]], ...] = (set, frozenset, range, type({}.keys()), type({}.values()))


def encode(value: Any) -> str:
    """Return ``value`` as JSON text; never fails.

    Parameters
    ----------
    value : object
        A document, or any part of one.

    Examples
    --------
    >>> encode({"th": float("nan"), "mode": {"fast"}})
    '{"th":NaN,"mode":["fast"]}'
    """
    for _ in range(3):
        try:
            return _fast.encode(value)
        except RuntimeError as error:  # RecursionError is one, and needs the slow way at once
            if isinstance(error, RecursionError):
                break
            # a container changed its size meanwhile: somebody else holds it; try again
        except (TypeError, ValueError, OverflowError):
            break  # keys that are no text, a container inside itself, a number of 5000 digits
    return json.dumps(_simplified(value, 0, frozenset()), separators=(",", ":"))


def decode(text: str) -> Any:
    """Return the value of a text that :func:`encode` made.

    Parameters
    ----------
    text : str
        JSON, in which ``NaN`` and ``Infinity`` are allowed.

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    return json.loads(text)


def text_of(value: Any) -> str:
    """Return a text that SQLite can store: the value's own if it is a string, else its ``str``.

    Parameters
    ----------
    value : object
        Anything. Lone surrogates, which are not UTF-8, are written as ``\\udcNN``.
    """
    text = value if isinstance(value, str) else _printed(value, str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plainer(value: Any) -> Any:
    """Return something nearer to JSON, for the types that JSON does not know."""
    try:
        return _converted(value)
    except Exception:  # somebody's class that does not keep what its methods promise
        return _printed(value, repr)


def _converted(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, _ITERABLES):
        return list(value)
    # Looked up in the class: asking an instance could make a device connect.
    if hasattr(type(value), "tolist"):  # numpy arrays and scalars, and what behaves like them
        plain = value.tolist()
        return float(plain) if type(plain) is type(value) else plain  # numpy.longdouble gives itself
    if hasattr(type(value), "__fspath__"):
        return text_of(value.__fspath__())
    if isinstance(value, complex) or type(value).__module__ in ("uuid", "decimal", "fractions"):
        return str(value)
    return _printed(value, repr)


def _printed(value: Any, how: Callable[[Any], str]) -> str:
    try:
        text = str(how(value))
    except Exception as error:  # a repr may do anything, and the document must be saved all the same
        return f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
    return text if len(text) <= _MAX_REPR else text[:_MAX_REPR] + "..."


def _simplified(value: Any, depth: int, above: frozenset[int]) -> Any:
    """Rebuild ``value`` from what JSON knows: the slow way for what the encoder refuses."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value) if value.bit_length() <= _MAX_INT_BITS else hex(value)
    if isinstance(value, float):
        return float(value)
    if depth > _MAX_DEPTH or id(value) in above:
        return "..."
    inside = above | {id(value)}
    if isinstance(value, dict):
        return {_key(key): _simplified(item, depth + 1, inside) for key, item in list(value.items())}
    if isinstance(value, list | tuple):
        return [_simplified(item, depth + 1, inside) for item in list(value)]
    return _simplified(_plainer(value), depth + 1, inside)


def _key(key: Any) -> str:
    plain = _simplified(key, 0, frozenset())
    return plain if isinstance(plain, str) else json.dumps(plain)


_fast = json.JSONEncoder(separators=(",", ":"), default=_plainer)
