"""An error in one or two lines: what happened, and what to type next."""

from __future__ import annotations

from rich.text import Text

from bsh.display.console import ConsoleOwner
from bsh.errors import BshError, FailedStatus

__all__ = ["error_lines", "show_error"]

OWN = (BshError, FailedStatus)
"""Errors whose texts were written for people: the name of the class adds nothing."""


def error_lines(error: BaseException, *, hint: str | None = None) -> list[Text]:
    """Return the lines that tell of an error.

    Parameters
    ----------
    error : BaseException
        What was raised.
    hint : str, optional
        What to do next; the error's own hint comes first.

    Examples
    --------
    >>> from bsh.errors import LimitError
    >>> error = LimitError("th: 12.5 is 2.5 deg above the limit 10.0", hint="lm th")
    >>> [line.plain for line in error_lines(error)]
    ['ERROR: th: 12.5 is 2.5 deg above the limit 10.0', '  lm th']
    """
    first, *more = _words(error).splitlines() or [""]
    lines = [Text.assemble(("ERROR", "bold red"), f": {first}")]
    lines += [Text(line) for line in more]
    advice = getattr(error, "hint", None) or hint
    if advice:
        lines += [Text(f"  {line}", style="dim") for line in str(advice).splitlines()]
    return lines


def show_error(error: BaseException, owner: ConsoleOwner, *, hint: str | None = None) -> None:
    """Show an error.

    Parameters
    ----------
    error : BaseException
        What was raised.
    owner : ConsoleOwner
        Where to show it.
    hint : str, optional
        What to do next, if the error itself does not say.
    """
    owner.print_rows(error_lines(error, hint=hint))


def _words(error: BaseException) -> str:
    text = _text(error).strip()
    if isinstance(error, OWN):
        return text or type(error).__name__
    first = text.splitlines()[0] if text else ""
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a foreign exception whose own text fails
        return ""
