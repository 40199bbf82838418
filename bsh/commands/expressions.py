"""One argument's text as the source of a thunk.

Owns how an argument becomes Python: whether it can be an expression at all, and where a bare name must
stand for a device's position (``tth / 2``). Pure text; evaluates nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

__all__ = ["DISPATCHER", "parse_or_none", "thunk"]

DISPATCHER = "_bsh_"
"""The name under which rewritten code reaches the command dispatcher."""

_NOT_IN_A_LAMBDA = (ast.Yield, ast.YieldFrom, ast.Await, ast.Starred)
_ARITHMETIC = re.compile(r"[-+*/%@&|^<>=(!]")
_NUMERIC_FUNCTIONS = frozenset(
    {
        "abs", "arccos", "arcsin", "arctan", "arctan2", "acos", "asin", "atan", "atan2", "ceil",
        "cos", "deg2rad", "degrees", "divmod", "exp", "fabs", "float", "floor", "hypot", "int",
        "log", "log10", "log2", "max", "min", "pow", "rad2deg", "radians", "round", "sign", "sin",
        "sqrt", "square", "sum", "tan", "trunc",
    }
)  # fmt: skip


def parse_or_none(source: str, *, expression: bool = False) -> ast.AST | None:
    """Parse Python; None where it does not parse.

    Parameters
    ----------
    source : str
        Source text.
    expression : bool
        Parse one expression instead of statements.
    """
    try:
        return ast.parse(source, mode="eval" if expression else "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def thunk(text: str) -> str | None:
    """Return the source of a function without arguments that evaluates ``text``, or None if it cannot.

    Parameters
    ----------
    text : str
        One argument as typed.

    Examples
    --------
    >>> thunk("th")
    'lambda: th'
    >>> thunk("tth/2")
    'lambda: _bsh_.value(tth)/2'
    >>> thunk("sam*") is None
    True
    """
    if text.isidentifier():  # by far the most common, keywords and constants included
        return f"lambda: {text}" if parse_or_none(text, expression=True) is not None else None
    tree = parse_or_none(f"({text}\n)", expression=True)
    if not isinstance(tree, ast.Expression):
        return None
    if any(isinstance(node, _NOT_IN_A_LAMBDA) for node in ast.walk(tree)):
        return None
    bare = 1 if isinstance(tree.body, ast.NamedExpr) else 0  # the column where the text's own brackets lack
    if isinstance(tree.body, ast.Tuple | ast.GeneratorExp | ast.NamedExpr) and tree.body.col_offset == bare:
        return None  # only the brackets added here make it an expression
    return f"lambda: {_with_positions(text, tree)}"


def _with_positions(text: str, tree: ast.Expression) -> str:
    if not _ARITHMETIC.search(text):
        return text
    operands = sorted(_operands(tree), key=lambda node: (node.lineno, node.col_offset), reverse=True)
    if not operands:
        return text
    lines = [line.encode() for line in f"({text}".split("\n")]
    for node in operands:
        line, raw = lines[node.lineno - 1], ast.unparse(node).encode()
        end = node.col_offset + len(raw)
        if line[node.col_offset : end] == raw:  # an identifier may be spelled in another Unicode form
            lines[node.lineno - 1] = b"%s%s.value(%s)%s" % (
                line[: node.col_offset],
                DISPATCHER.encode(),
                raw,
                line[end:],
            )
    return b"\n".join(lines).decode()[1:]


def _operands(tree: ast.Expression) -> Iterator[ast.expr]:
    bound = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        for child in _numeric_children(node):
            if (name := _first_name(child)) is not None and name not in bound:
                yield child


def _first_name(node: ast.expr) -> str | None:
    """Return the name that ``name`` or ``name.part.part`` begins with, None for anything else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _numeric_children(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return [operand]
        case ast.Compare(left=left, comparators=[*others]):
            numeric = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
            return [left, *others] if all(isinstance(op, numeric) for op in node.ops) else []
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[*args]):
            return args if name in _NUMERIC_FUNCTIONS else []
        case _:
            return []
