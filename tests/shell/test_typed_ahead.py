"""The keys of the input line below a plan, without a terminal."""

import os

import pytest

from bsh.session import Session
from bsh.shell.typed_ahead import TypedAhead


@pytest.fixture
def session(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as made:
        yield made


@pytest.fixture
def typed(session):
    made = TypedAhead(
        session,
        lambda text: made.told.append(text),
        lambda line: made.ran.append(line),
        lambda: made.ran.append("status"),
    )
    made.told, made.ran = [], []
    return made


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("mv th 1", "mv th 1"),
        ("mv th 12\x7f", "mv th 1"),
        ("\x7f\x08wa", "wa"),
        ("mv th\x15wa", "wa"),
        ("mv th 1\x17", "mv th "),
        ("mv\x1b[A\x1b[1;5C\x1bOP\x1bx th", "mv th"),
        ("comment µm 𝛼", "comment µm 𝛼"),
        ("mv sam\t", "mv sam"),
        ("mv samx\x7fy\t", "mv samy"),
        ("asc\x00\x04an", "ascan"),
    ],
)
def test_keys_edit_the_line(typed, keys, text):
    typed.take(keys)
    assert typed.text == text
    assert typed.shown == (f"next> {text}" if text else "")


def test_a_question_mark_or_ctrl_t_asks_how_far_the_plan_is_and_leaves_the_line(typed):
    typed.take("?\r")
    typed.take("mv th\x14")
    assert (typed.ran, typed.told, typed.text) == (["status", "status"], [], "mv th")


def test_tab_completes_as_far_as_it_is_certain(typed):
    typed.take("ascan t\t")
    assert typed.text == "ascan t"
    typed.take("t\t")
    assert typed.text == "ascan tth"


def test_letters_that_come_in_pieces_are_put_together(typed):
    reading, writing = os.pipe()
    try:
        typed._fd = reading
        for byte in "µ".encode():
            os.write(writing, bytes([byte]))
            typed.look()
        assert typed.text == "µ"
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize(
    "line",
    [
        "mv th 1",
        "ascan th 0 1 5 0.1",
        "x = 3",
        "comment what's this",
        "%pwd",
        "undo",
        "for i in 1, 2: ct 0.1",
    ],
)
def test_lines_are_queued_as_they_are(session, typed, line):
    typed.take(f"{line}\r")
    assert [one.text for one in session.queue.lines] == [line]
    assert typed.told == [f"queued 1: {line}"]
    assert typed.text == ""


@pytest.mark.parametrize("line", ["wa", "wm th", "h ascan", "q", "q rm 1", "%wa"])
def test_lines_that_only_look_run_at_once(session, typed, line):
    typed.take(f"{line}\n")
    assert typed.ran == [line]
    assert len(session.queue) == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mv nosuch 1", "unknown motor nosuch"),
        ("ascan th 0 1", "missing"),
        ("for i in range(3):", "goes on in the next line"),
        ("this does nothing", "neither a command nor Python"),
        ("ascan th 0 1 1e9 1", "too long"),
    ],
)
def test_what_cannot_run_stays_in_the_line_with_the_reason(session, typed, line, said):
    typed.take(f"{line}\r")
    assert said in typed.told[0]
    assert typed.text == line
    assert len(session.queue) == 0


def test_what_may_be_right_later_is_queued_with_a_warning(session, typed):
    typed.take("mv th 999\rlimit = 3\rmv th limit\r")
    assert [one.text for one in session.queue.lines] == ["mv th 999", "limit = 3", "mv th limit"]
    assert any("999" in told and "looked at again" in told for told in typed.told)
    assert session.devices["th"].position == 0.0
    assert typed.shown == "next: mv th 999   and 2 more"
    session.queue.pause("as asked")
    assert typed.shown.startswith("queue paused: ")


def test_several_lines_that_are_pasted_are_several_lines(session, typed):
    typed.take("mv th 1\rmv th 2\r\rmv th")
    assert [one.text for one in session.queue.lines] == ["mv th 1", "mv th 2"]
    assert typed.text == "mv th"
