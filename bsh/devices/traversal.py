"""Questions about devices and their families, asked by duck typing.

Knows which attributes a device may have (name, parent, labels, components), whatever library it comes
from; it never connects, reads or moves anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from inspect import iscoroutinefunction
from typing import Any

__all__ = [
    "all_safe_rewind",
    "ancestry",
    "children",
    "first_key_heuristic",
    "is_movable",
    "labels_of",
    "reads_concurrently",
    "root_ancestor",
    "separate_devices",
    "share_ancestor",
]

_MOVABLE_MEMBERS = (
    "name",
    "parent",
    "read",
    "describe",
    "read_configuration",
    "describe_configuration",
    "set",
)


def ancestry(obj: Any) -> list[Any]:
    """List an object and the devices it is part of.

    Parameters
    ----------
    obj : device
        An object with a ``parent``, which is None for a root.

    Returns
    -------
    list
        The object first, the root last.
    """
    line = [obj]
    while (parent := getattr(line[-1], "parent", None)) is not None:
        line.append(parent)
    return line


def root_ancestor(obj: Any) -> Any:
    """Return the outermost device that an object is part of, itself if it is a root.

    Parameters
    ----------
    obj : device
        An object with a ``parent``.
    """
    return ancestry(obj)[-1]


def share_ancestor(obj1: Any, obj2: Any) -> bool:
    """Tell whether two objects are part of the same root device.

    Parameters
    ----------
    obj1, obj2 : device
        Objects with a ``parent``.
    """
    return root_ancestor(obj1) is root_ancestor(obj2)


def separate_devices(devices: Iterable[Any]) -> list[Any]:
    """Drop duplicates, and devices that are part of another device of the same list.

    Parameters
    ----------
    devices : iterable of devices
        In any order.

    Returns
    -------
    list
        What is left, in the order given.
    """
    unique = {id(device): device for device in devices}
    return [
        device
        for device in unique.values()
        if not any(id(ancestor) in unique for ancestor in ancestry(device)[1:])
    ]


def first_key_heuristic(device: Any) -> str:
    """Return the first key that a device describes: what a plot of it would show.

    Parameters
    ----------
    device : readable
        Its ``describe()`` must return a dict, not a coroutine.
    """
    return str(next(iter(device.describe())))


def all_safe_rewind(devices: Iterable[Any]) -> bool:
    """Tell whether every device can be read again after a pause.

    Parameters
    ----------
    devices : iterable of devices
        A device without a ``rewindable`` signal is safe.
    """
    return all(bool(device.rewindable.get()) for device in devices if hasattr(device, "rewindable"))


def reads_concurrently(obj: Any) -> bool:
    """Tell whether a device may be read while others are.

    Parameters
    ----------
    obj : device
        One with a coroutine for ``read``, or with the attribute ``concurrent_read = True``, by which a
        device says that its ``read`` may be called on any thread.
    """
    return bool(getattr(obj, "concurrent_read", False)) or _has_async_read(obj.__class__)


@lru_cache(maxsize=1024)
def _has_async_read(kind: type) -> bool:
    return iscoroutinefunction(getattr(kind, "read", None))


def is_movable(obj: Any) -> bool:
    """Tell whether an object can be an axis of a scan.

    Parameters
    ----------
    obj : object
        It needs name, parent, read, describe, read_configuration, describe_configuration and set;
        position and stop are optional.
    """
    return all(hasattr(obj, member) for member in _MOVABLE_MEMBERS)


def labels_of(obj: Any) -> frozenset[str]:
    """Return the labels of a device, as ophyd keeps them.

    Parameters
    ----------
    obj : device
        Anything; what has no labels has none.
    """
    return frozenset(getattr(obj, "_ophyd_labels_", None) or ())


def children(obj: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attribute name and the object of each direct part of a device.

    Parameters
    ----------
    obj : device
        Parts of an ophyd device that were never touched (lazy ones) are left out: to look at them
        would connect them.
    """
    made = getattr(obj, "_signals", None)
    if isinstance(made, dict):
        yield from made.items()
        return
    offered = getattr(obj, "children", None)  # ophyd-async
    if callable(offered):
        yield from offered()
        return
    for name in getattr(obj, "component_names", ()):
        yield name, getattr(obj, name)
