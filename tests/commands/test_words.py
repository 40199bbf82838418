"""Text after a command's name falls into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh.commands import Syntax, split_words


def texts(text, syntax=Syntax.EXPRESSIONS):
    return [word.typed for word in split_words(text, syntax)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("th 1.5", ["th", "1.5"]),
        ("th 1.5 + 0.2", ["th", "1.5 + 0.2"]),
        ("th 1 -0.2", ["th", "1", "-0.2"]),
        ("th 1 - 0.2", ["th", "1 - 0.2"]),
        ("th 1.5+ 0.2", ["th", "1.5+ 0.2"]),
        ("th 2 *3", ["th", "2 *3"]),
        ("th 2 ** 3 tth 1", ["th", "2 ** 3", "tth", "1"]),
        ("th [1, 2][0] {1: 2}", ["th", "[1, 2][0]", "{1: 2}"]),
        ("'a b' \"c d\" f'x y'", ["'a b'", '"c d"', "f'x y'"]),
        ("th f(1, g(2, 3)) x", ["th", "f(1, g(2, 3))", "x"]),
        ("'''a\nb''' x", ["'''a\nb'''", "x"]),
        ("th \\\n 1", ["th", "1"]),
        ("", []),
        ("   ", []),
    ],
)
def test_blanks_outside_brackets_and_strings_separate_and_lone_operators_glue(text, expected):
    assert texts(text) == expected


def test_wildcards_do_not_glue_in_words():
    assert texts("sam* det? -v", Syntax.WORDS) == ["sam*", "det?", "-v"]
    assert texts("a - b", Syntax.WORDS) == ["a", "-", "b"]


def test_raw_text_is_one_word_as_it_stands():
    assert texts("  it's (odd; ", Syntax.RAW) == ["it's (odd;"]
    assert texts("  ", Syntax.RAW) == []


def test_keys_and_values():
    words = split_words("th 1 sample='Fe O' n = 5 x==3")
    assert [(word.keyword, word.text) for word in words] == [
        (None, "th"),
        (None, "1"),
        ("sample", "'Fe O'"),
        ("n", "5"),
        (None, "x==3"),
    ]


def test_words_with_a_dash_before_the_first_number_are_options_and_values_after_it():
    words = split_words("-s --fast th -1 -x")
    assert [(word.text, word.option) for word in words] == [
        ("-s", True),
        ("--fast", True),
        ("th", False),
        ("-1", False),
        ("-x", False),
    ]


def test_two_dashes_end_the_options():
    words = split_words("-s -- -x th")
    assert [(word.text, word.option) for word in words] == [("-s", True), ("-x", False), ("th", False)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("'abc", "quotation"), ("th 1)", "closes nothing"), ("[1)", "closes nothing"), ("(1", "')' is missing")],
)
def test_what_cannot_be_read_says_why(text, problem):
    assert problem in split_words(text)[-1].problem


@given(st.text(alphabet="ab1 .,+-*/()[]'\"=#\\\n\t", max_size=40), st.sampled_from(Syntax))
def test_splitting_never_fails_and_loses_nothing_but_blanks(text, syntax):
    words = split_words(text, syntax)
    glued = "".join(word.typed for word in words)
    gone = (
        set(" \t\n\\-=")
        if any(word.option or word.keyword for word in words) or "--" in text
        else set(" \t\n\\")
    )
    assert [c for c in glued if c not in gone] == [c for c in text if c not in gone]
