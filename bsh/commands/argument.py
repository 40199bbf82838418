"""One argument of a command: what was typed or given, evaluated once and only when asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from bsh.commands.nearest import nearest_hint
from bsh.errors import BshError, UsageError

__all__ = ["Argument"]


class Argument:
    """What stands in one place of a command.

    Parameters
    ----------
    text : str
        As typed, or what a value would be typed as.
    thunk : callable, optional
        Evaluates the text where it was typed. None where the text is no expression.
    option : bool
        Whether it is an option (``-s``).
    problem : str
        Why the text cannot be read.
    known : callable, optional
        Returns the names that the text could have meant, for hints.

    Attributes
    ----------
    is_given : bool
        Whether it is a value from Python, which evaluates to itself for ever.
    """

    def __init__(
        self,
        text: str,
        thunk: Callable[[], Any] | None = None,
        *,
        option: bool = False,
        problem: str = "",
        known: Callable[[], list[str]] | None = None,
    ) -> None:
        self.text = text
        self.option = option
        self.problem = problem
        self.is_given = False
        self._thunk = thunk
        self._known = known
        self._evaluated = False
        self._value: Any = None
        self._fault: Exception | None = None

    @classmethod
    def given(cls, value: Any) -> Argument:
        """Make an argument of a value that came from Python.

        Parameters
        ----------
        value : object
            A device, number, string, or anything else.
        """
        name = getattr(value, "name", None)
        text = name if isinstance(name, str) else value if isinstance(value, str) else repr(value)
        argument = cls(text, lambda: value)
        argument.is_given = True
        return argument

    @property
    def fault(self) -> Exception | None:
        """Why it could not be evaluated, or None."""
        self._evaluate()
        return self._fault

    def value_or_none(self) -> Any:
        """Return what the text evaluates to, None if it does not."""
        self._evaluate()
        return self._value

    def evaluate(self) -> Any:
        """Return what the text evaluates to.

        Raises
        ------
        UsageError
            It cannot be read or evaluated; names the reason and, for an unknown name, the nearest ones.
        """
        self._evaluate()
        if self._fault is None:
            return self._value
        if isinstance(self._fault, BshError) and not isinstance(self._fault, UsageError):
            raise self._fault  # an offline device says so best itself
        hint = None
        if isinstance(self._fault, NameError) and self._fault.name:
            hint = nearest_hint(self._fault.name, self._known() if self._known else ())
        raise UsageError(self.fault_text(), hint=hint) from self._fault

    def again(self) -> Any:
        """Return what the text evaluates to now, however often it was evaluated before.

        Raises
        ------
        UsageError
            As :meth:`evaluate`.
        """
        self._evaluated, self._value, self._fault = False, None, None
        return self.evaluate()

    def fault_text(self) -> str:
        """Return why it could not be evaluated, in words."""
        fault = self.fault
        if fault is None:
            return ""
        if isinstance(fault, UsageError):
            return fault.message
        if isinstance(fault, NameError):
            name = fault.name or self.text
            return f"unknown name {name}" + ("" if name == self.text else f" in {self.text}")
        return f"{self.text} cannot be evaluated: {fault or type(fault).__name__}"

    def word(self) -> str:
        """Return the text itself, without the quotes around it.

        Raises
        ------
        UsageError
            A quotation mark or bracket is left open.
        """
        if self.problem:
            raise UsageError(_unreadable(self.text, self.problem))
        if self.text[:1] in ("'", '"'):
            try:
                literal = ast.literal_eval(self.text)
            except (SyntaxError, ValueError):
                return self.text
            return literal if isinstance(literal, str) else self.text
        return self.text

    def _evaluate(self) -> None:
        if self._evaluated:
            return
        self._evaluated = True
        if self._thunk is None:
            self._fault = UsageError(_unreadable(self.text, self.problem))
            return
        try:
            self._value = self._thunk()
        except Exception as error:
            self._fault = error

    def __repr__(self) -> str:
        return f"Argument({self.text!r})"


def _unreadable(text: str, problem: str) -> str:
    if problem:
        return f"{text} cannot be read: {problem}"
    if "," in text:
        return f"{text} cannot be read: arguments are separated by blanks, not commas"
    return f"{text} cannot be read as a value"
