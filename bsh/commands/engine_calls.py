"""``RE(plan)`` as typed: the plan becomes a function, so that it can be looked at before it runs.

Owns the rewriting, as text, and the judgement whether making a plan twice is harmless.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bsh.commands.expressions import DISPATCHER

__all__ = ["has_engine_call", "is_harmless", "is_repeatable", "rewrite_engine_calls"]

ENGINE = "RE"
_CALL = re.compile(rf"(?<![\w.]){ENGINE}\(")
_OTHER_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip
_NOT_IN_A_LAMBDA = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr, ast.Starred)
_HARMLESS = frozenset(
    {abs, bool, dict, float, int, len, list, max, min, range, round, set, sorted, str, sum, tuple}
)


def has_engine_call(source: str) -> bool:
    """Tell whether there may be a call of the engine; a quick look.

    Parameters
    ----------
    source : str
        Any text.
    """
    return _CALL.search(source) is not None


def rewrite_engine_calls(source: str, tree: ast.Module) -> str:
    """Rewrite ``RE(plan)`` outside of functions; everything else stays as it is.

    Parameters
    ----------
    source : str
        Python.
    tree : ast.Module
        The same, parsed.

    Examples
    --------
    >>> source = "RE(count([det]))"
    >>> rewrite_engine_calls(source, ast.parse(source))
    "_bsh_.typed('RE(count([det]))', RE, lambda: (count,), lambda: (det,))(lambda: (count([det])))"
    """
    edits: list[tuple[int, int, bytes]] = []
    raw = source.encode()
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line.encode()) + 1)
    for call in _engine_calls(tree):
        plan, engine = call.args[0], call.func
        text = ast.get_source_segment(source, call)
        if text is None:
            continue
        typed = " ".join(text.split())
        functions, names = _parts(plan)
        listed = f"lambda: ({functions},)" if functions else "lambda: ()" if functions is not None else "None"
        head = f"{DISPATCHER}.typed({typed!r}, {ENGINE}, {listed}, lambda: ({names}{',' if names else ''}))"
        at, end = _span(engine, starts)
        edits.append((at, end, head.encode()))
        at, end = _span(plan, starts)
        edits += [(at, at, b"lambda: ("), (end, end, b")")]
    for at, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        raw = raw[:at] + new + raw[end:]
    return raw.decode()


def _span(node: ast.expr, starts: list[int]) -> tuple[int, int]:
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    return starts[first] + node.col_offset, starts[last] + (node.end_col_offset or 0)


def _engine_calls(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _OTHER_SCOPES):
            continue
        if (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Name)
            and child.func.id == ENGINE
            and child.args
            and not any(isinstance(part, _NOT_IN_A_LAMBDA) for part in ast.walk(child.args[0]))
        ):
            yield child
        else:
            yield from _engine_calls(child)


def _parts(plan: ast.expr) -> tuple[str | None, str]:
    """Return the functions that making the plan calls (None where that is not known), and its other names."""
    functions: list[str] = []
    called: set[ast.AST] = set()
    known = True
    for node in ast.walk(plan):
        if isinstance(node, _OTHER_SCOPES):
            known = False
        if isinstance(node, ast.Call):
            called |= set(ast.walk(node.func))
            if isinstance(node.func, ast.Name | ast.Attribute) and _is_dotted(node.func):
                functions.append(ast.unparse(node.func))
            else:
                known = False
    names = [node.id for node in ast.walk(plan) if isinstance(node, ast.Name) and node not in called]
    return (", ".join(dict.fromkeys(functions)) if known else None), ", ".join(dict.fromkeys(names))


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def is_repeatable(functions: Callable[[], Iterable[Any]] | None, names: Callable[[], Iterable[Any]]) -> bool:
    """Tell whether a plan can be made twice without any effect but the plans.

    Parameters
    ----------
    functions : callable or None
        Returns the functions that are called; None where they are not known.
    names : callable
        Returns the objects that are handed to them.
    """
    if functions is None:
        return False
    try:
        made = list(functions())
        return bool(made) and all(map(is_harmless, made)) and not any(map(_is_used_up, names()))
    except Exception:  # the same error comes, with its own words, when the plan is made
        return False


def is_harmless(function: Any) -> bool:
    """Tell whether a call has no effect, nor the plan that it makes: one of bsh's own, or it only computes.

    A plan of somebody's own may do anything between its messages (write a file, ask a question, move something by hand):
    it is run once, by the engine.

    Parameters
    ----------
    function : object
        What is called.
    """
    if _module(function).partition(".")[0] == "bsh" and not inspect.isclass(function):
        return bool(getattr(function, "_is_plan_", False) or inspect.isgeneratorfunction(function))
    try:
        if function in _HARMLESS:
            return True
    except TypeError:
        return False
    module = _module(function)
    return module.partition(".")[0] in ("math", "numpy") and "random" not in module


def _module(function: Any) -> str:
    return str(getattr(function, "__module__", None) or type(function).__module__)


def _is_used_up(value: Any, depth: int = 0) -> bool:
    """Tell whether going through a plan could change a value, or call one: an iterator, a plan, a function of a user."""
    if hasattr(value, "__next__") or hasattr(value, "send"):
        return True
    if inspect.isroutine(value) or isinstance(value, functools.partial):
        return not is_harmless(value)
    if isinstance(value, list | tuple | dict) and depth < 2:
        parts = value.values() if isinstance(value, dict) else value
        return any(_is_used_up(part, depth + 1) for part in parts)
    return False
