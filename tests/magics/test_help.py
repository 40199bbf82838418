"""h: the cheat sheet, a group, one command."""

import pytest

from bsh.errors import UsageError


def test_the_cheat_sheet_fits_the_smallest_terminal_and_names_every_command(session, run):
    text = run("h").plain(width=80)
    lines = text.splitlines()
    assert len(lines) <= 22  # the prompt and the toolbar stand below
    assert max(map(len, lines)) <= 79
    assert "…" not in text
    words = set(text.replace("/", " ").split())
    left_out = {f"{kind}{number}scan" for kind in "ad" for number in (3,)}
    assert {name for command in session.registry for name in command.names} - words <= left_out
    assert [line.split()[0] for line in lines if line[0] != " "][:4] == ["where", "move", "undo", "count"]


def test_a_command_shows_usage_examples_with_motors_of_the_session_and_the_plan(run):
    text = run("h ascan").plain()
    assert text.splitlines()[:2] == [
        "usage: ascan motor start stop intervals seconds [counters...] [--settle settle]",
        "example: ascan th -1 1 20 0.1",
    ]
    assert "one point more than intervals" in text
    assert "yield from bsh.plans.spec.ascan(...)" in text


def test_an_alias_means_its_command(run):
    assert run("h umv").plain().startswith("usage: mv motor position")


def test_a_group_and_everything_are_listed_with_summaries(session, run):
    assert [line.split()[0] for line in run("h files").plain().splitlines()] == ["files", "qdo", "rec"]
    everything = run("h -v").plain(width=200)
    assert all(command.summary[:60] in everything for command in session.registry)


def test_what_there_is_not_brings_the_nearest(session):
    with pytest.raises(UsageError, match="no command and no group acsan") as caught:
        session.run("h acsan")
    assert "ascan" in caught.value.hint
