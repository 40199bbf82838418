from __future__ import annotations

import datetime
import enum
import json
import math
import pathlib
import threading
import uuid
from collections import ChainMap
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh.store.codec import decode, encode, text_of

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equality in which NaN equals NaN, and 1 is neither 1.0 nor True."""
    return json.dumps(one) == json.dumps(other)


@given(json_values)
def test_what_json_knows_comes_back_as_it_was(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(st.lists(st.floats(width=64)), st.sampled_from(["f8", "f4", "i8", "u2", "?", "c16"]))
def test_arrays_come_back_as_the_lists_of_their_values(numbers: list[float], dtype: str) -> None:
    with np.errstate(all="ignore"):
        array = np.array(numbers, dtype="f8").astype(dtype)
    if dtype == "c16":
        assert decode(encode(array)) == [str(number) for number in array.tolist()]
    else:
        assert same(decode(encode({"data": array})), {"data": array.tolist()})


def test_nan_stays_readable_and_comes_back() -> None:
    text = encode({"det": float("nan"), "mon": np.float32("-inf"), "image": np.array([[1.0, np.nan]])})
    assert text == '{"det":NaN,"mon":-Infinity,"image":[[1.0,NaN]]}'
    assert math.isnan(decode(text)["det"])


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int16(-5), -5),
        (np.bool_(True), True),
        (np.str_("in"), "in"),
        (np.longdouble(1.5), 1.5),
        (np.array(7), 7),
        (np.array([1.5, "x", None], dtype=object), [1.5, "x", None]),
        (np.datetime64("2024-05-01T12:00"), "2024-05-01T12:00:00"),
        (datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC), "2024-05-01T00:00:00+00:00"),
        (datetime.timedelta(minutes=1), 60.0),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        ((1, (2,)), [1, [2]]),
        (range(3), [0, 1, 2]),
        ({"one"}, ["one"]),
        (b"caf\xc3\xa9 \xff", "café \\xff"),
        (pathlib.PurePosixPath("/data/x.h5"), "/data/x.h5"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("1.10"), "1.10"),
        (1 + 2j, "(1+2j)"),
        (ChainMap({"a": 1}, {"b": 2}), {"b": 2, "a": 1}),
        ({1: "a", None: "b", (1, 2): "c", np.int64(4): "d", Colour.RED: "e"},
         {"1": "a", "null": "b", "[1, 2]": "c", "4": "d", "red": "e"}),
    ],
)  # fmt: skip
def test_other_types_become_what_a_reader_expects(value: Any, expected: Any) -> None:
    assert same(decode(encode(value)), expected)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class Liar:
    """Claims to be an array, and is none."""

    def tolist(self) -> list[float]:
        raise TypeError("no")

    def __repr__(self) -> str:
        return "<liar>"


class Device:
    """Would connect when an unknown attribute is asked for."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")

    def __repr__(self) -> str:
        return "Device('m1')"


def test_unknown_objects_become_their_repr() -> None:
    assert decode(encode({"motor": Device(), "x": Liar(), "lock": threading.Lock})) == {
        "motor": "Device('m1')",
        "x": "<liar>",
        "lock": repr(threading.Lock),
    }


def test_nothing_makes_encoding_fail() -> None:
    endless: dict[str, Any] = {"list": []}
    endless["list"].append(endless)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (Unprintable(), endless, deep, 10**5000, {10**5000: 1}, {Unprintable(): Unprintable()}):
        decode(encode({"value": value}))
    assert "raised RuntimeError" in encode(Unprintable())
    while deep:  # taken apart by hand: the interpreter may not like to free so deep a nest
        deep = deep[0]


def test_a_dict_that_another_thread_fills_is_saved() -> None:
    class Growing:
        """Grows the dict that holds it while that is encoded."""

        def __init__(self, home: dict[str, Any]) -> None:
            self.home = home

        def __repr__(self) -> str:
            self.home[f"new{len(self.home)}"] = 1
            return "growing"

    home: dict[str, Any] = {}
    home |= {"a": Growing(home), "b": 2}
    document = decode(encode(home))
    assert document["a"] == "growing"
    assert document["b"] == 2


@given(st.text(st.characters(categories=None)))  # surrogates too
def test_any_text_can_be_given_to_sqlite(text: str) -> None:
    text_of(text).encode("utf-8")
