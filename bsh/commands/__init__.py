"""The command language: declarations, parsing, the registry, reports; no terminal."""

from bsh.commands.argument import Argument
from bsh.commands.argument_types import (
    ArgumentType,
    CommandWord,
    CountTime,
    Detectors,
    Flag,
    Integer,
    Intervals,
    Line,
    Metadata,
    Motor,
    Motors,
    Names,
    Number,
    Option,
    Pairs,
    RestOfLine,
    Target,
    Word,
    Words,
    movable_names,
    readable_names,
)
from bsh.commands.axes import axes_of, axis_named, is_axis, resting_place, setpoint_of, tolerance_of
from bsh.commands.binding import bind, usage_error
from bsh.commands.command import Command, Parameter, command
from bsh.commands.context import CommandSession
from bsh.commands.error_names import explained_error, is_error
from bsh.commands.expressions import DISPATCHER
from bsh.commands.nearest import nearest, nearest_hint
from bsh.commands.pausing import pause_hook, set_pause_hook
from bsh.commands.registry import ENTRY_POINT_GROUP, Registry
from bsh.commands.rewriting import rewrite
from bsh.commands.runner import CommandRunner, Dispatcher, runners
from bsh.commands.values import answer_of, described, limits_of, position_of, precision_of, units_of
from bsh.commands.words import Syntax, split_words

__all__ = [
    "DISPATCHER",
    "ENTRY_POINT_GROUP",
    "Argument",
    "ArgumentType",
    "Command",
    "CommandRunner",
    "CommandSession",
    "CommandWord",
    "CountTime",
    "Detectors",
    "Dispatcher",
    "Flag",
    "Integer",
    "Intervals",
    "Line",
    "Metadata",
    "Motor",
    "Motors",
    "Names",
    "Number",
    "Option",
    "Pairs",
    "Parameter",
    "Registry",
    "RestOfLine",
    "Syntax",
    "Target",
    "Word",
    "Words",
    "answer_of",
    "axes_of",
    "axis_named",
    "bind",
    "command",
    "described",
    "explained_error",
    "is_axis",
    "is_error",
    "limits_of",
    "movable_names",
    "nearest",
    "nearest_hint",
    "pause_hook",
    "position_of",
    "precision_of",
    "readable_names",
    "resting_place",
    "rewrite",
    "runners",
    "set_pause_hook",
    "setpoint_of",
    "split_words",
    "tolerance_of",
    "units_of",
    "usage_error",
]
