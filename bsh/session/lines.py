"""Running lines and scripts of the shell's language without a shell.

Owns the compilation of rewritten source under its own file name, and finding the line of a script that
failed. IPython's own syntax (``%magic``, ``!ls``) is the shell's business.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bsh.commands import CommandRunner, Registry, nearest_hint, rewrite
from bsh.errors import CommandError

__all__ = ["evaluate", "failing_line", "run_script", "shadowed_names"]

TYPED = "<line>"
"""File name of source that comes from no file."""


def shadowed_names(namespace: Mapping[str, Any], registry: Registry) -> set[str]:
    """Return the commands whose name is a variable at present.

    Parameters
    ----------
    namespace : mapping
        The names at the prompt.
    registry : Registry
        The commands.
    """
    return {
        name
        for name in registry.names
        if name in namespace and not isinstance(namespace[name], CommandRunner)
    }


def evaluate(source: str, namespace: dict[str, Any], registry: Registry, filename: str = TYPED) -> Any:
    """Run source and return the value of its last expression, None where it ends otherwise.

    Parameters
    ----------
    source : str
        One or more lines of SPEC syntax and Python.
    namespace : dict
        Where names are looked up and assigned.
    registry : Registry
        The commands.
    filename : str
        What tracebacks call it.

    Raises
    ------
    CommandError
        It is neither a command nor Python.
    """
    text = rewrite(source, registry.syntaxes, shadowed_names(namespace, registry))
    try:
        tree = ast.parse(text, filename)
    except SyntaxError as error:
        if filename != TYPED:
            raise
        raise _not_understood(source, registry, error) from error
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, filename, "exec"), namespace)
        return None
    del tree.body[-1]
    exec(compile(tree, filename, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), filename, "eval"), namespace)


def _not_understood(source: str, registry: Registry, error: SyntaxError) -> CommandError:
    first = source.split(maxsplit=1)[0] if source.strip() else ""
    if first.isidentifier() and first not in registry:
        from bsh.commands.spec_words import SPEC_WORDS

        hint = SPEC_WORDS.get(first) or nearest_hint(first, registry.names)
        return CommandError(
            f"there is no command '{first}', and this is not Python: {source.strip()}", hint=hint
        )
    return CommandError(f"this is neither a command nor Python: {source.strip()} ({error.msg})")


def run_script(file: Path, namespace: dict[str, Any], registry: Registry) -> None:
    """Run a file in a namespace.

    Parameters
    ----------
    file : Path
        In the shell's language; plain Python is part of it.
    namespace : dict
        Where names are looked up and assigned; ``__file__`` is the file while it runs.
    registry : Registry
        The commands.
    """
    source = file.read_text(encoding="utf-8")
    before = namespace.get("__file__")
    namespace["__file__"] = str(file)
    try:
        evaluate(source, namespace, registry, str(file))
    finally:
        if before is None:
            del namespace["__file__"]
        else:
            namespace["__file__"] = before


def failing_line(error: BaseException, file: Path) -> str:
    """Return ``file:line`` of the place in a script where an error came from.

    Parameters
    ----------
    error : BaseException
        What the script raised.
    file : Path
        The script.
    """
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return f"{file}:{error.lineno}"
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)
    ]
    return f"{file}:{lines[-1]}" if lines else str(file)
