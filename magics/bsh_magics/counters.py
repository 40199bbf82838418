"""Which counters count: ``mg`` chooses them, ``lsct`` lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Any

from bsh.commands import CommandSession, command, nearest_hint, readable_names, units_of
from bsh.commands.argument_types import WordsType
from bsh.commands.columns import align, format_count
from bsh.commands.reports import Listing, Report
from bsh.commands.selection import selection_of
from bsh.commands.values import is_movable
from bsh.errors import UsageError

__all__ = ["COMMANDS", "lsct", "mg"]


class CounterNames(WordsType):
    """Groups of counters, or counters."""

    completes = "counters"


@command(group="count", examples=["mg", "mg default", "mg add {counter}", "mg rm {counter}"])
def mg(session: CommandSession, words: Annotated[Sequence[str], CounterNames()] = ()) -> Report:
    """Choose the counters that count unless others are named: a group of the profile, or one more, or one less.

    Without a word it lists the groups. The choice is kept for the next session.
    """
    if words:
        _choose(session, words)
        selection = selection_of(session)
        selection.counters = tuple(str(device.name) for device in session.counters)
        selection.save()
    return _groups(session)


def _choose(session: CommandSession, words: Sequence[str]) -> None:
    first, *names = words
    if first in ("add", "rm"):
        if not names:
            raise UsageError(f"mg {first}: which counters?", hint=f"usage: mg {first} COUNTER...")
        change = _add if first == "add" else _remove
        change(session, names)
    elif names:
        raise UsageError(
            f"mg: {' '.join(words)} is more than one group", hint="mg add COUNTER adds to the group"
        )
    else:
        session.select_counters(first)  # type: ignore[attr-defined]  # the session has groups


def _add(session: CommandSession, names: Sequence[str]) -> None:
    known = readable_names(session)
    chosen = []
    for name in names:
        found = [one for one in known if fnmatchcase(one, name)]
        if not found:
            raise UsageError(
                f"mg: unknown counter {name}", hint=nearest_hint(name, known) or "lsct lists them"
            )
        chosen += [session.devices[one] for one in found]
    counters: Any = session.counters
    counters += [device for device in dict.fromkeys(chosen) if device not in counters]


def _remove(session: CommandSession, names: Sequence[str]) -> None:
    counters: Any = session.counters
    present = [str(device.name) for device in counters]
    for name in names:
        if not any(fnmatchcase(one, name) for one in present):
            raise UsageError(f"mg: {name} does not count", hint=f"these do: {' '.join(present) or 'none'}")
    counters[:] = [one for one in counters if not any(fnmatchcase(one.name, name) for name in names)]


def _groups(session: CommandSession) -> Report:
    active = [str(device.name) for device in session.counters]
    rows = []
    for group, devices in getattr(session, "counter_groups", {}).items():
        names = [str(device.name) for device in devices]
        rows.append(["*" if names == active else "", group, " ".join(names)])
    if not any(row[0] for row in rows):
        rows.append(["*", "", " ".join(active) or "nothing counts"])
    return Listing(tuple(align(rows, left=(0, 1, 2))))


@command(group="count", examples=["lsct", "lsct m*"])
def lsct(session: CommandSession, names: Annotated[Sequence[str], CounterNames()] = ()) -> Report:
    """List what can count: groups, units, the last value that is known, kind; * counts, + is plotted.

    Fields behind the kind are those that a device with several suggests to show. No hardware is asked.
    """
    active = {id(device) for device in session.counters}
    plotted = selection_of(session).plotted
    groups: Mapping[str, Sequence[Any]] = getattr(session, "counter_groups", {})
    rows = [["", "name", "groups", "units", "last", "kind"]]
    for name in readable_names(session):
        device = session.devices[name]
        if is_movable(device) or not (not names or any(fnmatchcase(name, one) for one in names)):
            continue
        shown = any(fnmatchcase(name, one) for one in plotted)
        fields = [
            field for field in (getattr(device, "hints", None) or {}).get("fields", []) if field != name
        ]
        rows.append(
            [
                ("*" if id(device) in active else "") + ("+" if shown else ""),
                name,
                " ".join(group for group, members in groups.items() if device in members),
                "" if _is_offline(device) else units_of(device),
                "offline" if _is_offline(device) else _last(device),
                " ".join([type(device).__name__, *fields]),
            ]
        )
    if len(rows) == 1:
        known = readable_names(session)
        hint = nearest_hint(names[0], known) if names else None
        raise UsageError(f"lsct: no counter matches {' '.join(names)}", hint=hint)
    return Listing(tuple(align(rows, left=(0, 1, 2, 3, 5))))


def _is_offline(device: Any) -> bool:
    return hasattr(type(device), "offline_error")


def _last(device: Any) -> str:
    """Return the value that a device remembers; it is not asked."""
    from bsh.simulators.world import last_known

    value = last_known(device)
    return format_count(value) if isinstance(value, int | float) else ""


COMMANDS = [mg, lsct]
