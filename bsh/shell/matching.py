# mypy: disallow-untyped-calls=False, disallow-untyped-decorators=False
# IPython's methods carry no annotations.
"""What IPython asks when TAB is pressed.

It is there before the commands are, so that TAB at the first prompt waits for them; what may follow is
:mod:`bsh.shell.completion`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from IPython.core.completer import SimpleCompletion, context_matcher

from bsh.session import Session

__all__ = ["IDENTIFIER", "command_matcher"]

IDENTIFIER = "bsh.commands"


def command_matcher(session: Session, namespace: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return the matcher for IPython's completer.

    Parameters
    ----------
    session : Session
        Whose devices and commands are offered.
    namespace : mapping
        The names at the prompt.
    """

    @context_matcher(identifier=IDENTIFIER, priority=100)
    def matcher(context: Any) -> Any:
        session.complete()  # at the first prompt devices may still be on their way
        from bsh.shell.completion import complete

        line = context.full_text.split("\n")[context.cursor_line][: context.cursor_position]
        found = complete(line, session, namespace)
        if found is None:
            return {"completions": [], "suppress": False}
        return {
            "completions": [SimpleCompletion(word, type=found.notes.get(word)) for word in found.words],
            "matched_fragment": found.fragment,
            "suppress": True,
            "ordered": True,
        }

    found: Callable[[Any], Any] = matcher
    return found
