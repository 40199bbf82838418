"""Questions that a command asks before it goes on."""

from __future__ import annotations

from bsh.commands import CommandSession

__all__ = ["confirmed"]


def confirmed(session: CommandSession, question: str) -> bool:
    """Ask the person at the prompt; where there is none, the answer is yes.

    Parameters
    ----------
    session : CommandSession
        Whether there is one.
    question : str
        Without the choices.
    """
    if not session.interactive:
        return True
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        print()
        return False
