"""The smallest objects that plans take for devices."""

from __future__ import annotations

from typing import Any


class Thing:
    """Can be read."""

    def __init__(self, name: str, parent: Any = None, fields: list[str] | None = None) -> None:
        self.name = name
        self.parent = parent
        self.hints = {"fields": [name] if fields is None else fields}

    def read(self) -> dict[str, Any]:
        return {}

    describe = read_configuration = describe_configuration = read

    def stage(self) -> list[Any]:
        return [self]

    unstage = stage

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Det(Thing):
    """Can be triggered."""

    def trigger(self) -> None: ...


class Flyer(Thing):
    """Acquires on its own."""

    def kickoff(self) -> None: ...

    complete = collect = describe_collect = kickoff


class Motor(Thing):
    """Can be moved; knows its position."""

    def __init__(self, name: str, position: float = 0.0, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.position = position

    def set(self, value: Any) -> None: ...


class LocatableMotor(Motor):
    """Can be asked for setpoint and readback."""

    def locate(self) -> None: ...


class Signal(Thing):
    """A value with get and set."""

    def __init__(self, name: str, value: Any, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.value = value

    def get(self) -> Any:
        return self.value

    def set(self, value: Any) -> None: ...


class Timed(Det):
    """Has a counting time."""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(name)
        self.count_time = Signal(f"{name}_count_time", seconds, parent=self)


class PseudoAxis(Motor):
    """One axis of a positioner."""


class Positioner(Thing):
    """Turns (h, k) into real positions."""

    RealPosition = tuple

    def __init__(self, name: str) -> None:
        super().__init__(name)
        from collections import namedtuple

        self.PseudoPosition = namedtuple("PseudoPosition", "h k")
        self.position = self.PseudoPosition(1.0, 2.0)
        self.h = PseudoAxis(f"{name}_h", 1.0, parent=self)
        self.k = PseudoAxis(f"{name}_k", 2.0, parent=self)
        self.real = Motor(f"{name}_real", 5.0, parent=self)
        self.pseudo_positioners = (self.h, self.k)

    def set(self, value: Any) -> None: ...
