"""The editor that somebody likes, in front of the shell."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from bsh.errors import CommandError

__all__ = ["edit", "require_terminal"]

KNOW_LINES = frozenset(["vi", "vim", "nvim", "nano", "emacs", "micro", "pico", "joe", "kak"])
"""Editors that take ``+12`` for the line at which they begin."""

USUAL = ("nano", "vi")
"""What is tried where ``$VISUAL`` and ``$EDITOR`` name none."""


def require_terminal(what: str) -> None:
    """Refuse where there is no terminal for an editor.

    Parameters
    ----------
    what : str
        What was to be edited.

    Raises
    ------
    CommandError
        There is none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError(f"{what} cannot be edited without a terminal")


def edit(file: Path, line: int = 1) -> None:
    """Let somebody edit a file, and wait until the editor is closed.

    Parameters
    ----------
    file : Path
        It exists.
    line : int
        Where the editor begins, if it can be told.

    Raises
    ------
    CommandError
        There is no editor, or it failed.
    """
    words = _editor()
    if Path(words[0]).name in KNOW_LINES and line > 1:
        words.append(f"+{line}")
    # Ctrl+C belongs to the editor; a handler, unlike SIG_IGN, is not inherited by it
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = subprocess.run([*words, str(file)], check=False).returncode
    except OSError as error:
        raise CommandError(
            f"the editor {words[0]} cannot be started: {error.strerror}",
            hint="set EDITOR to one that is there",
        ) from error
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise CommandError(f"the editor {words[0]} ended with code {code}; {file} was not loaded")


def _editor() -> list[str]:
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    found = shlex.split(chosen) if chosen else [name for name in USUAL if shutil.which(name)][:1]
    if not found:
        raise CommandError("there is no editor", hint="set EDITOR, for example: export EDITOR=vim")
    return found
