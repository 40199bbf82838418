from __future__ import annotations

import doctest
import json
from math import isnan

import numpy as np
import pytest

from bsh.documents import json_numbers, truncate_json_overflow

LARGEST = 2**53 - 1


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (5, 5),
        (0.5, 0.5),
        (True, True),
        ("text", "text"),
        (None, None),
        (2**53, LARGEST),
        (-(2**70), -LARGEST),
        (1.7e308, LARGEST),
        (float("inf"), 1.7976e308),
        (float("-inf"), -1.7976e308),
        ({"a": {"b": (1, 2**60)}}, {"a": {"b": [1, LARGEST]}}),
        (np.array([[2**62, 1]]), [[LARGEST, 1]]),
        (np.float64(0.25), 0.25),
    ],
)
def test_numbers_are_cut_to_what_json_readers_hold(given, wanted):
    found = truncate_json_overflow(given)
    assert found == wanted
    assert type(found) is type(wanted)
    json.dumps(found)


def test_nan_stays_and_the_data_are_not_changed():
    data = {"a": [2**60, float("nan")]}
    assert isnan(truncate_json_overflow(data)["a"][1])
    assert data["a"][0] == 2**60


def test_the_example_does_what_it_shows():
    assert doctest.testmod(json_numbers).failed == 0
