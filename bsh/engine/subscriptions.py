"""The forms in which subscriptions are given to a call of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["SUBS_NAMES", "normalize_subs_input"]

SUBS_NAMES = ["all", "start", "stop", "event", "descriptor"]


def normalize_subs_input(subs: Any) -> dict[str, list[Callable[..., Any]]]:
    """Turn a callable, a list of them, or a dict by document name into a dict of lists.

    Raises
    ------
    KeyError
        A name is not one of :data:`SUBS_NAMES`.
    ValueError
        Something is not callable.
    """
    normalized: dict[str, list[Callable[..., Any]]] = {name: [] for name in SUBS_NAMES}
    if subs is None:
        return normalized
    by_name = subs if isinstance(subs, Mapping) else {"all": subs}
    for name, given in by_name.items():
        if name not in normalized:
            raise KeyError(f"{name!r} is not a name of subscriptions; use one of {', '.join(SUBS_NAMES)}.")
        functions = list(given) if isinstance(given, Iterable) else [given]
        for function in functions:
            if not callable(function):
                raise ValueError(f"A subscription must be a callable f(name, doc), not {function!r}.")
        normalized[name] = functions
    return normalized
