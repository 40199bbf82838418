"""The shutter of the demo IOC."""

from __future__ import annotations

import asyncio
from typing import Any

from caproto import ChannelType
from caproto.server import PVGroup, pvproperty

from bsh.ioc.environment import MONITORS_FIRST_S

__all__ = ["Shutter"]

DELAY_S = 0.2
STATES = ("Close", "Open")


class Shutter(PVGroup):
    """The order (the record itself) and ``:sts``, which follows 0.2 s later, as does the put-callback."""

    async def _put_order(self, instance: Any, value: str) -> None:
        await asyncio.sleep(DELAY_S)
        await self.status.write(value, verify_value=False)
        await asyncio.sleep(MONITORS_FIRST_S)

    order = pvproperty(
        name="", dtype=ChannelType.ENUM, enum_strings=STATES, value="Open", record="bo", put=_put_order
    )
    status = pvproperty(
        name=":sts", dtype=ChannelType.ENUM, enum_strings=STATES, value="Open", read_only=True
    )

    @property
    def is_open(self) -> bool:
        """Whether the beam passes."""
        return bool(self.status.value == "Open")
