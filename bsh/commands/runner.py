"""Carrying commands out, from rewritten text and from Python.

Owns the dispatcher that rewritten code calls, and the runners that stand in the namespace under the
commands' names. Both end in the same few lines: bind, run, show.
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable, Sequence
from typing import Any

from bsh.commands.argument import Argument
from bsh.commands.binding import bind, usage_error
from bsh.commands.command import Command
from bsh.commands.context import CommandSession
from bsh.commands.engine_calls import is_repeatable
from bsh.commands.pausing import pause_hook
from bsh.commands.registry import Registry
from bsh.commands.report import Report
from bsh.commands.values import value_of
from bsh.commands.words import Syntax, split_words
from bsh.errors import CommandError, RunEngineInterrupted

__all__ = ["CommandRunner", "Dispatcher", "runners"]

Thunk = Callable[[], Any] | None


def runners(registry: Registry, session: CommandSession) -> dict[str, CommandRunner]:
    """Return a runner for each name of each command, for the namespace; not for names of Python's own.

    Parameters
    ----------
    registry : Registry
        The commands.
    session : CommandSession
        What they act on.
    """
    made = {command: CommandRunner(command, session) for command in registry}
    # set([1]) stays Python; set th 0 is a command all the same
    return {name: made[registry[name]] for name in sorted(registry.names) if not hasattr(builtins, name)}


class Dispatcher:
    """What rewritten code calls: ``_bsh_("mv th 1.5", "mv", lambda: th, lambda: 1.5)``.

    Parameters
    ----------
    registry : Registry
        The commands.
    session : CommandSession
        What they act on.
    """

    value = staticmethod(value_of)

    def __init__(self, registry: Registry, session: CommandSession) -> None:
        self._registry = registry
        self._session = session

    def __call__(self, text: str, name: str, /, *thunks: Thunk, **keyword_thunks: Thunk) -> None:
        """Carry out one command.

        Parameters
        ----------
        text : str
            The statement as typed.
        name : str
            The command.
        *thunks, **keyword_thunks : callable or None
            One for each argument in order, and for each ``key=value``; None where there is none.
        """
        command = self._registry[name]
        rest = text[len(name) :]
        arguments: list[Argument] = []
        keywords: dict[str, Argument] = {}
        waiting = iter(thunks)
        for word in split_words(rest, command.syntax):
            if word.keyword is None:
                thunk = next(waiting, None)
                arguments.append(
                    Argument(word.text, thunk, option=word.option, problem=word.problem, known=self._known)
                )
            else:
                if word.keyword in keywords:
                    raise usage_error(command, self._session, f"{word.keyword} is given twice")
                thunk = keyword_thunks.get(word.keyword)
                keywords[word.keyword] = Argument(word.text, thunk, problem=word.problem, known=self._known)
        if not arguments and not keywords and not command.runs_alone:
            raise usage_error(command, self._session)
        carry_out(command, self._session, arguments, keywords, text)

    def typed(
        self,
        text: str,
        engine: Any,
        functions: Callable[[], Any] | None,
        names: Callable[[], Any],
    ) -> Callable[..., Any]:
        """Return what stands for the engine in ``RE(plan)`` as typed.

        Parameters
        ----------
        text : str
            The call as typed; goes into the start document.
        engine : RunEngine
            What is called ``RE`` at this place.
        functions, names : callable
            What :func:`~bsh.commands.engine_calls.is_repeatable` takes.
        """

        def run(make: Callable[[], Any], *subs: Any, **metadata: Any) -> Any:
            if engine is not self._session.RE:
                return engine(make(), *subs, **metadata)
            repeatable = is_repeatable(functions, names)
            return self._session.run_typed(make, text, *subs, repeatable=repeatable, **metadata)

        return run

    def _known(self) -> list[str]:
        names = self._registry.names
        return [name for name in self._session.namespace if not name.startswith("_") and name not in names]


class CommandRunner:
    """A command as it stands in the namespace: calling it carries it out.

    Parameters
    ----------
    command : Command
        The command.
    session : CommandSession
        What it acts on.
    """

    def __init__(self, command: Command, session: CommandSession) -> None:
        self.command = command
        self._session = session
        self.__name__ = command.name
        self.__qualname__ = command.name
        self.__doc__ = "\n".join(part for part in (command.help_text(), command.details) if part)

    def __call__(self, *values: Any, **keywords: Any) -> Any:
        """Carry the command out and return its report or what its plan returned.

        Parameters
        ----------
        *values
            Its arguments, in order.
        **keywords
            Its arguments by name, and options by name.
        """
        arguments = [Argument.given(value) for value in values]
        given = {key: Argument.given(value) for key, value in keywords.items()}
        if self.command.syntax is Syntax.RAW and len(arguments) > 1:
            arguments = [Argument(" ".join(argument.text for argument in arguments))]
        if not values and not keywords and not self.command.runs_alone:
            raise usage_error(self.command, self._session)
        return carry_out(
            self.command, self._session, arguments, given, _typed(self.command, arguments, given)
        )

    def __repr__(self) -> str:
        return self.command.help_text()


def _typed(command: Command, arguments: Sequence[Argument], keywords: dict[str, Argument]) -> str:
    """Return the line that would have been typed for a call from Python."""
    words = [command.name]
    words += [
        f"({a.text})" if " " in a.text and command.syntax is not Syntax.RAW else a.text for a in arguments
    ]
    words += [f"{key}={argument.text}" for key, argument in keywords.items()]
    return " ".join(words)


def carry_out(
    command: Command,
    session: CommandSession,
    arguments: Sequence[Argument],
    keywords: dict[str, Argument],
    text: str,
) -> Any:
    """Bind, run and show; return the report, or what the plan returned.

    Parameters
    ----------
    command : Command
        What to do.
    session : CommandSession
        What to do it with.
    arguments, keywords
        What was typed or given.
    text : str
        The line as typed.

    Raises
    ------
    UsageError
        The arguments are not right.
    CommandError
        It was called inside a running plan.
    """
    _refuse_inside_plan(command, session)
    bound = bind(command, arguments, keywords, session)
    if command.kind == "plan":
        result = _run_plan(command, session, bound, text)
    else:
        result = command.function(session, **bound)
    if isinstance(result, Report):
        session.show(result)
    return result


def _run_plan(command: Command, session: CommandSession, bound: dict[str, Any], text: str) -> Any:
    def fresh_plan() -> Any:
        return command.function(session, **bound)

    try:
        return session.execute(fresh_plan, command=text, interrupt=command.interrupt)
    except RunEngineInterrupted:
        hook = pause_hook(session)
        if hook is None or session.RE.state != "paused":
            raise
        return hook()  # still inside the statement that was typed: a loop around it goes on after a resume


def _refuse_inside_plan(command: Command, session: CommandSession) -> None:
    """Raise when a command is called by a plan: the engine's thread cannot run a second plan."""
    if threading.current_thread() is threading.main_thread() or session.RE.state == "idle":
        return
    if command.generator:
        hint = f"in a plan write: yield from {command.generator}(...)"
    elif command.kind == "plan":
        hint = "in a plan use the generators of bsh.plans and bsh.plan_stubs"
    else:
        return  # a report moves nothing: it may be asked for anywhere
    raise CommandError(
        f"{command.name} runs plans itself and cannot be used inside a running plan", hint=hint
    )
