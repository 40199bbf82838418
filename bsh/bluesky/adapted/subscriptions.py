"""Callbacks kept with a class or with each of its instances, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

from bsh.preprocessors import normalize_subs_input

__all__ = ["DefaultSubs", "Subs", "apply_sub_factories", "update_sub_lists"]


class DefaultSubs:
    """An attribute of a class: callbacks, sorted by the documents they want, one set for all instances.

    Parameters
    ----------
    default : callable, list or dict, optional
        As for :func:`~bsh.preprocessors.normalize_subs_input`.
    """

    def __init__(self, default: Any = None) -> None:
        self._shared = normalize_subs_input(default)

    def __get__(self, instance: Any, owner: Any = None) -> dict[str, list[Any]]:
        return self._shared

    def __set__(self, instance: Any, value: Any) -> None:
        self._shared = normalize_subs_input(value)


class Subs:
    """An attribute: callbacks, sorted by the documents they want, a set of its own for each instance.

    Parameters
    ----------
    default : callable, list or dict, optional
        For instances that were given none.
    """

    def __init__(self, default: Any = None) -> None:
        self.default = normalize_subs_input(default)
        self.data: WeakKeyDictionary[Any, dict[str, list[Any]]] = WeakKeyDictionary()

    def __get__(self, instance: Any, owner: Any = None) -> dict[str, list[Any]]:
        return self.default if instance is None else self.data.get(instance, self.default)

    def __set__(self, instance: Any, value: Any) -> None:
        self.data[instance] = normalize_subs_input(value)


def update_sub_lists(out: MutableMapping[str, list[Any]], inp: MutableMapping[str, Iterable[Any]]) -> None:
    """Add the callbacks of one mapping to the lists of another.

    Parameters
    ----------
    out : dict of str to list
        Is changed.
    inp : dict of str to iterable
        What is added.
    """
    for name, callbacks in inp.items():
        out.setdefault(name, []).extend(callbacks)


def apply_sub_factories(factories: Any, plan: Any) -> dict[str, list[Any]]:
    """Call functions that make callbacks for a plan; those that return None make none.

    Parameters
    ----------
    factories : callable, list or dict
        Each is called with the plan.
    plan : object
        The plan.
    """
    makers: dict[str, list[Any]] = normalize_subs_input(factories)
    made = {name: [make(plan) for make in each] for name, each in makers.items()}
    return {name: [one for one in ones if one is not None] for name, ones in made.items()}
