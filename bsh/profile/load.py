"""From a file to a :class:`Profile`, or to everything that is wrong with it at once.

Owns the order of the checks. Needs no hardware and no running shell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

from .classes import (
    ClassNotFound,
    Factory,
    Resolver,
    keyword_problems,
    make_importable,
    needs_name,
    resolve,
)  # fmt: skip
from .devices import construction_order, read_devices
from .include import Source, read_source
from .kinds import Key, Nullable, Reading, report_unknown_keys
from .model import DeviceSpec, MissedTarget, Profile, ShutterSpec, SuspenderSpec, TableOptions
from .names import check_device_name, check_duplicates, check_lines, check_uses
from .nodes import MapNode, ScalarNode
from .position import Position
from .problem import Problem, ProfileProblems
from .schema import KEYS

__all__ = ["ProfileHead", "check_classes", "check_profile", "load_profile", "read_head"]


def load_profile(file: Path, *, commands: Iterable[str] = (), resolver: Resolver | None = resolve) -> Profile:
    """Read a profile.

    Parameters
    ----------
    file : Path
        A YAML file; see :func:`bsh.profile.find_profile` for names.
    commands : iterable of str
        Names that devices cannot have because the shell needs them as commands.
    resolver : callable
        From dotted name to class; raises ClassNotFound. With None no class is imported: what can only be said of
        them then, :func:`check_classes` says later.

    Returns
    -------
    Profile
        Its ``problems`` are those that do not keep a shell from starting.

    Raises
    ------
    ProfileProblems
        With every problem, in the order of the files.
    """
    profile, problems = _read(file, frozenset(commands), resolver)
    if profile is None:
        raise ProfileProblems(problems)
    return profile


def check_classes(profile: Profile, *, resolver: Resolver = resolve) -> list[Problem]:
    """Import the classes that a profile names; return what is wrong with them and with their keywords.

    Parameters
    ----------
    profile : Profile
        Read without a resolver.
    resolver : callable
        As for :func:`load_profile`.
    """
    reading = Reading()
    _check_classes(profile.devices, profile.suspenders, resolver, reading)
    return reading.problems


def check_profile(file: Path, *, commands: Iterable[str] = (), resolver: Resolver = resolve) -> list[Problem]:
    """Return everything that is wrong with a profile, in the order of the files; nothing is connected.

    Parameters
    ----------
    file, commands, resolver
        As for :func:`load_profile`.
    """
    return _read(file, frozenset(commands), resolver)[1]


class ProfileHead(NamedTuple):
    """What a list of profiles shows: the name of the state folder and the title."""

    name: str
    title: str


def read_head(file: Path) -> ProfileHead:
    """Return name and title of a profile, without looking at anything else in it.

    Parameters
    ----------
    file : Path
        A YAML file.

    Raises
    ------
    ProfileProblems
        When the file cannot be read.
    """
    reading = Reading()
    source = read_source(file, reading)
    if reading.problems:
        raise ProfileProblems(reading.problems)
    name, title = (getattr(source.root.get(key), "value", None) for key in ("profile", "title"))
    return ProfileHead(_name(source, name), title if isinstance(title, str) else "")


def _name(source: Source, written: Any) -> str:
    return written if isinstance(written, str) and written else source.file.stem


def _read(
    file: Path, commands: frozenset[str], resolver: Resolver | None
) -> tuple[Profile | None, list[Problem]]:
    reading = Reading()
    source = read_source(file, reading)
    root = source.root
    report_unknown_keys(root, {key.name: key for key in KEYS}, "", reading)
    values = {key.name: _value(root, key, reading) for key in KEYS if key.name != "devices"}
    _check_folder_name(source, values["profile"], reading)
    specs = read_devices(root.get("devices"), reading)
    for spec in specs:
        _check_limits(spec, reading)
    if any(not spec.factory.startswith("bsh.") for spec in specs):
        make_importable(file.parent)
    suspenders = [_suspender(entry, node, reading) for entry, node in _suspender_nodes(root, values)]
    if resolver is not None:
        _check_classes(specs, suspenders, resolver, reading)
    _check_names(specs, root, values, commands, reading)
    ordered = construction_order(specs, reading)
    problems = _sorted(reading.problems, source.files)
    if any(problem.fatal for problem in problems):
        return None, problems
    return _profile(source, values, ordered, suspenders, problems), problems


def _value(root: MapNode, key: Key, reading: Reading) -> Any:
    node = root.get(key.name)
    is_null = isinstance(node, ScalarNode) and node.value is None
    if node is None or (is_null and not isinstance(key.kind, Nullable)):
        return key.default
    return key.kind.read(node, key.name, reading)


def _check_folder_name(source: Source, written: str | None, reading: Reading) -> None:
    from bsh.errors import ProfileError
    from bsh.store.home import profile_folder

    name = _name(source, written)
    try:
        profile_folder(Path(), name)
    except ProfileError as error:
        node = source.root.get("profile")
        position = node.position if node is not None else Position(source.file)
        reading.report(position, error.message, f"write 'profile: NAME'. {error.hint}")


def _suspender_nodes(root: MapNode, values: Mapping[str, Any]) -> Iterable[tuple[dict[str, Any], MapNode]]:
    node = root.get("suspenders")
    items = [item for item in getattr(node, "items", ()) if isinstance(item, MapNode)]
    read = [entry for entry in values["suspenders"] or () if entry is not None]
    return zip(read, items, strict=False)


def _suspender(entry: dict[str, Any], node: MapNode, reading: Reading) -> SuspenderSpec | None:
    if entry["class"] is None or entry["signal"] is None:
        return None  # reported already
    name = entry["class"] if "." in entry["class"] else f"bsh.suspenders.{entry['class']}"
    class_node = node.get("class")
    position = class_node.position if class_node is not None else node.position
    places = MappingProxyType({key: one.position for key, one in node.entries.items()})
    return SuspenderSpec(
        name, entry["signal"], MappingProxyType(entry["..."]), position, places, entry["action"]
    )


def _check_classes(
    specs: Iterable[DeviceSpec],
    suspenders: Iterable[SuspenderSpec | None],
    resolver: Resolver,
    reading: Reading,
) -> None:
    found: dict[str, Factory | None] = {}
    for spec in specs:
        if spec.factory not in found:
            found[spec.factory] = _resolved(spec.factory, spec.factory_position, resolver, reading)
        factory = found[spec.factory]
        if factory is None:
            continue
        if spec.name is None and needs_name(factory):
            reading.report(spec.position, f"found a {spec.factory} without a name", "write 'name: ...'")
            continue
        _check_keywords(factory, spec, reading)
    for suspender in suspenders:
        if suspender is not None and (
            factory := _resolved(suspender.factory, suspender.position, resolver, reading)
        ):
            problems = list(keyword_problems(factory, {"signal": None, **suspender.keywords}))
            for keyword, what, instead in problems:
                reading.report(suspender.keyword_positions.get(keyword, suspender.position), what, instead)
            if not problems and suspender.factory.startswith("bsh.suspenders."):
                _check_values(factory, suspender, reading)


def _check_values(factory: Factory, suspender: SuspenderSpec, reading: Reading) -> None:
    """Report what a suspender of bsh says of its values; it is made for nothing, and watches nothing."""
    try:
        signal = SimpleNamespace(name=str(suspender.signal), get=lambda: None)
        factory(signal=signal, **suspender.keywords)
    except (TypeError, ValueError) as error:
        what = str(error).rstrip(".")
        reading.report(suspender.position, f"found values that do not fit: {what}", "write numbers that do")


def _resolved(dotted: str, position: Position, resolver: Resolver, reading: Reading) -> Factory | None:
    try:
        return resolver(dotted)
    except ClassNotFound as error:
        reading.report(position, error.message, error.hint or "")
        return None


def _check_limits(spec: DeviceSpec, reading: Reading) -> None:
    """Report limits that are reversed, whatever the class makes of them."""
    limits = spec.keywords.get("limits")
    if not isinstance(limits, list) or len(limits) != 2:
        return
    low, high = limits
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        reading.report(
            spec.keyword_positions.get("limits", spec.position),
            f"found the limits of {spec.shown_name} reversed: {low:g} to {high:g}",
            f"write [{high:g}, {low:g}]",
        )


def _check_keywords(factory: Factory, spec: DeviceSpec, reading: Reading) -> None:
    for keyword, found, instead in keyword_problems(factory, spec.keywords):
        reading.report(spec.keyword_positions.get(keyword, spec.position), found, instead)


def _check_names(
    specs: list[DeviceSpec],
    root: MapNode,
    values: Mapping[str, Any],
    commands: frozenset[str],
    reading: Reading,
) -> None:
    aliases = root.get("aliases")
    alias_entries = aliases.entries if isinstance(aliases, MapNode) else {}
    named = [(spec.name, spec.position, "device") for spec in specs if spec.name]
    named += [(alias, entry.position, "alias") for alias, entry in alias_entries.items()]
    for name, position, _ in named:
        check_device_name(name, position, commands, reading)
    if commands and not values["startup"] and all(spec.name for spec in specs):
        known = [*commands, *(name for name, _, _ in named)]
        known += ["open_shutter", "close_shutter"] if values["shutter"] else []
        for key in ("on_exit", "panic"):
            check_lines(key, values[key] or (), known, reading)
    check_duplicates(named, reading)
    check_uses(reading.uses, specs, alias_entries, reading)


def _sorted(problems: Iterable[Problem], files: list[Path]) -> list[Problem]:
    """Return problems without doubles, file after file, from top to bottom."""
    order = {file: number for number, file in enumerate(reversed(files))}
    unique = list(dict.fromkeys(problems))
    return sorted(
        unique,
        key=lambda problem: (
            order.get(problem.position.file, -1),
            problem.position.line,
            problem.position.column,
        ),
    )


def _profile(
    source: Source,
    values: Mapping[str, Any],
    specs: list[DeviceSpec],
    suspenders: list[SuspenderSpec | None],
    problems: list[Problem],
) -> Profile:
    shutter = values["shutter"]
    missed = values["on_missed_target"]
    return Profile(
        name=_name(source, values["profile"]),
        file=source.file,
        title=values["title"],
        files=tuple(source.files),
        devices=tuple(specs),
        counters=MappingProxyType(values["counters"]),
        aliases=MappingProxyType(values["aliases"]),
        metadata=MappingProxyType(values["metadata"]),
        baseline=values["baseline"],
        monitors=values["monitors"],
        suspenders=tuple(spec for spec in suspenders if spec is not None),
        shutter=ShutterSpec(**shutter) if shutter else None,
        toolbar=values["toolbar"],
        rules=values["rules"]["forbid"],
        count_time=MappingProxyType(values["count_time"]),
        on_missed_target=MissedTarget(**missed) if isinstance(missed, dict) else MissedTarget(missed),
        on_read_error=MappingProxyType(values["on_read_error"]),
        confirm_over_s=values["confirm_over"],
        stalled_after_s=values["stalled_after"],
        plots=values["plots"],
        attention_after_s=values["attention_after"],
        startup=values["startup"],
        on_exit=values["on_exit"],
        panic=values["panic"],
        data=MappingProxyType({name: value for name, value in values["data"].items() if value is not None}),
        table=TableOptions(**values["table"]),
        bluesky=values["bluesky"],
        lock=values["lock"],
        positions=MappingProxyType({key: entry.position for key, entry in source.root.entries.items()}),
        problems=tuple(problems),
    )
