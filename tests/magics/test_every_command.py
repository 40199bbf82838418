"""Every command by its declaration: its examples, no arguments, wrong arguments, undo.

A new command is tested here by being declared.
"""

import contextlib
import re

import pytest

from bsh.commands import Registry, Syntax
from bsh.errors import BshError, UsageError

COMMANDS = {command.name: command for command in Registry.from_entry_points()}
EXAMPLES = [
    (name, line)
    for name, command in COMMANDS.items()
    for line in command.example_lines(("th", "tth", "samx", "samy"), ("det", "mon"))
]
MOTORS = ("th", "tth", "samx", "samy")

ENDLESS = ("uct", "timescan")
"""Without arguments they go on until Ctrl+C."""

WRONG = (
    "nosuch_",
    "-zz",
    "'open",
    "th th th th th th th th th th th th",
    "1 2 3 4 5 6 7 8 9 10 11 12",
    "()",
    "𝛼",
    "1e999",
)
"""What no command takes; one that takes it all the same must not move anything."""


@pytest.fixture
def quick(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in MOTORS:
        session.devices[name].velocity.put(0.0)
    return session


def where(session):
    return [session.devices[name].position for name in MOTORS]


def test_every_command_has_a_summary_an_example_and_a_group():
    for name, command in COMMANDS.items():
        assert command.summary.endswith("."), name
        assert command.examples, name
        assert command.group != "other", name
        assert all(example.split()[0] in command.names for example in command.examples), name


@pytest.mark.parametrize(("name", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_an_example_is_understood_and_what_it_moves_can_be_taken_back(quick, name, line):
    quick.run("mv th 0.2 tth 0.4")
    before = where(quick)
    try:
        quick.run(re.sub(r" 0\.[125]\b(?!\d)(?=$| det| [a-z])", " 0.01", line))
    except UsageError as error:
        pytest.fail(f"{line}: {error}")
    except BshError:  # it needs an old scan, a prompt, a file
        assert where(quick) == before
    if where(quick) != before and name not in ("undo", "redo"):
        quick.run("undo")
        assert where(quick) == pytest.approx(before)


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if not command.runs_alone])
def test_without_its_arguments_a_command_shows_usage_and_an_example(quick, name):
    with pytest.raises(UsageError, match=rf"^usage: {name}") as caught:
        quick.run(name)
    assert "example: " in caught.value.hint
    assert where(quick) == [0.0] * 4


@pytest.mark.parametrize(
    "name", [name for name, command in COMMANDS.items() if command.runs_alone and name not in ENDLESS]
)
def test_alone_a_command_does_something_or_says_why_not(quick, name):
    try:
        quick.run(name)
    except UsageError as error:
        pytest.fail(f"{name}: {error}")
    except BshError as error:
        if not error.message:
            pytest.fail(f"{name} does not say why not")
    assert where(quick) == [0.0] * 4


@pytest.mark.parametrize("name", [name for name, one in COMMANDS.items() if one.syntax is not Syntax.RAW])
def test_wrong_arguments_are_refused_in_words_and_move_nothing(quick, name):
    for wrong in WRONG:
        if name in ENDLESS and wrong == "()":
            continue  # Python for the command alone
        with contextlib.suppress(BshError):  # whatever else comes out is a defect
            quick.run(f"{name} {wrong}")
        assert where(quick) == [0.0] * 4, wrong
        assert quick.store.peek_scan_id() == 1, wrong
