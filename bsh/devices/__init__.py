"""Devices: the outcome of their actions, simulated ones, and the only door to ophyd."""

from bsh.devices.count_time import count_time_signal
from bsh.devices.status import Status
from bsh.devices.traversal import (
    all_safe_rewind,
    ancestry,
    children,
    first_key_heuristic,
    is_movable,
    labels_of,
    reads_concurrently,
    root_ancestor,
    separate_devices,
    share_ancestor,
)

__all__ = [
    "Status",
    "all_safe_rewind",
    "ancestry",
    "children",
    "count_time_signal",
    "first_key_heuristic",
    "is_movable",
    "labels_of",
    "reads_concurrently",
    "root_ancestor",
    "separate_devices",
    "share_ancestor",
]
