"""Whatever is typed: the parser never fails with anything but an error for people, and nothing moves."""

import contextlib
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import bsh_magics
from bsh.commands import Registry, Syntax, rewrite, split_words
from bsh.commands.statements import statements
from bsh.errors import BshError
from bsh.session import Session, evaluate
from bsh.session.command_file import CommandFile
from bsh.shell.typed_ahead import TypedAhead

REGISTRY = Registry()
REGISTRY.add_module(bsh_magics)
NAMES = sorted(REGISTRY.names)

PIECES = [
    *NAMES, "th", "tth", "det", "1", "-1", "1e400", "nan", "'", '"', "'''", "(", ")", "[", "]", "{", "}", ";", ":",
    "#", "\\", "\n", "\r", "\t", " ", "=", "==", ":=", "+", "-", "**", "//", "@", "%", "!", "?", "<", ">", "<<", "$",
    "`", ",", ".", "...", "lambda", "yield", "await", "import", "for", "in", "if", "else", "def", "class", "RE(", "RE",
    "ü", "θ", "Ⅷ", "ﬁ", "\u202e", "\u200b", "\x00", "\x1b[A", "🙂", "e\u0301", "_bsh_", "__import__", "None", "True",
]  # fmt: skip
"""Words and signs that mean something somewhere."""

garbage = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.tuples(st.sampled_from(NAMES), st.text(max_size=40)).map(" ".join),
)
LONG = [
    "mv " + "th " * 3000,
    "mv th " + "9" * 10_000,
    "mv th " + "(" * 10_000,
    "mv th " + "1+" * 5_000 + "1",
    "ascan " + "'" * 9_999,
    "x" * 10_000,
    "mv th 1;" * 1_000 + "(",
    "p " + "-" * 10_000 + "1",
]


@given(garbage)
@example("mv th 'a")
@example("ascan th 1 2 \\")
@example("RE(\x00)")
@settings(max_examples=400, deadline=None)
def test_rewriting_never_fails_and_changes_nothing_the_second_time(source):
    once = rewrite(source, REGISTRY.syntaxes)
    assert rewrite(once, REGISTRY.syntaxes) == once


@given(garbage)
@settings(max_examples=200, deadline=None)
def test_words_and_statements_are_always_found(source):
    for syntax in Syntax:
        assert all(word.text is not None for word in split_words(source, syntax))
    ends = [(span.start, span.end) for span in statements(source)]
    assert ends == sorted(ends)
    assert all(0 <= start <= end <= len(source) for start, end in ends)


@pytest.mark.parametrize("line", LONG, ids=range(len(LONG)))
def test_a_line_of_ten_thousand_characters_is_read_within_moments(line):
    rewrite(line, REGISTRY.syntaxes)


class Moved(Exception):
    """A plan was about to run."""


@pytest.fixture(scope="module")
def unmoved(tmp_path_factory):
    """A session whose engine refuses everything."""
    with Session.from_profile("sim", home=tmp_path_factory.mktemp("home")) as session:
        session.show = lambda report: report.plain()

        def refuse(*args, **kwargs):
            raise Moved

        session.execute = session.run_typed = refuse
        yield session


class Ran(BaseException):
    """A plan runs; nothing that looks may swallow this."""


@pytest.fixture(scope="module")
def only_looking(tmp_path_factory):
    """A session that can look at plans; its engine refuses to run them."""
    with Session.from_profile("sim", home=tmp_path_factory.mktemp("home")) as session:
        session.show = lambda report: report.plain()

        def refuse(*args, **kwargs):
            raise Ran

        session._running.run = session.RE.run_aside = refuse
        yield session


FILE_LINES = [
    "mv th 1",
    "wa",
    "x = 3",
    "for i in range(2): mvr th 1",
    "if x:",
    "def f():",
    "    mv th x",
    "import os",
]
files = st.lists(st.one_of(garbage, st.sampled_from(FILE_LINES)), max_size=6).map("\n".join)


@given(files)
@example("mv th 1\n\x00")
@example("mv th " + "(" * 3000)
@example("x = " + "-" * 5000 + "1")
@example("while True: pass")
@example("for i in range(10**9): pass")
@example("mv = th; mv th 1")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_of_garbage_is_looked_at_or_refused_in_words_and_nothing_runs(only_looking, source):
    before = dict(only_looking.namespace)
    with contextlib.suppress(BshError):
        CommandFile(Path("odd.mac"), only_looking, source).look_ahead()
    assert only_looking.namespace == before


@given(garbage)
@example("mv th \x00")
@example("mv th " + "(" * 3000)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_typed_while_a_scan_runs_is_queued_shown_or_told_and_nothing_runs(only_looking, typed):
    told, shown = [], []
    line = TypedAhead(only_looking, told.append, shown.append, lambda: shown.append("status"))
    line.take(typed + "\r")
    only_looking.queue.clear()


NO_PLACE = st.text(alphabet=string.punctuation + string.whitespace + "üθ🙂", min_size=1, max_size=20)
MOVING = ["mv", "mvr", "umv", "ascan", "dscan", "mesh", "tw", "th2th", "a2scan", "lineup", "loopscan", "goto"]


@given(st.sampled_from(MOVING), NO_PLACE)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_moving_command_with_garbage_is_an_error_and_no_move(unmoved, name, garbage):
    error = _error_of(f"{name} th{garbage}", unmoved)
    assert not isinstance(error, Moved)
    assert error is None or str(error)  # it is said what is wrong


def _error_of(line, session):
    try:
        evaluate(line, dict(session.namespace), session.registry)
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("line", LONG[:6], ids=range(6))
def test_long_garbage_is_an_error_and_no_move(unmoved, line):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of whatever kind, in words
        evaluate(line, dict(unmoved.namespace), unmoved.registry)
    assert not isinstance(caught.value, Moved)


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_of_a_commands_name_stays_a_variable(name):
    source = f"{name} = 3\n{name}\n{name} + 1\n"
    assert rewrite(source, REGISTRY.syntaxes) == source
    assert rewrite(name, REGISTRY.syntaxes, {name}) == name


def test_a_device_named_like_a_command_is_refused_at_profile_load_with_its_line(tmp_path):
    from bsh.errors import ProfileError

    profile = tmp_path / "odd.yml"
    profile.write_text("profile: odd\ndevices:\n  bsh.devices.sim.SimMotor:\n    - {name: undo}\n")
    with pytest.raises(ProfileError, match=r"odd\.yml:4:\d+.*undo"):
        Session.from_profile(profile, home=tmp_path / "home")
