"""What bluesky has and the door does not, and why.

Owns the reasons, for errors, for ``bsh migrate`` and for the table in the documentation.
"""

from __future__ import annotations

__all__ = ["MISSING_MODULES", "MISSING_NAMES", "reason_for", "reason_for_module"]

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
}
"""Names of modules that the door has, and why they are missing."""


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
