from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bsh.callbacks.cells import cell_formatter, fit, format_number, format_value, text_width


@pytest.mark.parametrize(
    ("value", "precision", "text"),
    [
        (0.1 + 0.2, None, "0.3"),
        (0.25, 4, "0.2500"),
        (0.25, 0, "0.25"),  # a record whose precision was never set must not hide the steps
        (35031.0, None, "35031"),
        (35031.0, 3, "35031.000"),
        (1234567.8, None, "1234568"),
        (-0.00001, 3, "0.000"),
        (-0.0, None, "0"),
        (1.23456789e-7, None, "1.2346e-07"),
        (-1.23456789e-107, None, "-1.23e-107"),
        (123456789012.0, 2, "1.2346e+11"),
        (float("nan"), 3, "nan"),
        (float("-inf"), 3, "-inf"),
    ],
)
def test_numbers_show_the_digits_that_say_something(value: float, precision: int | None, text: str) -> None:
    assert format_number(value, 10, precision) == text


def test_an_axis_that_stands_within_its_last_decimal_reads_zero() -> None:
    cell = cell_formatter({"dtype": "number", "precision": 4}, 10, fixed_point=True)
    assert cell(-1.3e-17) == "0.0000"
    assert cell(-0.00002) == "0.0000"


def test_a_counter_smaller_than_its_last_decimal_is_not_shown_as_zero() -> None:
    cell = cell_formatter({"dtype": "number", "precision": 3}, 10)
    assert cell(2.5e-9) == "2.5e-09"
    assert cell(-1e-17) == "0.000"
    assert cell(0.0) == "0.000"


@pytest.mark.parametrize(
    ("data_key", "value", "text"),
    [
        ({"dtype": "number"}, "shut", "shut"),
        ({"dtype": "number", "precision": 3}, None, "-"),
        ({"dtype": "number", "precision": 3}, np.float32(1.5), "1.500"),
        ({"dtype": "number", "precision": 3}, np.array(1.5), "1.500"),
        ({"dtype": "number", "precision": 3}, np.array([1.5]), "1.500"),
        ({"dtype": "number", "precision": "many"}, 1.5, "1.5"),
        ({"dtype": "integer"}, 12, "12"),
        ({"dtype": "integer"}, np.int64(12), "12"),
        ({"dtype": "integer"}, 12_345_678_901_234, "1.2346e+13"),
        ({"dtype": "integer"}, 10**400, "?"),
        ({"dtype": "boolean"}, True, "True"),
        ({"dtype": "boolean"}, 0, "False"),
        ({"dtype": "boolean"}, np.bool_(False), "False"),
        ({"dtype": "string", "choices": ["Shut", "Open"]}, "Open", "Open"),
        ({"dtype": "integer", "enum_strs": ["Shut", "Open"]}, 1, "Open"),
        ({"dtype": "integer", "enum_strs": ("Shut", "Open")}, 7, "7"),
        ({"dtype": "string"}, "a very long sample name", "a very lo…"),
        ({"dtype": "string"}, "two\nlines\x1b[31m", "two lines…"),
        ({"dtype": "string"}, datetime(2024, 5, 1, 12, 30, 5), "12:30:05"),
        ({"dtype": "string"}, date(2024, 5, 1), "2024-05-01"),
        ({"dtype": "string"}, np.datetime64("2024-05-01T12:30:05.123456789"), "12:30:05"),
        ({"dtype": "array", "shape": [3]}, [1, 2, 3], "(3,)"),
        ({"dtype": "array", "shape": [2, 3]}, [[1, 2, 3], [4, 5, 6]], "(2,3)"),
        ({"dtype": "array", "shape": [1024, 1024]}, np.zeros((1024, 1024)), "(1024,102…"),
        ({"dtype": "array", "shape": [0]}, [], "(0,)"),
        ({"dtype": "array", "shape": [1]}, [2.5], "2.5"),
        ({}, {"a": 1}, "{1 keys}"),
        ({}, b"abc", "abc"),
        ({}, 1 + 2j, "(1+2j)"),
    ],
)
def test_every_kind_of_value_has_a_text(data_key: dict[str, Any], value: Any, text: str) -> None:
    assert cell_formatter(data_key, 10)(value) == text


def test_a_value_that_cannot_even_be_printed_is_a_question_mark() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no text")

    assert format_value(Broken(), 10) == "?"
    for dtype in ("number", "integer", "boolean", "string", "array", "nonsense"):
        assert cell_formatter({"dtype": dtype, "precision": 3}, 10)(Broken()) == "?"


def test_wide_characters_are_counted_as_the_terminal_shows_them() -> None:
    assert text_width("試料") == 4
    assert fit("試料の名前は長い", 10) == "試料の名…"
    assert text_width(fit("試料の名前は長い", 10)) <= 10


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers(),
    st.lists(st.floats(), max_size=3), st.lists(st.lists(st.integers(), max_size=2), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2), st.datetimes(),
    st.floats(width=32).map(np.float32), st.just(np.zeros((2, 3))), st.just(np.array(["a"])),
)  # fmt: skip
dtypes = st.sampled_from(["number", "integer", "boolean", "string", "array", None, "nonsense"])


@settings(deadline=None)  # a shared machine may be slow at any moment
@given(
    value=anything,
    dtype=dtypes,
    precision=st.one_of(st.none(), st.integers(-3, 40), st.text(max_size=2)),
    choices=st.one_of(st.none(), st.lists(st.text(max_size=20), max_size=3)),
    width=st.integers(10, 20),
    axis=st.booleans(),
)
def test_no_value_ever_raises_or_leaves_its_column(
    value: Any, dtype: str | None, precision: Any, choices: list[str] | None, width: int, axis: bool
) -> None:
    data_key = {"dtype": dtype, "precision": precision, "choices": choices}
    text = cell_formatter(data_key, width, fixed_point=axis)(value)
    assert text_width(text) <= width
    assert text.isprintable()
