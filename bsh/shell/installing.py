"""bsh's commands in an IPython, be it bsh's own shell, a plain one or a notebook.

Owns what is registered with IPython, and taking it back: transformer, magics, completion, error texts.
"""

from __future__ import annotations

from typing import Any

from bsh.commands import Registry
from bsh.commands.rewriting import command_call
from bsh.session import Session
from bsh.shell.completion import command_matcher
from bsh.shell.transformer import SpecTransformer

__all__ = ["install_commands", "remove_commands"]


def install_commands(ip: Any, session: Session) -> None:
    """Register the session's commands with an IPython.

    Parameters
    ----------
    ip : InteractiveShell
        The IPython, whose namespace has the session's names already.
    session : Session
        What the commands act on.
    """
    registry = session.registry
    ip.input_transformer_manager.cleanup_transforms.append(SpecTransformer(registry, ip.user_ns))
    for name in sorted(registry.names):
        ip.register_magic_function(_magic(name, ip, registry), "line", name)
    matchers = ip.Completer.custom_matchers
    matchers.append(command_matcher(session, ip.user_ns))


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
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != "bsh.commands"]
    for name in session.registry.names:
        ip.magics_manager.magics["line"].pop(name, None)


def _magic(name: str, ip: Any, registry: Registry) -> Any:
    """Return ``%name``: the same conversion of the same text, with nothing left for Python to claim."""

    def magic(line: str) -> None:
        code = command_call(f"{name} {line}".rstrip(), name, registry.syntaxes[name])
        exec(compile(code, f"<%{name}>", "exec"), ip.user_ns)

    magic.__name__ = name
    magic.__doc__ = registry[name].help_text()
    return magic
