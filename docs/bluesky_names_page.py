"""The page of bluesky's names: which of them the door offers, and what differs.

The names are data (``reference/bluesky-names.json``), written down once from v1.6.7 and v1.15.1. Whether each is offered is
asked of the door itself; what is missing or differs must have a reason.
"""

from __future__ import annotations

import ast
import inspect
import json
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from bsh.bluesky.door.finder import door_name
from bsh.bluesky.door.missing import DIFFERENT_CALLS, reason_for

Names = dict[str, dict[str, dict[str, Any]]]


ABSENT = object()


class Finding(NamedTuple):
    """Something that bluesky has and the door has not, or takes otherwise."""

    name: str
    what: str
    reason: str | None


def bluesky_names() -> dict[str, Names]:
    """Return for each version the names of each module, with how they are called."""
    file = Path(__file__).parent / "reference" / "bluesky-names.json"
    versions: dict[str, Names] = json.loads(file.read_text())
    return versions


def missing(names: Names) -> Iterator[Finding]:
    """Yield the names that the door does not have."""
    for module, described in names.items():
        for name in described:
            if offered(module, name) is ABSENT:
                full = f"{module}.{name}"
                yield Finding(full, "missing", reason_for(full))


def offered(module: str, name: str) -> Any:
    """Return an object of the door, ABSENT if there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return getattr(import_module(door_name(module)), name, ABSENT)
    except ImportError:
        return ABSENT


def different(names: Names) -> Iterator[Finding]:
    """Yield the calls of functions, classes and methods that the door does not take as bluesky does."""
    for module, described in names.items():
        for name, about in described.items():
            one = offered(module, name)
            if one is not ABSENT:
                for full, what in _differences(f"{module}.{name}", about, one):
                    yield Finding(full, what, DIFFERENT_CALLS.get(full))


def _differences(full: str, about: dict[str, Any], one: Any) -> Iterator[tuple[str, str]]:
    if about.get("call"):
        yield from ((full, what) for what in lost(about["call"], _signature(one)))
    if about.get("init"):
        yield from ((full, what) for what in lost(about["init"], _signature(one)))
    for member, call in about.get("members", {}).items():
        if member in ("__init__", "__call__") and call is None:
            continue
        method = inspect.getattr_static(one, member, None)
        if method is None and not _is_set_by(one, member):
            yield f"{full}.{member}", "missing"
        elif call is not None and method is not None:
            bound = method.__func__ if isinstance(method, classmethod | staticmethod) else method
            signature = _signature(bound)
            without_self = [*signature.parameters.values()][0 if isinstance(method, staticmethod) else 1 :]
            for what in lost(call, signature.replace(parameters=without_self)):
                yield f"{full}.{member}", what


def _is_set_by(kind: Any, attribute: str) -> bool:
    """Tell whether instances of a class have an attribute that the class has not."""
    return f"self.{attribute}" in inspect.getsource(kind) or attribute in getattr(kind, "__annotations__", {})


def _signature(function: Any) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return inspect.Signature([inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)])


def lost(call: str, ours: inspect.Signature) -> Iterator[str]:
    """Yield what may be given in a call written for ``call`` and cannot be in ours, or means something else."""
    arguments = ast.parse(f"def f{call}: pass").body[0].args  # type: ignore[attr-defined]  # it is a function
    parameters = list(ours.parameters.values())
    kinds = inspect.Parameter
    positional = [
        one for one in parameters if one.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    takes_rest = any(one.kind is kinds.VAR_POSITIONAL for one in parameters)
    takes_words = any(one.kind is kinds.VAR_KEYWORD for one in parameters)
    by_name = {one.name: one for one in parameters if one.kind is not kinds.POSITIONAL_ONLY}
    theirs = [*arguments.posonlyargs, *arguments.args]
    for place, argument in enumerate(theirs):
        if place >= len(positional) and not takes_rest:
            yield f"argument {place + 1}, {argument.arg}"
        elif place < len(positional) and argument.arg in by_name and positional[place].name != argument.arg:
            yield f"{argument.arg} comes at another place"
        elif argument.arg not in by_name and not takes_words and not takes_rest:
            yield f"{argument.arg}= by keyword"
    yield from (
        f"{argument.arg}="
        for argument in arguments.kwonlyargs
        if argument.arg not in by_name and not takes_words
    )
    if arguments.vararg is not None and not takes_rest:
        yield f"*{arguments.vararg.arg}"
    if arguments.kwarg is not None and not takes_words:
        yield f"**{arguments.kwarg.arg}"
    yield from _other_defaults(arguments, by_name)
    given = {argument.arg for argument in (*theirs, *arguments.kwonlyargs)}
    for one in parameters:
        is_needed = one.default is kinds.empty and one.kind not in (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD)
        if is_needed and one.name not in given and one not in positional[: len(theirs)]:
            yield f"it needs {one.name}, too"


def _other_defaults(arguments: ast.arguments, by_name: dict[str, inspect.Parameter]) -> Iterator[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = list(
        zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    )
    defaults += [
        (argument, default)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    ]
    for argument, default in defaults:
        ours = by_name.get(argument.arg)
        if ours is None:
            continue
        if ours.default is inspect.Parameter.empty:
            yield f"{argument.arg} must be given"
            continue
        try:
            theirs = ast.literal_eval(default)
        except ValueError:
            continue  # a name of theirs: another object in any case
        if theirs != ours.default and not (theirs is None or ours.default is None):
            yield f"{argument.arg}={ours.default!r} by default, not {theirs!r}"


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# bluesky's names\n"
    yield "After `bsh.bluesky.install()`, or with `bluesky: true` in a profile, `import bluesky` and every module below it"
    yield "lead to bsh. Each name is bsh's own object under bluesky's path. What changes for a script is in"
    yield "[moving from bluesky](../how-to/move-from-bluesky.md); `bsh migrate FILE` looks scripts through.\n"
    versions = bluesky_names()
    yield "| module | " + " | ".join(f"offered of {version}" for version in versions) + " |"
    yield "|---|" + "---|" * len(versions)
    modules = sorted({module for names in versions.values() for module in names})
    for module in modules:
        cells = [_count({module: names[module]}) if module in names else "" for names in versions.values()]
        yield f"| `{module}` | " + " | ".join(cells) + " |"
    yield "| all | " + " | ".join(_count(names) for names in versions.values()) + " |\n"
    yield "## What is missing, and why\n"
    yield from _findings(list(dict.fromkeys(one for names in versions.values() for one in missing(names))))
    yield "\n## What is called otherwise\n"
    yield "Calls that v1.6.7 or the newest takes and bsh does not take in the same way.\n"
    yield from _findings(list(dict.fromkeys(one for names in versions.values() for one in different(names))))


def _count(names: Names) -> str:
    public = sum(map(len, names.values()))
    return f"{public - len(list(missing(names)))} of {public}" if public else "-"


def _findings(findings: list[Finding]) -> Iterator[str]:
    """Yield a table; what has one reason in common is one row."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for one in findings:
        key = (one.reason or "", "" if one.what == "missing" else one.what)
        by_reason.setdefault(key, []).append(one.name)
    yield "| name | what | reason |"
    yield "|---|---|---|"
    for (reason, what), found in by_reason.items():
        names = ", ".join(f"`{name}`" for name in sorted(set(found)))
        cells = (names, what or "missing", reason)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
