"""A scaler record that counts the demo beam.

Channel 1 is the clock, 2 the monitor, 3 the detector, 4 the dark channel. A put-callback on CNT
completes when the counting is done.
"""

from __future__ import annotations

import asyncio
from typing import Any

from caproto import SkipWrite
from caproto.server import PVGroup, pvproperty

from bsh.ioc import scaler_record
from bsh.ioc.beam import Beam
from bsh.ioc.environment import MONITORS_FIRST_S

__all__ = ["ScalerRecord"]

CHANNEL_NAMES = ("sec", "mon", "det", "dark")

_PUT_HANDLERS = {"CNT": "_put_count", "TP": "_put_preset_time", "PR1": "_put_clock_preset"}


def _handler(method: str) -> Any:
    async def put(fields: Any, instance: Any, value: Any) -> Any:
        return await getattr(fields.parent.group, method)(value)

    return put


class ScalerRecord(PVGroup):
    """One scaler record.

    Parameters
    ----------
    prefix : str
        Name of the record.
    beam : Beam
        What it counts.
    seed : int, optional
        Start of the random numbers.

    Attributes
    ----------
    stuck : bool
        Whether it counts for ever without counting anything (a fault on demand); a stop ends that.
    """

    value = pvproperty(name="", value=0.0, record=scaler_record.ScalerFields._record_type)
    for _name, _method in _PUT_HANDLERS.items():
        getattr(value.fields, _name).putter(_handler(_method))
    del _name, _method

    def __init__(self, prefix: str, *, beam: Beam, seed: int = 1, **kwargs: Any) -> None:
        from numpy.random import default_rng

        super().__init__(prefix, **kwargs)
        self._beam = beam
        self._random = default_rng(seed)
        self._stop: asyncio.Event | None = None
        self._done: asyncio.Event | None = None
        self.stuck = False

    async def prepare(self) -> None:
        """Give fields their first values; called once, before clients can connect."""
        for number, name in enumerate(CHANNEL_NAMES, start=1):
            await self._write(f"NM{number}", name)
        await self._put_preset_time(1.0)

    async def _put_count(self, value: str) -> None:
        if value != "Count":
            if self._stop is not None:
                self._stop.set()
            raise SkipWrite
        if self._done is not None:  # counting already: this put completes with it
            await self._done.wait()
            raise SkipWrite
        self._stop, self._done = asyncio.Event(), asyncio.Event()
        try:
            await self._count()
        finally:
            self._done.set()
            self._stop = self._done = None
        raise SkipWrite

    async def _count(self) -> None:
        assert self._stop is not None
        loop = asyncio.get_running_loop()
        await self._write("CNT", "Count")
        await asyncio.sleep(max(0.0, self._get("DLY")))
        counts = [0.0] * (1 + len(self._beam.rates()))
        begun = last = loop.time()
        total = self._counting_time()
        await self._publish(counts, 0.0)
        while True:
            if self.stuck:
                await self._stop.wait()
                break
            await self._wait(min(1 / max(0.1, self._get("RATE")), begun + total - last))
            now = min(loop.time(), begun + total)
            self._add(counts, now - last)
            last = now
            if now >= begun + total or self._stopped:
                break
            await self._publish(counts, now - begun)
        await self._publish(counts, last - begun)
        await asyncio.sleep(MONITORS_FIRST_S)
        await self._write("CNT", "Done")

    async def _wait(self, seconds: float) -> None:
        assert self._stop is not None
        try:
            await asyncio.wait_for(self._stop.wait(), max(0.0, seconds))
        except TimeoutError:
            return

    @property
    def _stopped(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    def _counting_time(self) -> float:
        """Seconds until the first gated channel is expected to reach its preset."""
        times = []
        for number, rate in enumerate((self._get("FREQ"), *self._beam.rates()), start=1):
            preset = self._get(f"PR{number}")
            if self._get(f"G{number}") in ("Y", 1) and preset > 0 and rate > 0:
                times.append(preset / rate)
        return min(times, default=0.0)

    def _add(self, counts: list[float], seconds: float) -> None:
        counts[0] += round(seconds * self._get("FREQ"))
        for index, rate in enumerate(self._beam.rates(), start=1):
            counts[index] += float(self._random.poisson(rate * max(0.0, seconds)))

    async def _publish(self, counts: list[float], elapsed: float) -> None:
        for number, count in enumerate(counts, start=1):
            await self._write(f"S{number}", count)
        await self._write("T", elapsed)
        await self.value.write(elapsed, verify_value=False)

    async def _put_preset_time(self, seconds: float) -> None:
        if seconds < 0:
            raise SkipWrite
        await self._write("PR1", seconds * self._get("FREQ"))
        await self._write("G1", "Y")

    async def _put_clock_preset(self, counts: float) -> None:
        await self._write("TP", counts / self._get("FREQ"))

    def _get(self, name: str) -> Any:
        return self.value.get_field(name).value

    async def _write(self, name: str, value: Any) -> None:
        await self.value.get_field(name).write(value, verify_value=False)
