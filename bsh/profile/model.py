"""The profile as values: what the rest of bsh sees of a YAML file.

Everything is frozen and knows where it was written, so that an error at run time can still name file and
line. Owns no behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from .position import Position
from .problem import Problem

MissedTargetAction: TypeAlias = Literal["warn", "pause", "fail"]

__all__ = [
    "DeviceRef", "DeviceSpec", "Line", "MissedTarget", "Profile", "ShutterSpec", "SuspenderSpec",
    "TableOptions",
]  # fmt: skip

_EMPTY: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return _EMPTY


class DeviceRef(NamedTuple):
    """A device of the profile, or a part of one: ``ring.current``.

    Parameters
    ----------
    name : str
        Name of the device (or alias).
    attribute : str
        Path of the part below it, empty for the device itself.
    position : Position
        Where it was written.
    """

    name: str
    attribute: str
    position: Position

    def __str__(self) -> str:
        return f"{self.name}.{self.attribute}" if self.attribute else self.name


class DeviceSpec(NamedTuple):
    """One entry below a class: what to call, and with which keywords.

    Parameters
    ----------
    factory : str
        Dotted name of the class, or of a function that returns one device or several.
    name : str or None
        Name of the device; None for a factory that names its devices itself.
    keywords : mapping
        All keywords of the call, ``name`` included and ``labels`` not. Values written ``$name`` are
        :class:`DeviceRef`.
    labels : tuple of str
        Groups that the device belongs to.
    position : Position
        Where the name stands, or the entry where it has none.
    factory_position : Position
        Where the class stands.
    keyword_positions : mapping of str to Position
        Where each keyword stands.
    """

    factory: str
    name: str | None
    keywords: Mapping[str, Any]
    labels: tuple[str, ...]
    position: Position
    factory_position: Position
    keyword_positions: Mapping[str, Position] = _EMPTY

    @property
    def shown_name(self) -> str:
        """The name, or the factory where the devices have no name yet."""
        return self.name or self.factory


class SuspenderSpec(NamedTuple):
    """A condition that holds a scan: class, signal, what is done, the class's keywords, and where each stands."""

    factory: str
    signal: DeviceRef
    keywords: Mapping[str, Any]
    position: Position
    keyword_positions: Mapping[str, Position] = _EMPTY
    action: str = "suspend"


class ShutterSpec(NamedTuple):
    """The device that lets beam in, and the values that open and close it."""

    device: DeviceRef
    open: Any
    close: Any


class MissedTarget(NamedTuple):
    """What happens when an axis stops elsewhere than asked.

    Parameters
    ----------
    action : {'warn', 'pause', 'fail'}
        What to do.
    tolerance : mapping of str to float
        For a device by name, in its own units (EGU): how far off is still there.
    """

    action: MissedTargetAction = "warn"
    tolerance: Mapping[str, float] = _EMPTY


class TableOptions(NamedTuple):
    """How the live table looks: ``max_columns`` None is as many as fit."""

    style: Literal["rich", "spec", "none"] = "rich"
    max_columns: int | None = None


class Line(NamedTuple):
    """A text of the profile that is run or checked later: a script, a command line, a rule."""

    text: str
    position: Position

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A beamline (or a sample environment, or a simulation) as its YAML file describes it.

    Attributes
    ----------
    name : str
        The key ``profile``; it names the state folder.
    file : Path
        The file that was asked for; ``files`` are all that were read, included ones first.
    devices : tuple of DeviceSpec
        In the order in which they have to be made: references first.
    counters : mapping of str to tuple of DeviceRef
        Named groups; the first is active.
    confirm_over_s : float or None
        Scans estimated longer than this, in seconds, ask before they start.
    stalled_after_s : float or None
        A move of an EPICS motor during which nothing changes for so long, in seconds, has failed.
    plots : bool
        Whether running scans are plotted below their tables.
    attention_after_s : float or None
        Runs that took longer, in seconds, ring the bell at their end.
    startup : tuple of Line
        Scripts, as paths relative to the working folder or absolute.
    positions : mapping of str to Position
        Where each top-level key stands.
    problems : tuple of Problem
        What is wrong, but does not keep a shell from starting.
    """

    name: str
    file: Path
    title: str = ""
    files: tuple[Path, ...] = ()
    devices: tuple[DeviceSpec, ...] = ()
    counters: Mapping[str, tuple[DeviceRef, ...]] = field(default_factory=_nothing)
    aliases: Mapping[str, DeviceRef] = field(default_factory=_nothing)
    metadata: Mapping[str, Any] = field(default_factory=_nothing)
    baseline: tuple[DeviceRef, ...] = ()
    monitors: tuple[DeviceRef, ...] = ()
    suspenders: tuple[SuspenderSpec, ...] = ()
    shutter: ShutterSpec | None = None
    toolbar: tuple[DeviceRef, ...] = ()
    rules: tuple[Line, ...] = ()
    count_time: Mapping[str, str] = field(default_factory=_nothing)
    on_read_error: Mapping[str, str] = field(default_factory=_nothing)
    on_missed_target: MissedTarget = field(default_factory=MissedTarget)
    confirm_over_s: float | None = 1800.0
    stalled_after_s: float | None = 60.0
    plots: bool = True
    attention_after_s: float | None = 300.0
    startup: tuple[Line, ...] = ()
    on_exit: tuple[Line, ...] = ()
    panic: tuple[Line, ...] = ()
    data: Mapping[str, str] = field(default_factory=_nothing)
    table: TableOptions = field(default_factory=TableOptions)
    bluesky: bool = False
    lock: Literal["shared", "exclusive"] = "shared"
    positions: Mapping[str, Position] = field(default_factory=_nothing)
    problems: tuple[Problem, ...] = ()
