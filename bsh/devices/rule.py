"""A condition about devices, as a profile writes it: ``detz < 50 and beamstop == 'out'``.

Owns the small language: comparisons and arithmetic of positions, nothing that could do anything. Knows no device.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from bsh.errors import ProfileError

__all__ = ["Rule"]

FUNCTIONS = {"abs": abs, "max": max, "min": min, "round": round}
_GLOBALS = {"__builtins__": {}, **FUNCTIONS}

_ALLOWED = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod),
    *(ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn),
    *(ast.Constant, ast.Tuple, ast.List, ast.Name, ast.Attribute, ast.Call, ast.Load),
)

HINT = "write a comparison of device names and numbers, such as: detz < 50 and beamstop == 'out'"


class Rule:
    """One condition.

    Parameters
    ----------
    text : str
        As in the profile: names of devices and of their parts, numbers, texts, comparisons, arithmetic,
        ``and``, ``or``, ``not``, ``in``, and the functions abs, min, max and round.

    Raises
    ------
    ProfileError
        It is anything else; says what, and at which column.

    Examples
    --------
    >>> rule = Rule("detz < 50 and beamstop == 'out'")
    >>> rule.names
    ('detz', 'beamstop')
    >>> rule.holds({"detz": 40, "beamstop": "out"})
    True
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError) as error:
            column = getattr(error, "offset", None) or len(text) + 1  # 0: at its end
            raise _unreadable(text, "it is not an expression", column) from None
        names = _Names(text)
        tree = names.visit(tree)
        self.names = tuple(names.paths)
        """The devices and parts of devices that it looks at, ``"ring.current"``, in order."""
        self._code = compile(ast.fix_missing_locations(tree), "<rule>", "eval")
        self._variables = names.paths

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Tell whether the condition is true.

        Parameters
        ----------
        values : mapping
            For each of the names its value.

        Raises
        ------
        ProfileError
            The values cannot be compared, for example a text with a number.
        """
        local = {variable: values[path] for path, variable in self._variables.items()}
        try:
            return bool(eval(self._code, _GLOBALS, local))
        except (TypeError, ZeroDivisionError, OverflowError) as error:
            shown = ", ".join(f"{path} = {values[path]!r}" for path in self.names)
            raise ProfileError(
                f"the rule {self.text!r} cannot be evaluated: {error} ({shown})", hint=HINT
            ) from None

    def __repr__(self) -> str:
        return f"Rule({self.text!r})"


class _Names(ast.NodeTransformer):
    """Refuses what is not allowed, and puts one variable in the place of each device or part of one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.paths: dict[str, str] = {}

    def visit(self, node: ast.AST) -> Any:
        """Check one node."""
        if not isinstance(node, _ALLOWED):
            what = type(node).__name__.lower()
            raise _unreadable(self._text, f"{what} is not allowed in a rule", _column(node))
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str | None):
            raise _unreadable(self._text, f"{node.value!r} is neither a number nor a text", _column(node))
        return super().visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        """Allow a few functions of numbers."""
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            raise _unreadable(self._text, f"only {', '.join(FUNCTIONS)} can be called", _column(node))
        node.args = [self.visit(each) for each in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> Any:
        """Take the name of a device."""
        return self._variable(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Take the path of a part of a device."""
        parts = [node.attr]
        inner: ast.expr = node.value
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name) or any(part.startswith("_") for part in parts):
            raise _unreadable(self._text, "only parts of devices have a dot", _column(node))
        return self._variable(".".join([inner.id, *reversed(parts)]))

    def _variable(self, path: str) -> ast.Name:
        return ast.Name(self.paths.setdefault(path, f"value_{len(self.paths)}"), ast.Load())


def _column(node: ast.AST) -> int | None:
    offset = getattr(node, "col_offset", None)
    return None if offset is None else offset + 1


def _unreadable(text: str, why: str, column: int | None) -> ProfileError:
    place = "" if column is None else f" (column {column})"
    return ProfileError(f"the rule {text!r} cannot be read: {why}{place}", hint=HINT)
