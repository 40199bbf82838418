"""Errors as one or two lines."""

import pytest

from bsh.commands.spec_words import SPEC_WORDS
from bsh.errors import BshError, CommandError, FailedStatus, LimitError, UsageError
from bsh.session import Session
from bsh.shell.errors import describe, is_bug, unknown_command


def raised(call, *args):
    try:
        call(*args)
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def run_source(source, filename):
    namespace = {}
    exec(compile(source, filename, "exec"), namespace)


def test_usage_errors_are_shown_as_they_are():
    text = describe(UsageError("mv: position is missing", hint="usage: mv ..."))
    assert text.lines == ["mv: position is missing", "usage: mv ..."]


def test_errors_for_people_begin_with_error_and_end_with_their_hint():
    assert describe(LimitError("th: too far", hint="lm th")).lines == ["ERROR: th: too far", "lm th"]
    assert describe(BshError("no")).lines == ["ERROR: no"]


def test_a_failed_status_speaks_for_itself():
    error = FailedStatus(None, "th: move to 5 failed after 3 s: stalled")
    assert describe(error).lines == ["ERROR: th: move to 5 failed after 3 s: stalled"]


def test_an_error_in_a_users_file_names_file_line_function_and_source(tmp_path):
    file = tmp_path / "mine.py"
    source = "def go():\n    raise ValueError('no sample')\ngo()\n"
    file.write_text(source)
    text = describe(raised(run_source, source, str(file)))
    assert text.lines == [
        "ERROR: ValueError: no sample",
        f"at {file}:2 in go: raise ValueError('no sample')",
    ]


def test_the_cause_is_named_where_it_says_more(tmp_path):
    source = "try:\n    {}['a']\nexcept KeyError as e:\n    raise RuntimeError('cannot start') from e\n"
    text = describe(raised(run_source, source, "<typed>"))
    assert text.message == "ERROR: RuntimeError: cannot start (KeyError: 'a')"


def test_an_unknown_name_offers_near_ones():
    text = describe(raised(run_source, "shuter", "<typed>"), names=["shutter", "det"])
    assert text.lines[:2] == ["ERROR: NameError: name 'shuter' is not defined", "did you mean shutter?"]


def test_a_syntax_error_points_at_the_place():
    text = describe(raised(run_source, "x = (1,", "<typed>"))
    assert text.lines == ["SyntaxError: '(' was never closed", "  x = (1,", "      ^"]


def test_a_place_in_a_script_without_a_file_is_named_too():
    text = describe(raised(run_source, "\n1/0", "<stdin>"), script="<stdin>")
    assert text.lines == ["ERROR: ZeroDivisionError: division by zero", "at <stdin>:2"]


def test_several_errors_at_once_are_all_named():
    group = ExceptionGroup("two", [ValueError("a"), LimitError("b")])
    assert describe(group).message == "ERROR: ValueError: a; b"


def test_an_error_from_the_middle_of_bsh_below_a_command_is_a_bug_and_says_so(tmp_path):
    from bsh.session import Session

    with Session.from_profile("sim", home=tmp_path) as session:
        session.counters = None
        error = raised(session.run, "ct 1")
    assert isinstance(error, TypeError)
    assert is_bug(error)
    assert describe(error).is_bug
    assert "mistake in bsh itself" in describe(error).hint


@pytest.mark.parametrize(
    "error", [ValueError("x"), UsageError("x"), LimitError("x"), KeyboardInterrupt()], ids=repr
)
def test_errors_that_are_raised_on_purpose_are_no_bugs(error):
    assert not is_bug(error)


def test_a_wrong_call_of_a_function_is_the_callers_mistake():
    from bsh import plans
    from bsh.commands import split_words

    error = raised(plans.scan)
    assert not is_bug(error)
    assert "missing" in describe(error).message
    assert not is_bug(raised(split_words, None))


@pytest.mark.parametrize(
    ("source", "word"), [("cp a b", "cp"), ("  rm -rf x", "rm"), ("less file.txt", "less"), ("vi 'x'", "vi")]
)
def test_commands_of_other_shells_are_recognised(source, word):
    text = unknown_command(SyntaxError(), source, ["ct", "mv"], ["th"])
    assert text.message == f"there is no command {word}"
    assert f"!{source.strip()} runs it" in text.hint


def test_a_path_makes_python_of_a_command_of_the_system():
    assert unknown_command(NameError(name="cp"), "cp /a /b", ["ct"], []).message == "there is no command cp"


@pytest.mark.parametrize(
    "source",
    ["x = 3 3", "for x in y z", "f(x y)", "th 3", "ct 3 )", "import a b", "a\nb c", "x.y z", "print 3 4"],
)
def test_broken_python_is_not_taken_for_a_command(source):
    assert unknown_command(SyntaxError(), source, ["ct"], ["th", "print"]) is None


@pytest.mark.parametrize("source", ["x - 1", "x + y", "x -1", "nonsense"])
def test_an_unknown_variable_is_not_taken_for_a_command(source):
    assert unknown_command(NameError(name="x"), source, ["ct"], []) is None


@pytest.mark.parametrize("line", ["th 3", "th -0.5", "th (1 + 2)", "th tth"])
def test_a_motor_followed_by_a_place_is_told_how_to_move(line):
    text = unknown_command(SyntaxError(), line, ["mv"], ["th", "tth"], ["th", "tth"])
    assert text.lines == [f"{line} is neither a command nor Python", f"to move th: mv {line}"]


@pytest.mark.parametrize("line", ["det 3", "th = 3", "th is"])
def test_other_lines_get_no_such_hint(line):
    found = unknown_command(SyntaxError(), line, ["mv"], ["th", "det"], ["th"])
    assert found is None or "to move" not in found.hint


def test_a_command_of_spec_that_is_not_here_is_answered_with_what_stands_for_it(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as session:
        for word, words in SPEC_WORDS.items():
            assert word not in session.registry
            text = unknown_command(SyntaxError(), f"{word} th 5", session.registry.names, ["th"])
            assert text.lines == [f"there is no command {word}", words]
            alone = unknown_command(NameError(name=word), word, session.registry.names, ["th"])
            assert alone.lines == text.lines, "many take no argument"
            with pytest.raises(CommandError) as caught:
                session.run(f"{word} th 5")
            assert caught.value.hint == words


@pytest.mark.terminal
def test_an_error_that_is_too_wide_is_broken_between_words(open_shell):
    shell = open_shell(columns=60)
    assert shell.run("dscan th -1000 1 10 0.1").splitlines()[:2] == [
        "ERROR: th: -1000 deg is outside [-180, 180] deg (point 0 of",
        "  11)",
    ]


def test_a_function_that_is_called_as_a_command_is_shown_with_its_brackets():
    text = unknown_command(SyntaxError(), "align 0.2 th", ["mv"], ["align", "x"], [], ["align"])
    assert text.message == "align 0.2 th is neither a command nor Python"
    assert text.hint == "align is a function: align(0.2, th)"
    assert unknown_command(SyntaxError(), "x 0.2", ["mv"], ["align", "x"], [], ["align"]) is None
