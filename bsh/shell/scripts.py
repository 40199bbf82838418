"""Scripts and single lines without a prompt: ``-c``, a file, standard input.

Owns compilation under the script's own name, exit codes, and errors on standard error. IPython is only
loaded for scripts that use its syntax.
"""

from __future__ import annotations

import ast
import linecache
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, TextIO

from bsh.commands import movable_names, rewrite
from bsh.commands.report import Report
from bsh.errors import BshError, RunEngineInterrupted
from bsh.session.lines import shadowed_names
from bsh.shell.errors import ErrorText, describe, exit_code_of, unknown_command
from bsh.shell.plan_hint import plan_hint
from bsh.shell.screen import Screen

if TYPE_CHECKING:
    from bsh.session import Session

__all__ = ["run_file", "run_lines", "run_stdin"]

INTERRUPTED = 130
_IPYTHON_SYNTAX = re.compile(r"^[^\S\n]*(?:[%!?]|[%\w.*]+\?|[^\n#'\"]*=[^\S\n]*[%!])", re.MULTILINE)


def run_lines(session: Session, lines: Sequence[str], *, plain: bool = False) -> int:
    """Run lines one after the other; show the value of each that is an expression.

    Parameters
    ----------
    session, lines, plain
        As for :func:`bsh.shell.run_lines`.
    """
    runner = _Runner(session, plain)
    for number, line in enumerate(lines, 1):
        name = "<line>" if len(lines) == 1 else f"<line {number}>"
        code = runner.run(line, name, show_value=True)
        if code:
            return code
    return 0


def run_file(session: Session, file: Path, *, plain: bool = False) -> int:
    """Run a file.

    Parameters
    ----------
    session, file, plain
        As for :func:`bsh.shell.run_file`.
    """
    runner = _Runner(session, plain)
    try:
        source = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        runner.screen.show_error(ErrorText(f"ERROR: cannot read {file}: {error}"))
        return 1
    return runner.run_script(source, str(file))


def run_stdin(session: Session, *, stdin: TextIO | None = None, plain: bool = False) -> int:
    """Read standard input to its end, and run it as one script.

    Parameters
    ----------
    session, stdin, plain
        As for :func:`bsh.shell.run_stdin`.
    """
    source = (sys.stdin if stdin is None else stdin).read()
    return _Runner(session, plain).run_script(source, "<stdin>")


class _Runner:
    """Runs pieces of source in the session's namespace and turns their ends into exit codes."""

    def __init__(self, session: Session, plain: bool) -> None:
        self.session = session
        self.screen = Screen(session, plain=plain)
        session.interactive = False

    def run_script(self, source: str, name: str) -> int:
        with _as_main_program(self.session.namespace, name):
            return self.run(source, name)

    def run(self, source: str, name: str, *, show_value: bool = False) -> int:
        """Run one piece of source; return the exit code it asks for."""
        self.session.journal.begin(source if show_value else f"bsh {name}")
        try:
            self._execute(source, name, show_value)
        except SystemExit as leaving:
            return exit_code_of(leaving)
        except KeyboardInterrupt:
            return INTERRUPTED
        except RunEngineInterrupted as interruption:
            return self._after_interruption(interruption)
        except Exception as error:
            self.screen.show_error(self._error_text(error, source, name, show_value), error)
            return 1
        return 0

    def _error_text(self, error: Exception, source: str, name: str, is_typed: bool) -> ErrorText:
        names = [key for key in self.session.namespace if not key.startswith("_")]
        if not is_typed:
            return describe(error, script=name, names=names)
        unknown = unknown_command(
            error, source, self.session.registry.names, names, movable_names(self.session)
        )
        return unknown or describe(error, names=names)

    # -- running -----------------------------------------------------------------------------------

    def _execute(self, source: str, name: str, show_value: bool) -> None:
        namespace = self.session.namespace
        tree = self._parse(source, name)
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)  # tracebacks show what was written
        last = tree.body[-1] if show_value and tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        exec(_compiled(tree, name), namespace)
        if not isinstance(last, ast.Expr):
            return
        value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
        if value is None or (isinstance(value, Report) and self.screen.last_shown is value):
            return
        hint = plan_hint(value)
        if isinstance(value, Report):
            self.screen.show(value)
        else:
            print(repr(value))
        if hint:
            print(hint, file=sys.stderr)

    def _parse(self, source: str, name: str) -> ast.Module:
        registry, namespace = self.session.registry, self.session.namespace
        text = rewrite(source, registry.syntaxes, shadowed_names(namespace, registry))
        try:
            return ast.parse(text, name)
        except SyntaxError:
            if _IPYTHON_SYNTAX.search(source) is None:
                raise
        return ast.parse(self._through_ipython(text), name)

    def _through_ipython(self, text: str) -> str:
        """Turn IPython's own syntax into Python; the shell behind it is made when it is first used."""
        from IPython.core.inputtransformer2 import TransformerManager

        from bsh.shell.headless import ipython_for

        names = self.session.namespace
        names["get_ipython"] = lambda: ipython_for(self.session)
        manager: Any = TransformerManager  # its methods carry no annotations
        return str(manager().transform_cell(text))

    # -- ends --------------------------------------------------------------------------------------

    def _after_interruption(self, interruption: RunEngineInterrupted) -> int:
        if self.session.RE.state != "paused":
            return INTERRUPTED
        # The plan paused itself; nobody is there to resume it.
        with suppress(RunEngineInterrupted):
            self.session.abort("paused where nobody can resume it")
        error = BshError("the plan was paused, and a script cannot resume it: it was aborted")
        self.screen.show_error(describe(error))
        return 1


def _compiled(tree: ast.Module, name: str) -> CodeType:
    code: CodeType = compile(tree, name, "exec")
    return code


@contextmanager
def _as_main_program(namespace: dict[str, Any], name: str) -> Iterator[None]:
    """Give a script what Python gives one: ``__file__``, ``sys.argv``, its own folder to import from."""
    is_file = not name.startswith("<")
    before: dict[str, Any] = {key: namespace[key] for key in ("__file__", "__name__") if key in namespace}
    argv, path = list(sys.argv), list(sys.path)
    namespace["__name__"] = "__main__"
    if is_file:
        namespace["__file__"] = name
        sys.argv[:] = [name]
        sys.path.insert(0, str(Path(name).resolve().parent))
    try:
        yield
    finally:
        sys.argv[:], sys.path[:] = argv, path
        namespace.pop("__file__", None)
        namespace.update(before)
