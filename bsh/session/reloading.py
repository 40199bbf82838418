"""A profile that was edited while its session goes on: what changed, and taking in the devices that did.

Owns which changes can be made at once. Everything else of a profile takes effect at the next start, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from bsh.devices.traversal import children, root_ancestor
from bsh.profile import DeviceRef, DeviceSpec, Profile

from .building import build_devices
from .offline import OfflineDevice

if TYPE_CHECKING:
    from .session import Session

__all__ = ["ProfileChanges", "changes_of", "take_in"]

AT_ONCE = ("confirm_over_s",)
"""What every run asks the profile for."""

NOT_COMPARED = frozenset({"devices", "files", "positions", "problems", "file", *AT_ONCE})


@dataclass(frozen=True)
class ProfileChanges:
    """How a profile differs from the one that the session was made from.

    Attributes
    ----------
    devices : tuple of str
        New devices, changed ones, and those that refer to them.
    later : tuple of str
        What takes effect at the next start: devices that are gone, or that something else holds on to; other keys.
    at_once : tuple of str
        Other keys that take effect at once.
    """

    devices: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    at_once: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.devices or self.later or self.at_once)


def changes_of(old: Profile, new: Profile) -> ProfileChanges:
    """Compare two versions of a profile.

    Parameters
    ----------
    old, new : Profile
        The versions.
    """
    before = {spec.shown_name: spec for spec in old.devices}
    after = {spec.shown_name: spec for spec in new.devices}
    changed = [name for name, spec in after.items() if name not in before or not _same(spec, before[name])]
    for name, spec in after.items():  # each stands behind those that it refers to
        if name not in changed and any(ref.name in changed for ref in _refs(spec.keywords)):
            changed.append(name)
    held = {
        str(ref.name): key
        for key, refs in (
            ("suspenders", [spec.signal for spec in old.suspenders]),
            ("shutter", [old.shutter.device] if old.shutter else []),
            ("toolbar", old.toolbar),
        )
        for ref in refs
    }
    now = [name for name in changed if name not in held and after[name].name is not None]
    later = [f"{name} ({held.get(name, 'made by a factory')})" for name in changed if name not in now]
    later += [f"{name} (gone)" for name in before if name not in after]
    keys = [one.name for one in fields(Profile) if one.name not in NOT_COMPARED]
    later += [key for key in keys if _plain(getattr(old, key)) != _plain(getattr(new, key))]
    at_once = [key for key in AT_ONCE if getattr(old, key) != getattr(new, key)]
    return ProfileChanges(tuple(now), tuple(later), tuple(key.removesuffix("_s") for key in at_once))


def take_in(session: Session, new: Profile, changes: ProfileChanges) -> list[str]:
    """Make the devices that changed anew, in place of the old ones; return what people should know.

    Parameters
    ----------
    session : Session
        Idle.
    new : Profile
        The new version.
    changes : ProfileChanges
        Of :func:`changes_of`.
    """
    specs = [spec for spec in new.devices if spec.shown_name in changes.devices]
    made = build_devices(specs, loop=lambda: session.RE.loop, beside=session.devices)
    for name, device in made.devices.items():
        _replace(session, name, device)
    session.profile = replace(
        session.profile, **{key: getattr(new, key) for key in AT_ONCE}, devices=new.devices
    )
    session.soft_limits.put_back()
    return [*made.notices, *(f"{one.name}: {one.reason}" for one in made.offline)]


def _replace(session: Session, name: str, device: Any) -> None:
    old = session.devices.get(name)
    session.devices[name] = device
    session.namespace[name] = device
    if old is None:
        return
    places: list[Any] = [session.counters, *session.counter_groups.values()]
    places += [session.supplemental.baseline, session.supplemental.monitors]
    for place in places:
        place[:] = [_successor(one, old, device) for one in place]
    for alias, known in session.aliases.items():
        successor = _successor(known, old, device)
        session.aliases[alias] = successor
        if session.namespace.get(alias) is known:
            session.namespace[alias] = successor


def _successor(part: Any, old: Any, new: Any) -> Any:
    """Return what stands in the new device where a part stood in the old one; other things stay."""
    if part is old:
        return new
    if isinstance(part, OfflineDevice) or root_ancestor(part) is not old:
        return part
    found = {getattr(one, "name", ""): one for one in _parts(new)}
    return found.get(part.name, part)


def _parts(device: Any) -> Iterable[Any]:
    for _, part in children(device):
        yield part
        yield from _parts(part)


def _same(one: DeviceSpec, other: DeviceSpec) -> bool:
    return (one.factory, _plain(one.keywords), one.labels) == (
        other.factory,
        _plain(other.keywords),
        other.labels,
    )


def _refs(value: Any) -> Iterable[DeviceRef]:
    if isinstance(value, DeviceRef):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _refs(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _refs(item)


def _plain(value: Any) -> Any:
    """Return a value without the places where its parts were written."""
    if isinstance(value, DeviceRef):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        named: dict[str, Any] = value._asdict()
        return {key: _plain(item) for key, item in named.items() if "position" not in key}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
