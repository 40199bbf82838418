"""Callbacks for scripts."""

from bsh.callbacks import (
    CallbackBase,
    CallbackCounter,
    CollectThenCompute,
    LiveFit,
    LiveFitPlot,
    LiveGrid,
    LiveMesh,
    LivePlot,
    LiveRaster,
    LiveScatter,
    LiveTable,
    collector,
    get_obj_fields,
    print_metadata,
)
from bsh.callbacks.safety import DEBUG_VARIABLES as _DEBUG_VARIABLES

__all__ = [
    "CallbackBase",
    "CallbackCounter",
    "CollectThenCompute",
    "LiveFit",
    "LiveFitPlot",
    "LiveGrid",
    "LiveMesh",
    "LivePlot",
    "LiveRaster",
    "LiveScatter",
    "LiveTable",
    "collector",
    "get_obj_fields",
    "print_metadata",
]

if "BLUESKY_DEBUG_CALLBACKS" not in _DEBUG_VARIABLES:
    _DEBUG_VARIABLES.append("BLUESKY_DEBUG_CALLBACKS")  # the one that users of bluesky know
