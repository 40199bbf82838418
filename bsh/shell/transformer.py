"""SPEC syntax in IPython: the rewriting of :mod:`bsh.commands`, plugged into its input transforms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bsh.commands import CommandRunner, Registry, rewrite

__all__ = ["SpecTransformer", "shadowed_names"]


class SpecTransformer:
    """Rewrite lines as IPython hands them over.

    IPython calls it at every Enter to see whether the input is complete, so it must have no effect.

    Parameters
    ----------
    registry : Registry
        The commands.
    namespace : mapping
        The names at the prompt; a variable hides the bare command of the same name.
    """

    has_side_effects = False

    def __init__(self, registry: Registry, namespace: Mapping[str, Any]) -> None:
        self._registry = registry
        self._namespace = namespace

    def __call__(self, lines: list[str]) -> list[str]:
        """Return the rewritten lines, each with its line end."""
        source = "".join(lines)
        text = rewrite(source, self._registry.syntaxes, shadowed_names(self._registry, self._namespace))
        return lines if text == source else text.splitlines(keepends=True)


def shadowed_names(registry: Registry, namespace: Mapping[str, Any]) -> set[str]:
    """Return the commands whose name is a variable at present.

    Parameters
    ----------
    registry : Registry
        The commands.
    namespace : mapping
        The names at the prompt.
    """
    return {
        name
        for name in registry.names
        if name in namespace and not isinstance(namespace[name], CommandRunner)
    }
