"""SPEC syntax to Python, as text.

Owns one function, :func:`rewrite`, and the rules below. Pure: no namespace, no device, no side effect
(an editor calls it at every Enter).

Rules
-----
- A statement whose first word is a command and which does not parse as Python becomes a call of the
  dispatcher: ``mv th 1.5`` becomes ``_bsh_('mv th 1.5', 'mv', lambda: th, lambda: 1.5)``.
- A bare command name becomes a call, unless a variable shadows it. The same holds for a command and an
  operator that is glued to what follows (``wa -v``, ``ct -1000``, ``wa *x``): as Python that would subtract
  from a command.
- ``RE(plan)`` outside of functions hands the plan over as a function, so that it is looked at before it runs.
- ``ct+ mon`` and ``ct- mon``, the operator glued to the command alone, are short for ``mg add mon`` and ``mg rm mon``.
- ``<plan`` at the beginning of a statement is short for ``RE(plan)``.
- All other Python stays exactly as it is: ``mv = 3``, ``mv(th, 1)``, ``x = mv``, ``mv - 1``.
- IPython's own lines (``%``, ``!``, ``?``) and ``%%`` cells stay as they are.
- One line in, one line out, so that line numbers in error reports are right.
- Rewriting twice changes nothing more.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping

from bsh.commands.engine_calls import has_engine_call, rewrite_engine_calls
from bsh.commands.expressions import DISPATCHER, parse_or_none, thunk
from bsh.commands.statements import statements
from bsh.commands.words import Syntax, split_words

__all__ = ["command_call", "rewrite"]

_BLANKS = re.compile(r"(?:[^\S\n]|\\\r?\n|\n)+")
_ARGUMENT_LAYOUT = re.compile(rb"[ \t]+(?:--?|\*\*?|[+/%@&|^])[\w.(/*'\"~]")
_RUN_PREFIX = re.compile(r"(?:^|[;:])[^\S\n]*<[^<=\n]", re.MULTILINE)
_COUNTER_CHANGE = re.compile(r"ct([+-])[^\S\n]+(?=[A-Za-z_*])")
_COUNTER_CHANGES = {"+": "mg add ", "-": "mg rm "}
_NEWLINE = re.compile(r"(\r\n|\r|\n)")


def rewrite(
    source: str,
    names: Mapping[str, Syntax] | Iterable[str],
    shadowed: Collection[str] = (),
) -> str:
    """Rewrite SPEC syntax in ``source`` to Python.

    Parameters
    ----------
    source : str
        One or more lines, as typed or read from a file.
    names : mapping of str to Syntax, or iterable of str
        The commands, each with the way in which its arguments are read (default: expressions).
    shadowed : collection of str
        Command names that are variables at present; a bare one stays a variable.

    Returns
    -------
    str
        Python with the same number of lines. Text that is neither comes back as it was.

    Examples
    --------
    >>> rewrite("mv th 1.5; x = 3", ["mv"])
    "_bsh_('mv th 1.5', 'mv', lambda: th, lambda: 1.5); x = 3"
    >>> rewrite("mv = 3", ["mv"])
    'mv = 3'
    """
    syntaxes = names if isinstance(names, Mapping) else dict.fromkeys(names, Syntax.EXPRESSIONS)
    if source.lstrip().startswith("%%"):
        return source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the compiler will say it once more, about the code that is run
        if _RUN_PREFIX.search(source):
            source = _rewrite_prefixes(source)
        if "mg" in syntaxes and "ct" not in shadowed and _COUNTER_CHANGE.search(source):
            source = _rewrite_counter_changes(source)
        if syntaxes and _starts(frozenset(syntaxes)).search(source):
            source = _rewrite(source, syntaxes, shadowed)
        if has_engine_call(source):
            tree = parse_or_none(source)
            if isinstance(tree, ast.Module):
                source = rewrite_engine_calls(source, tree)
        return source


def _rewrite_prefixes(source: str) -> str:
    """Write ``<plan`` out, where it is a statement; between brackets and in strings it is none."""
    pieces: list[str] = []
    position = 0
    for span in statements(source):
        text = source[span.start : span.end]
        if not span.magic and re.match(r"<[^<=\n]", text):
            pieces += (source[position : span.start], f"RE({text[1:].strip()})")
            position = span.end
    return "".join([*pieces, source[position:]])


def _rewrite_counter_changes(source: str) -> str:
    """Write ``ct+`` and ``ct-`` out, where they begin a statement."""
    pieces: list[str] = []
    position = 0
    for span in statements(source):
        found = _COUNTER_CHANGE.match(source, span.start, span.end)
        if found is not None and not span.magic:
            pieces += (source[position : span.start], _COUNTER_CHANGES[found[1]])
            position = found.end()
    return "".join([*pieces, source[position:]])


def _rewrite(source: str, syntaxes: Mapping[str, Syntax], shadowed: Collection[str]) -> str:
    tree = parse_or_none(source)
    if isinstance(tree, ast.Module):
        return _rewrite_bare(source, tree, syntaxes, shadowed)
    rewritten, masked = _rewrite_commands(source, syntaxes)
    tree = parse_or_none(masked)
    if isinstance(tree, ast.Module):
        return _rewrite_bare(rewritten, tree, syntaxes, shadowed)
    return rewritten


@functools.lru_cache(maxsize=8)
def _starts(names: frozenset[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?:^|[;:])[^\S\n]*(?:{alternatives})(?!\w)", re.MULTILINE)


def _rewrite_commands(source: str, syntaxes: Mapping[str, Syntax]) -> tuple[str, str]:
    """Rewrite what does not parse; also return the text with IPython's own lines masked."""
    raw = {name for name, syntax in syntaxes.items() if syntax is Syntax.RAW}
    pieces: list[str] = []
    masked: list[str] = []
    position = 0
    for span in statements(source, raw):
        between, text = source[position : span.start], source[span.start : span.end]
        position = span.end
        if span.magic:
            new, hidden = text, "pass" + _line_breaks(text)
        else:
            new = hidden = _rewrite_statement(text, syntaxes)
        pieces += (between, new)
        masked += (between, hidden)
    tail = source[position:]
    return "".join([*pieces, tail]), "".join([*masked, tail])


def _line_breaks(text: str) -> str:
    return "\\\n" * (text.count("\n") - 1) + "\n" if "\n" in text else ""


def _rewrite_statement(text: str, syntaxes: Mapping[str, Syntax]) -> str:
    name, blank, _ = _partition(text)
    if name not in syntaxes or not blank or parse_or_none(text) is not None:
        return text
    if "\n" in text and any(word.is_open for word in split_words(_partition(text)[2], syntaxes[name])):
        return text  # it swallowed the lines below: Python says best where the bracket is
    return command_call(text, name, syntaxes[name])


def _partition(text: str) -> tuple[str, str, str]:
    blank = _BLANKS.search(text)
    if blank is None:
        return text, "", ""
    return text[: blank.start()], blank.group(), text[blank.end() :]


def command_call(text: str, name: str, syntax: Syntax) -> str:
    """Return the call of the dispatcher for one statement, whatever Python would make of its text.

    Parameters
    ----------
    text : str
        The statement as typed.
    name : str
        Its first word, a command.
    syntax : Syntax
        How the arguments are read.
    """
    typed = _BLANKS.sub(lambda blank: " " if "\n" in blank.group() else blank.group(), text)
    arguments = [repr(typed), repr(name)]
    if syntax is not Syntax.RAW:
        arguments += _thunks(_partition(text)[2], syntax)
    call = f"{DISPATCHER}({', '.join(arguments)}"
    return call + "\n" * (text.count("\n") - call.count("\n")) + ")"


def _thunks(text: str, syntax: Syntax) -> list[str]:
    """Return one function (or None where there is none to be had) for each word that is not a keyword."""
    positional: list[str] = []
    keywords: dict[str, str] = {}
    for word in split_words(text, syntax):
        source = None if word.option or word.problem else thunk(word.text)
        if word.keyword is None:
            positional.append(source or "None")
        elif source is not None and thunk(word.keyword) is not None:
            keywords.setdefault(word.keyword, source)
    return positional + [f"{key}={source}" for key, source in keywords.items()]


def _rewrite_bare(
    source: str, tree: ast.Module, syntaxes: Mapping[str, Syntax], shadowed: Collection[str]
) -> str:
    candidates = [
        (statement, name)
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Expr)
        and (name := _leftmost(statement.value)) is not None
        and name.id in syntaxes
        and name.id not in shadowed
    ]
    if not candidates:
        return source
    assigned = set(_assigned(tree))
    lines = [line.encode() for line in _NEWLINE.split(source)]  # every second one is a line break
    for statement, name in sorted(candidates, key=lambda found: _position(found[0]), reverse=True):
        if name.id not in assigned and _is_command(statement, name, lines):
            _replace(lines, statement, name.id, syntaxes[name.id])
    return b"".join(lines).decode()


def _leftmost(value: ast.expr) -> ast.Name | None:
    while isinstance(value, ast.BinOp):
        value = value.left
    return value if isinstance(value, ast.Name) else None


def _position(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _is_command(statement: ast.Expr, name: ast.Name, lines: list[bytes]) -> bool:
    if _position(statement) != (name.lineno, name.col_offset):
        return False  # in brackets
    if statement.value is name:
        return statement.end_col_offset == name.end_col_offset
    line = lines[2 * (name.lineno - 1)]
    return _ARGUMENT_LAYOUT.match(line, name.end_col_offset or 0) is not None


def _replace(lines: list[bytes], statement: ast.Expr, name: str, syntax: Syntax) -> None:
    first, last = 2 * (statement.lineno - 1), 2 * ((statement.end_lineno or statement.lineno) - 1)
    before = lines[first][: statement.col_offset]
    after = lines[last][statement.end_col_offset or 0 :]
    if first == last:
        text = lines[first][statement.col_offset : statement.end_col_offset]
    else:
        text = b"".join(
            [
                lines[first][statement.col_offset :],
                *lines[first + 1 : last],
                lines[last][: statement.end_col_offset],
            ]
        )
    call = command_call(text.decode(), name, syntax).encode()
    lines[first : last + 1] = [before + call + after, *[b""] * (last - first)]


def _assigned(tree: ast.Module) -> Iterator[str]:
    """Yield every name that the source gives a meaning of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=alias):
                yield (alias or name).partition(".")[0]
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
