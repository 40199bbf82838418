"""SPEC syntax in IPython: the rewriting of :mod:`bsh.commands`, plugged into its input transforms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bsh.session import Session

__all__ = ["SpecTransformer"]


class SpecTransformer:
    """Rewrite lines as IPython hands them over.

    IPython calls it at every Enter to see whether the input is complete, so it must have no effect. The first call waits
    until the commands are loaded.

    Parameters
    ----------
    session : Session
        Whose commands are meant.
    namespace : mapping
        The names at the prompt; a variable hides the bare command of the same name.
    """

    has_side_effects = False

    def __init__(self, session: Session, namespace: Mapping[str, Any]) -> None:
        self._session = session
        self._namespace = namespace

    def __call__(self, lines: list[str]) -> list[str]:
        """Return the rewritten lines, each with its line end."""
        registry = self._session.registry
        from bsh.commands import rewrite
        from bsh.session.lines import shadowed_names

        source = "".join(lines)
        text = rewrite(source, registry.syntaxes, shadowed_names(self._namespace, registry))
        return lines if text == source else text.splitlines(keepends=True)
