"""The session: engine, devices, store and commands of a profile, without a terminal."""

from .building import DeviceSet, build_devices
from .journal import Change, Journal, Note, Step
from .library import ScanLibrary, ScanRunner
from .lines import evaluate, failing_line, run_script, shadowed_names
from .offline import OfflineDevice
from .session import Session

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
