from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bsh.store.merge import merged

keys = st.sampled_from("abcd")
trees = st.recursive(
    st.integers(0, 3) | st.none(), lambda inner: st.dictionaries(keys, inner, max_size=4), max_leaves=10
)


@given(trees, trees)
def test_one_sided_edits_are_taken_whole(base: Any, edited: Any) -> None:
    assert merged(base, base, edited) == edited
    assert merged(base, edited, base) == edited


@given(st.dictionaries(keys, st.integers(), max_size=4), st.dictionaries(keys, st.integers(), max_size=4))
def test_edits_of_different_keys_are_both_kept(base: dict[str, int], new: dict[str, int]) -> None:
    ours = base | {key: value for key, value in new.items() if key in "ab"}
    theirs = base | {key: value for key, value in new.items() if key in "cd"}
    assert merged(base, ours, theirs) == base | new


def test_removals_hold_unless_the_other_side_changed_the_value() -> None:
    base = {"a": 1, "b": 2, "c": 3}
    assert merged(base, {"b": 2, "c": 3}, {"a": 1, "c": 3}) == {"c": 3}
    assert merged(base, {"a": 9, "b": 2, "c": 3}, {"b": 2, "c": 3}) == {"a": 9, "b": 2, "c": 3}


def test_same_thing_edited_on_both_sides_is_ours() -> None:
    assert merged({"s": {"x": 1}}, {"s": {"x": 2}}, {"s": {"x": 3, "y": 4}}) == {"s": {"x": 2, "y": 4}}
    assert merged([1], [1, 2], [1, 3]) == [1, 2]
