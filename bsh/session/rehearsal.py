"""Lines of a file, gone through without running them: each begins where the one before leaves its axes.

Owns which statements can be gone through with no effect, and what is known of positions and names on the way.
"""

from __future__ import annotations

import ast
import builtins
import copy
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from bsh.commands import DISPATCHER, Command, is_axis
from bsh.commands.engine_calls import is_harmless
from bsh.commands.values import device_named, is_device
from bsh.devices.supposed import supposing
from bsh.errors import BshError

from .last_peak import PeakNumber
from .preflight import DryRun, Preflight

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Rehearsal"]

MOST_SECONDS = 5.0
"""A file is looked at for so long, in seconds; what comes later is checked when its turn comes."""

UNFORESEEN_GROUPS = frozenset({"files", "move", "paused", "undo"})
UNFORESEEN_COMMANDS = frozenset({"again", "panic", "stopall"})
"""After these, and after moves that depend on data, axes may be anywhere."""

CHANGING = frozenset({"lock", "redo", "set", "set_lm", "undo", "unlock"})
"""After these a move may be allowed that is not now."""

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)
_STATEMENTS = (ast.Expr, ast.Assign, ast.AugAssign, ast.For, ast.If, ast.Pass, ast.Break, ast.Continue)
_NEVER = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


class Rehearsal:
    """Goes through statements.

    Parameters
    ----------
    session : Session
        Whose commands, names and devices they use; nothing of it changes.
    filename : str
        What tracebacks call the source.

    Attributes
    ----------
    has_same_rules : bool
        Whether limits and locks are what they are now.
    is_sure : bool
        Whether the statements that could not run last could not run in any case.
    """

    def __init__(self, session: Session, filename: str) -> None:
        self._session = session
        self._filename = filename
        self._names = {**session.namespace, DISPATCHER: _Understudy(self, session)}
        self._unknown: set[str] = set()
        self._places: dict[Any, Any] = {}
        self._found: list[Preflight] = []
        self._until = time.monotonic() + MOST_SECONDS
        self._positions = _Positions(self._names)
        self._is_certain = True
        self.is_sure = True
        self.has_same_rules = True

    def look_at(self, nodes: Sequence[ast.stmt]) -> Preflight | None:
        """Go through statements; return what is known of the plans in them, None where there are none.

        Parameters
        ----------
        nodes : sequence of ast.stmt
            Of one line, or of a block.

        Raises
        ------
        BshError
            They could not run as they are.
        """
        if all(isinstance(node, _DEFINITIONS) for node in nodes):
            self._unknown |= _assigned(nodes)
            return None
        ready = self._prepared(nodes)
        if self.is_over or ready is None:
            self.lose_track(_assigned(nodes))
            return None
        self._found = []
        try:
            with supposing(self._places) as supposition:
                exec(ready, self._names)
        except BshError:
            self.is_sure = self.has_same_rules and (self._is_certain or not supposition.is_used)
            self.lose_track(_assigned(nodes))
            raise
        except (Exception, _Over):  # Python's own errors come with their own words when it runs
            self.lose_track(_assigned(nodes))
            return None
        self._unknown -= _assigned(nodes)
        return _together(self._found)

    @property
    def is_over(self) -> bool:
        """Whether it took too long already."""
        return time.monotonic() > self._until

    def take(self, known: Preflight) -> None:
        """Note what is known of a plan; the next one begins where it leaves its axes.

        Parameters
        ----------
        known : Preflight
            Of the plan.
        """
        self._found.append(known)
        if known.places is None:
            self.lose_track()
        else:
            self._places.update(known.places)

    def lose_track(self, names: Iterable[str] = ()) -> None:
        """Note that something comes that only its run can tell.

        Parameters
        ----------
        names : iterable of str
            Names that it gives values to.
        """
        self._is_certain = False
        self._places.clear()
        self._unknown.update(names)

    def _prepared(self, nodes: Sequence[ast.stmt]) -> CodeType | None:
        """Return the code that goes through statements; None where there is none without an effect."""
        try:
            ready = [self._positions.visit(copy.deepcopy(node)) for node in nodes]
            if all(self._can_be_gone_through(node) for node in ready):
                return compile(ast.Module(ready, []), self._filename, "exec")
        except (
            SyntaxError,
            RecursionError,
            MemoryError,
        ):  # a return outside of functions, thousands of brackets
            pass
        return None

    # -- what has no effect ------------------------------------------------------------------------

    def _can_be_gone_through(self, statement: ast.stmt) -> bool:
        nodes = list(ast.walk(statement))
        names = _assigned([statement])
        return all(self._has_no_effect(node, names) for node in nodes) and _ends(statement)

    def _has_no_effect(self, node: ast.AST, own: set[str]) -> bool:
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                return isinstance(
                    self._names.get(name), int | float | str
                )  # a list would be changed for good
            case ast.Assign(targets=targets):
                return all(isinstance(target, ast.Name) for target in targets)
            case ast.For(target=target):
                return isinstance(target, ast.Name)
            case ast.stmt():
                return isinstance(node, _STATEMENTS)
            case ast.Call(func=func):
                return self._is_harmless_call(func)
            case ast.Attribute():
                return self._is_constant(node)
            case ast.Name(id=name, ctx=ast.Load()):
                value = self._names.get(name)
                return name in own or not (name in self._unknown or isinstance(value, PeakNumber))
            case _:
                return not isinstance(node, _NEVER)

    def _is_harmless_call(self, func: ast.expr) -> bool:
        match func:
            case ast.Name(id=name) if name == DISPATCHER:
                return True
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == DISPATCHER:
                return attribute in ("value", "typed")
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="typed")) if name == DISPATCHER:
                return True
            case ast.Name(id=name) if name not in self._names and not hasattr(builtins, name):
                return name not in self._unknown  # nobody knows it: that is said
            case ast.Name(id=name):
                return is_harmless(self._names.get(name, getattr(builtins, name, None)))
            case ast.Attribute(value=ast.Name(id=base), attr=attribute):
                module = self._names.get(base)
                return isinstance(module, ModuleType) and is_harmless(getattr(module, attribute, None))
            case _:
                return False

    def _is_constant(self, node: ast.Attribute) -> bool:
        """Whether an attribute is that of a module or a number, or a part of a device: others may be asked for."""
        base, *path = ast.unparse(node).split(".")
        if base not in self._names or not isinstance(node.value, ast.Name | ast.Attribute):
            return base not in self._unknown  # nobody knows it: that is said
        found = self._names[base]
        if base in self._unknown:
            return False
        if base == DISPATCHER or isinstance(found, ModuleType | int | float | complex):
            return True
        return is_device(found) and is_device(device_named(".".join([base, *path]), {base: found}))


class _Positions(ast.NodeTransformer):
    """Writes ``th.position`` as what stands for the position of a device that is named alone.

    Parameters
    ----------
    names : mapping
        The names at this place.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:  # ast looks for this name
        """Return what the attribute becomes."""
        match node:
            case ast.Attribute(value=ast.Name(id=name) as device, attr="position") if is_axis(
                self._names.get(name)
            ):
                value = ast.Attribute(ast.Name(DISPATCHER, ast.Load()), "value", ast.Load())
                call = ast.Call(value, [device], [])
                return ast.fix_missing_locations(ast.copy_location(call, node))
            case _:
                return node


class _Understudy:
    """What stands for the dispatcher: plans are looked at, and nothing else is done.

    Parameters
    ----------
    rehearsal : Rehearsal
        Is told what was found.
    session : Session
        Whose commands.
    """

    def __init__(self, rehearsal: Rehearsal, session: Session) -> None:
        self._rehearsal = rehearsal
        self._session = session
        self._dispatcher = session.namespace[DISPATCHER]
        self.value = self._dispatcher.value

    def __call__(self, text: str, name: str, /, *thunks: Any, **keyword_thunks: Any) -> None:
        """Look at one command."""
        command = self._session.registry[name]
        if _runs_a_plan(command):
            self._dry(lambda: self._dispatcher(text, name, *thunks, **keyword_thunks))
            return
        if command.name in CHANGING:
            self._rehearsal.has_same_rules = False
        if (
            command.interrupt == "stop"
            or command.group in UNFORESEEN_GROUPS
            or command.name in UNFORESEEN_COMMANDS
        ):
            self._rehearsal.lose_track()

    def typed(self, text: str, engine: Any, functions: Any, names: Any) -> Any:
        """Return what looks at a plan that is typed as ``RE(plan)``."""
        run = self._dispatcher.typed(text, engine, functions, names)

        def look(make: Any, *subs: Any, **metadata: Any) -> None:
            if functions is None or subs or engine is not self._session.RE:
                self._rehearsal.lose_track()
                return
            self._dry(lambda: run(make, **metadata))

        return look

    def _dry(self, run: Any) -> None:
        if self._rehearsal.is_over:
            raise _Over
        try:
            with self._session.dry():
                run()
        except DryRun as found_out:
            self._rehearsal.take(found_out.known)


class _Over(BaseException):
    """It takes too long to look at all of it."""


def _runs_a_plan(command: Command) -> bool:
    """Tell whether a command does nothing but run a plan that depends on what is typed only."""
    return command.kind == "plan" or (
        command.group in ("scan", "move", "count") and command.interrupt == "stop" and command.generator != ""
    )


def _together(found: Sequence[Preflight]) -> Preflight | None:
    """Return what is known of several plans as if they were one."""
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    return replace(
        found[0],
        num_points=sum(one.num_points or 0 for one in found),
        seconds=sum(one.seconds or 0.0 for one in found),
        moves=sum(one.moves for one in found),
    )


def _assigned(nodes: Sequence[ast.stmt]) -> set[str]:
    """Return the names that statements give values to."""
    found = set()
    for node in (inner for statement in nodes for inner in ast.walk(statement)):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add((other or name).partition(".")[0])
    return found


def _ends(statement: ast.stmt) -> bool:
    """Whether a loop looks at the clock: one with no command in it is not gone through."""
    return not any(isinstance(node, ast.For) for node in ast.walk(statement)) or any(
        isinstance(node, ast.Name) and node.id == DISPATCHER for node in ast.walk(statement)
    )
