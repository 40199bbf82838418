"""From the entries of a profile to devices: made in order, connected together, offline where they fail.

Owns construction and connection. One device that cannot be made or does not answer never keeps the others,
or the shell, from starting.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import GeneratorType, MappingProxyType
from typing import TYPE_CHECKING, Any

from bsh.errors import BshError, DeviceError, DeviceOffline
from bsh.profile import DeviceRef, DeviceSpec, accepts, resolve

from .connect_progress import CONNECT_TIMEOUT_S, ConnectProgress
from .connecting import connect_all
from .offline import OfflineDevice
from .references import resolve_ref

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

__all__ = ["DeviceSet", "build_devices"]


@dataclass
class DeviceSet:
    """The devices of a session.

    Attributes
    ----------
    devices : dict of str to device
        By name; offline ones are :class:`OfflineDevice`.
    notices : list of str
        What people should know about them.
    """

    devices: dict[str, Any] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @property
    def offline(self) -> list[OfflineDevice]:
        """The devices that cannot be used at present."""
        return [device for device in self.devices.values() if isinstance(device, OfflineDevice)]


def build_devices(
    specs: Iterable[DeviceSpec],
    *,
    connect: bool = True,
    timeout_s: float = CONNECT_TIMEOUT_S,
    later: Callable[[str], None] | None = None,
    loop: Callable[[], AbstractEventLoop] | None = None,
    progress: ConnectProgress | None = None,
    resolver: Callable[[str], Callable[..., Any]] = resolve,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> DeviceSet:
    """Make all devices of a profile.

    Parameters
    ----------
    specs : iterable of DeviceSpec
        Each after those that it refers to.
    connect : bool
        Whether to wait until they answer.
    timeout_s : float
        How long, in seconds, for all together.
    later : callable, optional
        Called with the name of a device that answers after that, on a thread of its own.
    loop : callable, optional
        Returns the loop on which asynchronous devices are to live.
    progress : ConnectProgress, optional
        Hears who is waited for.
    resolver : callable
        From dotted name to class.
    beside : mapping of str to device
        Others that are there already, which these may refer to.
    """
    made = DeviceSet()
    described: dict[str, DeviceSpec] = {}
    for spec in specs:
        for name, device in _made(spec, made, ChainMap(made.devices, dict(beside)), resolver):
            if name in made.devices:
                made.notices.append(
                    f"{spec.position}: {spec.factory} made a second '{name}'; the first is kept"
                )
                continue
            made.devices[name] = device
            described[name] = spec
    if connect:
        silent = connect_all(made.devices, timeout_s, later=later, loop=loop, progress=progress)
        for name, reason in silent.items():
            spec = described[name]
            made.devices[name] = OfflineDevice(name, reason, spec.position, spec.labels, made.devices[name])
    return made


def _made(
    spec: DeviceSpec,
    made: DeviceSet,
    known: Mapping[str, Any],
    resolver: Callable[[str], Callable[..., Any]],
) -> Iterator[tuple[str, Any]]:
    """Yield name and device for everything that one entry describes."""
    try:
        factory = resolver(spec.factory)
        keywords = {key: _argument(value, known) for key, value in spec.keywords.items()}
        takes_labels = bool(spec.labels) and accepts(factory, "labels")
        product = factory(**keywords, **({"labels": set(spec.labels)} if takes_labels else {}))
        devices = list(_named(product, spec))
    except Exception as error:  # a class of the beamline may raise anything
        if spec.name is None:
            made.notices.append(f"{spec.position}: {spec.factory} made no devices: {_reason(error)}")
        else:
            yield spec.name, OfflineDevice(spec.name, _reason(error), spec.position, spec.labels)
        return
    for name, device in devices:
        if spec.labels and not takes_labels:
            _attach_labels(device, spec)
        yield name, device


def _reason(error: Exception) -> str:
    if isinstance(error, DeviceOffline):
        return f"it needs {error.message}"
    text = " ".join(str(error).split())
    return text if isinstance(error, BshError) else f"{type(error).__name__}: {text}".rstrip(": ")


def _argument(value: Any, devices: Mapping[str, Any]) -> Any:
    """Put devices in the place of references."""
    if isinstance(value, DeviceRef):
        found = resolve_ref(value, devices)
        if isinstance(found, OfflineDevice):
            raise found.offline_error()
        return found
    if isinstance(value, dict | MappingProxyType):
        return {key: _argument(item, devices) for key, item in value.items()}
    if isinstance(value, list):
        return [_argument(item, devices) for item in value]
    return value


def _named(product: Any, spec: DeviceSpec) -> Iterator[tuple[str, Any]]:
    """Yield what a factory returned: one device, or several."""
    if isinstance(product, dict):
        yield from ((str(name), device) for name, device in product.items())
    elif isinstance(product, list | tuple | set | frozenset | GeneratorType):
        for device in product:
            yield _name_of(device, spec), device
    elif product is None:
        raise DeviceError(f"{spec.factory} returned nothing")
    else:
        yield spec.name or _name_of(product, spec), product


def _name_of(device: Any, spec: DeviceSpec) -> str:
    name = getattr(device, "name", None)
    if not isinstance(name, str) or not name:
        raise DeviceError(f"{spec.factory} returned {device!r}, which has no name")
    return name


def _attach_labels(device: Any, spec: DeviceSpec) -> None:
    known = getattr(device, "_ophyd_labels_", None)
    if isinstance(known, set):
        known.update(spec.labels)
        return
    try:
        device._ophyd_labels_ = set(spec.labels)
    except AttributeError:  # slots: it does without labels
        return
