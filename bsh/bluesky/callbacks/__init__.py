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
