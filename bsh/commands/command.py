"""A command, declared once by the signature of the function that does it.

Owns the declaration: names, parameters with their types, usage text, examples. Parsing, completion, help
and documentation all read it; it runs nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from bsh.commands.argument_types import ArgumentType, MetadataType, Option, RestOfLineType
from bsh.commands.words import Syntax

__all__ = ["Command", "Interrupt", "Kind", "Parameter", "command"]

Kind: TypeAlias = Literal["plan", "report"]
Interrupt: TypeAlias = Literal["pause", "stop", "finish"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a command.

    Attributes
    ----------
    name : str
        Its name in the function's signature, and in usage and error texts.
    type : ArgumentType or None
        How an argument is converted; None for a flag.
    required : bool
        Whether it has no default.
    option : Option, optional
        How it is spelled, when it is an option.
    """

    name: str
    type: ArgumentType | None
    required: bool
    option: Option | None = None

    @property
    def placeholder(self) -> str:
        """How it appears in the usage line."""
        shown = self.type.placeholder(self.name) if self.type is not None else self.name
        if self.option is not None:
            flag = self.option.flags[0]
            return f"[{flag}]" if self.option.type is None else f"[{flag} {shown}]"
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True)
class Command:
    """What can be typed at the prompt.

    Attributes
    ----------
    name : str
        What is typed.
    function : callable
        ``f(session, **arguments)``: for a ``plan`` it returns a fresh plan at each call, for a ``report`` it
        returns a :class:`~bsh.commands.reports.Report` or None.
    kind : {"plan", "report"}
        Which of the two.
    parameters : tuple of Parameter
        In the order in which they are typed.
    aliases : tuple of str
        Other names.
    group : str
        Heading in help.
    summary : str
        One line on what it does.
    examples : tuple of str
        Lines with ``{motor}``, ``{motor2}``, ``{counter}`` in place of device names.
    interrupt : {"pause", "stop", "finish"}
        What Ctrl+C does: pause a scan after its point, stop at once, or end a scan that has no end of its own.
    generator : str
        Dotted name of the plan to use inside plans.
    syntax : Syntax
        How the text after the name is read.
    """

    name: str
    function: Callable[..., Any]
    kind: Kind
    parameters: tuple[Parameter, ...]
    aliases: tuple[str, ...] = ()
    group: str = "other"
    summary: str = ""
    examples: tuple[str, ...] = ()
    interrupt: Interrupt = "pause"
    generator: str = ""
    syntax: Syntax = Syntax.EXPRESSIONS
    details: str = field(default="", repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def origin(self) -> str:
        """Where it is declared: module and function."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    @cached_property
    def positional(self) -> tuple[Parameter, ...]:
        """The parameters that are given by their place."""
        return tuple(
            parameter
            for parameter in self.parameters
            if parameter.option is None and not isinstance(parameter.type, MetadataType)
        )

    @cached_property
    def options(self) -> Mapping[str, Parameter]:
        """The parameters that are given as options, by each of their spellings."""
        return {
            flag: parameter
            for parameter in self.parameters
            if parameter.option is not None
            for flag in parameter.option.flags
        }

    @cached_property
    def metadata(self) -> Parameter | None:
        """The parameter that takes ``key=value`` arguments, if any."""
        found = (parameter for parameter in self.parameters if isinstance(parameter.type, MetadataType))
        return next(found, None)

    @property
    def runs_alone(self) -> bool:
        """Whether it does something when typed without arguments."""
        return not any(parameter.required for parameter in self.parameters)

    @property
    def usage(self) -> str:
        """One line: ``usage: ascan motor start stop intervals seconds [counters...]``."""
        ordered = [*self.positional, *(p for p in self.parameters if p.option)]
        return " ".join(["usage:", self.name, *(parameter.placeholder for parameter in ordered)])

    def example_lines(self, motors: Sequence[str] = (), counters: Sequence[str] = ()) -> list[str]:
        """Return the examples with real device names in them.

        Parameters
        ----------
        motors, counters : sequence of str
            Names of the session; without any the examples show ``th``, ``tth`` and ``det``.
        """
        usual = (name for name in ("th", "tth", "samx", "samy") if name not in motors[:4])
        shown = [*motors[:4], *usual]
        names = {"motor": shown[0], **{f"motor{place}": shown[place - 1] for place in (2, 3, 4)}}
        counter = counters[0] if counters else "det"
        return [example.format(**names, counter=counter) for example in self.examples]

    def help_text(self, motors: Sequence[str] = (), counters: Sequence[str] = ()) -> str:
        """Return usage, examples and summary.

        Parameters
        ----------
        motors, counters : sequence of str
            Names of the session, for the example.
        """
        lines = [self.usage]
        lines += [f"example: {example}" for example in self.example_lines(motors, counters)]
        if self.summary:
            lines.append(self.summary)
        return "\n".join(lines)


def command(
    name: str | None = None,
    *,
    kind: Kind = "report",
    aliases: Sequence[str] = (),
    group: str = "other",
    examples: Sequence[str] = (),
    interrupt: Interrupt = "pause",
    generator: str = "",
    syntax: Syntax | None = None,
) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command by the function that does it.

    The function's first parameter is the session; each other one is annotated with a type of
    :mod:`bsh.commands.argument_types`, or ``Annotated[..., Option(("-n",), ...)]``. A default makes an
    argument optional. The first line of the docstring is the summary.

    Parameters
    ----------
    name : str, optional
        What is typed; default the function's name.
    kind : {"plan", "report"}
        Whether the function returns a plan to be run, or does its work itself and returns a report.
    aliases : sequence of str
        Other names.
    group : str
        Heading in help.
    examples : sequence of str
        Lines to show, ``{motor}``, ``{motor2}`` to ``{motor4}`` and ``{counter}`` standing for names of the session.
    interrupt : {"pause", "stop", "finish"}
        What Ctrl+C does while its plan runs.
    generator : str
        Dotted name of the plan to use inside plans, named when the command is called there by mistake.
    syntax : Syntax, optional
        How the text after the name is read; follows from the parameters when not given.
    """

    def declare(function: Callable[..., Any]) -> Command:
        parameters = _parameters(function)
        doc = inspect.getdoc(function) or ""
        summary, _, details = doc.partition("\n")
        return Command(
            name=name or function.__name__,
            function=function,
            kind=kind,
            parameters=parameters,
            aliases=tuple(aliases),
            group=group,
            summary=summary.strip(),
            examples=tuple(examples),
            interrupt=interrupt,
            generator=generator,
            syntax=syntax or _syntax(parameters),
            details=details.strip(),
        )

    return declare


def _parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    # without the annotation of what it returns: reports are imported when there is something to report
    annotations = {name: hint for name, hint in function.__annotations__.items() if name != "return"}
    arguments = SimpleNamespace(__annotations__=annotations)
    hints = get_type_hints(arguments, globalns=function.__globals__, include_extras=True)
    signature = list(inspect.signature(function).parameters.values())[1:]  # the first one is the session
    return tuple(_parameter(function, parameter, hints.get(parameter.name)) for parameter in signature)


def _parameter(function: Callable[..., Any], parameter: inspect.Parameter, hint: Any) -> Parameter:
    declared = [
        note
        for note in (get_args(hint)[1:] if get_origin(hint) is Annotated else ())
        if isinstance(note, ArgumentType | Option)
    ]
    if len(declared) != 1:
        raise TypeError(f"{function.__qualname__}: parameter {parameter.name} needs one argument type")
    required = parameter.default is inspect.Parameter.empty
    note = declared[0]
    if isinstance(note, Option):
        if required:
            raise TypeError(f"{function.__qualname__}: option {parameter.name} needs a default")
        return Parameter(parameter.name, note.type, required=False, option=note)
    return Parameter(parameter.name, note, required=required and not isinstance(note, MetadataType))


def _syntax(parameters: Sequence[Parameter]) -> Syntax:
    types = [parameter.type for parameter in parameters if parameter.type is not None]
    placed = [parameter.type for parameter in parameters if parameter.option is None]
    if any(isinstance(kind, RestOfLineType) for kind in types):
        return Syntax.RAW
    if placed and all(kind is not None and kind.literal for kind in placed):
        return Syntax.WORDS
    return Syntax.EXPRESSIONS
