"""bsh's commands in an IPython, be it bsh's own shell, a plain one or a notebook.

Owns what is registered with IPython, and taking it back: transformer, magics, completion, error texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bsh.session import Session
from bsh.shell.matching import IDENTIFIER, command_matcher
from bsh.shell.transformer import SpecTransformer

if TYPE_CHECKING:
    from bsh.commands import Registry

__all__ = ["install_commands", "install_screen", "remove_commands"]


def install_commands(ip: Any, session: Session) -> None:
    """Register the session's commands with an IPython.

    Parameters
    ----------
    ip : InteractiveShell
        The IPython, whose namespace has the session's names already.
    session : Session
        What the commands act on.
    """
    ip.input_transformer_manager.cleanup_transforms.append(SpecTransformer(session, ip.user_ns))
    ip.Completer.custom_matchers.append(command_matcher(session, ip.user_ns))
    session.when_complete(lambda: _install_magics(ip, session))


def _install_magics(ip: Any, session: Session) -> None:
    """Register what runs only once the session is complete."""
    registry = session.registry
    magics = ip.magics_manager.magics[
        "line"
    ]  # not registered: IPython keeps attributes named config for itself
    for name in sorted(registry.names):
        magics[name] = _magic(name, ip, registry)


def install_screen(ip: Any, session: Session) -> None:
    """Give a foreign IPython bsh's tables, pause menu and short error texts.

    Parameters
    ----------
    ip : InteractiveShell
        A plain IPython or a notebook's kernel.
    session : Session
        What is shown.
    """
    import sys

    from bsh.commands import set_pause_hook
    from bsh.errors import BshError, RunEngineInterrupted
    from bsh.shell.errors import describe
    from bsh.shell.pause_menu import PauseMenu
    from bsh.shell.paused_run import EndedEarly
    from bsh.shell.screen import Screen

    screen = Screen(session)

    def on_error(shell: Any, etype: Any, value: BaseException, tb: Any, tb_offset: Any = None) -> None:
        sys.last_type, sys.last_value, sys.last_traceback = etype, value, tb
        if not isinstance(value, EndedEarly):
            screen.show_error(describe(value), value)

    ip.events.register("pre_run_cell", lambda info: session.journal.begin(info.raw_cell))
    session.interactive = True
    if screen.owner.is_terminal:
        set_pause_hook(session, PauseMenu(session, screen.owner))
    ip.set_custom_exc((BshError, RunEngineInterrupted), on_error)


def remove_commands(ip: Any, session: Session) -> None:
    """Take back what :func:`install_commands` registered.

    Parameters
    ----------
    ip : InteractiveShell
        The IPython.
    session : Session
        As given when it was installed.
    """
    transforms = ip.input_transformer_manager.cleanup_transforms
    transforms[:] = [transform for transform in transforms if not isinstance(transform, SpecTransformer)]
    matchers = ip.Completer.custom_matchers
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != IDENTIFIER]
    ip.set_custom_exc((), None)
    magics = ip.magics_manager.magics["line"]
    for name in session.registry.names & magics.keys() if session.is_complete else ():
        hidden = magics.pop(name).hidden
        if hidden is not None:
            magics[name] = hidden


def _magic(name: str, ip: Any, registry: Registry) -> Any:
    """Return ``%name``: the same conversion of the same text, with nothing left for Python to claim."""
    from bsh.commands.rewriting import command_call

    hidden = ip.find_line_magic(name)

    def magic(line: str) -> None:
        if name == "config" and "." in line and hidden is not None:
            hidden(line)  # %config Class.trait = value
            return
        code = command_call(f"{name} {line}".rstrip(), name, registry.syntaxes[name])
        exec(compile(code, f"<%{name}>", "exec"), ip.user_ns)

    magic.hidden = hidden  # type: ignore[attr-defined]  # put back when the commands are taken away
    magic.__name__ = name
    magic.__doc__ = registry[name].help_text()
    return magic
