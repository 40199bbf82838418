"""The storage ring of the demo IOC: a current with alarm limits that can be lost and refilled."""

from __future__ import annotations

import asyncio
from typing import Any

from caproto.server import PVGroup, pvproperty

from bsh.devices.sim import SimRing
from bsh.ioc.environment import MONITORS_FIRST_S

__all__ = ["Ring"]

UPDATE_PERIOD_S = 1.0


class Ring(PVGroup):
    """Records ``current`` (ai, mA) and ``inject`` (1 loses the beam, 0 refills)."""

    current = pvproperty(
        name="current",
        value=100.0,
        record="ai",
        alarm_group="current",  # its own: a write to any record of a group resets the group's alarm
        read_only=True,
        units="mA",
        precision=2,
        lower_alarm_limit=20.0,
        upper_alarm_limit=500.0,
        lower_warning_limit=60.0,
        upper_warning_limit=400.0,
        upper_disp_limit=500.0,
    )

    async def _put_inject(self, instance: Any, value: int) -> None:
        self._model.inject.put(int(bool(value)))
        await self.current.write(self._model.current.get())
        await asyncio.sleep(MONITORS_FIRST_S)

    inject = pvproperty(name="inject", value=0, put=_put_inject)

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        super().__init__(prefix, **kwargs)
        self._model = SimRing("ring")

    @property
    def present_current(self) -> float:
        """The current now, mA."""
        return self._model.current.get()  # type: ignore[no-any-return]  # a SimSignal may hold anything

    async def run(self) -> None:
        """Publish the current once a second, for ever."""
        while True:
            await self.current.write(self.present_current)
            await asyncio.sleep(UPDATE_PERIOD_S)
