import sys
import threading
from io import StringIO
from typing import TextIO

import pytest

from bsh.display.redirection import LONGEST_PARTIAL, LineProxy, redirected_prints


class Lines:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, line: str, stream: TextIO) -> None:
        self.lines.append(line)


def test_whole_lines_are_handed_on_and_the_rest_at_the_end() -> None:
    sink, stream = Lines(), StringIO()
    proxy = LineProxy(stream, sink)
    assert proxy.write("one\ntwo") == 7
    proxy.writelines([" and a half\n", "\n", "rest"])
    proxy.flush()
    assert sink.lines == ["one", "two and a half", ""]
    proxy.finish()
    assert sink.lines[-1] == "rest"
    proxy.write("late")
    assert stream.getvalue() == "late"


def test_a_bar_that_overwrites_itself_leaves_its_last_state() -> None:
    sink = Lines()
    proxy = LineProxy(StringIO(), sink)
    for i in range(1000):
        proxy.write(f"\r{i} of 1000")
    proxy.write("\r")
    proxy.finish()
    assert sink.lines == ["999 of 1000"]


def test_a_line_without_an_end_is_handed_on_in_pieces() -> None:
    sink = Lines()
    proxy = LineProxy(StringIO(), sink)
    for _ in range(100):
        proxy.write("x" * 1000)
    proxy.finish()
    assert sum(map(len, sink.lines)) == 100_000
    assert max(map(len, sink.lines)) <= LONGEST_PARTIAL + 1000


def test_lines_of_several_threads_are_never_mixed() -> None:
    sink = Lines()
    proxy = LineProxy(StringIO(), sink)
    start = threading.Barrier(4)

    def talk(word: str) -> None:
        start.wait(5)
        for _ in range(300):
            for letter in word:
                proxy.write(letter)
            proxy.write("\n")

    threads = [threading.Thread(target=talk, args=(letter * 20,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(set(sink.lines)) == [letter * 20 for letter in "abcd"]
    assert len(sink.lines) == 1200


def test_both_streams_are_redirected_and_put_back(capsys: pytest.CaptureFixture[str]) -> None:
    sink = Lines()
    out, err = sys.stdout, sys.stderr
    with redirected_prints(sink):
        print("to stdout")
        print("to stderr", file=sys.stderr)
        assert sys.stdout.encoding == out.encoding
    assert sink.lines == ["to stdout", "to stderr"]
    assert (sys.stdout, sys.stderr) == (out, err)
    assert capsys.readouterr() == ("", "")


def test_a_stream_that_somebody_else_replaced_meanwhile_is_not_overwritten() -> None:
    other, before = StringIO(), sys.stdout
    try:
        with redirected_prints(Lines()):
            sys.stdout = other
        assert sys.stdout is other
    finally:
        sys.stdout = before


def test_a_line_begun_by_this_thread_can_be_taken_as_a_prompt() -> None:
    sink = Lines()
    proxy = LineProxy(StringIO(), sink)
    other = threading.Thread(target=proxy.write, args=("theirs",))
    other.start()
    other.join(10)
    proxy.write("done\nready? ")
    assert proxy.take_partial() == "ready? "
    assert proxy.take_partial() == ""
    proxy.finish()
    assert sink.lines == ["done", "theirs"]
