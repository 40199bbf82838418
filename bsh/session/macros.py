"""Functions that people write down for themselves: one file a profile, loaded whenever a session begins.

Owns the file and what may stand in it. A command at its top would run at every start, and a function with the name
of a command or a device would hide it: both are refused, with the line.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsh.commands import DISPATCHER, Registry, rewrite
from bsh.errors import CommandError

from .lines import failing_line, run_script

if TYPE_CHECKING:
    from .session import Session

__all__ = ["macro_file", "macro_notices", "reload_macros", "run_edited"]

FILE = "macros.py"


def macro_file(session: Session) -> Path:
    """Return where the functions of a profile's people are; the file need not exist.

    Parameters
    ----------
    session : Session
        Of the profile.
    """
    return session.folder / FILE


def macro_notices(session: Session) -> list[str]:
    """Load the functions at the start; return what is wrong with them.

    Parameters
    ----------
    session : Session
        Whose namespace gets them.
    """
    if not macro_file(session).is_file():
        return []
    try:
        reload_macros(session)
    except CommandError as error:
        return [f"{error.message}; edmac opens it"]
    return []


def reload_macros(session: Session) -> list[str]:
    """Read the file of functions again; return the names that it defines.

    Parameters
    ----------
    session : Session
        Whose namespace gets them.

    Raises
    ------
    CommandError
        Something in it cannot be read, is not allowed there, or failed; the text names file and line.
    """
    file = macro_file(session)
    tree = _parsed(file, session.registry)
    for node in tree.body:
        if _is_command(node):
            raise _problem(
                file, node.lineno, "a command here would run at every start: put it into a function"
            )
    for name, line in _defined(tree):
        if name in session.registry:
            raise _problem(file, line, f"{name} is a command of bsh: give it another name")
        if name in session.devices:
            raise _problem(file, line, f"{name} is a device: give it another name")
    _run(file, session)
    return [name for name, _ in _defined(tree)]


def run_edited(session: Session, file: Path) -> list[str]:
    """Run any file of lines again, as at the start; return the names that it defines.

    Parameters
    ----------
    session : Session
        Whose namespace gets them.
    file : Path
        In the shell's language.

    Raises
    ------
    CommandError
        As :func:`reload_macros`.
    """
    if file == macro_file(session):
        return reload_macros(session)
    tree = _parsed(file, session.registry)
    _run(file, session)
    return [name for name, _ in _defined(tree)]


def _parsed(file: Path, registry: Registry) -> ast.Module:
    try:
        source = file.read_text(encoding="utf-8")
        return ast.parse(rewrite(source, registry.syntaxes), str(file))
    except SyntaxError as error:
        words = f"{error.msg}: {error.text.strip()}" if error.text and error.text.strip() else error.msg
        raise _problem(file, error.lineno or 1, words) from error
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def _run(file: Path, session: Session) -> None:
    try:
        run_script(file, session.namespace, session.registry)
    except Exception as error:
        raise CommandError(
            f"{failing_line(error, file)}: {type(error).__name__}: {error}",
            hint="edmac opens it again; what stands above that line is loaded",
        ) from error


def _problem(file: Path, line: int, words: str) -> CommandError:
    return CommandError(f"{file}:{line}: {words}", hint="edmac opens it again; nothing of it was loaded")


def _is_command(node: ast.stmt) -> bool:
    call: Any = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == DISPATCHER


def _defined(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.lineno
