"""``BlueskyMagics`` for an IPython of one's own: ``%mov``, ``%movr``, ``%ct``, ``%wa``.

In bsh's own shell the commands do all this and more; this class is for start-up files that register it themselves.
"""

from __future__ import annotations

import warnings
from collections import ChainMap, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from IPython.core.magic import Magics, line_magic, magics_class
from traitlets import MetaHasTraits

from bsh.devices.traversal import children, labels_of
from bsh.display import ProgressBarManager
from bsh.engine import RunEngine, get_engine_event_loop
from bsh.errors import RunEngineInterrupted
from bsh.msg import MsgGenerator

__all__ = [
    "BlueskyMagics", "MetaclassForClassProperties", "ProgressBarManager", "RunEngine",
    "RunEngineInterrupted", "get_labeled_devices", "is_parent", "is_positioner",
]  # fmt: skip

Labeled = dict[str, list[tuple[str, Any]]]

NOT_SAVED = "[This data will not be saved. Use the RunEngine to collect data.]"


class MetaclassForClassProperties(MetaHasTraits, type):
    """Gives the class the lists ``positioners`` and ``detectors`` that came before labels."""

    _positioners: ClassVar[list[Any]] = []
    _detectors: ClassVar[list[Any]] = []

    _engine: ClassVar[Any] = None

    @property
    def RE(cls) -> Any:  # noqa: N802  # bluesky's name
        """Their own engine, with no subscribers: nothing is saved. Made when it is first asked for."""
        if MetaclassForClassProperties._engine is None:
            # asynchronous devices belong to one loop
            MetaclassForClassProperties._engine = RunEngine(loop=get_engine_event_loop())
        return MetaclassForClassProperties._engine

    @RE.setter
    def RE(cls, engine: Any) -> None:  # noqa: N802  # bluesky's name
        MetaclassForClassProperties._engine = engine

    @property
    def positioners(cls) -> list[Any]:
        """What ``%wa`` shows beside labelled devices; give devices the label ``motors`` instead."""
        _warn_of_list("positioners", "motors")
        return MetaclassForClassProperties._positioners

    @positioners.setter
    def positioners(cls, devices: Iterable[Any]) -> None:
        _warn_of_list("positioners", "motors")
        MetaclassForClassProperties._positioners = list(devices)

    @property
    def detectors(cls) -> list[Any]:
        """What ``%ct`` reads beside labelled devices; give devices the label ``detectors`` instead."""
        _warn_of_list("detectors", "detectors")
        return MetaclassForClassProperties._detectors

    @detectors.setter
    def detectors(cls, devices: Iterable[Any]) -> None:
        _warn_of_list("detectors", "detectors")
        MetaclassForClassProperties._detectors = list(devices)


def _warn_of_list(name: str, label: str) -> None:
    warnings.warn(
        f"BlueskyMagics.{name} is deprecated; give devices the label {label!r} (labels={{{label!r}}}).",
        stacklevel=3,
    )


@magics_class
class BlueskyMagics(Magics, metaclass=MetaclassForClassProperties):
    """Magics for moving, counting and looking: ``get_ipython().register_magics(BlueskyMagics)``.

    Attributes
    ----------
    RE : RunEngine
        Their own engine, with no subscribers: nothing is saved. Made when it is first asked for.
    pbar_manager : ProgressBarManager
        Shows moves.
    """

    pbar_manager: ClassVar[Any] = ProgressBarManager()
    FMT_PREC = 6

    def __getattr__(self, name: str) -> Any:
        """Return the class's engine as ``RE``; as a property traitlets would ask for it at import."""
        if name == "RE":
            return BlueskyMagics.RE
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @line_magic
    def mov(self, line: str) -> None:
        """Move: ``%mov motor position [motor position ...]``."""
        from bsh.plan_stubs import mv

        self._run(mv(*self._pairs(line, "mov")))

    @line_magic
    def movr(self, line: str) -> None:
        """Move by a distance: ``%movr motor distance [motor distance ...]``."""
        from bsh.plan_stubs import mvr

        self._run(mvr(*self._pairs(line, "movr")))

    @line_magic
    def ct(self, line: str) -> None:
        """Count, without saving: ``%ct [label ...]``, ``detectors`` by default."""
        from bsh.plans import count

        labels = self._labels(line, "ct") or ["detectors"]
        labeled = self._labeled()
        found = [device for label in labels for _, device in labeled.get(label, ())]
        if "detectors" in labels:
            found += MetaclassForClassProperties._detectors
        devices = list({id(device): device for device in found}.values())
        if not devices:
            print(f"<no devices with the label {' or '.join(labels)}>")
            return
        print(NOT_SAVED)
        self._run(count(devices), _Readings(self.FMT_PREC))

    @line_magic
    def wa(self, line: str) -> None:
        """Say where things are: ``%wa [label ...]``, all labels by default."""
        labeled = self._labeled()
        legacy = [(str(device.name), device) for device in MetaclassForClassProperties._positioners]
        if legacy:
            labeled["motors"] = [*labeled.get("motors", []), *legacy]
        for label in self._labels(line, "wa") or list(labeled):
            print(label)
            if label in labeled:
                self._print_devices(labeled[label])
            else:
                print("<no matches for this label>")

    # -- what the magics share ---------------------------------------------------------------------

    def _labeled(self) -> Labeled:
        return get_labeled_devices(self.shell.user_ns if self.shell is not None else None)

    def _labels(self, line: str, magic: str) -> list[str]:
        if "[" in line or "]" in line:
            raise ValueError(
                f"%{magic} takes labels, not a list: %{magic} detectors. For devices use RE(count([...]))."
            )
        return line.split()

    def _pairs(self, line: str, magic: str) -> list[Any]:
        words = line.split()
        if not words or len(words) % 2:
            raise TypeError(f"%{magic} takes pairs, motor and position: %{magic} th 1.5 chi 90; got {line!r}")
        names = self.shell.user_ns if self.shell is not None else {}
        return [eval(word, dict(names)) for word in words]

    def _run(self, plan: MsgGenerator, subscriber: Any = None) -> None:
        engine: Any = BlueskyMagics.RE
        engine.waiting_hook = self.pbar_manager
        try:
            engine(plan, subscriber)
        except RunEngineInterrupted:
            # No prompt of its own: what was paused cannot be resumed.
            if engine.state.is_paused:
                engine.abort("interrupted in a magic")
            print("The RunEngine invoked by magics cannot be resumed.")
        finally:
            engine.waiting_hook = None

    def _print_devices(self, devices: Sequence[tuple[str, Any]]) -> None:
        positioners = [(name, part) for name, device in devices for name, part in _positioners(name, device)]
        if positioners:
            head = ["Positioner", "Value", "Low Limit", "High Limit", "Offset"]
            _print_table(head, [self._position_row(name, device) for name, device in positioners])
        others = [(name, device) for name, device in devices if not is_positioner(device)]
        if others:
            _print_table(["Local variable name", "Ophyd name (to be recorded as metadata)"], [
                [name, str(getattr(device, "name", ""))] for name, device in others
            ])  # fmt: skip

    def _position_row(self, name: str, device: Any) -> list[str]:
        try:
            value = device.position
        except Exception as error:  # a device that is not connected
            value = type(error).__name__
        low, high = _limits(device)
        offset = getattr(getattr(device, "user_offset", None), "get", lambda: "")
        try:
            shift = offset()
        except Exception as error:
            shift = type(error).__name__
        return [name, *(self._text(one) for one in (value, low, high, shift))]

    def _text(self, value: Any) -> str:
        return f"{value:.{self.FMT_PREC}g}" if isinstance(value, float) else str(value)


class _Readings:
    """Prints the readings of a count."""

    def __init__(self, digits: int) -> None:
        self._digits = digits

    def __call__(self, name: str, doc: Mapping[str, Any]) -> None:
        if name == "event":
            for key, value in doc["data"].items():
                text = f"{value:.{self._digits}g}" if isinstance(value, float) else str(value)
                print(f"{key:30s} {text}")


def _limits(device: Any) -> tuple[Any, Any]:
    try:
        low, high = device.limits
    except Exception:  # none, or not connected
        return "", ""
    return low, high


def _print_table(head: list[str], rows: Iterable[list[str]]) -> None:
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print()


def _positioners(name: str, device: Any) -> Iterator[tuple[str, Any]]:
    if is_positioner(device):
        yield name, device
        return
    for attribute, part in children(device):
        yield from _positioners(f"{name}.{attribute}", part)


def is_positioner(dev: Any) -> bool:
    """Tell whether a device has a position.

    Parameters
    ----------
    dev : object
        Anything.
    """
    return hasattr(type(dev), "position") or "position" in getattr(dev, "__dict__", ())


def is_parent(dev: Any) -> bool:
    """Tell whether a device has parts.

    Parameters
    ----------
    dev : object
        Anything.
    """
    return bool(getattr(type(dev), "component_names", None) or getattr(type(dev), "children", None))


def get_labeled_devices(user_ns: Mapping[str, Any] | None = None, maxdepth: int = 6) -> Labeled:
    """Return the devices of a namespace, and their parts, by label.

    Parameters
    ----------
    user_ns : mapping, optional
        Names at the prompt; IPython's without it.
    maxdepth : int, optional
        Levels of parts that are looked at.

    Returns
    -------
    dict of str to list of (str, device)
        For each label, how each device is reached and the device, in alphabetical order.
    """
    if user_ns is None:
        from IPython import get_ipython

        shell: Any = get_ipython()
        if shell is None:
            raise RuntimeError("get_labeled_devices() needs a namespace outside IPython: user_ns=globals().")
        user_ns = shell.user_ns
    found: Labeled = defaultdict(list)
    for name, device in sorted(ChainMap(dict(user_ns)).items()):
        if not name.startswith("_") and not isinstance(device, type):
            _find_labeled(name, device, maxdepth, found)
    return {label: sorted(devices, key=lambda pair: pair[0]) for label, devices in sorted(found.items())}


def _find_labeled(name: str, device: Any, depth: int, found: Labeled) -> None:
    for label in labels_of(device):
        found[label].append((name, device))
    if depth > 0 and is_parent(device):
        for attribute, part in children(device):
            _find_labeled(f"{name}.{attribute}", part, depth - 1, found)
