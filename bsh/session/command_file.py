"""A file of typed lines: looked at as a whole, then run line by line.

Owns which lines there are, what is known of them beforehand, and where a file that stopped goes on. What is shown
is the caller's business.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bsh.commands import rewrite
from bsh.errors import BshError, CommandError, UsageError

from .lines import shadowed_names
from .preflight import Preflight
from .rehearsal import Rehearsal

if TYPE_CHECKING:
    from .session import Session

__all__ = ["CommandFile", "FileLine", "Foreseen"]


@dataclass(frozen=True)
class FileLine:
    """What is run together: a line, or a block of several.

    Parameters
    ----------
    number : int
        Of its first line, counted from 1.
    text : str
        As written.
    nodes : tuple of ast.stmt
        What it means.
    """

    number: int
    text: str
    nodes: tuple[ast.stmt, ...]

    @property
    def head(self) -> str:
        """Its first line."""
        first, *more = self.text.strip().splitlines()
        return first + (" ..." if more else "")


@dataclass(frozen=True)
class Foreseen:
    """What is known of a file before it runs.

    Parameters
    ----------
    known : dict of int to Preflight
        By line; those of which only the run can tell are not in it.
    warnings : tuple of str
        What may be wrong, or was not looked at.
    """

    known: dict[int, Preflight]
    warnings: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """Points of all scans, as far as they are known."""
        return sum(one.num_points or 0 for one in self.known.values())

    def seconds_from(self, number: int) -> float:
        """Return how long the lines from this one on take at least.

        Parameters
        ----------
        number : int
            A line.
        """
        return sum(one.seconds or 0.0 for line, one in self.known.items() if line >= number)


class CommandFile:
    """The lines of a file.

    Parameters
    ----------
    file : Path
        In the shell's language.
    session : Session
        Whose commands and names it uses.
    source : str, optional
        What stands in it; read from the file without it.

    Raises
    ------
    CommandError
        It cannot be read, or a line is neither a command nor Python.
    """

    def __init__(self, file: Path, session: Session, source: str | None = None) -> None:
        self.file = file
        self._session = session
        source = _source(file) if source is None else source
        registry = session.registry
        text = rewrite(source, registry.syntaxes, shadowed_names(session.namespace, registry))
        try:
            tree = ast.parse(text, str(file))
            compile(tree, str(file), "exec")  # it sees more: a return outside of functions
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            number = getattr(error, "lineno", None) or 1
            bad = source.splitlines()[number - 1 : number]
            raise CommandError(
                f"{file}:{number}: this is neither a command nor Python: {' '.join(bad).strip()}",
                hint="nothing was run",
            ) from error
        # tracebacks show what was written
        linecache.cache[str(file)] = (len(source), None, source.splitlines(keepends=True), str(file))
        self.lines = tuple(_lines(tree, source.splitlines()))

    def look_ahead(self, start: int = 1) -> Foreseen:
        """Look at every line that can be looked at before it runs, from where the lines before it leave the axes.

        Parameters
        ----------
        start : int
            The first line to look at.

        Raises
        ------
        CommandError
            A line could not run; names it, and the reason.
        """
        known: dict[int, Preflight] = {}
        warnings: list[str] = []
        rehearsal = Rehearsal(self._session, str(self.file))
        for line in self.lines:
            if line.number < start and not all(_only_defines(node) for node in line.nodes):
                continue
            try:
                found = rehearsal.look_at(line.nodes)
            except BshError as error:
                if rehearsal.is_sure or isinstance(error, UsageError):
                    raise self._refused(line, error) from error
                warnings.append(f"line {line.number}: {error.message}, as far as can be told before it runs")
            else:
                if found is not None:
                    known[line.number] = found
            if rehearsal.is_over:
                warnings.append(f"from line {line.number} on it was not looked at: that takes too long")
                break
        return Foreseen(known, tuple(warnings))

    def run(self, start: int, before: Callable[[FileLine], None]) -> None:
        """Run the lines one after the other; of those that are left out, imports and definitions count.

        Parameters
        ----------
        start : int
            The first line to run.
        before : callable
            Hears of each line before it runs.
        """
        journal = self._session.journal
        for line in self.lines:
            if line.number < start:
                if all(_only_defines(node) for node in line.nodes):
                    self._exec(line)
                continue
            before(line)
            journal.begin(line.text)  # a line of a file is a step of its own, as if it were typed
            self._exec(line)

    def _exec(self, line: FileLine) -> None:
        module = ast.Module(list(line.nodes), [])
        exec(compile(module, str(self.file), "exec"), self._session.namespace)

    def _refused(self, line: FileLine, error: BshError) -> BshError:
        text = f"{self.file}:{line.number}: {error.message}"
        kind = UsageError if isinstance(error, UsageError) else CommandError
        return kind(text, hint=f"{line.head}: nothing was run")


def _source(file: Path) -> str:
    try:
        return file.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "%pwd tells the folder, !ls its files"
        raise CommandError(f"{file} cannot be read: {reason}", hint=hint) from error


def _lines(tree: ast.Module, source: list[str]) -> Iterator[FileLine]:
    """Put statements together that stand on one line."""
    nodes: list[ast.stmt] = []
    for node in [*tree.body, None]:
        if nodes and (node is None or _first(node) > (nodes[-1].end_lineno or 0)):
            first = _first(nodes[0])
            yield FileLine(first, "\n".join(source[first - 1 : nodes[-1].end_lineno]), tuple(nodes))
            nodes = []
        if node is not None:
            nodes.append(node)


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def _only_defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.List | ast.Tuple)
