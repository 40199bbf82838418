"""The session: engine, devices, store and commands of a profile, without a terminal.

The first prompt needs the session itself only; the other names are imported when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .offline import OfflineDevice
from .session import Session

if TYPE_CHECKING:
    from .building import DeviceSet, build_devices
    from .journal import Change, Journal, Note, Step
    from .library import ScanLibrary, ScanRunner
    from .lines import evaluate, failing_line, run_script, shadowed_names

__all__ = [
    "Change",
    "DeviceSet",
    "Journal",
    "Note",
    "OfflineDevice",
    "ScanLibrary",
    "ScanRunner",
    "Session",
    "Step",
    "build_devices",
    "evaluate",
    "failing_line",
    "run_script",
    "shadowed_names",
]

_ROOMS = {
    ".building": ("DeviceSet", "build_devices"),
    ".journal": ("Change", "Journal", "Note", "Step"),
    ".library": ("ScanLibrary", "ScanRunner"),
    ".lines": ("evaluate", "failing_line", "run_script", "shadowed_names"),
}


def __getattr__(name: str) -> Any:
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(room, __name__), name)
    raise AttributeError(f"module 'bsh.session' has no attribute {name!r}")
