"""``bsh panic``: the emergency actions of a profile, from a terminal of its own.

Owns the order: first every shell of the profile is called, which halts its plan and acts; at the same time this process
makes connections of its own and acts as well.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from socket import gethostname
from typing import Any

import click

from bsh.errors import BshError

from .options import Settings

__all__ = ["panic"]

SHELL_S = 15.0
"""How long the shells may take to answer, in seconds; what is done here does not wait for them."""


def panic(settings: Settings) -> int:
    """Halt and act; return the exit code: 1 where nothing worked of some action.

    Parameters
    ----------
    settings : Settings
        Profile and home. Without a profile it is about every one that has a shell.
    """
    shells = [_Shell(line) for line in _lines(settings)]
    for shell in shells:
        shell.start()
    if settings.profile is None and shells:
        for shell in shells:
            shell.known.wait(SHELL_S)
        wanted = {(shell.file, shell.sim) for shell in shells if shell.file}
    else:
        wanted = {(settings.profile_name, settings.sim)}
    codes = [code for file, sim in sorted(wanted) if (code := _act(file, sim=sim)) is not None]
    for shell in shells:
        shell.join(SHELL_S)
        if shell.is_alive():
            click.echo(f"{shell.name}: no answer within {SHELL_S:g} s", err=True)
            shell.code = 1
    if not shells:
        click.echo("no shell of this profile is open")
        if not codes:
            click.echo("nothing was done: name the profile, bsh panic -p NAME", err=True)
            return 1
    return max([*codes, *(shell.code for shell in shells)], default=0)


def _lines(settings: Settings) -> list[Path]:
    from bsh.profile import find_profile, read_head
    from bsh.session.emergency_line import lines_of
    from bsh.store.home import profile_folder

    home = settings.state_home
    if settings.profile is not None:
        name = read_head(find_profile(settings.profile)).name
        return lines_of(profile_folder(home, name, sim=settings.sim))
    folders = sorted(folder for folder in home.iterdir() if folder.is_dir()) if home.is_dir() else []
    return [line for folder in folders for line in lines_of(folder)]


class _Shell(threading.Thread):
    """A shell that is called, from a thread of its own."""

    def __init__(self, line: Path) -> None:
        from bsh.session.emergency_line import name_of

        super().__init__(name=name_of(line), daemon=True)
        self._line = line
        self.known = threading.Event()
        self.file = ""
        self.sim = False
        self.code = 0

    def run(self) -> None:
        """Call, and print the answers as they come."""
        from bsh.session.emergency import caller
        from bsh.session.emergency_line import call

        try:
            for answer in call(self._line, {"do": "panic", "who": caller()}, timeout_s=SHELL_S):
                self._hear(answer)
        except (OSError, ValueError) as error:
            click.echo(f"{self.name}: {error}", err=True)
            self.code = 1
        finally:
            self.known.set()

    def _hear(self, answer: dict[str, Any]) -> None:
        if "pid" in answer:
            self.file, self.sim = answer["file"], answer["sim"]
            where = f"{answer['profile']}{' SIM' if self.sim else ''}"
            host = "" if answer["host"] == gethostname() else f" on {answer['host']}"
            self.name = f"shell of {answer['user']}{host} ({where}, process {answer['pid']})"
            self.known.set()
            return
        click.echo(f"{self.name}: {answer['text']}", err=not answer["ok"])
        self.code = self.code if answer["ok"] else 1


def _act(name_or_path: str, *, sim: bool) -> int | None:
    """Run the actions with connections of this process; None where there is no hardware to act on."""
    from bsh.profile import find_profile, load_profile
    from bsh.session.emergency import emergency_profile, emergency_session, run_panic_lines
    from bsh.session.sim_twins import is_simulated

    code = 0

    def say(text: str, ok: bool) -> None:
        nonlocal code
        click.echo(f"from here: {text}", err=not ok)
        code = code if ok else 1

    try:
        profile = load_profile(find_profile(name_or_path), resolver=None)
        if sim or all(is_simulated(spec) for spec in profile.devices):
            return None  # simulated devices live in their shells
        profile = emergency_profile(profile)
        with (
            tempfile.TemporaryDirectory(prefix="bsh-panic-") as folder,
            emergency_session(profile, Path(folder)) as session,
        ):
            for notice in session.notices:
                click.echo(f"from here: {notice}", err=True)
            run_panic_lines(session, say)
    except BshError as error:
        say(str(error), False)
    return code
