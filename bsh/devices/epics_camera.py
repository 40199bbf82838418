"""A small area detector: one image for each trigger, counted by a statistics plugin.

For cameras of which no full areaDetector class is needed, such as the demo IOC's.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bsh.devices.epics import prepare

__all__ = ["camera"]


def camera(
    prefix: str, *, name: str, image: bool = False, labels: Iterable[str] = (), **keywords: Any
) -> Any:
    """Make an ophyd device for ``cam1``, ``image1`` and ``stats1`` of an areaDetector.

    Parameters
    ----------
    prefix : str
        What precedes ``cam1:``.
    name : str
        Name of the device; its reading is the total of the image, its counting time ``cam.acquire_time``.
    image : bool, optional
        Whether the pixels are read into every event as well.
    labels : iterable of str, optional
        As for any device.
    **keywords
        Passed to ophyd.Device.
    """
    prepare()
    device = _camera_class()(prefix, name=name, labels=set(labels), **keywords)
    device.total.name = name
    device.image.kind = "normal" if image else "omitted"
    return device


@lru_cache
def _camera_class() -> type:
    from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

    class CameraControl(Device):  # type: ignore[misc]  # ophyd is untyped
        """The camera driver."""

        acquire = Component(EpicsSignal, "Acquire", kind="omitted", put_complete=True)
        acquire_time = Component(EpicsSignal, "AcquireTime", kind="config")

    class Camera(Device):  # type: ignore[misc]  # ophyd is untyped
        """One image for each trigger."""

        cam = Component(CameraControl, "cam1:")
        image = Component(EpicsSignalRO, "image1:ArrayData", kind="omitted")
        total = Component(EpicsSignalRO, "stats1:Total_RBV", kind="hinted")

        def trigger(self) -> Any:
            """Take one image; done when it can be read."""
            return self.cam.acquire.set(1)

    return Camera
