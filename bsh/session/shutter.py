"""The profile's shutter as two plans: ``open_shutter()`` and ``close_shutter()``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bsh.msg import MsgGenerator
from bsh.profile import ShutterSpec

from .references import resolve_ref

__all__ = ["shutter_plans"]


def shutter_plans(spec: ShutterSpec, devices: Mapping[str, Any]) -> dict[str, Callable[[], MsgGenerator]]:
    """Return the plans by name.

    Parameters
    ----------
    spec : ShutterSpec
        The profile's key ``shutter``.
    devices : mapping
        Devices by name.
    """

    def open_shutter() -> MsgGenerator:
        """Let beam in."""
        return (yield from _put(spec.open))

    def close_shutter() -> MsgGenerator:
        """Keep beam out."""
        return (yield from _put(spec.close))

    def _put(value: Any) -> MsgGenerator:
        from bsh.plan_stubs import mv

        return (yield from mv(resolve_ref(spec.device, devices), value))

    return {"open_shutter": open_shutter, "close_shutter": close_shutter}
