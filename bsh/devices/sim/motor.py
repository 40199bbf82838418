"""A simulated motor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import Any

from bsh.devices.sim.clock import Clock, Timer
from bsh.devices.sim.device import DataKeys, SimDevice
from bsh.devices.sim.limits import check_within
from bsh.devices.sim.signal import SimSignal
from bsh.devices.sim.trajectory import Trajectory
from bsh.devices.status import Status
from bsh.errors import DeviceError
from bsh.protocols import Location, Reading

__all__ = ["SimMotor"]

UPDATE_PERIOD_S = 0.05  # how often subscribers and progress watchers hear of a moving motor


class SimMotor(SimDevice):
    """An axis that behaves like a motor: limits, speed, stop, progress.

    Parameters
    ----------
    name : str
        Name in documents and on screen.
    units, egu : str, optional
        Name of the units; the two words mean the same.
    limits : (float, float), optional
        Lowest and highest target; None or (0, 0) is no limit.
    velocity : float, optional
        Units per second; None (or 0) arrives at once, with a status that is done at return.
    acceleration : float, optional
        Seconds to reach full speed.
    precision : int, optional
        Decimals worth showing.
    position : float, optional
        Where it stands at the start.
    tolerance : float, optional
        How far from the target still counts as arrived; half of the last decimal shown if not given.
    labels, parent, clock : optional
        As for :class:`SimDevice`.

    Attributes
    ----------
    velocity, acceleration, user_offset : SimSignal
        Settings that are saved as configuration. A velocity of 0 means: arrives at once.
    stuck : bool
        Fault for tests: a motor that is stuck does not start to move, and only a stop ends its status.
    misses_by : float
        Fault for tests: how far beyond the target it comes to rest, its status a success.

    Examples
    --------
    >>> th = SimMotor("th", units="deg", limits=(-180, 180))
    >>> th.set(1.5).success, th.position
    (True, 1.5)
    """

    component_names = ("velocity", "acceleration", "user_offset")

    def __init__(
        self,
        name: str,
        *,
        units: str = "",
        egu: str | None = None,
        limits: Sequence[float] | None = None,
        velocity: float | None = None,
        acceleration: float = 0.0,
        precision: int = 3,
        position: float = 0.0,
        tolerance: float | None = None,
        labels: Iterable[str] = (),
        parent: Any | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(name, labels=labels, parent=parent, clock=clock)
        self.units = egu if egu is not None else units
        self.precision = precision
        self.tolerance = 0.5 * 10**-precision if tolerance is None else tolerance
        self.stuck = False
        self.misses_by = 0.0
        self._lock = RLock()
        self._limits = (0.0, 0.0)
        self.limits = limits
        self._position = self._setpoint = float(position)
        self._readback_time = self._setpoint_time = self.clock.time()
        self._move: _Move | None = None
        self.velocity = self._setting("velocity", velocity or 0.0, f"{self.units}/s")
        self.acceleration = self._setting("acceleration", acceleration, "s")
        self.user_offset = self._setting("user_offset", 0.0, self.units)
        self.user_offset.read_only = True  # changed by set_current_position only
        self._configuration = (self.velocity, self.acceleration, self.user_offset)

    def _setting(self, attribute: str, value: float, units: str) -> SimSignal:
        limits = None if attribute == "user_offset" else (0.0, float("inf"))
        return SimSignal(
            f"{self.name}_{attribute}",
            value=float(value),
            units=units,
            limits=limits,
            parent=self,
            clock=self.clock,
        )

    # where it is and where it may go

    @property
    def egu(self) -> str:
        """Name of the units (EPICS's word)."""
        return self.units

    @property
    def position(self) -> float:
        """Where the motor is now, in its own units."""
        move = self._move
        return self._position if move is None else move.trajectory.position(self.clock.now() - move.started)

    @property
    def setpoint(self) -> float:
        """The last target, in the motor's own units; where it stopped, if it was stopped."""
        return self._setpoint

    @property
    def dial_position(self) -> float:
        """Where the motor is now, without the user's offset."""
        return self.position - float(self.user_offset.get())

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._move is not None

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest target, in the motor's own units; (0, 0) is no limit."""
        return self._limits

    @limits.setter
    def limits(self, limits: Sequence[float] | None) -> None:
        low, high = (0.0, 0.0) if limits is None else limits
        self._limits = (min(float(low), float(high)), max(float(low), float(high)))

    @property
    def low_limit(self) -> float:
        """Lowest target."""
        return self._limits[0]

    @property
    def high_limit(self) -> float:
        """Highest target."""
        return self._limits[1]

    def check_value(self, value: float) -> None:
        """Raise if the motor may not go to a target.

        Parameters
        ----------
        value : float
            In the motor's own units.

        Raises
        ------
        LimitError
            It is out of limits; the message names motor, target, limit and unit.
        DeviceError
            It is not a finite number.
        """
        self._checked(value)

    def _checked(self, value: Any) -> float:
        return check_within(
            self.name,
            value,
            self._limits,
            self.units,
            hint=f"choose a target within the limits; 'wm {self.name}' shows them",
        )

    def move_time(self, start: float, target: float) -> float:
        """Return how long a move takes, in seconds.

        Parameters
        ----------
        start, target : float
            In the motor's own units.
        """
        velocity = float(self.velocity.get())
        if velocity == 0.0:
            return 0.0
        return Trajectory(start, target, velocity, float(self.acceleration.get())).duration

    # moving

    def set(self, value: float) -> Status:
        """Start a move.

        Parameters
        ----------
        value : float
            Target in the motor's own units.

        Returns
        -------
        Status
            Done when the motor has arrived; it fails if the motor is stopped or sent elsewhere.

        Raises
        ------
        LimitError
            The target is out of limits; the motor does not move.
        """
        target = self._checked(value)
        at_once = self.velocity._value == 0.0 and not self.stuck
        if at_once and self._move is None:
            return self._jump(target)
        with self._lock:
            superseded = self._halt()
            status = self._jump(target) if at_once else self._start(target)
        if superseded is not None:
            old, new = self._text(superseded.target), self._text(target)
            superseded.set_exception(
                DeviceError(f"{self.name}: the move to {old} was replaced by one to {new}")
            )
        return status

    def stop(self, success: bool = True) -> None:
        """Stop at once; the motor stays where it is.

        Parameters
        ----------
        success : bool, optional
            The outcome of the move that was under way.
        """
        with self._lock:
            move = self._move
            status = self._halt()
        if move is None or status is None:
            return
        self._notify(self._position, move.last_told, self._readback_time)
        if success:
            status.set_finished()
        else:
            status.set_exception(
                DeviceError(
                    f"{self.name} was stopped at {self._text(self._position)} "
                    f"on its way to {self._text(status.target)}"
                )
            )

    def set_current_position(self, value: float) -> None:
        """Call the present position by another number; limits and offset follow, nothing moves.

        Parameters
        ----------
        value : float
            The new name of the present position, in the motor's own units.

        Raises
        ------
        DeviceError
            The motor is moving.
        """
        with self._lock:
            if self._move is not None:
                raise DeviceError(f"{self.name} is moving: its position can be redefined only at rest")
            shift = float(value) - self._position
            old = self._position
            self._position += shift
            self._setpoint += shift
            if self._limits[0] != self._limits[1]:
                self._limits = (self._limits[0] + shift, self._limits[1] + shift)
            self.user_offset._change(float(self.user_offset.get()) + shift)
            self._readback_time = self._setpoint_time = self.clock.time()
        self._notify(self._position, old, self._readback_time)

    def _jump(self, target: float) -> Status:
        old = self._position
        self._setpoint = target
        self._position = target + self.misses_by
        self._readback_time = self._setpoint_time = self.clock.time()
        if self._subscriptions:
            self._notify(self._position, old, self._readback_time)
        return Status.finished(self, target)

    def _start(self, target: float) -> Status:
        status = Status(obj=self, target=target)
        self._setpoint = target
        self._setpoint_time = self._readback_time = self.clock.time()
        move = self._move = _Move(status, self._trajectory_to(target), self.clock.now())
        if not self.stuck:
            move.end = self.clock.call_later(move.trajectory.duration, lambda: self._arrive(move))
        if self._subscriptions:
            self._keep_updating(move)
        return status

    def _trajectory_to(self, target: float) -> Trajectory:
        if self.stuck:
            return Trajectory(self._position, self._position, velocity=1.0)
        velocity, acceleration = float(self.velocity.get()), float(self.acceleration.get())
        return Trajectory(self._position, target + self.misses_by, velocity, acceleration)

    def _arrive(self, move: _Move) -> None:
        with self._lock:
            if self._move is not move:
                return
            self._halt()
            self._position = move.trajectory.target
            self._setpoint = move.status.target
            self._readback_time = self.clock.time()
        self._report(move)
        self._notify(self._position, move.last_told, self._readback_time)
        move.status.set_finished()

    def _halt(self) -> Status | None:
        """Freeze the motor where it is; return the status of the move that this ended. Needs the lock."""
        move = self._move
        if move is None:
            return None
        self._position = self._setpoint = self.position
        self._readback_time = self._setpoint_time = self.clock.time()
        self._move = None
        for timer in (move.end, move.update):
            if timer is not None:
                timer.cancel()
        return move.status

    # telling others

    def read(self) -> dict[str, Reading[Any]]:
        """Return readback and setpoint."""
        timestamp = self._readback_time if self._move is None else self.clock.time()
        return {
            self.name: {"value": self.position, "timestamp": timestamp},
            f"{self.name}_setpoint": {"value": self._setpoint, "timestamp": self._setpoint_time},
        }

    def describe(self) -> DataKeys:
        """Return the data keys of readback and setpoint."""
        data_key: dict[str, Any] = {"source": f"SIM:{self.name}", "dtype": "number", "shape": []}
        data_key |= {"units": self.units, "precision": self.precision}
        low, high = self._limits
        if low != high:
            data_key |= {"lower_ctrl_limit": low, "upper_ctrl_limit": high}
        setpoint = f"{self.name}_setpoint"
        return {self.name: data_key, setpoint: {**data_key, "source": f"SIM:{setpoint}"}}

    def locate(self) -> Location[float]:
        """Return setpoint and readback, in the motor's own units."""
        return {"setpoint": self._setpoint, "readback": self.position}

    def subscribe(self, callback: Any, event_type: str | None = None, run: bool = True) -> int:
        """Call back at each change of the readback, 20 times a second during moves.

        Parameters
        ----------
        callback, event_type, run
            As for :meth:`SimDevice.subscribe`.
        """
        token = super().subscribe(callback, event_type, run)
        move = self._move
        if move is not None:
            self._keep_updating(move)
        return token

    def _progress_wanted(self, status: Status) -> None:
        move = self._move
        if move is not None and move.status is status:
            self._report(move)
            self._keep_updating(move)

    def _keep_updating(self, move: _Move) -> None:
        with self._lock:
            if self._move is move and move.update is None:
                move.update = self.clock.call_later(UPDATE_PERIOD_S, lambda: self._update(move))

    def _update(self, move: _Move) -> None:
        with self._lock:
            if self._move is not move:
                return
            move.update = None
            old, position = move.last_told, self.position
            move.last_told = position
        if position != old:
            self._notify(position, old, self.clock.time())
        self._report(move)
        if self._subscriptions or move.status.watched:
            self._keep_updating(move)

    def _report(self, move: _Move) -> None:
        if not move.status.watched:
            return
        trajectory, elapsed = move.trajectory, self.clock.now() - move.started
        position = trajectory.position(elapsed)
        distance = abs(move.status.target - trajectory.start)
        move.status.report_progress(
            current=position,
            initial=trajectory.start,
            unit=self.units,
            precision=self.precision,
            fraction=min(1.0, abs(move.status.target - position) / distance) if distance else 0.0,
            time_elapsed=elapsed,
            time_remaining=None if move.end is None else max(0.0, trajectory.duration - elapsed),
        )

    def _present(self) -> tuple[float, float]:
        return self.position, self._readback_time if self._move is None else self.clock.time()

    def _text(self, position: float) -> str:
        return f"{position:.{self.precision}f} {self.units}".rstrip()


class _Move:
    """A move under way."""

    __slots__ = ("end", "last_told", "started", "status", "trajectory", "update")

    def __init__(self, status: Status, trajectory: Trajectory, started: float) -> None:
        self.status = status
        self.trajectory = trajectory
        self.started = started
        self.last_told = trajectory.start
        self.end: Timer | None = None
        self.update: Timer | None = None
