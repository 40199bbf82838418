"""Simulated twins: what stands in for a device of which no more is known than what kind of thing it is.

Owns the kinds, and the parts that somebody names: a twin has ``cam.acquire_time`` where a profile speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bsh.devices.sim.detector import SimDetector
from bsh.devices.sim.device import DataKeys, SimDevice
from bsh.devices.sim.motor import SimMotor
from bsh.devices.sim.scaler import SimScaler
from bsh.devices.sim.signal import SimSignal
from bsh.errors import DeviceError
from bsh.protocols import Hints, Reading

__all__ = ["TWIN_KINDS", "SimGroup", "twin"]


class SimGroup(SimDevice):
    """A device that consists of its parts; reading it reads them."""

    def __init__(self, name: str, **keywords: Any) -> None:
        super().__init__(name, **keywords)
        self.component_names = ()

    @property
    def hints(self) -> Hints:
        """Those of the parts."""
        return {"fields": [field for part in self._parts() for field in part.hints.get("fields", [])]}

    def read(self) -> dict[str, Reading[Any]]:
        """Return the readings of the parts."""
        return {key: reading for part in self._parts() for key, reading in part.read().items()}

    def describe(self) -> DataKeys:
        """Return the data keys of the parts."""
        return {key: data_key for part in self._parts() for key, data_key in part.describe().items()}

    def _parts(self) -> list[Any]:
        return [getattr(self, name) for name in self.component_names]

    def _present(self) -> tuple[Any, float]:
        return None, self.clock.time()


class _TwoStates(SimSignal):
    """A signal that is a shutter."""

    def __init__(self, name: str, *, open_value: Any, **keywords: Any) -> None:
        super().__init__(name, value=open_value, **keywords)
        self._open_value = open_value

    @property
    def is_open(self) -> bool:
        """Whether the beam passes."""
        return bool(self.get() == self._open_value)


TWIN_KINDS: Mapping[str, Callable[..., Any]] = {
    "motor": SimMotor,
    "detector": SimDetector,
    "scaler": SimScaler,
    "signal": SimSignal,
    "shutter": _TwoStates,
    "group": SimGroup,
}
"""What a twin can be."""


def twin(kind: str, *, name: str, parts: Mapping[str, Any] | None = None, **keywords: Any) -> Any:
    """Make a simulated twin.

    Parameters
    ----------
    kind : str
        One of ``TWIN_KINDS``.
    name : str
        Name of the device.
    parts : mapping of str to mapping, optional
        Dotted path of each part that has to be there, and its kind and keywords; a part of the kind ``count_time`` is
        the device's own counting time under another name.
    **keywords
        What the kind takes.

    Examples
    --------
    >>> camera = twin("detector", name="camera", parts={"cam.acquire_time": {"kind": "count_time"}})
    >>> camera.cam.acquire_time is camera.count_time
    True
    """
    device = TWIN_KINDS[kind](name=name, **keywords)
    for path, settings in (parts or {}).items():
        _add(device, path.split("."), dict(settings))
    return device


def _add(device: Any, path: list[str], settings: dict[str, Any]) -> None:
    *groups, last = path
    owner = device
    for group in groups:
        if not hasattr(owner, group):
            _put(owner, group, SimGroup(f"{owner.name}_{group}", parent=owner, clock=device.clock))
        owner = getattr(owner, group)
    if hasattr(owner, last):
        return
    kind = settings.pop("kind")
    if kind == "count_time":
        if not hasattr(device, "count_time"):
            raise DeviceError(f"{device.name} does not count: it cannot have {'.'.join(path)}")
        setattr(owner, last, device.count_time)
        return
    part = TWIN_KINDS[kind](name=f"{owner.name}_{last}", parent=owner, clock=device.clock, **settings)
    _put(owner, last, part)


def _put(owner: Any, name: str, part: Any) -> None:
    setattr(owner, name, part)
    owner.component_names = (*owner.component_names, name)
