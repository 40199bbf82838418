"""The only door to ophyd and Channel Access.

Owns what has to be done once before and after ophyd is imported, and the questions about connections.
Importing this module imports nothing heavy; ophyd comes with :func:`prepare`.
"""

from __future__ import annotations

import atexit
import os
import time
import weakref
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

from bsh.devices.quiet_libca import ENVIRONMENT_DEFAULTS, quieten_libca
from bsh.errors import DeviceError, DeviceOffline, MissingExtra

__all__ = [
    "import_device_class",
    "is_connected",
    "leave_channels_open",
    "prepare",
    "silent_signals",
    "wait_connected",
]

CHECK_HINT = "check the name, or install the package"
INSTALL_HINT = "pip install 'bsh[epics]'"

_lock = Lock()
_is_prepared = False


def prepare() -> None:
    """Import ophyd as a terminal program needs it; cheap when called again.

    Sets defaults of the environment first. Afterwards libca's complaints no longer go to standard error,
    where they would tear the prompt; and if there is no Channel Access library, the first EPICS device
    says which extra to install.

    Raises
    ------
    MissingExtra
        ophyd is not installed.
    """
    global _is_prepared
    with _lock:
        if _is_prepared:
            return
        for name, value in ENVIRONMENT_DEFAULTS.items():
            os.environ.setdefault(name, value)
        try:
            import ophyd
        except ImportError as error:
            raise MissingExtra(f"ophyd cannot be imported: {error}", hint="pip install ophyd") from error
        control_layer = ophyd.get_cl()
        if control_layer.name == "pyepics":
            from epics import ca

            quieten_libca(ca)
            # The first finalizer of a process has all of them run at exit; what is registered after it runs before them.
            weakref.finalize(prepare, int)
            atexit.register(leave_channels_open)
        elif control_layer.name == "dummy" and os.environ.get("OPHYD_CONTROL_LAYER", "any").lower() == "any":
            control_layer.get_pv = _no_channel_access
        _is_prepared = True


def leave_channels_open() -> None:
    """Let channels be closed by the end of the process, not by ophyd's finalizers before it.

    Those clear channels while threads of ours and of pyepics still use libca, which crashes, or ends in a traceback on the
    screen. It is done at exit; who leaves otherwise calls it.
    """
    for finalizer in list(getattr(weakref.finalize, "_registry", ())):
        alive = finalizer.peek()
        if alive is not None and str(getattr(alive[1], "__module__", "")).startswith("ophyd."):
            finalizer.atexit = False


def _no_channel_access(pvname: str, *args: Any, **kwargs: Any) -> Any:
    raise MissingExtra(f"'{pvname}' needs EPICS, but pyepics is not installed", hint=INSTALL_HINT)


def import_device_class(dotted: str) -> Callable[..., Any]:
    """Return the class or factory that a dotted name stands for.

    Parameters
    ----------
    dotted : str
        For example ``"ophyd.EpicsMotor"``. Names outside of bsh are imported after :func:`prepare`.

    Raises
    ------
    DeviceError
        There is no such module, name, or it cannot be called; the hint has the nearest name.
    """
    from pkgutil import resolve_name

    if not dotted.startswith("bsh."):
        prepare()
    try:
        found = resolve_name(dotted)
    except (ImportError, ValueError) as error:
        raise DeviceError(f"cannot import {dotted!r}: {error}", hint=CHECK_HINT) from error
    except AttributeError as error:
        raise DeviceError(f"cannot import {dotted!r}: {error}", hint=_nearest(dotted)) from error
    if not callable(found):
        raise DeviceError(f"{dotted!r} is a {type(found).__name__}, not a class or function")
    return found  # type: ignore[no-any-return]  # callable, just checked


def _nearest(dotted: str) -> str:
    from difflib import get_close_matches
    from sys import modules

    module, _, name = dotted.rpartition(".")
    near = get_close_matches(name, dir(modules[module]), n=1) if module in modules else []
    return f"did you mean {module}.{near[0]}?" if near else CHECK_HINT


def is_connected(device: Any) -> bool:
    """Tell whether a device can be used now, without waiting.

    Parameters
    ----------
    device : device
        What has no ``connected``, such as a simulated device, always is.
    """
    try:
        return bool(getattr(device, "connected", True))
    except Exception:  # a device may fail while it looks at itself: then it is of no use
        return False


def silent_signals(device: Any) -> list[str]:
    """Return the names of a device's process variables that do not answer.

    Parameters
    ----------
    device : device
        An ophyd device or signal; lazy parts that were never touched are left out.
    """
    return [
        getattr(signal, "pvname", None) or signal.name
        for signal in _signals(device)
        if not is_connected(signal)
    ]


def _signals(device: Any) -> Iterator[Any]:
    if hasattr(device, "walk_signals"):
        yield from (walk.item for walk in device.walk_signals(include_lazy=False))
    else:
        yield device


def wait_connected(device: Any, timeout_s: float) -> None:
    """Wait until a device is connected.

    Parameters
    ----------
    device : device
        What has no ``wait_for_connection``, such as a simulated device, needs no waiting.
    timeout_s : float
        Seconds.

    Raises
    ------
    DeviceOffline
        Names the device, the time and the process variables that did not answer.
    """
    wait = getattr(device, "wait_for_connection", None)
    if wait is None:
        return
    from bsh.devices.motor_limits import follow_limits

    begun = time.monotonic()
    try:
        wait(timeout=timeout_s)
        follow_limits(device)
    except TimeoutError as error:
        if is_connected(device):  # it answered at the last moment
            follow_limits(device)
            return
        waited = time.monotonic() - begun
        silent = silent_signals(device)
        raise DeviceOffline(
            f"{device.name} is not connected: no answer from {_listed(silent)} within {waited:.1f} s",
            hint="is the IOC running, and EPICS_CA_ADDR_LIST right?",
        ) from error


def _listed(names: list[str], most: int = 3) -> str:
    if len(names) <= most:
        return ", ".join(names) or "it"
    return f"{', '.join(names[:most])} and {len(names) - most} more"
