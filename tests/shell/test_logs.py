"""Records of warnings and errors do not tear the screen, and are kept."""

import logging
import warnings

import pytest

from bsh.shell.logs import FILE_NAME, logs_kept_in


@pytest.fixture
def records(tmp_path):
    """Log a few things with a folder for them; return what the file has."""
    with logs_kept_in(tmp_path):
        try:
            raise OSError("no answer")
        except OSError:
            logging.getLogger("bsh.RE").exception("th did not stop")
            logging.getLogger("bsh.store").exception("not saved")
            logging.getLogger("ophyd.objects").exception("put failed")
        logging.getLogger("bsh.store").info("nothing special")
    return (tmp_path / FILE_NAME).read_text()


def test_tracebacks_are_kept_in_a_file(records):
    assert records.count("Traceback (most recent call last)") == 3
    for words in ("ERROR bsh.RE: th did not stop", "ERROR bsh.store: not saved", "ERROR ophyd.objects: put"):
        assert words in records
    assert "nothing special" not in records


def test_what_no_notice_tells_is_one_line_on_standard_error(capsys, records):
    assert capsys.readouterr().err == "bsh: not saved: no answer\n"


def test_without_records_there_is_no_file_and_nothing_stays_behind(tmp_path):
    before = list(logging.getLogger("bsh").handlers)
    with logs_kept_in(tmp_path):
        assert len(logging.getLogger("bsh").handlers) == len(before) + 2
    assert logging.getLogger("bsh").handlers == before
    assert list(tmp_path.iterdir()) == []


def test_a_warning_to_people_is_shown_in_words_and_its_place_is_kept(tmp_path, capsys, monkeypatch):
    others = []
    monkeypatch.setattr(warnings, "showwarning", lambda message, category, *rest: others.append(category))
    before = warnings.showwarning
    with logs_kept_in(tmp_path):
        warnings.showwarning(UserWarning("a fit needs 3 points"), UserWarning, "live_fit.py", 141)
        warnings.showwarning(DeprecationWarning("write it anew"), DeprecationWarning, "old.py", 7)
    assert capsys.readouterr().err == "bsh: a fit needs 3 points\n"
    assert others == [DeprecationWarning]
    assert "WARNING py.warnings: a fit needs 3 points (live_fit.py:141)" in (tmp_path / FILE_NAME).read_text()
    assert warnings.showwarning is before
