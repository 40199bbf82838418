"""What a profile adds to every run: baseline, monitors, suspenders.

Owns the step from the profile's names to objects of the engine. A name that leads to nothing is left out
and said, an offline device is left out, so that scans can run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bsh.errors import BshError, DeviceOffline
from bsh.profile import DeviceRef, SuspenderSpec, resolve

from .offline import OfflineDevice
from .references import resolve_ref

__all__ = ["install_suspenders", "usable"]


def usable(refs: Iterable[DeviceRef], devices: Mapping[str, Any], what: str, notices: list[str]) -> list[Any]:
    """Return the objects that references name; what is offline is left out.

    Parameters
    ----------
    refs : iterable of DeviceRef
        From the profile.
    devices : mapping
        Devices and aliases by name.
    what : str
        The key of the profile, for the notices.
    notices : list of str
        Gets a line for each that does not exist; offline devices are told of on their own.
    """
    found: list[Any] = []
    for ref in refs:
        try:
            one = resolve_ref(ref, devices)
        except DeviceOffline:
            continue
        except BshError as error:
            notices.append(f"{what} goes without {ref}: {error.message}")
            continue
        if not isinstance(one, OfflineDevice):
            found.append(one)
    return found


def install_suspenders(
    specs: Iterable[SuspenderSpec], devices: Mapping[str, Any], engine: Any, notices: list[str]
) -> None:
    """Let the profile's suspenders watch over the engine's plans.

    Parameters
    ----------
    specs : iterable of SuspenderSpec
        From the profile.
    devices : mapping
        Devices and aliases by name.
    engine : RunEngine
        The engine.
    notices : list of str
        Gets a line for each suspender that could not be installed: nothing watches then.
    """
    from bsh.suspenders import SkipPoints, StopRun

    actions = {"stop": StopRun, "skip": SkipPoints}
    for spec in specs:
        name = spec.factory.rpartition(".")[2]
        try:
            signal = resolve_ref(spec.signal, devices)
            if isinstance(signal, OfflineDevice):
                raise signal.offline_error()
            suspender = resolve(spec.factory)(signal, **spec.keywords)
            act = actions.get(spec.action)
            engine.install_suspender(suspender if act is None else act(suspender))
        except Exception as error:  # a suspender's class may raise anything
            text = error.message if isinstance(error, BshError) else f"{type(error).__name__}: {error}"
            notices.append(f"{spec.position}: {name} on {spec.signal} is NOT watching: {text}")
