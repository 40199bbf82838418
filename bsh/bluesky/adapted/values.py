"""Small functions about values, documents and messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from bsh.bluesky.adapted.deprecation import warn_once

__all__ = [
    "apply_to_dict_recursively", "ensure_uid", "expiring_function", "sanitize_np", "warn_if_msg_args_or_kwargs",
]  # fmt: skip


def sanitize_np(val: Any) -> Any:
    """Return numpy's scalars and arrays as Python's numbers and lists, anything else as it is.

    Parameters
    ----------
    val : object
        Any value.

    Examples
    --------
    >>> import numpy
    >>> sanitize_np(numpy.float64(2.5)), sanitize_np("a")
    (2.5, 'a')
    """
    is_of_numpy = type(val).__module__.split(".")[0] == "numpy" and hasattr(val, "tolist")
    return val.tolist() if is_of_numpy else val


def ensure_uid(doc_or_uid: Any) -> Any:
    """Return the uid of a document; what is no document is one.

    Parameters
    ----------
    doc_or_uid : dict or str
        A document, or its uid.
    """
    return doc_or_uid["uid"] if isinstance(doc_or_uid, Mapping) else doc_or_uid


def apply_to_dict_recursively(
    d: MutableMapping[str, Any], f: Callable[[Any], Any]
) -> MutableMapping[str, Any]:
    """Replace every value of a dictionary by ``f`` of it; dictionaries in it first, from the inside.

    Parameters
    ----------
    d : dict
        Is changed and returned.
    f : callable
        Takes a value.
    """
    for key in list(d):
        value = d[key]
        d[key] = f(apply_to_dict_recursively(value, f) if isinstance(value, MutableMapping) else value)
    return d


def expiring_function(
    func: Callable[..., Any], loop: Any, *args: Any, **kwargs: Any
) -> Callable[[float, float], None]:
    """Return a function that calls another one unless it comes too late.

    Parameters
    ----------
    func : callable
        What is called.
    loop : asyncio.AbstractEventLoop
        Whose clock counts.
    *args, **kwargs
        For `func`.

    Returns
    -------
    callable
        ``f(start_time, timeout)``, in seconds of the loop's clock.
    """

    def call_in_time(start_time: float, timeout: float) -> None:
        if loop.time() - start_time <= timeout:
            func(*args, **kwargs)

    return call_in_time


def warn_if_msg_args_or_kwargs(msg: Any, meth: Any, args: Any, kwargs: Any) -> None:
    """Warn once a command that a message hands arguments on to a device.

    Parameters
    ----------
    msg : Msg
        The message.
    meth : callable
        The device's method.
    args, kwargs
        What it is handed.
    """
    if args or kwargs:
        warn_once(
            f"arguments of {msg.command}",
            f"Msg({msg.command!r}) hands {args} and {kwargs} on to {meth.__name__}(); bluesky may stop doing so.",
        )
