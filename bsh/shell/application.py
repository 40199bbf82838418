# mypy: disallow-untyped-calls=False, disallow-untyped-decorators=False
# IPython's methods carry no annotations.
"""The interactive application: IPython with its own home, banner and shell.

Owns the order of things at the start: everything is registered before IPython runs start-up files.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.terminal.ipapp import TerminalIPythonApp
from traitlets.config import Config

from bsh import __version__
from bsh.session import Session
from bsh.shell.installing import install_commands
from bsh.shell.interactive import BeamlineShell
from bsh.shell.keys import keep_type_ahead
from bsh.shell.prompt import PromptLine
from bsh.shell.toolbar import ToolbarValues

if TYPE_CHECKING:
    from bsh.profile import DeviceRef

__all__ = ["BeamlineApplication", "start_application"]

LEAST_COLUMNS = 80
"""Lines shorter than this are not broken at the start: what breaks them is loaded with the commands."""


class BeamlineApplication(TerminalIPythonApp):
    """IPython's terminal application around a session.

    Parameters
    ----------
    session : Session
        What commands act on.
    plain : bool
        No colour, no toolbar, no live region.
    """

    name = "bsh"

    def __init__(self, session: Session, *, plain: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.interactive_shell_class = BeamlineShell
        self.user_ns = session.namespace
        self._session = session
        self._plain = plain
        self._values = ToolbarValues()

    def init_crash_handler(self) -> None:
        """Install nothing: IPython's text asks for bug reports to IPython."""

    def init_shell(self) -> None:
        """Make the shell, and give it the session before any start-up file runs."""
        super().init_shell()
        shell, session = self.shell, self._session
        assert isinstance(shell, BeamlineShell)
        shell.attach(session, PromptLine(session, self._values, plain=self._plain), plain=self._plain)
        install_commands(shell, session)
        session.interactive = True
        session.confirm = _confirm
        session.when_complete(lambda: self._values.start(_toolbar_signals(session)))
        session.when_complete(lambda: session.when_closed(session.control.watch(session.tell)))

    def init_code(self) -> None:
        """Run the start-up files, if there are any; they may need everything."""
        if any(self._startup_files()):
            self._session.complete()
        super().init_code()

    def _startup_files(self) -> Iterator[Path]:
        assert self.profile_dir is not None
        folder = Path(self.profile_dir.startup_dir)
        return (file for pattern in ("*.py", "*.ipy") for file in folder.glob(pattern))

    def init_banner(self) -> None:
        """Say where this is, and what people should know."""
        session = self._session
        for line in banner_lines(session):
            print(line if len(line) < LEAST_COLUMNS else _broken(line))
        told = len(session.notices)

        def tell_the_rest() -> None:
            from bsh.session.late_devices import summary

            if len(session.notices) > told and session.offline:
                print(_broken(summary(session.devices)))
            for notice in session.notices[told:]:
                print(_broken(notice))

        session.when_complete(tell_the_rest)

    def leave(self) -> None:
        """Undo what the start did to the session."""
        from bsh.commands import set_pause_hook

        self._values.stop()
        set_pause_hook(self._session, None)
        self._session.interactive = False


def _broken(text: str) -> str:
    import sys

    from bsh.commands.wrapping import for_stream

    return for_stream(text, sys.__stdout__)


def _confirm(preflight: Any) -> bool:
    from bsh.commands.columns import format_duration

    points = f"{preflight.num_points} points, " if preflight.num_points else ""
    question = f"This takes {points}{format_duration(preflight.seconds)} at least. Start? [y/N] "
    try:
        return input(question).strip().lower().startswith("y")
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def _toolbar_signals(session: Session) -> list[tuple[str, Callable[[], Any]]]:
    """Return for each toolbar entry its name, and what finds it, or raises where it is offline or missing."""
    from bsh.session.references import resolve_ref

    def find(ref: DeviceRef) -> Any:
        return resolve_ref(ref, {**session.aliases, **session.devices})

    return [(str(ref), partial(find, ref)) for ref in session.profile.toolbar]


def _count(session: Session) -> str:
    offline = len(session.offline)
    return f"{len(session.devices) - offline} devices" + (f", {offline} offline" if offline else "")


def banner_lines(session: Session) -> list[str]:
    """Return what is said when the shell opens.

    Parameters
    ----------
    session : Session
        Which one.
    """
    profile = session.profile
    title = f"{profile.title} " if profile.title else ""
    devices = _count(session) if session.is_complete else f"{len(profile.devices)} devices, connecting"
    lines = [
        f"bsh {__version__}  {title}(profile {profile.name})",
        f"{devices}; the next scan is number {session.store.peek_scan_id()}.",
        "h shows the commands, Ctrl+C pauses a scan, Ctrl+D leaves.",
    ]
    return [*lines, *session.notices, *session.control.companions()]


def _configuration(session: Session, plain: bool) -> Config:
    home = session.folder / "ipython"
    home.mkdir(parents=True, exist_ok=True)  # IPython gives up where the folder is missing
    config = Config()
    config.BaseIPythonApplication.ipython_dir = str(home)
    config.ProfileDir.location = str(home)
    config.TerminalIPythonApp.display_banner = True
    shell = config.TerminalInteractiveShell
    shell.enable_tip = False
    shell.confirm_exit = False
    shell.separate_in = ""
    shell.term_title_format = f"bsh {session.profile.name}"
    shell.automagic = False
    shell.autocall = 0
    if plain or not _wants_colour():
        shell.colors = "nocolor"
    config.AliasManager.default_aliases = []
    config.IPCompleter.use_jedi = False
    config.IPCompleter.evaluation = "limited"
    config.HistoryManager.db_cache_size = 0
    return config


def _wants_colour() -> bool:
    import os
    import sys

    return not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def start_application(session: Session, *, plain: bool = False) -> int:
    """Open the shell, and return its exit code when it is left.

    Parameters
    ----------
    session : Session
        What commands act on.
    plain : bool
        No colour, no toolbar, no live region.
    """
    application = BeamlineApplication(session, plain=plain, config=_configuration(session, plain))
    # IPython's advice on how to leave, after an exit that did leave
    warnings.filterwarnings("ignore", message="To exit: use", category=UserWarning)
    with keep_type_ahead():
        try:
            application.initialize(argv=[])
            application.start()
        except SystemExit as leaving:
            from bsh.shell.errors import exit_code_of

            return exit_code_of(leaving)
        finally:
            application.leave()
    assert isinstance(application.shell, BeamlineShell)
    return application.shell.exit_code
