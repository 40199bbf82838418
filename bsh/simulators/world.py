"""A plan's run without an engine and without hardware: what each message would be answered.

Positions are those that the plan asked for; before that, the ones that devices already know without being
asked over a network. The plan's own code does run, with everything that it does beside sending messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bsh.devices.supposed import supposed_place
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.axes import axis_name, is_coupled, is_pseudo_axis, pseudo_axes
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.plan import bare_generator

__all__ = ["DONE", "MAX_MESSAGES", "World", "last_known"]

MAX_MESSAGES = 1_000_000
ENDLESS_POINTS = 100
"""How many points of a run without end are walked through."""

Handler = Callable[[Msg], Any]


class _DoneStatus:
    """The status of something that was done at once."""

    done = True
    success = True

    def add_callback(self, callback: Callable[[Any], None]) -> None:
        """Call back at once."""
        callback(self)

    def exception(self, timeout: float | None = None) -> None:
        """Nothing went wrong."""

    def wait(self, timeout: float | None = None) -> None:
        """Return at once."""

    def watch(self, func: Callable[..., None]) -> None:
        """There is no progress to report."""


DONE = _DoneStatus()

_CONSTANT_ANSWERS: dict[str, Any] = {
    "open_run": "rehearsal",
    "close_run": "rehearsal",
    "wait": True,
    "rewindable": True,
    "RE_class": object,
    "input": "",
    "set": DONE,
    "trigger": DONE,
    "kickoff": DONE,
    "complete": DONE,
    "prepare": DONE,
    "configure": ({}, {}),
    "wait_for": (set(), set()),
    "subscribe": 0,
}


class _Measured(dict[str, Any]):
    """A made-up reading of a detector: tells its world when the plan looks at the value."""

    def __init__(self, world: World, value: Any) -> None:
        super().__init__(value=value, timestamp=0.0)
        self._world = world

    def __getitem__(self, key: str) -> Any:
        self._looked_at(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._looked_at(key)
        return super().get(key, default)

    def _looked_at(self, key: str) -> None:
        if key == "value":
            self._world.foreseen = False


def last_known(obj: Any) -> Any:
    """Return the value that a device knows without asking hardware, or None.

    Parameters
    ----------
    obj : device
        An axis, a signal or a detector.
    """
    try:
        return obj.position
    except AttributeError:
        pass
    for attribute in ("_readback", "_value"):  # ophyd's signals, simulated devices
        value = getattr(obj, attribute, None)
        if value is not None and not type(value).__name__.startswith("UNSET"):
            return value
    return None


class World:
    """Devices as they would be while a plan runs.

    Attributes
    ----------
    points : int
        Events saved so far.
    endless : bool
        Whether the plan goes on until it is stopped.
    foreseen : bool
        False if the plan looked at what a detector measured: where it goes then is a guess.
    """

    def __init__(self) -> None:
        self.points = 0
        self.point_in_run = 0
        self.num_points: int | None = None
        self.in_run = False
        self.endless = False
        self.foreseen = True
        self.positions: dict[Any, Any] = {}
        # Whether the event that is open counts as a point of the scan.
        self.bundle_is_point = False
        self._readings: dict[Any, dict[str, Any]] = {}
        self._point_limit: int | None = None
        self.handlers: dict[str, Handler] = {
            "open_run": self._open_run,
            "close_run": self._close_run,
            "create": self._create,
            "save": self._save,
            "read": self._read,
            "read_together": self._read_together,
            "locate": self._locate,
            "set": self._set,
            "collect": lambda msg: [],
            "stage": lambda msg: [],
            "unstage": lambda msg: [],
        }

    def walk(self, plan: AnyPlan) -> Any:
        """Run a plan from its first message to its last.

        Parameters
        ----------
        plan : plan
            It is used up.

        Returns
        -------
        object
            What the plan returns; None if it was not followed to its end.
        """
        generator = bare_generator(plan)
        try:
            return self._follow(generator)
        except (KeyError, IndexError, AttributeError):
            # A plan that looks at readings finds none of a real measurement here; where it goes from
            # here can only be known while it runs.
            if not self._readings:
                raise
            self.foreseen = False
            return None
        finally:
            generator.close()

    def _follow(self, generator: MsgGenerator) -> Any:
        handlers, constants = self.handlers, _CONSTANT_ANSWERS
        answer: Any = None
        for _ in range(MAX_MESSAGES):
            try:
                msg = generator.send(answer)
            except StopIteration as end:
                return end.value
            except Exception:
                if self.foreseen:
                    raise
                return None  # it does not like what it takes for measured: only the real run can tell
            handler = handlers.get(msg.command)
            answer = constants.get(msg.command) if handler is None else handler(msg)
            if self.endless:
                return None
        self.endless = True
        return None

    def before(self, command: str, look: Callable[[Msg], None]) -> None:
        """Let a function look at each message of a command before it takes effect.

        Parameters
        ----------
        command : str
            Name of the command.
        look : callable
            ``f(msg)``; what it raises ends the walk.
        """
        handler = self.handlers.get(command)
        constant = _CONSTANT_ANSWERS.get(command)

        def looked_at(msg: Msg) -> Any:
            look(msg)
            return constant if handler is None else handler(msg)

        self.handlers[command] = looked_at

    def places(self) -> dict[Any, Any] | None:
        """Return where the plan leaves what it sets; None where that is not known of all of it.

        Pseudo axes take their real ones along, and the other way round.
        """
        if (
            self.endless
            or not self.foreseen
            or any(is_coupled(o) or is_pseudo_axis(o) for o in self.positions)
        ):
            return None
        return dict(self.positions)

    def place(self) -> str:
        """Return which point of the run is being prepared, to be put after a sentence; empty outside of runs."""
        if not self.in_run:
            return ""
        if self.num_points is None:
            return f" (point {self.point_in_run})"
        return f" (point {self.point_in_run} of {self.num_points})"

    def position_of(self, obj: Any) -> Any:
        """Return where an axis would be now, or None if nobody knows.

        Parameters
        ----------
        obj : device
            Any axis.
        """
        if obj in self.positions:
            return self.positions[obj]
        supposed = supposed_place(obj)
        return last_known(obj) if supposed is None else supposed

    def _open_run(self, msg: Msg) -> str:
        self.in_run = True
        self.point_in_run = 0
        num = msg.kwargs.get("num_points", 0)
        self.num_points = num if isinstance(num, int) and num > 0 else None
        self._point_limit = ENDLESS_POINTS if num is None else None
        return "rehearsal"

    def _close_run(self, msg: Msg) -> str:
        self.in_run = False
        self.num_points = self._point_limit = None
        return "rehearsal"

    def _create(self, msg: Msg) -> None:
        name = msg.kwargs.get("name") or (msg.args[0] if msg.args else None)
        self.bundle_is_point = name == "primary"

    def _save(self, msg: Msg) -> None:
        if not self.bundle_is_point:
            return
        self.points += 1
        self.point_in_run += 1
        if self.point_in_run == self._point_limit:
            self.endless = True

    def _set(self, msg: Msg) -> Any:
        obj, target = msg.obj, msg.args[0] if msg.args else None
        self.positions[obj] = target
        if isinstance(target, dict) and is_coupled(obj):
            for axis in pseudo_axes(obj):
                if axis_name(axis) in target:
                    self.positions[axis] = target[axis_name(axis)]
        known = self._readings.get(obj)
        if known is not None:
            for reading in known.values():
                reading["value"] = target
        return DONE

    def _read(self, msg: Msg) -> dict[str, Any]:
        obj = msg.obj
        readings = self._readings.get(obj)
        if readings is None:
            value = self.position_of(obj)
            value = 0.0 if value is None else value
            fields = (getattr(obj, "hints", None) or {}).get("fields") or [getattr(obj, "name", "value")]
            measured = hasattr(obj, "trigger")
            readings = {
                field: _Measured(self, value) if measured else {"value": value, "timestamp": 0.0}
                for field in fields
            }
            self._readings[obj] = readings
        return readings

    def _read_together(self, msg: Msg) -> dict[str, Any]:
        return {key: reading for obj in msg.args for key, reading in self._read(Msg("read", obj)).items()}

    def _locate(self, msg: Msg) -> Any:
        places = []
        for obj in (msg.obj, *msg.args):
            position = self.position_of(obj)
            position = 0.0 if position is None else position
            places.append({"setpoint": position, "readback": position})
        return places[0] if len(places) == 1 and msg.kwargs.get("squeeze", True) else places
