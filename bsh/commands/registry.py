"""Which commands there are.

Owns the table of commands, filled through the entry-point group ``bsh.magics``: its value is a module
whose ``COMMANDS`` is a sequence of :class:`~bsh.commands.command.Command`. Built-in commands come through
the same door as a beamline's own package.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bsh.commands.command import Command
from bsh.commands.expressions import DISPATCHER
from bsh.commands.nearest import nearest_hint
from bsh.commands.words import Syntax
from bsh.entry_points import COMMANDS_GROUP, installed_entry_points, remember_names
from bsh.errors import CommandError

__all__ = ["ENTRY_POINT_GROUP", "Registry"]

ENTRY_POINT_GROUP = COMMANDS_GROUP


class Registry:
    """The commands by name.

    Attributes
    ----------
    problems : list of str
        What could not be loaded or was refused, one line each.

    Examples
    --------
    >>> registry = Registry.from_entry_points()
    >>> "wa" in registry
    True
    """

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}
        self._origins: dict[str, str] = {}
        self._syntaxes: dict[str, Syntax] = {}
        self.problems: list[str] = []

    @classmethod
    def from_entry_points(
        cls, group: str = ENTRY_POINT_GROUP, *, remembered_in: Path | None = None
    ) -> Registry:
        """Return a registry with the commands of every installed package.

        Parameters
        ----------
        group : str
            The entry-point group. A package that cannot be imported, or a command whose name is taken, is
            left out and noted in :attr:`problems`, so that the shell still opens.
        remembered_in : Path, optional
            A folder where it is remembered which packages have any, and their names, until something is installed
            or removed.
        """
        registry = cls()
        # The built-in commands first: whoever comes later and collides with them is the one refused.
        for entry in sorted(
            installed_entry_points(group, remembered_in),
            key=lambda entry: (entry.name != "builtin", entry.name),
        ):
            origin = f"{entry.value} (entry point {entry.name})"
            try:
                registry.add_module(entry.load(), origin=origin)
            except Exception as error:
                registry.problems.append(f"commands of {origin} are missing: {error}")
        if remembered_in is not None:
            remember_names(group, registry.names, remembered_in)
        return registry

    def add_module(self, module: Any, *, origin: str | None = None) -> None:
        """Add the ``COMMANDS`` of a module; refused ones are noted in :attr:`problems`.

        Parameters
        ----------
        module : module
            With ``COMMANDS``.
        origin : str, optional
            Where it comes from, for error texts; default the module's name.

        Raises
        ------
        CommandError
            The module has no ``COMMANDS``.
        """
        name = getattr(module, "__name__", repr(module))
        commands = getattr(module, "COMMANDS", None)
        if commands is None:
            raise CommandError(
                f"{name} has no COMMANDS", hint="make it a list of commands (bsh.commands.command)"
            )
        for command in commands:
            try:
                self.add(command, origin=origin or name)
            except CommandError as error:
                self.problems.append(error.message)

    def add(self, command: Command, *, origin: str | None = None) -> None:
        """Add one command.

        Parameters
        ----------
        command : Command
            The command with all its names.
        origin : str, optional
            Where it comes from; default the function's module.

        Raises
        ------
        CommandError
            One of its names is taken (both origins are named) or cannot be a name.
        """
        where = origin or command.origin
        for name in command.names:
            if not name.isidentifier() or keyword.iskeyword(name) or name == DISPATCHER:
                raise CommandError(f"{name!r} from {where} cannot be the name of a command")
            if name in self._commands:
                raise CommandError(
                    f"command {name} is declared twice: by {self._origins[name]} and by {where}"
                )
        for name in command.names:
            self._commands[name] = command
            self._origins[name] = where
            self._syntaxes[name] = command.syntax

    @property
    def names(self) -> frozenset[str]:
        """Every name that can be typed, aliases included."""
        return frozenset(self._commands)

    @property
    def syntaxes(self) -> Mapping[str, Syntax]:
        """How the arguments of each command are read; what :func:`~bsh.commands.rewriting.rewrite` takes."""
        return MappingProxyType(self._syntaxes)

    def origin(self, name: str) -> str:
        """Return where a command comes from.

        Parameters
        ----------
        name : str
            One of :attr:`names`.
        """
        return self._origins[self[name].name]

    def __getitem__(self, name: str) -> Command:
        try:
            return self._commands[name]
        except KeyError:
            raise CommandError(
                f"there is no command {name}", hint=nearest_hint(name, self._commands)
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._commands

    def __iter__(self) -> Iterator[Command]:
        """Yield each command once, in the order in which they were added."""
        return iter(dict.fromkeys(self._commands.values()))

    def __len__(self) -> int:
        return len(set(self._commands.values()))
