from __future__ import annotations

import datetime
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bsh.store.values import TAG, decode_value, encode_value

hashable = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.complex_numbers(allow_nan=False) | st.dates() | st.times()
    | st.datetimes(timezones=st.none() | st.just(datetime.UTC))
)  # fmt: skip
values = st.recursive(
    hashable,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.sets(hashable, max_size=3)
        | st.dictionaries(hashable | st.just(TAG), inner, max_size=3)
    ),
    max_leaves=15,
)


@given(values)
def test_metadata_values_come_back_as_they_were(value: Any) -> None:
    back = decode_value(encode_value(value))
    assert back == value
    assert type(back) is type(value)


@given(hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
def test_arrays_come_back_with_type_and_shape(array: np.ndarray[Any, Any]) -> None:
    back = decode_value(encode_value({"mask": array}))["mask"]
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == np.ascontiguousarray(array).tobytes()
    assert back.flags.writeable


def test_nan_comes_back() -> None:
    assert math.isnan(decode_value(encode_value(float("nan"))))


def test_numpy_scalars_become_numbers_and_unknown_objects_their_repr() -> None:
    value = {"gain": np.float32(0.5), "n": np.int8(3), "what": object, "list": np.array([1, None])}
    assert decode_value(encode_value(value)) == {"gain": 0.5, "n": 3, "what": repr(object), "list": [1, None]}


def test_an_endless_value_is_saved_as_far_as_possible() -> None:
    endless: list[Any] = [1]
    endless.append(endless)
    assert decode_value(encode_value(endless))[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "\0garbage", '{"__bsh__":"pickle","data":"gASV"}', '{"__bsh__":"ndarray"}',
        '{"__bsh__":["x"]}', '{"__bsh__":"ndarray","dtype":"O","shape":[1],"data":"AAAAAAAAAAA="}',
        '{"__bsh__":"ndarray","dtype":"<f8","shape":[9],"data":"AAAAAAAAAAA="}',
        '{"__bsh__":"bytes","data":"*"}', '{"__bsh__":"set","items":[[]]}', "[" * 100_000,
    ],
)  # fmt: skip
def test_garbage_is_told_as_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a metadata value"):
        decode_value(text)


def test_plain_values_stay_plain_json() -> None:
    assert json.loads(encode_value({"a": [1, {"b": None}]})) == {"a": [1, {"b": None}]}
