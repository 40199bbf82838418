from io import StringIO

from bsh.display import error_lines, show_error
from bsh.errors import FailedStatus, LimitError
from tests.display.terminal import Terminal, owner_of


def words(error: BaseException, **options: str) -> list[str]:
    return [line.plain for line in error_lines(error, **options)]


def test_an_error_for_people_is_its_text_and_what_to_type_next() -> None:
    error = LimitError("th: 12.5 is 2.5 deg above the limit 10.0", hint="lm th")
    assert words(error, hint="why") == ["ERROR: th: 12.5 is 2.5 deg above the limit 10.0", "  lm th"]


def test_a_foreign_error_has_its_type_one_line_and_the_callers_hint() -> None:
    assert words(ValueError("bad\nmore"), hint="why shows the traceback") == [
        "ERROR: ValueError: bad",
        "  why shows the traceback",
    ]
    assert words(KeyboardInterrupt()) == ["ERROR: KeyboardInterrupt"]


def test_a_failed_status_is_told_by_its_text() -> None:
    assert words(FailedStatus(None, "th did not reach 5 deg: stalled")) == [
        "ERROR: th did not reach 5 deg: stalled"
    ]


def test_an_error_whose_text_fails_is_still_named() -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert words(BrokenError()) == ["ERROR: BrokenError"]


def test_only_the_word_is_red_and_a_file_gets_no_colour() -> None:
    terminal, file = Terminal(), StringIO()
    error = LimitError("too far")
    show_error(error, owner_of(terminal))
    show_error(error, owner_of(file))
    assert terminal.getvalue() == "\x1b[1;31mERROR\x1b[0m: too far\n"
    assert file.getvalue() == "ERROR: too far\n"
