"""The logbook: a Markdown page for each day."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from bsh.errors import UsageError
from bsh.session import Session
from bsh.session.logbook import Logbook

MakeSession = Callable[..., Session]


def page(session: Session) -> str:
    """Return today's page, as the session has left it."""
    session.close()
    return session.logbook.path(datetime.date.today()).read_text()


def test_a_page_has_the_scans_with_plots_and_peaks_comments_and_moves(session: Session) -> None:
    session.run("newsample cu")
    session.run("mv samx 2")
    session.run("ascan th -2 2 20 0.001")
    session.run("comment by eye")
    session.run("ct -s 0.001")
    text = page(session)
    order = [
        "`mv samx 2`: samx 0 → 2",
        "scan 1 · `ascan th -2 2 20 0.001`",
        "by eye",
        "scan 2 · `ct -s 0.001`",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "21 points, success, " in text
    assert ", sample cu" in text
    assert "det: peak 1 at 0, cen 0.0000, fwhm " in text
    assert "█" in text.split("```")[1]
    assert "along th, -2 to 2 deg" in text
    assert text.count("ascan th") == 1, "what moved in a scan is no move of its own"


def test_the_next_session_goes_on_with_the_page(make_session: MakeSession) -> None:
    with make_session() as first:
        first.run("ascan th -1 1 9 0.001")
    before = page(first)
    with make_session() as second:
        second.run("ct -s 0.001")
    after = page(second)
    assert after.startswith(before.rstrip("\n"))
    assert after.count("\n## ") == 2


def test_a_page_can_be_made_again(session: Session) -> None:
    session.run("ascan th -1 1 9 0.001")
    session.run("comment one")
    first = page_now(session)
    path = session.logbook.path(datetime.date.today())
    path.unlink()
    anew = Logbook(session.folder, session.store, session.journal, title=session.profile.name)
    assert anew.write(datetime.date.today()) == path
    assert path.read_text() == first


def page_now(session: Session) -> str:
    path = session.logbook.write(datetime.date.today())
    assert path is not None
    return path.read_text()


def test_a_logbook_elsewhere_gets_scans_and_comments_and_may_fail(
    session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    sent: list[str] = []

    def send(text: str) -> None:
        sent.append(text)
        if len(sent) == 1:
            raise ConnectionError("no such host")

    session.logbook.send = send
    session.run("ascan th -2 2 20 0.001")
    session.run("comment by eye")
    session.run("note 1 nice")
    session.close()
    scan, comment, note = sent
    assert "scan 1 · `ascan th -2 2 20 0.001`" in scan
    assert "det: peak 1 at 0" in scan
    assert comment.endswith("by eye (scan 1)")
    assert note.endswith("nice (scan 1)")
    assert "logbook: an entry could not be sent: ConnectionError: no such host" in capfd.readouterr().err


def test_the_command_names_the_page(session: Session) -> None:
    assert "nothing happened on 2001-01-01" in str(session.run("logbook 2001-01-01"))
    session.run("comment one")
    path = str(session.run("logbook"))
    assert path == str(session.logbook.path(datetime.date.today()))
    with pytest.raises(UsageError, match="noday is no day"):
        session.run("logbook noday")


def test_a_scan_that_was_aborted_says_so(session: Session) -> None:
    session.store.metadata["title"] = "alignment"
    session.run("ct -s 0.001")
    documents = list(session.store.run(1).documents())
    start = documents[0][1] | {"uid": "cut", "scan_id": 2}
    session.store("start", start)
    session.store(
        "stop", documents[-1][1] | {"uid": "s", "run_start": "cut", "exit_status": "abort", "reason": "beam"}
    )
    text = page(session)
    assert "0 points, abort: beam, " in text
    assert "title alignment" in text
