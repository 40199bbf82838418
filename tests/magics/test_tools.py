"""p, sleep, waitfor, stopall, lsdef, prdef, hi; comment, newsample, md, startup; wu, wh, lm, lsdev."""

import threading
import time

import pytest

from bsh.errors import CommandError, UsageError

GOOD = [
    ("p th", "0.0000 deg"),
    ("p 1+1 th/2 'a b'", "2 0.0 a b"),
    ("p(1, 'x')", "1 x"),
    ("waitfor th < 5", "th < 5 after"),
    ("waitfor ring.current > 60 10", "ring.current > 60 after"),
    ("stopall", "stop was sent to"),
    ("lsdef a*scan", "a2scan"),
    ("lsdef lup", "Scan a motor around where it is"),
    ("prdef mesh", "def mesh("),
    ("prdef wa", "def wa("),
    ("prdef th", "class SimMotor"),
    ("comment aligned 'by eye; twice", "aligned 'by eye; twice"),
    ("cm x", "x"),
    ("newsample", "no sample yet"),
    ("newsample Fe3O4 temperature=300", "sample: Fe3O4, sample_temperature: 300"),
    ("md operator=Smith n=3", "operator    = 'Smith'"),
    ("wu", "Current positions (user)"),
    ("wu sam*", "samx"),
    ("wh", "samy"),
    ("lm", "-25.000"),
    ("lm th", "180.0000"),
    ("lsdev", "SimDetector"),
    ("lsdev SimM*", "samx"),
    ("lsdev machine", "ring"),
    ("hi -s", "no scans yet"),
]

WRONG = [
    ("p", UsageError, "usage: p values"),
    ("p nosuch", UsageError, "unknown name nosuch"),
    ("sleep", UsageError, "usage: sleep seconds"),
    ("sleep -1", UsageError, "too small"),
    ("sleep x", UsageError, "unknown name x"),
    ("waitfor", UsageError, "usage: waitfor condition"),
    ("waitfor nosuch > 1", UsageError, "unknown name nosuch"),
    ("waitfor th > 5 0", CommandError, "th > 5 is not so after"),
    ("stopall th", UsageError, "too many arguments"),
    ("lsdef nosuch*", UsageError, "nothing matches nosuch"),
    ("prdef", UsageError, "usage: prdef name"),
    ("prdef nosuch", CommandError, "nosuch is not defined"),
    ("comment", UsageError, "usage: comment text"),
    ("newsample temperature=300", UsageError, "name of the sample is missing"),
    ("md 3", UsageError, "3 cannot be read"),
    ("md -d nosuch", CommandError, "there is no key 'nosuch'"),
    ("startup", CommandError, "nobody is at a prompt"),
    ("wu nosuch", UsageError, "nosuch"),
    ("lm nosuch", UsageError, "nosuch"),
    ("lsdev nosuch", UsageError, "no device matches nosuch"),
    ("hi", CommandError, "only the interactive shell keeps the history"),
]


@pytest.mark.parametrize(("line", "text"), GOOD)
def test_a_command_answers(run, line, text):
    assert text in run(line).plain(width=200)


@pytest.mark.parametrize(("line", "error", "text"), WRONG)
def test_what_is_wrong_is_said(session, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)


def test_sleep_waits(session):
    began = time.monotonic()
    session.run("sleep 0.2")
    assert time.monotonic() - began >= 0.2


def test_waitfor_waits_until_it_is_so(run, session):
    threading.Timer(0.2, lambda: session.devices["ring"].inject.put(1)).start()
    assert "after" in run("waitfor ring.inject > 0.5 10").plain()


def test_stopall_stops_what_somebody_else_moves(run, session):
    session.devices["th"].set(100)
    run("stopall")
    assert not session.devices["th"].moving


def test_stopall_names_what_does_not_stop(run, session, monkeypatch):
    def refuse(*, success=True):
        raise RuntimeError("no answer from the crate")

    monkeypatch.setattr(session.devices["th"], "stop", refuse)
    text = run("stopall").plain()
    assert "th: NOT STOPPED: no answer from the crate" in text


def test_functions_of_ones_own_are_listed_and_printed(run, session):
    session.run("def align(x):\n    'Align it.'\n    return x\n")
    assert "Align it." in run("lsdef align").plain()


def test_the_sample_is_in_the_next_scans_and_its_properties_go_with_it(session):
    session.run("newsample Fe3O4 temperature=300")
    session.run("newsample Si")
    session.run("loopscan 1 0.01")
    start = session.store.run(-1).start
    assert start["sample"] == "Si"
    assert "sample_temperature" not in start


def test_metadata_is_set_and_taken_out(session):
    session.run("md run=3 operator='A. B.'")
    assert (session.RE.md["run"], session.RE.md["operator"]) == (3, "A. B.")
    session.run("md -d run")
    assert "run" not in session.RE.md


def test_comments_are_kept_with_the_last_scan(session):
    session.run("comment before")
    session.run("loopscan 1 0.01")
    session.run("comment after it")
    assert [(note.text, note.scan_id) for note in session.journal.notes()] == [
        ("after it", 1),
        ("before", None),
    ]


def test_startup_asks_and_enter_keeps(session, run, monkeypatch):
    session.RE.md["user"] = "Ann"
    session.interactive = True
    answers = iter(["Si", "", "P-1", "", "cu.spec", "nosuch", "mon"])
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(answers))
    text = run("startup").plain()
    assert asked[0] == "Sample (none)? "
    assert asked[3:6] == ["User (Ann)? ", "SPEC file (none)? ", "Plot (the active counters)? "]
    assert session.writers.spec_file().name == "cu.spec"
    assert "Plotted    mon" in text
    assert (session.RE.md["sample"], session.RE.md["proposal"], session.RE.md["user"]) == ("Si", "P-1", "Ann")
    assert "title" not in session.RE.md
    assert text.endswith("Next scan is number 1.")


def test_startup_that_is_interrupted_changes_nothing(session, run, monkeypatch):
    session.interactive = True
    answers = iter(["Si"])

    def answer(question):
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("builtins.input", answer)
    assert "nothing was changed" in run("startup").plain()
    assert "sample" not in session.RE.md


def test_startup_with_a_file_that_cannot_be_written_changes_nothing(session, run, monkeypatch, tmp_path):
    session.interactive = True
    answers = iter(["Si", "", "", "", str(tmp_path), "", ""])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    with pytest.raises(CommandError, match="is a folder"):
        run("startup")
    assert "sample" not in session.RE.md


def test_hi_lists_the_scans(run, session):
    session.run("loopscan 1 0.01")
    session.run("ct 0.01")
    assert run("hi -s").plain() == "1  loopscan 1 0.01"
