"""Which names a device may have, and whether the names that a profile uses exist.

Owns the rules for names; which words are commands is told by the caller.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Mapping

from .kinds import NameUse, Reading
from .model import DeviceSpec, Line
from .position import Position
from .problem import nearest, one_of

__all__ = ["SESSION_NAMES", "check_device_name", "check_duplicates", "check_lines", "check_uses"]

SESSION_NAMES: Mapping[str, str] = {
    "RE": "the run engine",
    "bp": "the plans",
    "bps": "the plan stubs",
    "bpp": "the preprocessors",
    "scans": "the stored scans",
    "session": "the session",
    "In": "IPython's input history",
    "Out": "IPython's results",
    "get_ipython": "IPython's shell",
    "exit": "the way out",
    "quit": "the way out",
}
"""Words that the prompt needs for itself, and what for."""


def check_device_name(name: str, position: Position, commands: Iterable[str], reading: Reading) -> None:
    """Report a name that nobody could type, or that would hide something.

    Parameters
    ----------
    name : str
        Name of a device or alias.
    position : Position
        Where it stands.
    commands : iterable of str
        Names of the shell's commands.
    reading : Reading
        Gets the problem.
    """
    if not name.isidentifier():
        typed = re.sub(r"\W+", "_", name).strip("_")
        typed = typed if typed.isidentifier() else f"d_{typed}"
        reading.report(
            position, f"found the name '{name}', which cannot be typed at the prompt", f"write '{typed}'"
        )
    elif keyword.iskeyword(name):
        reading.report(position, f"found the name '{name}', which is a word of Python", _other(name))
    elif name in commands:
        reading.report(position, f"found the name '{name}', which is a command of the shell", _other(name))
    elif name in SESSION_NAMES:
        reading.report(
            position, f"found the name '{name}', which is {SESSION_NAMES[name]} at the prompt", _other(name)
        )
    elif name.startswith("_"):
        reading.report(
            position,
            f"found the name '{name}': names with a leading _ are the shell's own",
            f"write '{name.strip('_') or 'dev'}'",
        )
    elif hasattr(builtins, name):
        reading.report(position, f"found the name '{name}', which would hide Python's {name}", _other(name))


def _other(name: str) -> str:
    return f"choose another, such as '{name}1' or 'my_{name}'"


def check_duplicates(named: Iterable[tuple[str, Position, str]], reading: Reading) -> None:
    """Report every name that is given twice, with both places.

    Parameters
    ----------
    named : iterable of (name, position, kind)
        ``kind`` is "device" or "alias".
    reading : Reading
        Gets the problems.
    """
    first: dict[str, tuple[Position, str]] = {}
    for name, position, kind in named:
        if name in first:
            where, other = first[name]
            reading.report(
                position, f"found the name '{name}' a second time; the first is the {other} at {where}",
                "give each a name of its own",
            )  # fmt: skip
        else:
            first[name] = (position, kind)


def check_lines(key: str, lines: Iterable[Line], known: Iterable[str], reading: Reading) -> None:
    """Report command lines that begin with a name which is none; they run, so it may not be found out too late.

    Parameters
    ----------
    key : str
        Of the profile.
    lines : iterable of Line
        Command lines.
    known : iterable of str
        Commands, devices, and what else has a name at the prompt.
    reading : Reading
        Gets the problems; they do not keep a shell from starting.
    """
    names = {*known, *SESSION_NAMES, *dir(builtins)}
    for line in lines:
        first = re.match(r"[^\W\d]\w*", line.text)
        if first is None or first[0] in names or keyword.iskeyword(first[0]):
            continue
        near = nearest(first[0], names)
        reading.report(
            line.position,
            f"found the unknown name '{first[0]}' in '{key}': the line would fail when it is needed",
            f"write '{near}'" if near else "begin with a command, a device or Python",
            fatal=False,
        )


def check_uses(
    uses: Iterable[NameUse], devices: Iterable[DeviceSpec], aliases: Iterable[str], reading: Reading
) -> None:
    """Report every use of a device that does not exist.

    Where a factory names its devices itself, their names are not known before it has run: then an unknown
    name is left to the session.
    """
    specs = list(devices)
    if any(spec.name is None for spec in specs):
        return
    names = [spec.name for spec in specs if spec.name]
    names_and_aliases = [*names, *aliases]
    for use in uses:
        known = names if use.where.startswith("aliases") else names_and_aliases  # no alias of an alias
        if use.ref.name in known:
            continue
        near = nearest(use.ref.name, known)
        if near:
            instead = f"write '{near}'" + (f".{use.ref.attribute}" if use.ref.attribute else "")
        elif known:
            instead = f"write one of {one_of(known)}"
        else:
            instead = "this profile has no devices"
        reading.report(
            use.ref.position,
            f"found the unknown device '{use.ref.name}' in '{use.where}'",
            instead,
            fatal=use.fatal,
        )
