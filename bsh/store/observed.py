"""Dicts and lists that tell when they are changed, at any depth.

Owns the containers that metadata hands out, so that ``md["sample"]["name"] = "Cu"`` is saved. They are
real dicts and lists; copying or pickling one gives a plain one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["ObservedDict", "ObservedList", "observed", "plain"]

_MUTATORS = {
    dict: ("__delitem__", "clear", "pop", "popitem"),
    list: ("__delitem__", "__imul__", "clear", "pop", "remove", "reverse", "sort"),
}


def observed(value: Any, changed: Callable[[], None]) -> Any:
    """Return ``value`` with its dicts and lists replaced by ones that call ``changed()`` after each edit.

    Parameters
    ----------
    value : object
        Any value. Containers are copied; containers inside tuples or sets stay as they are.
    changed : callable
        Called without arguments, on the thread of the edit.
    """
    if isinstance(value, dict):
        return ObservedDict(value, changed)
    if isinstance(value, list):
        return ObservedList(value, changed)
    return value


def plain(value: Any) -> Any:
    """Return ``value`` with its dicts and lists, at any depth, replaced by plain copies.

    Parameters
    ----------
    value : object
        Any value.
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in list(value.items())}
    if isinstance(value, list):
        return [plain(item) for item in list(value)]
    return value


class ObservedDict(dict[Any, Any]):
    """A dict that calls back after each change of itself or of a container in it."""

    __slots__ = ("_changed",)

    def __init__(self, value: dict[Any, Any], changed: Callable[[], None]) -> None:
        super().__init__({key: observed(item, changed) for key, item in value.items()})
        self._changed = changed

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, observed(value, self._changed))
        self._changed()

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Return the value of ``key``, which is put in if it is missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take over keys and values, as ``dict.update`` does; saved in one go."""
        new = {key: observed(item, self._changed) for key, item in dict(*args, **kwargs).items()}
        super().update(new)
        self._changed()

    def __ior__(self, other: Any) -> ObservedDict:  # type: ignore[misc]  # dict's own takes more
        self.update(other)
        return self

    def copy(self) -> dict[Any, Any]:
        """Return a plain, deep copy."""
        return {key: plain(item) for key, item in self.items()}

    def __copy__(self) -> dict[Any, Any]:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self.copy(),)


class ObservedList(list[Any]):
    """A list that calls back after each change of itself or of a container in it."""

    __slots__ = ("_changed",)

    def __init__(self, value: list[Any], changed: Callable[[], None]) -> None:
        super().__init__([observed(item, changed) for item in value])
        self._changed = changed

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            value = [observed(item, self._changed) for item in value]
        else:
            value = observed(value, self._changed)
        super().__setitem__(index, value)
        self._changed()

    def append(self, value: Any) -> None:
        """Add one item at the end."""
        super().append(observed(value, self._changed))
        self._changed()

    def insert(self, index: Any, value: Any) -> None:
        """Add one item before ``index``."""
        super().insert(index, observed(value, self._changed))
        self._changed()

    def extend(self, values: Any) -> None:
        """Add items at the end; saved in one go."""
        super().extend([observed(item, self._changed) for item in values])
        self._changed()

    def __iadd__(self, values: Any) -> ObservedList:  # type: ignore[misc]  # list's own takes more
        self.extend(values)
        return self

    def copy(self) -> list[Any]:
        """Return a plain, deep copy."""
        return [plain(item) for item in self]

    def __copy__(self) -> list[Any]:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self.copy(),)


def _announcing(base: type, name: str) -> Callable[..., Any]:
    """Return the method ``name`` of ``base``, followed by the call-back."""
    original = getattr(base, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        self._changed()
        return result

    method.__name__ = name
    method.__qualname__ = name
    method.__doc__ = original.__doc__
    return method


for _observed_class, _base in ((ObservedDict, dict), (ObservedList, list)):
    for _name in _MUTATORS[_base]:
        setattr(_observed_class, _name, _announcing(_base, _name))
