"""Devices whose connection is lost: nobody waits until they do not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bsh.errors import DeviceLost

if TYPE_CHECKING:
    from bsh.engine.run_engine import RunEngine

__all__ = ["forget_owed_unstaging", "refuse_lost", "unstage_device"]


def refuse_lost(engine: RunEngine, obj: Any, deed: str) -> None:
    """Raise if a device is known to be lost.

    Parameters
    ----------
    engine : RunEngine
        Its ``is_lost`` is asked.
    obj : device
        What is about to be told something.
    deed : str
        What cannot be done to it, such as ``unstaged``.

    Raises
    ------
    DeviceLost
        It is.
    """
    if engine.is_lost is not None and engine.is_lost(obj):
        raise DeviceLost(f"{getattr(obj, 'name', obj)} was not {deed}: its connection is lost")


def unstage_device(engine: RunEngine, obj: Any) -> Any:
    """Call ``obj.unstage()`` unless the device is lost.

    Parameters
    ----------
    engine : RunEngine
        Its ``is_lost`` is asked.
    obj : device
        What was staged.
    """
    refuse_lost(engine, obj, "unstaged")
    return obj.unstage()


def forget_owed_unstaging(engine: RunEngine, obj: Any) -> bool:
    """Tell whether a device could not be unstaged at the end of an earlier plan; the engine forgets that.

    Parameters
    ----------
    engine : RunEngine
        Remembers what could not be cleaned up.
    obj : device
        What is about to be staged.
    """
    failures = engine.cleanup_failures
    left = [one for one in failures if not (one.step == "unstage" and one.device is obj)]
    is_owed = len(left) < len(failures)
    failures[:] = left
    return is_owed
