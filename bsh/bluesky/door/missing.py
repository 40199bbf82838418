"""What bluesky has and the door does not, and why.

Owns the reasons, for errors, for ``bsh migrate`` and for the table in the documentation.
"""

from __future__ import annotations

__all__ = ["DIFFERENT_CALLS", "MISSING_MODULES", "MISSING_NAMES", "reason_for", "reason_for_module"]

_STREAMING = "it comes with streaming (0MQ, Tiled), which this version of bsh does not have"

MISSING_MODULES = {
    "bluesky.callbacks.zmq": _STREAMING,
    "bluesky.callbacks.tiled_writer": _STREAMING,
    "bluesky.commandline.zmq_proxy": _STREAMING,
    "bluesky.utils.jupyter": "bars in notebooks need ipywidgets; use ProgressBarManager, which prints a line a wait",
    "bluesky.cntx": "its context managers were deprecated in 0.10; use the wrappers of bluesky.preprocessors",
    "bluesky.object_plans": "removed from bluesky as well; use the functions of bluesky.plans",
}
"""Modules, and why they are missing."""

MISSING_NAMES = {
    "bluesky._version.commit_id": "the door has no commit of bluesky's",
    "bluesky.log.colorama": "a library that bluesky's module happens to import",
    "bluesky.log.curses": "a library that bluesky's module happens to import",
    "bluesky.run_engine.current_task": "asyncio's function; asyncio.current_task",
}
"""Names in modules that the door has, and why they are missing."""

_MODULES_OWN = "of use to bluesky's own module only; logging.getLogger('bluesky') is offered"
MISSING_NAMES |= {
    f"bluesky.callbacks.{module}.logger": _MODULES_OWN
    for module in ("best_effort", "buffer", "core", "mpl_plotting", "olog")
}

_TILED = "it makes adapters of Tiled, which comes with streaming"
_MATPLOTLIB = "of matplotlib's lines; the view draws the peaks of a plot"
_BUNDLER = "the documents of a run are made in bsh.documents, and only the engine makes such an object"
_KEYWORD = "the same by position; only the keyword is called otherwise"

DIFFERENT_CALLS = {
    "bluesky.callbacks.best_effort.BestEffortCallback.__call__": "only name and document are ever given",
    "bluesky.callbacks.best_effort.LivePlotPlusPeaks.check_visibility": _MATPLOTLIB,
    "bluesky.callbacks.best_effort.LivePlotPlusPeaks.plot_annotations": _MATPLOTLIB,
    "bluesky.callbacks.best_effort.PeakResults.update": _KEYWORD,
    "bluesky.consolidators.ConsolidatorBase.get_adapter": _TILED,
    "bluesky.consolidators.ConsolidatorBase.get_supported_mimetype": _TILED,
    "bluesky.consolidators.ConsolidatorBase.validate": _TILED,
    "bluesky.consolidators.MultipartRelatedConsolidator": "the endings are an attribute of the class, extensions",
    "bluesky.consolidators.MultipartRelatedConsolidator.get_datum_uri": _KEYWORD,
    "bluesky.consolidators.consolidator_factory": _KEYWORD,
    "bluesky.protocols.Movable.set": "a protocol is not called; a device's set takes a value in both",
    "bluesky.protocols.Status.exception": "bsh asks less of a status; one that has it is used with it",
    "bluesky.run_engine.RunEngine.__call__": "the same calls: RE(plan, subs, **metadata)",
    "bluesky.utils.ProgressBarManager": "the factory of later versions comes first; a number there is the delay",
    "bluesky.utils.Struct": "the same calls: the signature shown is that of the fields",
    "bluesky.utils.default_progress_bar": _KEYWORD,
    "bluesky.utils.is_plan": _KEYWORD,
    "bluesky.utils.plan": _KEYWORD,
}
"""Functions, classes and methods that do not take every call that bluesky's take, and why."""

for _name in (
    "", ".backstop_collect", ".clear_checkpoint", ".clear_monitors", ".close_run", ".collect", ".complete",
    ".configure", ".create", ".declare_stream", ".drop", ".get_external_data_keys", ".kickoff", ".monitor",
    ".open_run", ".read", ".reset_checkpoint_state", ".reset_checkpoint_state_coro", ".save", ".unmonitor",
):  # fmt: skip
    DIFFERENT_CALLS[f"bluesky.bundlers.RunBundler{_name}"] = _BUNDLER


def reason_for_module(name: str) -> str | None:
    """Return why the door has no such module, None where there is nothing to say.

    Parameters
    ----------
    name : str
        ``bluesky.cntx``, for example.
    """
    while name:
        if name in MISSING_MODULES:
            return MISSING_MODULES[name]
        name = name.rpartition(".")[0]
    return None


def reason_for(name: str) -> str | None:
    """Return why the door has no such name, None where there is nothing to say.

    Parameters
    ----------
    name : str
        A module, or a name in one, in full.
    """
    return MISSING_NAMES.get(name) or reason_for_module(name)
