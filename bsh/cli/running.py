"""``bsh`` without a subcommand: the shell, lines, a file, standard input.

Owns which profile is taken and what is said about it. Running is the shell's business.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .ending_signals import EndingSignals
from .options import Settings

if TYPE_CHECKING:
    from bsh.session import Session

__all__ = ["interactive", "run_file", "run_lines", "run_stdin"]


def interactive(settings: Settings) -> int:
    """Open the shell; return its exit code.

    Parameters
    ----------
    settings : Settings
        Profile, home, looks.
    """
    from bsh.shell import start

    # collections while modules are loaded find nothing; the shell turns them on again once its prompt is there
    gc.disable()
    with contextlib.ExitStack() as leaving:
        leaving.callback(gc.enable)
        session, signals = leaving.enter_context(_session(settings, complete=False))
        if settings.profile is None:
            session.notices.insert(0, _choice())
        session.leave_prompt = _leave_prompt
        try:
            code = start(session, plain=settings.plain)
        except OSError:  # the last words to a terminal that is gone
            if not signals.exit_code:
                raise
            return signals.exit_code
        return signals.exit_code or code


def run_lines(settings: Settings, lines: Sequence[str]) -> int:
    """Run lines without a prompt; return the exit code.

    Parameters
    ----------
    settings : Settings
        Profile, home, looks.
    lines : sequence of str
        What ``-c`` was given.
    """
    from bsh.shell import run_lines as run

    return _without_prompt(settings, lambda session: run(session, lines, plain=settings.plain))


def run_file(settings: Settings, file: Path) -> int:
    """Run a script; return the exit code.

    Parameters
    ----------
    settings : Settings
        Profile, home, looks.
    file : Path
        In the shell's language.
    """
    from bsh.shell import run_file as run

    return _without_prompt(settings, lambda session: run(session, file, plain=settings.plain))


def run_stdin(settings: Settings) -> int:
    """Run standard input as one script; return the exit code.

    Parameters
    ----------
    settings : Settings
        Profile, home, looks.
    """
    from bsh.shell import run_stdin as run

    return _without_prompt(settings, lambda session: run(session, plain=settings.plain))


def _without_prompt(settings: Settings, run: Callable[[Session], int]) -> int:
    with _session(settings) as (session, _):
        for notice in session.notices:
            click.echo(f"bsh: {notice}", err=True)
        return run(session)


@contextmanager
def _session(settings: Settings, *, complete: bool = True) -> Iterator[tuple[Session, EndingSignals]]:
    """Make the session, and close it whatever happens, signals included."""
    from bsh.session import Session

    if settings.bluesky:
        from bsh.bluesky import install

        install()
    signals = EndingSignals()
    with signals.installed(), contextlib.ExitStack() as leaving:
        session = Session.from_profile(
            settings.profile_name,
            home=settings.home,
            complete=complete,
            sim=settings.sim,
            take=settings.take,
        )
        signals.session = session
        leaving.callback(lambda: session.close(signals.reason))
        # modules beside the scripts of the people who work here, as in IPython
        if "" not in sys.path:
            sys.path.insert(0, "")
        yield session, signals


def _leave_prompt() -> None:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        shell.ask_exit()


def _choice() -> str:
    from bsh.profile import default_profile

    default = default_profile()
    if default.chosen_by == "default":
        return f"profile {default.name}, since none was named: bsh -p NAME, or 'bsh profile list'"
    return f"profile {default.name}, chosen by {default.chosen_by}"
