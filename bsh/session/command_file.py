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

from bsh.commands import DISPATCHER, Command, rewrite
from bsh.errors import BshError, CommandError, LimitError, UsageError

from .lines import shadowed_names
from .preflight import DryRun, Preflight

if TYPE_CHECKING:
    from .session import Session

__all__ = ["CommandFile", "FileLine", "Foreseen"]

RELATIVE = frozenset({"mvr", "dscan", "d2scan", "d3scan", "d4scan", "dmesh", "th2th", "lineup"})
"""Commands whose way depends on where the lines before them have left their axes."""


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
        By line; lines that depend on others before them are not in it.
    warnings : tuple of str
        What could only be looked at from where the axes are now.
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
        except SyntaxError as error:
            bad = source.splitlines()[(error.lineno or 1) - 1 : error.lineno or 1]
            raise CommandError(
                f"{file}:{error.lineno}: this is neither a command nor Python: {' '.join(bad).strip()}",
                hint="nothing was run",
            ) from error
        # tracebacks show what was written
        linecache.cache[str(file)] = (len(source), None, source.splitlines(keepends=True), str(file))
        self.lines = tuple(_lines(tree, source.splitlines()))
        self._own_names = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        } | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}

    def look_ahead(self, start: int = 1) -> Foreseen:
        """Look at every line that can be looked at before it runs.

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
        for line in self.lines:
            if line.number < start or not self._can_be_looked_at(line):
                continue
            try:
                with self._session.dry():
                    self._exec(line)
            except DryRun as found_out:
                known[line.number] = found_out.known
            except LimitError as error:
                if not known or self._command(line.nodes[0]) not in RELATIVE:
                    raise self._refused(line, error) from error
                warnings.append(f"line {line.number}: {error.message}, as the axes stand now")
            except BshError as error:
                raise self._refused(line, error) from error
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

    def _can_be_looked_at(self, line: FileLine) -> bool:
        if len(line.nodes) != 1:
            return False
        name = self._command(line.nodes[0])
        if name is None or not _runs_a_plan(self._session.registry[name]):
            return False
        used = {node.id for node in ast.walk(line.nodes[0]) if isinstance(node, ast.Name)}
        return not used & self._own_names

    def _command(self, node: ast.stmt) -> str | None:
        """Return the name of the command that a statement carries out, None where it is Python."""
        call = node.value if isinstance(node, ast.Expr) else None
        if (
            not isinstance(call, ast.Call)
            or not isinstance(call.func, ast.Name)
            or call.func.id != DISPATCHER
        ):
            return None
        name = call.args[1]
        return self._session.registry[str(name.value)].name if isinstance(name, ast.Constant) else None


def _source(file: Path) -> str:
    try:
        return file.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "%pwd tells the folder, !ls its files"
        raise CommandError(f"{file} cannot be read: {reason}", hint=hint) from error


def _runs_a_plan(command: Command) -> bool:
    """Tell whether a command does nothing but run a plan that depends on what is typed only."""
    return command.group in ("scan", "move", "count") and (
        command.kind == "plan" or (command.interrupt == "stop" and command.generator != "")
    )


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
