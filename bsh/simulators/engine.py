"""An engine for tests of plans: it records messages, and answers them as the test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count, dropwhile
from time import time
from typing import Any, Literal

from bsh.msg import Msg
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.plan import bare_generator

__all__ = ["RunEngineSimulator", "assert_message_and_return_remaining"]

Predicate = Callable[[Msg], bool]
Handler = Callable[[Msg], Any]


class RunEngineSimulator:
    """Runs a plan with answers that a test prepares.

    A message that no handler is for is answered with None. Of several handlers the first in the list
    answers; new ones are put in front.

    Attributes
    ----------
    return_value : object
        What the last plan returned.

    Examples
    --------
    >>> from bsh.devices.sim import SimSignal
    >>> from bsh.plan_stubs import rd
    >>> current = SimSignal("current")
    >>> sim = RunEngineSimulator()
    >>> sim.add_read_handler_for(current, 42.0)
    >>> messages = sim.simulate_plan(rd(current))
    >>> sim.return_value
    42.0
    """

    GROUP_ANY = "any"

    def __init__(self) -> None:
        self.message_handlers: list[tuple[Predicate, Handler]] = []
        self.callbacks: dict[int, tuple[Callable[..., Any], str]] = {}
        self.return_value: Any = None
        self._tokens = count()

    def add_handler(
        self,
        commands: str | Sequence[str],
        handler: Handler,
        msg_filter: str | Predicate | None = None,
        index: int | Literal["end"] = 0,
    ) -> None:
        """Answer messages with what a function returns.

        Parameters
        ----------
        commands : str or sequence of str
            Names of commands.
        handler : callable
            ``f(msg)`` returns the answer.
        msg_filter : str or callable, optional
            Name of the device that the message is about, or ``f(msg)`` telling whether to answer.
        index : int or "end", optional
            Place in the list of handlers; in front if not given.
        """
        names = {commands} if isinstance(commands, str) else set(commands)

        def wanted(msg: Msg) -> bool:
            return msg.command in names and _passes(msg, msg_filter)

        place = len(self.message_handlers) if index == "end" else index
        self.message_handlers.insert(place, (wanted, handler))

    def add_read_handler_for(self, obj: Any, value: Any) -> None:
        """Answer the reading of a device with one value, under the device's own name.

        Parameters
        ----------
        obj : device
            The device.
        value : object
            The value, or a whole reading as a dict.
        """
        self.add_read_handler_for_multiple(obj, **{obj.name: value})

    def add_read_handler_for_multiple(self, obj: Any, **kwargs: Any) -> None:
        """Answer the reading of a device with several values.

        Parameters
        ----------
        obj : device
            The device.
        **kwargs
            For each data key a value, or a whole reading as a dict.
        """

        def answer(msg: Msg) -> dict[str, Any]:
            return {
                key: value if isinstance(value, dict) else {"value": value, "timestamp": time()}
                for key, value in kwargs.items()
            }

        self.add_handler("read", answer, obj.name)

    def add_wait_handler(self, handler: Handler, group: str = GROUP_ANY) -> None:
        """Call a function when the plan waits.

        Parameters
        ----------
        handler : callable
            ``f(msg)``.
        group : str, optional
            The group that the plan waits for; any if not given.
        """
        self.add_handler(
            "wait", handler, lambda msg: group == self.GROUP_ANY or msg.kwargs.get("group") == group
        )

    def add_handler_for_callback_subscribes(self) -> None:
        """Remember the callbacks that the plan subscribes, so that :meth:`fire_callback` finds them."""
        self.add_handler("subscribe", self._subscribe, index="end")

    def _subscribe(self, msg: Msg) -> int:
        token = next(self._tokens)
        func, *name = msg.args
        self.callbacks[token] = (func, name[0] if name else msg.kwargs.get("name", "all"))
        return token

    def add_callback_handler_for(
        self,
        command: str,
        document_name: str,
        document: Mapping[str, Any],
        msg_filter: Predicate | None = None,
    ) -> None:
        """Send a document to the callbacks once, when a message comes.

        Parameters
        ----------
        command : str
            Name of the command.
        document_name : str
            ``"start"``, ``"event"``...
        document : mapping
            The document.
        msg_filter : callable, optional
            ``f(msg)`` tells whether this message is meant.
        """
        self.add_callback_handler_for_multiple(command, [[(document_name, document)]], msg_filter)

    def add_callback_handler_for_multiple(
        self,
        command: str,
        docs: Sequence[Sequence[tuple[str, Mapping[str, Any]]]],
        msg_filter: Predicate | None = None,
    ) -> None:
        """Send documents to the callbacks each time a message comes.

        Parameters
        ----------
        command : str
            Name of the command.
        docs : sequence of sequences of (name, document)
            For each time what to send.
        msg_filter : callable, optional
            ``f(msg)`` tells whether this message is meant.
        """
        remaining = iter(docs)

        def fire(msg: Msg) -> None:
            for name, document in next(remaining, ()):
                self.fire_callback(name, document)

        self.add_handler(command, fire, msg_filter)

    def fire_callback(self, document_name: str, document: Mapping[str, Any]) -> None:
        """Send a document to the callbacks that want it.

        Parameters
        ----------
        document_name : str
            ``"start"``, ``"event"``...
        document : mapping
            The document.
        """
        for func, wanted in list(self.callbacks.values()):
            if wanted in ("all", document_name):
                func(document_name, document)

    def simulate_plan(self, gen: AnyPlan) -> list[Msg]:
        """Run a plan.

        Parameters
        ----------
        gen : plan
            It is used up.

        Returns
        -------
        list of Msg
            Its messages.
        """
        generator = bare_generator(gen)
        messages: list[Msg] = []
        answer: Any = None
        while True:
            try:
                msg = generator.send(answer)
            except StopIteration as end:
                self.return_value = end.value
                return messages
            messages.append(msg)
            answer = self._answer(msg)

    def _answer(self, msg: Msg) -> Any:
        handler = next((handler for wanted, handler in self.message_handlers if wanted(msg)), None)
        if handler is not None:
            return handler(msg)
        if msg.command != "read_together":
            return None
        readings: dict[str, Any] = {}
        for obj in msg.args:
            readings.update(self._answer(Msg("read", obj)) or {})
        return readings or None


def _passes(msg: Msg, msg_filter: str | Predicate | None) -> bool:
    if msg_filter is None:
        return True
    if callable(msg_filter):
        return msg_filter(msg)
    return msg.obj is not None and msg.obj.name == msg_filter


def assert_message_and_return_remaining(
    messages: Sequence[Msg], predicate: Predicate, group: str | None = None
) -> list[Msg]:
    """Find the next message that fits, or fail.

    Parameters
    ----------
    messages : sequence of Msg
        What :meth:`RunEngineSimulator.simulate_plan` returned, or a rest of it.
    predicate : callable
        ``f(msg)`` tells whether it fits.
    group : str, optional
        Messages of another group do not fit.

    Returns
    -------
    list of Msg
        The message that fits, and all after it.

    Raises
    ------
    AssertionError
        There is none.
    """

    def differs(msg: Msg) -> bool:
        other_group = group is not None and bool(msg.kwargs) and msg.kwargs.get("group") != group
        return other_group or not predicate(msg)

    found = list(dropwhile(differs, messages))
    if not found:
        raise AssertionError(f"none of {len(messages)} messages fits {predicate}")
    return found
