"""The table of commands."""

import types

import pytest

from bsh.commands import Registry, Word, command
from bsh.errors import CommandError


@command(aliases=["see"])
def look(session, what: Word = ""):
    """Look at something."""


@command("look")
def other_look(session):
    """Look elsewhere."""


def test_a_command_answers_to_its_name_and_aliases(registry):
    registry.add(look)
    assert registry["look"] is registry["see"] is look
    assert registry.names == {"look", "see"}
    assert list(registry) == [look]
    assert "see" in registry
    assert len(registry) == 1


def test_a_collision_is_refused_with_both_origins(registry):
    registry.add(look, origin="package one")
    with pytest.raises(CommandError, match="look is declared twice: by package one and by package two"):
        registry.add(other_look, origin="package two")
    assert registry["look"] is look


def test_a_colliding_module_keeps_its_other_commands(registry):
    @command()
    def listen(session):
        """Listen."""

    registry.add(look, origin="package one")
    module = types.SimpleNamespace(__name__="two", COMMANDS=[other_look, listen])
    registry.add_module(module)
    assert "listen" in registry
    (problem,) = registry.problems
    assert "declared twice" in problem


@pytest.mark.parametrize("name", ["for", "a b", "ct+", "_bsh_"])
def test_names_that_cannot_be_typed_are_refused(registry, name):
    with pytest.raises(CommandError, match="cannot be the name of a command"):
        registry.add(command(name)(lambda session: None))


def test_a_module_without_commands_is_refused(registry):
    with pytest.raises(CommandError, match="empty has no COMMANDS"):
        registry.add_module(types.ModuleType("empty"))


def test_an_unknown_name_offers_near_ones(registry):
    registry.add(look)
    with pytest.raises(CommandError, match="there is no command lok") as caught:
        registry["lok"]
    assert caught.value.hint == "did you mean look?"


def test_the_built_in_commands_come_through_the_entry_point():
    registry = Registry.from_entry_points()
    assert {"wa", "wm", "mv", "mvr", "ct", "ascan", "dscan", "scans"} <= registry.names
    assert registry.origin("mov") == "bsh_magics (entry point builtin)"
    assert registry.problems == []
