"""Metadata values as JSON text that brings back what was put in.

Owns the translation of one metadata value into text and back. Unlike documents, metadata is read back
into the session that wrote it, so arrays, tuples, bytes and keys that are no text come back as they were:
each is an object ``{"__bsh__": kind, ...}`` in the JSON. Reading runs no code of the value's.
"""

from __future__ import annotations

import base64
import datetime
import enum
import json
from collections.abc import Mapping
from typing import Any

from bsh.store.codec import encode

__all__ = ["TAG", "decode_value", "encode_value"]

TAG = "__bsh__"
_MAX_DEPTH = 100


def encode_value(value: Any) -> str:
    """Return a metadata value as JSON text; never fails.

    Parameters
    ----------
    value : object
        Text, numbers, None, dates, bytes, complex numbers, numpy arrays without objects in them, and
        dicts, lists, tuples and sets of those come back as they are. Anything else is saved as its
        ``repr``, as it would be in a document.
    """
    try:
        return json.dumps(_tagged(value, 0), separators=(",", ":"))
    except (RuntimeError, TypeError, ValueError, OverflowError):
        return encode(value)  # endless, or changed by another thread meanwhile: the codec that never fails


def decode_value(text: str) -> Any:
    """Return the metadata value of a text that :func:`encode_value` made.

    Parameters
    ----------
    text : str
        JSON.

    Raises
    ------
    ValueError
        If it is no JSON, or says of a part what is not true.
    """
    try:
        return _untagged(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a metadata value: {error}") from error


def _tagged(value: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, enum.Enum):
        return _tagged(value.value, depth + 1)
    if value is None or isinstance(value, bool | str | int | float):
        return value
    if isinstance(value, Mapping):
        return _tagged_mapping(value, depth)
    if isinstance(value, list):
        return [_tagged(item, depth + 1) for item in value]
    if isinstance(value, tuple | set | frozenset):
        kind = "tuple" if isinstance(value, tuple) else "set"
        return {TAG: kind, "items": [_tagged(item, depth + 1) for item in value]}
    return _tagged_leaf(value, depth)


def _tagged_mapping(value: Mapping[Any, Any], depth: int) -> Any:
    items = list(value.items())
    if all(isinstance(key, str) for key, _ in items) and TAG not in value:
        return {key: _tagged(item, depth + 1) for key, item in items}
    pairs = [[_tagged(key, depth + 1), _tagged(item, depth + 1)] for key, item in items]
    return {TAG: "dict", "items": pairs}


def _tagged_leaf(value: Any, depth: int) -> Any:
    if isinstance(value, bytes | bytearray):
        return {TAG: "bytes", "data": base64.b64encode(value).decode("ascii")}
    if isinstance(value, complex):
        return {TAG: "complex", "re": float(value.real), "im": float(value.imag)}
    for kind, cls in (("datetime", datetime.datetime), ("date", datetime.date), ("time", datetime.time)):
        if isinstance(value, cls):
            return {TAG: kind, "iso": value.isoformat()}
    if type(value).__module__.partition(".")[0] == "numpy":
        return _tagged_numpy(value, depth)
    return json.loads(encode(value))


def _tagged_numpy(value: Any, depth: int) -> Any:
    from numpy import ascontiguousarray, ndarray

    if not isinstance(value, ndarray):
        plain = value.tolist() if hasattr(value, "tolist") else repr(value)
        return json.loads(encode(value)) if type(plain) is type(value) else _tagged(plain, depth + 1)
    if value.dtype.hasobject or value.dtype.names or value.dtype.kind == "V":
        return _tagged(value.tolist(), depth + 1)
    data = base64.b64encode(ascontiguousarray(value).tobytes()).decode("ascii")
    return {TAG: "ndarray", "dtype": value.dtype.str, "shape": list(value.shape), "data": data}


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: _untagged(item) for key, item in value.items()}
    reader = _READERS.get(value[TAG])
    if reader is None:
        raise ValueError(f"no metadata value is of the kind {value[TAG]!r}")
    return reader(value)


def _read_array(tagged: dict[str, Any]) -> Any:
    from numpy import dtype, frombuffer

    kind = dtype(tagged["dtype"])
    if kind.hasobject:
        raise ValueError("arrays of objects are not read")
    flat = frombuffer(base64.b64decode(tagged["data"], validate=True), dtype=kind)
    return flat.reshape(tagged["shape"]).copy()  # a copy can be written to


_READERS = {
    "tuple": lambda tagged: tuple(_untagged(item) for item in tagged["items"]),
    "set": lambda tagged: {_untagged(item) for item in tagged["items"]},
    "dict": lambda tagged: {_untagged(key): _untagged(item) for key, item in tagged["items"]},
    "bytes": lambda tagged: base64.b64decode(tagged["data"], validate=True),
    "complex": lambda tagged: complex(tagged["re"], tagged["im"]),
    "datetime": lambda tagged: datetime.datetime.fromisoformat(tagged["iso"]),
    "date": lambda tagged: datetime.date.fromisoformat(tagged["iso"]),
    "time": lambda tagged: datetime.time.fromisoformat(tagged["iso"]),
    "ndarray": _read_array,
}
