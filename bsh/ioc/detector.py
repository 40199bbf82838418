"""The image detector of the demo IOC: camera, image and statistics in areaDetector's names."""

from __future__ import annotations

import asyncio
from typing import Any

from caproto import ChannelType, SkipWrite
from caproto.server import PVGroup, pvproperty

from bsh.ioc.beam import Beam
from bsh.ioc.environment import MONITORS_FIRST_S

__all__ = ["ImageDetector"]

WIDTH, HEIGHT = 128, 96  # pixels
SPOT_SIGMA = 6.0  # pixels
PEAK_RATE = 2_000.0  # counts per second in the brightest pixel
DARK_RATE = 2.0


class ImageDetector(PVGroup):
    """A camera that takes one image for each put of 1 to ``cam1:Acquire``.

    Parameters
    ----------
    prefix : str
        Ends with a colon.
    beam : Beam
        What lights the spot.
    seed : int, optional
        Start of the random numbers.
    """

    async def _put_acquire_time(self, instance: Any, value: float) -> None:
        if value < 0:
            raise SkipWrite
        await self.acquire_time_rbv.write(value)

    async def _put_acquire(self, instance: Any, value: str) -> None:
        if value != "Acquire":
            raise SkipWrite
        async with self._busy:
            await instance.write("Acquire", verify_value=False)
            seconds = self.acquire_time.value
            await asyncio.sleep(seconds)
            image = self._expose(seconds)
            await self.array_data.write(image)
            await self.total.write(float(image.sum()))
            await self.maximum.write(float(image.max()))
            await self.array_counter.write(self.array_counter.value + 1)
            await asyncio.sleep(MONITORS_FIRST_S)
            await instance.write("Done", verify_value=False)
        raise SkipWrite

    acquire = pvproperty(
        name="cam1:Acquire",
        dtype=ChannelType.ENUM,
        enum_strings=("Done", "Acquire"),
        value="Done",
        put=_put_acquire,
    )
    acquire_time = pvproperty(
        name="cam1:AcquireTime", value=0.1, units="s", precision=3, put=_put_acquire_time
    )
    acquire_time_rbv = pvproperty(
        name="cam1:AcquireTime_RBV", value=0.1, units="s", precision=3, read_only=True
    )
    array_counter = pvproperty(name="cam1:ArrayCounter_RBV", value=0, read_only=True)
    size_x = pvproperty(name="image1:ArraySize0_RBV", value=WIDTH, read_only=True)
    size_y = pvproperty(name="image1:ArraySize1_RBV", value=HEIGHT, read_only=True)
    array_data = pvproperty(
        name="image1:ArrayData",
        value=[0] * (WIDTH * HEIGHT),
        dtype=ChannelType.LONG,
        max_length=WIDTH * HEIGHT,
        max_subscription_backlog=10,
        read_only=True,
    )
    total = pvproperty(name="stats1:Total_RBV", value=0.0, read_only=True)
    maximum = pvproperty(name="stats1:MaxValue_RBV", value=0.0, read_only=True)

    def __init__(self, prefix: str, *, beam: Beam, seed: int = 2, **kwargs: Any) -> None:
        from numpy.random import default_rng

        super().__init__(prefix, **kwargs)
        self._beam = beam
        self._random = default_rng(seed)
        self._busy = asyncio.Lock()

    def _expose(self, seconds: float) -> Any:
        """Return the pixels of one image, row by row: shape ``(HEIGHT * WIDTH,)``, int32."""
        from numpy import arange, exp

        x = exp(-0.5 * ((arange(WIDTH) - WIDTH / 2) / SPOT_SIGMA) ** 2)
        y = exp(-0.5 * ((arange(HEIGHT) - HEIGHT / 2) / SPOT_SIGMA) ** 2)
        spot = PEAK_RATE * self._beam.scattering * y[:, None] * x[None, :]
        return self._random.poisson((spot + DARK_RATE) * seconds).astype("int32").ravel()
