"""The shell: IPython application, prompt, input, completion, errors, and the runner of scripts.

Importing this package imports neither IPython nor prompt_toolkit; its functions do when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from bsh.session import Session

__all__ = ["run_file", "run_lines", "run_stdin", "start"]


def start(session: Session, *, plain: bool = False) -> int:
    """Open the interactive shell and return when it is left.

    Parameters
    ----------
    session : Session
        What commands act on; its namespace becomes the shell's. The caller closes it.
    plain : bool
        No colour, no toolbar, no live region.

    Returns
    -------
    int
        The exit code.
    """
    from bsh.shell.application import start_application
    from bsh.shell.foreground import foreground_group
    from bsh.shell.logs import logs_kept_in
    from bsh.shell.lost_interrupts import interrupts_not_lost

    with foreground_group(), interrupts_not_lost(), logs_kept_in(session.folder):
        return start_application(session, plain=plain)


def run_lines(session: Session, lines: Sequence[str], *, plain: bool = False) -> int:
    """Run lines of the shell's language one after the other, without a prompt.

    Parameters
    ----------
    session : Session
        What commands act on. The caller closes it.
    lines : sequence of str
        Each a line or several. The first one that fails is the last one run.
    plain : bool
        No colour and no live region, also where the output is a terminal.

    Returns
    -------
    int
        0; 1 after an error, which is on standard error in one or two lines; 130 when interrupted; or the
        code of ``sys.exit``.
    """
    from bsh.shell.keys import keep_type_ahead
    from bsh.shell.logs import logs_kept_in
    from bsh.shell.lost_interrupts import interrupts_not_lost
    from bsh.shell.scripts import run_lines as run

    with keep_type_ahead(), interrupts_not_lost(), logs_kept_in(session.folder):
        return run(session, lines, plain=plain)


def run_file(session: Session, file: Path, *, plain: bool = False) -> int:
    """Run a file (``.bsh``, ``.py``, ``.ipy``) in the shell's language.

    Parameters
    ----------
    session, plain
        As for :func:`run_lines`.
    file : Path
        The script.

    Returns
    -------
    int
        As for :func:`run_lines`.
    """
    from bsh.shell.keys import keep_type_ahead
    from bsh.shell.logs import logs_kept_in
    from bsh.shell.lost_interrupts import interrupts_not_lost
    from bsh.shell.scripts import run_file as run

    with keep_type_ahead(), interrupts_not_lost(), logs_kept_in(session.folder):
        return run(session, file, plain=plain)


def run_stdin(session: Session, *, stdin: TextIO | None = None, plain: bool = False) -> int:
    """Read standard input to its end and run it as one script in the shell's language.

    Parameters
    ----------
    session, plain
        As for :func:`run_lines`.
    stdin : text file, optional
        Read instead of standard input.

    Returns
    -------
    int
        As for :func:`run_lines`.
    """
    from bsh.shell.logs import logs_kept_in
    from bsh.shell.lost_interrupts import interrupts_not_lost
    from bsh.shell.scripts import run_stdin as run

    with interrupts_not_lost(), logs_kept_in(session.folder):
        return run(session, stdin=stdin, plain=plain)
