"""What is wider than the terminal is broken between words; columns, and what goes into a file, stay as they are."""

import io
import os
import pty
import termios

from bsh.commands.wrapping import at_words, for_stream

SENTENCE = "  choose a target within the limits; 'wm th' shows them"


def test_a_sentence_is_broken_between_words_and_goes_on_further_in():
    assert at_words(SENTENCE, 30) == ["  choose a target within the", "    limits; 'wm th' shows them"]
    assert at_words(SENTENCE, 60) == [SENTENCE]
    assert at_words("Mon Nov 23 2026.  th limits reset", 24) == ["Mon Nov 23 2026.  th", "  limits reset"]
    assert at_words("/a/path/that/is/not/broken/anywhere", 30) == ["/a/path/that/is/not/broken/anywhere"]


def test_columns_are_not_broken():
    assert at_words("th    0.0000   -180.0000 to 180.0000 deg", 30) == [
        "th    0.0000   -180.0000 to 180.0000 deg"
    ]


def test_a_file_gets_whole_lines_and_a_terminal_gets_what_fits():
    assert for_stream(SENTENCE, io.StringIO()) == SENTENCE
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 31))
    with os.fdopen(ours, "w"), os.fdopen(theirs, "w") as terminal:
        assert for_stream(f"one\n{SENTENCE}", terminal).split("\n") == ["one", *at_words(SENTENCE, 30)]
