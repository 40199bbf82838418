from __future__ import annotations

import copy
import json
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from bsh.store.observed import ObservedDict, ObservedList, observed

Edit = Callable[[Any], object]
DICT_EDITS: dict[str, Edit] = {
    "set item": lambda d: operator.setitem(d, "new", 1),
    "del item": lambda d: operator.delitem(d, "a"),
    "pop": lambda d: d.pop("a"),
    "popitem": lambda d: d.popitem(),
    "clear": lambda d: d.clear(),
    "update": lambda d: d.update(x=1),
    "ior": lambda d: operator.ior(d, {"x": 1}),
    "setdefault": lambda d: d.setdefault("x", []),
    "nested": lambda d: d["inner"]["list"].append(1),
    "nested in new": lambda d: d.setdefault("x", {"y": {}})["y"].update(z=1),
}
LIST_EDITS: dict[str, Edit] = {
    "set item": lambda x: operator.setitem(x, 0, 9),
    "set slice": lambda x: operator.setitem(x, slice(0, 1), [{}, {}]),
    "del item": lambda x: operator.delitem(x, 0),
    "del slice": lambda x: operator.delitem(x, slice(None)),
    "append": lambda x: x.append(1),
    "extend": lambda x: x.extend([1]),
    "iadd": lambda x: operator.iadd(x, [1]),
    "imul": lambda x: operator.imul(x, 2),
    "insert": lambda x: x.insert(0, 1),
    "pop": lambda x: x.pop(),
    "remove": lambda x: x.remove(3),
    "reverse": lambda x: x.reverse(),
    "sort": lambda x: x.sort(key=str),
    "clear": lambda x: x.clear(),
    "nested": lambda x: x[2].update(k=1),
}


@pytest.mark.parametrize("edit", DICT_EDITS.values(), ids=DICT_EDITS)
def test_each_edit_of_a_dict_is_told_after_it_was_made(edit: Edit) -> None:
    original: dict[str, Any] = {"a": 1, "inner": {"list": []}}
    seen: list[str] = []
    value = observed(original, lambda: seen.append(json.dumps(value)))
    expected = copy.deepcopy(original)
    edit(value)
    edit(expected)
    assert value == expected
    assert seen[-1] == json.dumps(expected)
    assert original == {"a": 1, "inner": {"list": []}}


@pytest.mark.parametrize("edit", LIST_EDITS.values(), ids=LIST_EDITS)
def test_each_edit_of_a_list_is_told_after_it_was_made(edit: Edit) -> None:
    original: list[Any] = [3, 1, {"k": 0}]
    seen: list[str] = []
    value = observed(original, lambda: seen.append(json.dumps(value)))
    expected = copy.deepcopy(original)
    edit(value)
    edit(expected)
    assert value == expected
    assert seen[-1] == json.dumps(expected)


def test_no_method_that_changes_a_builtin_is_forgotten() -> None:
    harmless = {
        "__class__", "__init__", "__new__", "__getattribute__", "__init_subclass__", "__subclasshook__",
        "__class_getitem__", "__dir__", "__doc__", "__format__", "__repr__", "__str__", "__hash__",
        "__sizeof__", "__reduce_ex__", "__setattr__", "__delattr__", "__getstate__", "__eq__", "__ne__",
        "__lt__", "__le__", "__gt__", "__ge__", "__len__", "__iter__", "__reversed__", "__contains__",
        "__getitem__", "__add__", "__mul__", "__rmul__", "__or__", "__ror__", "get", "items", "keys",
        "values", "fromkeys", "index", "count",
    }  # fmt: skip
    for builtin, ours in ((dict, ObservedDict), (list, ObservedList)):
        assert {name for name in dir(builtin) if name not in vars(ours)} <= harmless


@pytest.mark.parametrize(
    "how", [copy.copy, copy.deepcopy, lambda x: x.copy(), lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_are_plain_and_deep(how: Callable[[Any], Any]) -> None:
    calls: list[None] = []
    for value in ({"a": [{"b": 1}]}, [{"a": [1]}]):
        copied = how(observed(value, lambda: calls.append(None)))
        assert copied == value
        assert type(copied) is type(value)
        inner = copied["a"] if isinstance(copied, dict) else copied[0]
        assert type(inner) in (dict, list)
    assert not calls
