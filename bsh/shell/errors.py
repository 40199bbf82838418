"""Errors as one or two lines.

Owns what is said about an exception: its cause, and the place in the person's own file. Only a bug of bsh
itself comes with a traceback. Pure: text in, text out; who prints it is another matter.
"""

from __future__ import annotations

import re
import site
import sys
import sysconfig
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bsh.commands import nearest_hint
from bsh.commands.runner import carry_out
from bsh.errors import BshError, FailedStatus, UsageError

__all__ = ["ErrorText", "describe", "exit_code_of", "is_bug", "unknown_command"]

_BUG_TYPES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    NotImplementedError,
    RecursionError,
    TypeError,
)
_FIRST_WORD = re.compile(r"\s*([^\W\d]\w*)[ \t]+[^\s=(.,\[]")
_NAME_AND_TARGET = re.compile(r"\s*([^\W\d]\w*)[ \t]+(?!(?:is|in|not|and|or|if|for)\b)[-+]?[\w.(]")
_WITH_PATH_OR_OPTION = re.compile(r"\s*([^\W\d]\w*)[ \t]+(?:[/~]\S|--?[A-Za-z])")


@dataclass(frozen=True)
class ErrorText:
    """What is said about an error.

    Attributes
    ----------
    message : str
        What happened.
    hint : str
        What to do next, or where it happened; may be empty and may have several lines.
    is_bug : bool
        Whether it is a mistake of bsh; a traceback follows then.
    """

    message: str
    hint: str = ""
    is_bug: bool = False

    @property
    def lines(self) -> list[str]:
        """Message and hint, line by line."""
        return [*self.message.splitlines(), *self.hint.splitlines()]


def describe(error: BaseException, *, script: str = "", names: Collection[str] = ()) -> ErrorText:
    """Say what an error means.

    Parameters
    ----------
    error : BaseException
        What was raised.
    script : str
        Name of the script that is run, where that is no file (``<stdin>``).
    names : collection of str
        Names that are known at the prompt, for unknown ones.

    Returns
    -------
    ErrorText
        Usage errors as they are; others begin with ``ERROR:``.
    """
    if isinstance(error, UsageError):
        return ErrorText(_placed(error.message, error, script), error.hint or "")
    if isinstance(error, BshError):
        return ErrorText(f"ERROR: {error.message}", _joined(error.hint or "", _place(error, script)))
    if isinstance(error, SyntaxError):
        return _syntax_error(error)
    if isinstance(error, BaseExceptionGroup):
        parts = [describe(part).message.removeprefix("ERROR: ") for part in error.exceptions]
        return ErrorText(f"ERROR: {'; '.join(parts)}", _place(error, script))
    if is_bug(error):
        return ErrorText(
            f"ERROR: {type(error).__name__}: {error}",
            "This is a mistake in bsh itself; please report it with the lines above.",
            is_bug=True,
        )
    hint = _place(error, script)
    if isinstance(error, NameError) and error.name:
        hint = _joined(nearest_hint(error.name, names) or "", hint)
    return ErrorText(f"ERROR: {_cause_text(error)}", hint)


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _placed(message: str, error: BaseException, script: str) -> str:
    """Put ``file:line:`` in front of a usage error in a script."""
    place = _user_frame(error, script)
    return f"{place.filename}:{place.lineno}: {message}" if place else message


def _cause_text(error: BaseException) -> str:
    """Return the text of an error, with the cause below it where that says more."""
    if isinstance(error, FailedStatus):
        return str(error)
    text = str(error).strip()
    named = f"{type(error).__name__}: {text}" if text else type(error).__name__
    cause = error.__cause__
    if cause is not None and str(cause) and str(cause) not in named:
        named = f"{named} ({type(cause).__name__}: {cause})"
    return named


# -- places ----------------------------------------------------------------------------------------


def _place(error: BaseException, script: str = "") -> str:
    """Return where in the person's own code it happened, empty for a line just typed."""
    frame = _user_frame(error, script)
    if frame is None:
        return ""
    function = "" if frame.name == "<module>" else f" in {frame.name}"
    source = f": {frame.line}" if frame.line else ""
    return f"at {frame.filename}:{frame.lineno}{function}{source}"


def _user_frame(error: BaseException, script: str) -> traceback.FrameSummary | None:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == script or not _is_foreign(frame.filename)]
    return own[-1] if own else None


def _is_foreign(filename: str) -> bool:
    """Tell whether a file is nobody's own script: a library, or what was typed."""
    if filename.startswith("<") or "ipykernel_" in filename:
        return True
    return filename.startswith((*_library_folders(), *_own_folders()))


@cache
def _library_folders() -> tuple[str, ...]:
    paths = {
        *sysconfig.get_paths().values(),
        *site.getsitepackages(),
        sys.prefix,
        sys.base_prefix,
    }
    return tuple(sorted(str(Path(path)) + "/" for path in paths if path))


def _own_folders() -> tuple[str, ...]:
    import bsh

    folder = Path(bsh.__file__).parent
    folders = [folder]
    magics = sys.modules.get("bsh_magics")
    if magics is not None and magics.__file__:
        folders.append(Path(magics.__file__).parent)
    return tuple(f"{path}/" for path in folders)


# -- bugs ------------------------------------------------------------------------------------------


def is_bug(error: BaseException) -> bool:
    """Tell whether an error is a mistake of bsh.

    That is one of a kind that nobody raises on purpose, out of its own code, below a command: commands check
    what they are given. What people hand to Python functions themselves is their own affair.

    Parameters
    ----------
    error : BaseException
        What was raised.
    """
    if not isinstance(error, _BUG_TYPES) or isinstance(error, BshError):
        return False
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    return carry_out.__code__ in codes and codes[-1].co_filename.startswith(_own_folders())


def exit_code_of(leaving: SystemExit) -> int:
    """Return the code that a SystemExit asks for; a text is written to standard error, as Python does.

    Parameters
    ----------
    leaving : SystemExit
        What was raised.
    """
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code
    print(leaving.code, file=sys.stderr)
    return 1


# -- what is no Python -----------------------------------------------------------------------------


def _syntax_error(error: SyntaxError) -> ErrorText:
    line = (error.text or "").rstrip()
    place = ""
    if error.filename and not _is_foreign(error.filename):
        place = f"{error.filename}:{error.lineno}: "
    message = f"{place}{type(error).__name__}: {error.msg}"
    if not line:
        return ErrorText(message)
    stripped = line.lstrip()
    column = max((error.offset or 1) - 1 - (len(line) - len(stripped)), 0)
    return ErrorText(message, f"  {stripped}\n  {' ' * column}^")


def unknown_command(
    error: BaseException,
    source: str,
    commands: Collection[str],
    names: Collection[str],
    movable: Collection[str] = (),
    functions: Collection[str] = (),
) -> ErrorText | None:
    """Say so where a line that failed looks like a command of another shell.

    Parameters
    ----------
    error : BaseException
        A SyntaxError; or a NameError, since ``cp /a /b`` is Python, if odd Python.
    source : str
        What was typed.
    commands : collection of str
        The commands there are.
    names : collection of str
        Names that are known at the prompt.
    movable : collection of str
        Names of what can be moved.
    functions : collection of str
        Names of functions that people wrote.

    Examples
    --------
    >>> unknown_command(SyntaxError(), "cp a b", ["ct", "mv"], []).message
    'there is no command cp'
    """
    lines = [line for line in source.splitlines() if line.strip()]
    if len(lines) != 1:
        return None
    target = _NAME_AND_TARGET.match(lines[0]) if isinstance(error, SyntaxError) else None
    if target is not None and target.group(1) in movable:
        words = lines[0].strip()
        return ErrorText(f"{words} is neither a command nor Python", f"to move {target.group(1)}: mv {words}")
    if isinstance(error, NameError) and error.name == lines[0].strip():
        return _of_spec(lines[0].strip())
    looks = _FIRST_WORD if isinstance(error, SyntaxError) else _WITH_PATH_OR_OPTION
    found = looks.match(lines[0]) if isinstance(error, SyntaxError | NameError) else None
    if found is None or found.group(1) in commands:
        return None
    import keyword

    word = found.group(1)
    if keyword.iskeyword(word) or keyword.issoftkeyword(word):
        return None
    if word in names:
        return _without_brackets(lines[0].strip(), word) if word in functions else None
    of_spec = _of_spec(word)
    if of_spec is not None:
        return of_spec
    hints = [nearest_hint(word, commands), f"!{lines[0].strip()} runs it in the system's shell"]
    return ErrorText(f"there is no command {word}", "; ".join(hint for hint in hints if hint))


def _without_brackets(line: str, word: str) -> ErrorText:
    arguments = ", ".join(line.split()[1:])
    return ErrorText(f"{line} is neither a command nor Python", f"{word} is a function: {word}({arguments})")


def _of_spec(word: str) -> ErrorText | None:
    from bsh.commands.spec_words import SPEC_WORDS

    return ErrorText(f"there is no command {word}", SPEC_WORDS[word]) if word in SPEC_WORDS else None
