"""Small things: ``p``, ``sleep``, ``stopall``, ``lsdef``, ``prdef``, ``hi``."""

from __future__ import annotations

import fnmatch
import inspect
import threading
import time
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Annotated, Any

from bsh.commands import (
    Argument,
    ArgumentType,
    CommandSession,
    CommandWord,
    Flag,
    Words,
    answer_of,
    axes_of,
    command,
    nearest_hint,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.argument_types import NumberType
from bsh.commands.columns import align, format_value
from bsh.commands.reports import Code, Listing, Text
from bsh.commands.values import is_device
from bsh.errors import CommandError, UsageError

__all__ = ["COMMANDS", "hi", "lsdef", "p", "prdef", "sleep", "stopall"]

STOP_TIMEOUT_S = 2.0


class AnyValues(ArgumentType):
    """Any number of expressions; a device means its position."""

    takes_rest = True
    completes = "counters"

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> str:
        """Return the value as it is shown."""
        value = argument.evaluate()
        if is_device(value):
            units = units_of(value)
            shown = format_value(position_of(value), precision_of(value))
            return f"{shown} {units}" if units else shown
        if isinstance(value, float):
            return repr(float(f"{value:.12g}"))  # not the last bits of binary fractions
        return value if isinstance(value, str) else repr(value)

    def placeholder(self, name: str) -> str:
        """Return ``values...``."""
        return f"{name}..."


@command(group="tools", examples=["p {motor}", "p {motor}/2 {motor2}"])
def p(session: CommandSession, values: Annotated[Sequence[str], AnyValues()]) -> Text:
    """Print values; a device means its position."""
    return Text(" ".join(values))


@command(
    kind="plan",
    group="tools",
    examples=["sleep 0.5"],
    interrupt="stop",
    generator="bsh.plan_stubs.sleep",
)
def sleep(session: CommandSession, seconds: Annotated[float, NumberType(minimum=0, units="s")]) -> Any:
    """Wait for seconds."""
    from bsh.plan_stubs import sleep as wait

    return wait(seconds)


@command(group="tools", examples=["stopall"])
def stopall(session: CommandSession) -> Text:
    """Stop every motor at once, and show where they are.

    Also those that somebody else moves. Each is given two seconds to answer.
    """
    axes = [(name, axis) for name, axis in axes_of(session.devices) if not _is_offline(axis)]
    axes = [(name, axis) for name, axis in axes if callable(getattr(axis, "stop", None))]
    failures = _stopped(axes)
    if session.RE.rest_guard is not None:
        session.RE.rest_guard([axis for name, axis in axes if name not in failures])
    lines = [f"stop was sent to {len(axes)} motors"]
    for name, axis in axes:
        if name in failures:
            lines.append(f"{name}: NOT STOPPED: {failures[name]}")
        elif getattr(axis, "moving", False):
            lines.append(f"{name}: STILL MOVING at {format_value(position_of(axis), precision_of(axis))}")
    return Text("\n".join(lines))


def _stopped(axes: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """Stop all, each on a thread of its own: one that hangs must not keep the others moving."""
    failures: dict[str, str] = {}

    def stop(name: str, axis: Any) -> None:
        try:
            answer_of(axis.stop())
        except Exception as error:
            failures[name] = str(error) or type(error).__name__

    threads = {
        name: threading.Thread(target=stop, args=(name, axis), name=f"bsh-stop-{name}", daemon=True)
        for name, axis in axes
    }
    for thread in threads.values():
        thread.start()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    for name, thread in threads.items():
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            failures[name] = f"no answer within {STOP_TIMEOUT_S:g} s"
    return failures


def _is_offline(axis: Any) -> bool:
    return hasattr(type(axis), "offline_error")


@command(group="help", examples=["lsdef", "lsdef *scan"])
def lsdef(session: CommandSession, patterns: Words = ()) -> Listing:
    """List commands and functions of your own, by wildcard.

    With where they come from.
    """
    rows = [
        [name, session.registry.origin(found.name).partition(" ")[0], found.summary]
        for found in session.registry
        for name in found.names
        if _any_matches(patterns, name)
    ]
    rows += [
        [name, _file(value), _summary(value)]
        for name, value in session.namespace.items()
        if isinstance(value, FunctionType) and not name.startswith("_") and _any_matches(patterns, name)
    ]
    if not rows:
        raise UsageError(f"lsdef: nothing matches {' '.join(patterns)}", hint="lsdef *scan* takes wildcards")
    return Listing(tuple(align(rows, left=(0, 1, 2))))


@command(group="help", examples=["prdef ascan"])
def prdef(session: CommandSession, name: CommandWord) -> Code:
    """Print the source of a command's plan, or of a function of yours."""
    value = _defined(session, name)
    try:
        source = inspect.getsource(inspect.unwrap(value) if callable(value) else type(value))
    except (OSError, TypeError):
        source = repr(value)
    return Code(source.rstrip())


def _defined(session: CommandSession, name: str) -> Any:
    if name in session.registry:
        found = session.registry[name]
        if found.generator:
            from importlib import import_module

            module, _, attribute = found.generator.rpartition(".")
            return getattr(import_module(module), attribute)
        return found.function
    if name in session.namespace:
        return session.namespace[name]
    if name in session.devices:
        return session.devices[name]
    known = [*session.registry.names, *(key for key in session.namespace if not key.startswith("_"))]
    raise CommandError(f"prdef: {name} is not defined", hint=nearest_hint(name, known))


def _any_matches(patterns: Sequence[str], name: str) -> bool:
    return not patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _summary(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _file(function: FunctionType) -> str:
    code = function.__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


@command(group="help", examples=["hi", "hi 5", "hi -s"])
def hi(
    session: CommandSession,
    number: Annotated[int, NumberType(whole=True, minimum=1)] = 20,
    scans: Annotated[bool, Flag("-s", "--scans")] = False,
) -> Text:
    """List the lines typed last; with -s those that made a scan."""
    if scans:
        runs = [run for run in session.store.runs(limit=number) if run.command]
        rows = [[str(run.scan_id), run.command] for run in reversed(runs)]
        return Text("\n".join(align(rows, left=(1,))) if rows else "no scans yet")
    ip = session.namespace.get("get_ipython")
    if ip is None:
        raise CommandError(
            "hi: only the interactive shell keeps the history of lines", hint="hi -s lists scans"
        )
    lines = [line for _, _, line in ip().history_manager.get_tail(number, include_latest=True)]
    return Text("\n".join(align([[str(i), line] for i, line in enumerate(lines, 1)], left=(1,))))


COMMANDS = [p, sleep, stopall, lsdef, prdef, hi]
