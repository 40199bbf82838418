"""A motor record: the fields of EPICS's motor record over a simulated axis.

Follows the motor record's documented behaviour (https://epics-modules.github.io/motor/motorRecord.html)
for what clients use: VAL RBV DMOV MOVN STOP SPMG, soft limits and LVIO, limit switches, OFF DIR SET,
tweak, home, jog. A put-callback on a field that starts motion completes with the motion, and DMOV pulses
even when there is no way to go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from caproto import AlarmSeverity, AlarmStatus, ChannelAlarm, SkipWrite
from caproto.server import PVGroup, PvpropertyDouble, pvproperty

from bsh.ioc.axis import Axis, AxisSettings
from bsh.ioc.environment import MONITORS_FIRST_S

__all__ = ["MotorRecord"]

TICK_S = 0.05  # readback updates of a moving motor, as a typical controller polls

_DOUBLES_IN_UNITS = (
    "RBV",
    "DVAL",
    "DRBV",
    "RLV",
    "TWV",
    "HLM",
    "LLM",
    "DHLM",
    "DLLM",
    "OFF",
    "DIFF",
    "VELO",
    "JVEL",
)

_PUT_HANDLERS = {
    "DVAL": "_put_dial",
    "RVAL": "_put_steps",
    "RLV": "_put_relative",
    "TWF": "_put_tweak",
    "TWR": "_put_tweak",
    "HOMF": "_put_home",
    "HOMR": "_put_home",
    "JOGF": "_put_jog",
    "JOGR": "_put_jog",
    "STOP": "_put_stop",
    "SPMG": "_put_spmg",
    "HLM": "_put_user_limit",
    "LLM": "_put_user_limit",
    "DHLM": "_put_dial_limit",
    "DLLM": "_put_dial_limit",
    "OFF": "_put_offset",
    "DIR": "_put_direction",
    "SSET": "_put_set_mode",
    "SUSE": "_put_set_mode",
    "VELO": "_put_velocity",
    "ACCL": "_put_acceleration",
    "MRES": "_put_resolution",
    "EGU": "_put_units",
    "PREC": "_put_precision",
}
"""Which method answers a client's put to which field; other fields just keep what was put."""


class _Target(PvpropertyDouble):
    """The record's VAL: a target out of limits is answered with LVIO, not with a failed put."""

    async def verify_value(self, value: float) -> Any:
        return await self.putter(self, value)


def _handler(method: str) -> Callable[..., Awaitable[Any]]:
    async def put(fields: Any, instance: Any, value: Any) -> Any:
        try:
            return await getattr(fields.parent.group, method)(instance.pvspec.name, value)
        finally:
            await asyncio.sleep(MONITORS_FIRST_S)

    return put


class MotorRecord(PVGroup):
    """One motor record.

    Parameters
    ----------
    prefix : str
        Name of the record.
    settings : AxisSettings
        How the axis starts.
    """

    async def _put_value(self, instance: Any, value: float) -> None:
        await self._go_to_user(value)
        await asyncio.sleep(MONITORS_FIRST_S)
        raise SkipWrite

    value = pvproperty(name="", value=0.0, dtype=_Target, record="motor", put=_put_value)
    for _name, _method in _PUT_HANDLERS.items():
        getattr(value.fields, _name).putter(_handler(_method))
    del _name, _method

    def __init__(self, prefix: str, *, settings: AxisSettings, **kwargs: Any) -> None:
        super().__init__(prefix, **kwargs)
        self.settings = settings
        self.axis = Axis(settings)
        self.alarmed = False
        self.deaf = False
        self._task: asyncio.Task[None] | None = None
        self._held = False  # paused by SPMG with a way still to go
        # caproto shares one alarm between all fields and resets it at each write of any of them.
        self._alarm = self._field("RBV").alarm = ChannelAlarm()

    async def prepare(self) -> None:
        """Give every field its first value; called once, before clients can connect."""
        settings = self.settings
        await self._write(
            DESC=settings.description, EGU=settings.units, PREC=settings.precision,
            VELO=settings.velocity, VMAX=10 * settings.velocity, JVEL=settings.velocity,
            HVEL=settings.velocity, ACCL=settings.acceleration_time, MRES=settings.resolution,
            ERES=settings.resolution, TWV=1.0, RDBD=settings.resolution, SPMG="Go", LVIO=0,
        )  # fmt: skip
        await self._put_precision("PREC", settings.precision)
        await self._put_units("EGU", settings.units)
        await self._publish_limits()
        await self._publish_setpoint(0.0)
        await self._publish_readback()

    # faults on demand

    async def set_stuck(self, stuck: bool) -> None:
        """Let the axis refuse to move, or free it.

        Parameters
        ----------
        stuck : bool
            A stuck axis reports that it moves, and never arrives; STOP ends that.
        """
        self.axis.update(self._now())
        self.axis.stuck = stuck

    async def set_alarm(self, alarmed: bool) -> None:
        """Raise or clear a MAJOR alarm on the readback.

        Parameters
        ----------
        alarmed : bool
            Whether there is an alarm.
        """
        self.alarmed = alarmed
        await self._publish_readback()

    async def set_on_switch(self, on_switch: bool) -> None:
        """Press the high limit switch where the axis is, or put it back to its place.

        Parameters
        ----------
        on_switch : bool
            An axis on its switch goes no further up.
        """
        self.axis.update(self._now())
        self.axis.put_high_switch(self.axis.dial if on_switch else None)
        await self._publish_readback()

    # moving

    async def _go_to_user(self, user: float) -> None:
        if self._is_setting:
            await self._redefine(user)
        else:
            await self._go_to_dial(self.axis.to_dial(user))

    async def _go_to_dial(self, dial: float, *, velocity: float | None = None) -> None:
        """Start a move and return when all motion has ended."""
        if not self.axis.allows(dial):
            await self._write(LVIO=1)
            await self.value.write(self.value.value, verify_value=False)  # clients see the old target again
            return
        await self._write(LVIO=0)
        await self._publish_setpoint(dial)
        if self._spmg in ("Stop", "Pause"):
            self._held = True
            return
        self.axis.start(dial, self._now(), velocity=velocity)
        await self._until_rest()

    async def _until_rest(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._move())
        # Many puts may wait for one motion; a client that goes away must not end it.
        await asyncio.shield(self._task)

    async def _move(self) -> None:
        """Follow the axis until it is at rest; DMOV goes to 0 first and to 1 last."""
        axis = self.axis
        await self._write(DMOV=0, MOVN=1, TDIR=int(axis.target >= axis.dial), ATHM=0)
        while True:
            while axis.moving:
                await asyncio.sleep(min(TICK_S, axis.remaining(self._now())))
                axis.update(self._now())
                await self._publish_readback()
            if not self._held:
                break
            await self._write(MOVN=0)  # paused: not moving, not done either
            await asyncio.sleep(TICK_S)
        await self._publish_readback()
        if abs(axis.to_dial(self.value.value) - axis.dial) > axis.resolution:
            await self._publish_setpoint(axis.dial)  # stopped on the way: VAL follows
        await self._write(MOVN=0, JOGF=0, JOGR=0, HOMF=0, HOMR=0, TWF=0, TWR=0)
        await self._write(DMOV=1)

    async def _put_dial(self, field: str, dial: float) -> None:
        await self._go_to_user(self.axis.to_user(dial))
        raise SkipWrite

    async def _put_steps(self, field: str, steps: int) -> None:
        await self._go_to_user(self.axis.to_user(self.axis.at_step(steps)))
        raise SkipWrite

    async def _put_relative(self, field: str, distance: float) -> None:
        await self._go_to_user(self.value.value + distance)
        await self._write(RLV=0.0)
        raise SkipWrite

    async def _put_tweak(self, field: str, value: int) -> None:
        if value:
            sign = 1 if field == "TWF" else -1
            await self._go_to_user(self.value.value + sign * self._field("TWV").value)
        raise SkipWrite

    async def _put_home(self, field: str, value: int) -> None:
        if value:
            await self._write(**{field: 1})
            await self._go_to_dial(0.0, velocity=self._field("HVEL").value)
            await self._write(ATHM=int(self.axis.dial == 0.0))
        raise SkipWrite

    async def _put_jog(self, field: str, value: int) -> None:
        if not value:
            self.axis.stop(self._now())
            raise SkipWrite
        await self._write(**{field: 1})
        low, high = self.axis.user_limits
        if low == high:
            low, high = sorted(self.axis.to_user(switch) for switch in self.axis.switches)
        end = high if field == "JOGF" else low
        await self._go_to_dial(self.axis.to_dial(end), velocity=self._field("JVEL").value)
        raise SkipWrite

    async def _put_stop(self, field: str, value: int) -> None:
        if value and not self.deaf:
            self._held = False
            self.axis.stop(self._now())
            await self._write(STOP=1)
            await self._write(STOP=0)
        raise SkipWrite

    async def _put_spmg(self, field: str, value: str) -> None:
        await self._write(SPMG=value)
        moving = self._task is not None and not self._task.done()
        if value in ("Stop", "Pause"):
            self._held = value == "Pause" and moving
            self.axis.stop(self._now())
        elif self._held:
            self._held = False
            self.axis.start(self.axis.to_dial(self.value.value), self._now())
            await self._write(MOVN=1)
            await self._until_rest()
        raise SkipWrite

    # coordinates and limits

    async def _redefine(self, user: float) -> None:
        self.axis.redefine(user)
        await self._write(OFF=self.axis.offset)
        await self._coordinates_changed()

    async def _put_offset(self, field: str, offset: float) -> None:
        self.axis.offset = offset
        await self._coordinates_changed()

    async def _put_direction(self, field: str, direction: str) -> None:
        self.axis.direction = 1 if direction == "Pos" else -1
        await self._coordinates_changed()

    async def _coordinates_changed(self) -> None:
        # Limits last: a client that hears of VAL after it has fetched new limits may take its old ones again.
        await self._publish_setpoint(self.axis.target)
        await self._publish_readback()
        await self._publish_limits()

    async def _put_set_mode(self, field: str, value: int) -> None:
        await self._write(SET="Set" if field == "SSET" else "Use")
        raise SkipWrite

    async def _put_user_limit(self, field: str, value: float) -> None:
        low, high = self.axis.user_limits
        self.axis.user_limits = (low, value) if field == "HLM" else (value, high)
        await self._publish_limits()
        raise SkipWrite

    async def _put_dial_limit(self, field: str, value: float) -> None:
        low, high = self.axis.dial_limits
        self.axis.dial_limits = (low, value) if field == "DHLM" else (value, high)
        await self._publish_limits()
        raise SkipWrite

    # settings

    async def _put_velocity(self, field: str, value: float) -> None:
        if value <= 0:
            raise SkipWrite
        self.axis.velocity = value

    async def _put_acceleration(self, field: str, value: float) -> None:
        if value <= 0:
            raise SkipWrite
        self.axis.acceleration_time = value

    async def _put_resolution(self, field: str, value: float) -> None:
        if value == 0:
            raise SkipWrite
        self.axis.resolution = abs(value)

    async def _put_units(self, field: str, value: str) -> None:
        await self.value.write_metadata(units=value)
        for name in _DOUBLES_IN_UNITS:
            await self._field(name).write_metadata(units=value)

    async def _put_precision(self, field: str, value: int) -> None:
        await self.value.write_metadata(precision=value)
        for name in _DOUBLES_IN_UNITS:
            await self._field(name).write_metadata(precision=value)

    # telling clients

    async def _publish_setpoint(self, dial: float) -> None:
        axis = self.axis
        await self.value.write(axis.to_user(dial), verify_value=False)
        await self._write(DVAL=dial, RVAL=axis.to_steps(dial))

    async def _publish_readback(self) -> None:
        axis = self.axis
        low, high = axis.at_low_switch, axis.at_high_switch
        user_low, user_high = (low, high) if axis.direction > 0 else (high, low)
        await self._write_if_new(LLS=int(user_low), HLS=int(user_high), RLLS=int(low), RHLS=int(high))
        severity = AlarmSeverity.NO_ALARM
        status = AlarmStatus.NO_ALARM
        if self.alarmed or low or high:
            severity = AlarmSeverity.MAJOR_ALARM
            status = (
                AlarmStatus.STATE if self.alarmed else (AlarmStatus.LOLO if user_low else AlarmStatus.HIHI)
            )
        if severity != self._alarm.severity:
            await self._alarm.write(status=status, severity=severity)
            await self._write(SEVR=int(severity), STAT=int(status))
        await self._write(RBV=axis.user)
        await self._write_if_new(
            DRBV=axis.dial, RRBV=axis.steps, RMP=axis.steps, DIFF=axis.target - axis.dial
        )

    async def _publish_limits(self) -> None:
        low, high = self.axis.user_limits
        limits = {"lower_ctrl_limit": low, "upper_ctrl_limit": high}
        # VAL's limits first: clients look at them when they hear of HLM or LLM.
        await self.value.write_metadata(**limits, lower_disp_limit=low, upper_disp_limit=high)
        await self._field("RBV").write_metadata(**limits)
        dial_low, dial_high = self.axis.dial_limits
        await self._write_if_new(HLM=high, LLM=low, DHLM=dial_high, DLLM=dial_low)

    def _field(self, name: str) -> Any:
        return self.value.get_field(name)

    async def _write(self, **values: Any) -> None:
        for name, value in values.items():
            await self._field(name).write(value, verify_value=False)

    async def _write_if_new(self, **values: Any) -> None:
        await self._write(**{name: new for name, new in values.items() if self._field(name).value != new})

    @property
    def _is_setting(self) -> bool:
        return bool(self._field("SET").value in ("Set", 1))

    @property
    def _spmg(self) -> str:
        return str(self._field("SPMG").value)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
