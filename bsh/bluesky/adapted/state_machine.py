"""The engine's states as classes that scripts ask about.

The engine itself has a table (:data:`bsh.engine.TRANSITIONS`); these classes show it in bluesky's shape.
"""

from __future__ import annotations

import logging
from typing import Any
from weakref import WeakKeyDictionary

from bsh.engine import TRANSITIONS, EngineState
from bsh.errors import TransitionError

__all__ = ["LoggingPropertyMachine", "PropertyMachine", "RunEngineStateMachine", "StateMachine"]


class StateMachine:
    """One state, changed by :meth:`set_` along the allowed transitions."""

    class Meta:
        """Which states there are and what follows what."""

        initial_state: Any = None
        transitions: dict[Any, list[Any]] = {}  # noqa: RUF012  # bluesky's shape: subclasses replace it

    def __init__(self) -> None:
        self.actual_state = self.Meta.initial_state

    @property
    def state(self) -> Any:
        """The state."""
        return self.actual_state

    def can_be_(self, state: Any) -> bool:
        """Tell whether a state may come next.

        Parameters
        ----------
        state : str
            The state.
        """
        return state in self.Meta.transitions.get(self.actual_state, ())

    def is_(self, state: Any) -> bool:
        """Tell whether this is the state now.

        Parameters
        ----------
        state : str
            The state.
        """
        return bool(self.actual_state == state)

    def set_(self, state: Any) -> None:
        """Go to a state.

        Parameters
        ----------
        state : str
            The state.

        Raises
        ------
        TransitionError
            It does not follow the present one.
        """
        if not self.can_be_(state):
            raise TransitionError(f"Cannot go from {self.actual_state} to {state}.")
        self.force_set(state)

    def force_set(self, state: Any) -> None:
        """Go to a state, whatever the table says.

        Parameters
        ----------
        state : str
            The state.
        """
        self.actual_state = state


class RunEngineStateMachine(StateMachine):
    """The states of an engine."""

    States = EngineState

    class Meta:
        """Which states there are and what follows what; by name, from the engine's own table."""

        initial_state = EngineState.IDLE
        transitions = {str(old): sorted(map(str, new)) for old, new in TRANSITIONS.items()}  # noqa: RUF012


class PropertyMachine:
    """An attribute with a state machine of its own for each object.

    Parameters
    ----------
    machine_type : type
        A :class:`StateMachine`.
    """

    def __init__(self, machine_type: type[StateMachine]) -> None:
        self.machine_type = machine_type
        self._machines: WeakKeyDictionary[Any, StateMachine] = WeakKeyDictionary()

    def _machine(self, instance: Any) -> StateMachine:
        return self._machines.setdefault(instance, self.machine_type())

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else self._machine(instance).state

    def __set__(self, instance: Any, value: Any) -> None:
        self._machine(instance).set_(value)


class LoggingPropertyMachine(PropertyMachine):
    """One that logs each change and calls the object's ``state_hook(new, old)``, if it has one.

    Parameters
    ----------
    machine_type : type
        A :class:`StateMachine`.
    """

    def __set__(self, instance: Any, value: Any) -> None:
        old = self.__get__(instance)
        super().__set__(instance, value)
        logging.getLogger("bsh.RE.state").info("Change state on %r from %r -> %r", instance, old, value)
        hook = getattr(instance, "state_hook", None)
        if hook is not None:
            hook(value, old)
