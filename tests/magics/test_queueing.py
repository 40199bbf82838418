"""queue: the lines that wait, from the prompt."""

import re

import pytest

from bsh.errors import CommandError, UsageError


def texts(session):
    return [line.text for line in session.queue.lines]


def test_lines_are_added_listed_moved_and_taken_out(session, run):
    assert run("q").plain().startswith("nothing is queued")
    assert run("q add mv th 1; wa").plain() == "queued 1: mv th 1; wa"
    session.run("queue add mv th 2")
    session.run("q add mv th 3")
    assert run("q").plain().splitlines() == [
        "next at the end of what runs", "1  mv th 1; wa", "2  mv th 2", "3  mv th 3", "all of it takes at least 0.4 s",
    ]  # fmt: skip
    run("q up 3")
    assert texts(session) == ["mv th 1; wa", "mv th 3", "mv th 2"]
    run("q up 1")
    assert texts(session)[0] == "mv th 1; wa"
    assert run("q rm 1 3").plain() == "taken out: mv th 1; wa\ntaken out: mv th 3"
    assert run("q clear").plain() == "1 line taken out"
    assert session.devices["th"].position == 0.0


def test_a_paused_queue_hands_nothing_out(session, run):
    session.run("q add wa")
    assert "paused (as asked): q go runs them" in run("q pause").plain()
    assert session.queue.take() is None
    run("q go")
    assert session.queue.take() == "wa"
    assert session.queue.take() is None


def test_the_pause_ends_with_the_last_line(session):
    session.run("q add wa")
    session.run("q pause")
    session.run("q rm 1")
    assert session.queue.paused == ""


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("q rm", UsageError, "the number of a line is wanted, got nothing"),
        ("q up x", UsageError, "the number of a line is wanted, got x"),
        ("q rm 7", CommandError, "the queue has no line 7"),
        ("q nosuch", UsageError, "nosuch is not understood"),
        ("q add", UsageError, "add is not understood"),
        ("q clear all", UsageError, "clear all is not understood"),
    ],
)
def test_what_is_wrong_is_said(session, line, error, said):
    with pytest.raises(error, match=said):
        session.run(line)


def test_finish_needs_something_that_runs_and_a_line_that_ended_forgets_it(session):
    with pytest.raises(CommandError, match="finish: nothing runs"):
        session.run("finish")
    session.queue.finish()
    with pytest.raises(CommandError, match="nothing more is started"):
        session.run("mv th 1")
    session.queue.line_ended()
    session.run("mv th 0.1")
    assert session.queue.paused == ""


def test_the_list_tells_how_long_all_of_it_takes(session, run):
    session.run("q add ascan th 0 1 10 1")
    session.run("q add mvr th 20")
    session.run("q pause")
    assert re.search(r"^all of it takes at least 1[1-9][.\d]* s$", run("q").plain().splitlines()[-1])
    session.queue.pause("the line before did not end well")
    assert all(len(line) < 80 for line in run("q").plain().splitlines())
    session.run("q add mv th 9999")  # what cannot run is told when its turn comes
    assert "takes" not in run("q").plain()
