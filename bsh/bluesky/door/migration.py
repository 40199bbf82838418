"""What a start-up script uses of bluesky and bsh does not offer, found without running the script.

Owns the reading of imports and of attributes of what was imported.
"""

from __future__ import annotations

import ast
import importlib
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bsh.bluesky.door.finder import DOOR, OLD, door_name, is_offered
from bsh.bluesky.door.missing import reason_for

__all__ = ["Finding", "UnreadableScript", "names_used", "not_offered", "read"]


class Finding(NamedTuple):
    """A name that is not offered.

    Parameters
    ----------
    line : int
        Where it is used, from 1.
    name : str
        In full, ``bluesky.callbacks.zmq``.
    reason : str
        Why, or what to do; may be empty.
    """

    line: int
    name: str
    reason: str


class UnreadableScript(ValueError):
    """The file is no Python."""


def not_offered(source: str) -> list[Finding]:
    """Return what a script uses of bluesky and bsh does not have, in the order of lines.

    Parameters
    ----------
    source : str
        The text of the script; IPython's magics are passed over.

    Raises
    ------
    UnreadableScript
        It is no Python.

    Examples
    --------
    >>> not_offered("import bluesky.plans as bp\\nRE(bp.count([det]))\\nbp.hscan()")
    [Finding(line=3, name='bluesky.plans.hscan', reason='')]
    """
    found: dict[tuple[int, str], Finding] = {}
    for line, name in names_used(source):
        shortest = _first_missing(name)
        if shortest:
            found.setdefault((line, shortest), Finding(line, shortest, reason_for(shortest) or ""))
    return sorted(found.values())


def names_used(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and full name of each use of bluesky in a script.

    Parameters
    ----------
    source : str
        The text of the script.
    """
    try:
        tree = ast.parse(_without_magics(source))
    except SyntaxError as error:
        raise UnreadableScript(f"line {error.lineno}: {error.msg}") from error
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _imported(node, known)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = _dotted(node, known)
            if name is not None and name.split(".")[0] == OLD:
                yield node.lineno, name


def _imported(node: ast.Import | ast.ImportFrom, known: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield what an import names, and remember what it is called in the script."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.split(".")[0] == OLD:
                known[alias.asname or OLD] = alias.name if alias.asname else OLD
                yield node.lineno, alias.name
    elif node.module is not None and node.level == 0 and node.module.split(".")[0] == OLD:
        yield node.lineno, node.module
        for alias in node.names:
            if alias.name != "*":
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield alias.lineno, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, known)
        return None if before is None else f"{before}.{node.attr}"
    return None


_MAGIC = re.compile(r"^(\s*)(%|!|\?|get_ipython\(\)\.(?:magic|run_line_magic)\b).*$")


def _without_magics(source: str) -> str:
    return "\n".join(
        _MAGIC.sub(r"\1pass", line) if _MAGIC.match(line) else line for line in source.splitlines()
    )


def _first_missing(name: str) -> str:
    """Return the shortest beginning of a name that leads to nothing, or an empty text."""
    if name in (OLD, DOOR):
        return ""
    here: Any = importlib.import_module(DOOR)
    parts = name.split(".")
    for number in range(2, len(parts) + 1):
        so_far = ".".join(parts[:number])
        step = _step(here, so_far)
        if step is None:
            return so_far
        here = step
        if not isinstance(here, type(importlib)):
            return "" if number == len(parts) or _has(here, parts[number]) else ".".join(parts[: number + 1])
    return ""


def _step(here: Any, name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if is_offered(name):
            try:
                return importlib.import_module(door_name(name))
            except ImportError:  # one that says why it is missing
                return None
        return getattr(here, name.rpartition(".")[2], None)


def _has(one: Any, attribute: str) -> bool:
    """Tell whether a class or function has an attribute; instances have more than their class shows."""
    return not isinstance(one, type) or hasattr(one, attribute) or attribute in _set_in_init(one)


def _set_in_init(kind: type) -> set[str]:
    import inspect

    try:
        return set(re.findall(r"self\.(\w+)", inspect.getsource(kind)))
    except (OSError, TypeError):
        return set()


def read(file: Path) -> str:
    """Return the text of a script.

    Parameters
    ----------
    file : Path
        A Python file.

    Raises
    ------
    UnreadableScript
        It is no text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableScript(f"it is no text: {error}") from error
