"""``--sim``: the same profile with a simulated twin in the place of every device.

Owns what a device's twin is, and what keeps start-up scripts away from the hardware. The twins are entries of the
profile as any other; whatever is made of a profile is made of them.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from bsh.profile import DeviceRef, DeviceSpec, Position, Profile, references

__all__ = [
    "SimulatedProfile",
    "is_simulated",
    "isolate",
    "kind_of_class",
    "settings_of",
    "simulated",
    "uses_of",
]

EMPTIED = (
    "EPICS_CA_ADDR_LIST", "EPICS_CA_NAME_SERVERS", "EPICS_PVA_ADDR_LIST", "EPICS_PVA_NAME_SERVERS", "TANGO_HOST",
)  # fmt: skip
"""Where control systems are looked for: nowhere."""

SWITCHED_OFF = ("EPICS_CA_AUTO_ADDR_LIST", "EPICS_PVA_AUTO_ADDR_LIST")

TWIN = "bsh.devices.sim.twin.twin"
TWINS_OF_FACTORY = "bsh.session.sim_factories.twins_of"
OWN = ("bsh.devices.sim.", "ophyd.sim.")
"""What is simulated already stays as it is."""

KNOWN = {
    "ophyd.EpicsMotor": "motor",
    "ophyd.SoftPositioner": "motor",
    "ophyd.EpicsSignal": "signal",
    "ophyd.EpicsSignalRO": "signal",
    "ophyd.EpicsSignalNoValidation": "signal",
    "ophyd.Signal": "signal",
    "ophyd.EpicsScaler": "detector",
    "ophyd.EpicsMCA": "detector",
    "ophyd.scaler.ScalerCH": "detector",
    "bsh.devices.epics_scaler.scaler": "scaler",
    "bsh.devices.epics_camera.camera": "detector",
}
"""Classes and factories of which it is known what they are."""

LABELS = {
    **dict.fromkeys(("motor", "motors", "axis", "axes", "positioner", "positioners"), "motor"),
    **dict.fromkeys(
        ("detector", "detectors", "counter", "counters", "scaler", "scalers", "camera", "cameras"), "detector"
    ),
    **dict.fromkeys(("signal", "signals"), "signal"),
}
WORDS = (("Motor", "motor"), ("Positioner", "motor"), ("Axis", "motor"), ("Signal", "signal"),
         ("SignalRO", "signal"), ("Detector", "detector"), ("Camera", "detector"), ("Scaler", "detector"))  # fmt: skip
"""What the last word of a class's name says."""

COUNTING = ("detector", "scaler")
MOTOR_KEYWORDS = {
    "units": "units",
    "egu": "units",
    "limits": "limits",
    "velocity": "velocity",
    "precision": "precision",
}
VELOCITY = 10.0
AMPLITUDE = 10_000.0


class SimulatedProfile(NamedTuple):
    """A profile of twins, and what people should know about them."""

    profile: Profile
    notices: list[str]


def isolate(environ: MutableMapping[str, str] = os.environ) -> list[str]:
    """Take the addresses of all control systems out of the environment.

    Parameters
    ----------
    environ : mutable mapping
        Of this process; those that it starts inherit it.

    Returns
    -------
    list of str
        A line where it comes too late.
    """
    for name in EMPTIED:
        environ[name] = ""
    for name in SWITCHED_OFF:
        environ[name] = "NO"
    channel_access = sys.modules.get("epics.ca")
    if channel_access is not None and getattr(channel_access, "libca", None) is not None:
        return ["Channel Access was in use before: scripts of this process may reach hardware"]
    return []


def is_simulated(spec: DeviceSpec) -> bool:
    """Whether a device of a profile is a simulated one in any case."""
    creator = spec.keywords.get("creator")  # of a predefined device of apsbits
    return spec.factory.startswith(OWN) or (isinstance(creator, str) and creator.startswith(OWN))


def simulated(profile: Profile, facts: Mapping[str, Mapping[str, Any]]) -> SimulatedProfile:
    """Return a profile with twins in the place of its devices.

    Parameters
    ----------
    profile : Profile
        Read without a resolver: its classes need not be installed.
    facts : mapping of str to mapping
        What is known of the devices, by name: units, limits, velocity, precision, value.
    """
    return _Twins(profile, facts).made()


class _Twins:
    def __init__(self, profile: Profile, facts: Mapping[str, Mapping[str, Any]]) -> None:
        self._profile = profile
        self._facts = facts
        self._uses = list(uses_of(profile))
        self._counted = {ref.name for refs in profile.counters.values() for ref in refs}
        self._guessed: dict[tuple[str, str], list[str]] = {}
        self._notices: list[str] = []

    def made(self) -> SimulatedProfile:
        profile = self._profile
        kept = [spec for spec in profile.devices if is_simulated(spec)]
        replaced = [spec for spec in profile.devices if not is_simulated(spec)]
        kinds = [(spec, self._kind(spec)) for spec in replaced if spec.name is not None]
        kinds += [(spec, self._guess(spec)) for spec in self._brought_by_factories()]
        axis = next((spec for spec, kind in kinds if kind == "motor"), None)
        plain = [self._twin(spec, kind, axis) for spec, kind in kinds if kind not in COUNTING]
        counters = [self._twin(spec, kind, axis) for spec, kind in kinds if kind in COUNTING]
        # counters refer to what stands before them; factories bring what is not there yet
        devices = (*plain, *counters, *kept, *self._factories((*plain, *counters, *kept)))
        for (factory, kind), names in self._guessed.items():
            self._notices.append(f"no twin of {factory} is known: {', '.join(names)} ({kind}, a guess)")
        return SimulatedProfile(replace(profile, devices=devices), self._notices)

    def _brought_by_factories(self) -> Iterator[DeviceSpec]:
        """Yield an entry for each name that the profile uses and only a factory could bring."""
        specs = self._profile.devices
        factories = _factories_of(self._profile)
        if not factories:
            return
        known = {spec.name for spec in specs} | set(self._profile.aliases)
        for ref in self._uses:
            if ref.name not in known:
                known.add(ref.name)
                yield DeviceSpec(factories[0].factory, ref.name, {}, (), ref.position, ref.position)

    def _factories(self, twins: Iterable[DeviceSpec]) -> Iterator[DeviceSpec]:
        """Yield an entry for each factory: it brings twins of what the profile does not name."""
        from .sim_factories import plain

        names = [spec.name for spec in twins if spec.name is not None]
        for spec in _factories_of(self._profile):
            keywords = {
                "factory": spec.factory,
                "keywords": plain(spec.keywords),
                "but": names,
                "labels": spec.labels,
                "facts": self._facts,
            }
            yield spec._replace(
                factory=TWINS_OF_FACTORY, keywords=MappingProxyType(keywords), keyword_positions={}, labels=()
            )

    def _kind(self, spec: DeviceSpec) -> str:
        assert spec.name is not None
        if self._is_shutter(spec.name, ""):
            return "shutter"
        kind = kind_of_class(spec.factory, spec.labels)
        if kind is None:
            return self._guess(spec)
        return kind if _is_known(spec.factory) else self._note(spec, kind)

    def _guess(self, spec: DeviceSpec) -> str:
        assert spec.name is not None
        if self._is_shutter(spec.name, ""):
            return "shutter"
        if spec.name in self._counted or spec.name in self._profile.count_time:
            return self._note(spec, "detector")
        has_parts = any(ref.name == spec.name and ref.attribute for ref in self._uses)
        is_axis = "limits" in self._facts.get(spec.name, {})
        return self._note(spec, "motor" if is_axis else "group" if has_parts else "signal")

    def _note(self, spec: DeviceSpec, kind: str) -> str:
        self._guessed.setdefault((spec.factory, kind), []).append(spec.shown_name)
        return kind

    def _is_shutter(self, name: str, attribute: str) -> bool:
        shutter = self._profile.shutter
        return shutter is not None and (shutter.device.name, shutter.device.attribute) == (name, attribute)

    # -- entries -----------------------------------------------------------------------------------

    def _twin(self, spec: DeviceSpec, kind: str, axis: DeviceSpec | None) -> DeviceSpec:
        assert spec.name is not None
        keywords: dict[str, Any] = {"kind": kind, "name": spec.name}
        keywords |= self._settings(spec.name, "", kind, spec.keywords)
        if kind == "scaler":
            channels = list(spec.keywords.get("channels", ()))
            keywords["channels"] = {
                channel: {"amplitude": AMPLITUDE, **(self._peak(axis) if channel != channels[0] else {})}
                for channel in channels
            }
        elif kind == "detector":
            keywords |= {"amplitude": AMPLITUDE, **self._peak(axis)}
        parts = {
            path: self._part(spec.name, path, kind)
            for path in dict.fromkeys(
                ref.attribute for ref in self._uses if ref.name == spec.name and ref.attribute
            )
        }
        if parts:
            keywords["parts"] = parts
        return spec._replace(factory=TWIN, keywords=MappingProxyType(keywords), keyword_positions={})

    def _part(self, name: str, path: str, kind: str) -> dict[str, Any]:
        if kind in COUNTING and self._profile.count_time.get(name) == path:
            return {"kind": "count_time"}
        known = self._facts.get(f"{name}.{path}", {})
        part = "shutter" if self._is_shutter(name, path) else "motor" if "limits" in known else "signal"
        if self._is_alias(name, path) and not self._is_watched(name, path):
            part = "motor"
        return {"kind": part, **self._settings(name, path, part, {})}

    def _settings(self, name: str, path: str, kind: str, written: Mapping[str, Any]) -> dict[str, Any]:
        known = self._facts.get(f"{name}.{path}" if path else name, {})
        if kind == "shutter":
            assert self._profile.shutter is not None
            return {"open_value": self._profile.shutter.open}
        settings = settings_of(kind, known, written)
        if kind == "signal":
            settings["value"] = self._good_value(name, path, settings["value"])
        return settings

    def _good_value(self, name: str, path: str, otherwise: Any) -> Any:
        """Return a value at which no suspender of the profile holds scans."""
        for spec in self._profile.suspenders:
            if (spec.signal.name, spec.signal.attribute) == (name, path):
                return _released(spec.factory.rpartition(".")[2], spec.keywords, otherwise)
        return otherwise

    def _peak(self, axis: DeviceSpec | None) -> dict[str, Any]:
        """Return what a detector needs to have a peak in the first axis, behind the shutter."""
        shutter = self._profile.shutter
        nothing: dict[str, Any] = {}
        if shutter is not None and not shutter.device.attribute and self._has_twin(shutter.device.name):
            nothing = {"shutter": shutter.device}
        if axis is None or axis.name is None:
            return nothing
        settings = self._settings(axis.name, "", "motor", axis.keywords)
        low, high = settings.get("limits") or (0.0, 0.0)
        width = (high - low) or 40.0
        middle = 0.0 if low <= 0.0 <= high else (low + high) / 2
        center = settings.get("position", middle)
        ref = DeviceRef(axis.name, "", axis.position)
        return {"motor": ref, "center": center, "sigma": width / 200, "background": 20.0, **nothing}

    def _has_twin(self, name: str) -> bool:
        return any(spec.name == name and not is_simulated(spec) for spec in self._profile.devices)

    def _is_alias(self, name: str, path: str) -> bool:
        return any((ref.name, ref.attribute) == (name, path) for ref in self._profile.aliases.values())

    def _is_watched(self, name: str, path: str) -> bool:
        profile = self._profile
        watched = (*profile.monitors, *profile.toolbar, *(spec.signal for spec in profile.suspenders))
        return any((ref.name, ref.attribute) == (name, path) for ref in watched)


def _factories_of(profile: Profile) -> list[DeviceSpec]:
    return [spec for spec in profile.devices if spec.name is None and not is_simulated(spec)]


def kind_of_class(dotted: str, labels: Iterable[str]) -> str | None:
    """Return what kind of twin a device has, by its class, its labels, or the last word of the class's name.

    Parameters
    ----------
    dotted : str
        The class.
    labels : iterable of str
        Of the device.
    """
    if _is_known(dotted):
        return KNOWN.get(dotted) or KNOWN[_without_module(dotted)]
    last = dotted.rpartition(".")[2]
    found = [LABELS[label] for label in labels if label in LABELS]
    found += [kind for word, kind in WORDS if last.endswith(word)]
    return found[0] if found else None


def _is_known(dotted: str) -> bool:
    return dotted in KNOWN or _without_module(dotted) in KNOWN


def settings_of(
    kind: str, known: Mapping[str, Any], written: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """Return the keywords of a twin: what the profile says, else what was known last.

    Parameters
    ----------
    kind : str
        Of the twin.
    known : mapping
        Units, limits, velocity, precision, value.
    written : mapping, optional
        Keywords of the profile.
    """
    if kind == "motor":
        given = {twins: written[own] for own, twins in MOTOR_KEYWORDS.items() if _is_plain(written.get(own))}
        given = {key: known[key] for key in MOTOR_KEYWORDS.values() if key in known} | given
        position = {"position": known["value"]} if isinstance(known.get("value"), int | float) else {}
        return {"velocity": VELOCITY, "acceleration": 0.1, **position, **given}
    if kind == "signal":
        units = {"units": known["units"]} if known.get("units") else {}
        return {"value": known.get("value", "" if written.get("string") else 0.0), **units}
    return {}


def uses_of(profile: Profile) -> Iterator[DeviceRef]:
    """Yield every device, and part of one, that the profile speaks of."""
    for refs in profile.counters.values():
        yield from refs
    yield from profile.aliases.values()
    yield from (*profile.baseline, *profile.monitors, *profile.toolbar)
    yield from (spec.signal for spec in profile.suspenders)
    if profile.shutter is not None:
        yield profile.shutter.device
    for spec in profile.devices:
        yield from references(spec.keywords)
    nowhere = Position(profile.file)
    for name, path in profile.count_time.items():
        yield DeviceRef(name, path, nowhere)
    known = {spec.name for spec in profile.devices}
    for line in profile.rules:
        for name, path in re.findall(r"\b([^\W\d]\w*)((?:\.[^\W\d]\w*)*)", _unquoted(line.text)):
            if name in known:
                yield DeviceRef(name, path.lstrip("."), line.position)


def _unquoted(text: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", text)


def _released(kind: str, keywords: Mapping[str, Any], otherwise: Any) -> Any:
    """Return a value at which a suspender lets scans go on."""
    limits = [keywords[key] for key in ("suspend_thresh", "resume_thresh") if _is_number(keywords.get(key))]
    if kind == "SuspendFloor" and limits:
        return float(max(limits) + abs(max(limits)) + 1)
    if kind == "SuspendCeil" and limits:
        return float(min(limits) - abs(min(limits)) - 1)
    if kind in ("SuspendBoolHigh", "SuspendBoolLow"):
        return int(kind == "SuspendBoolLow")
    bottom, top = keywords.get("band_bottom"), keywords.get("band_top")
    if isinstance(bottom, int | float) and isinstance(top, int | float):
        return float((bottom + top) / 2 if kind != "SuspendOutBand" else top + abs(top) + 1)
    return keywords.get("expected_value", otherwise)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_plain(value: Any) -> bool:
    plain: Iterable[Any] = value if isinstance(value, list) else (value,)
    return value is not None and all(isinstance(one, int | float | str) for one in plain)


def _without_module(dotted: str) -> str:
    """Return ``ophyd.EpicsMotor`` for ``ophyd.epics_motor.EpicsMotor``."""
    first, _, last = dotted.partition(".")[0], ".", dotted.rpartition(".")[2]
    return f"{first}.{last}"
