"""What was typed becomes the arguments of a command's function, or an error that says what to type."""

from collections.abc import Sequence
from typing import Annotated

import pytest

from bsh.commands import (
    CountTime,
    Detectors,
    Flag,
    Intervals,
    Metadata,
    Motor,
    Names,
    Number,
    Option,
    Pairs,
    RestOfLine,
    Target,
    Word,
    command,
)
from bsh.commands.argument_types import NumberType
from bsh.errors import UsageError


@command(group="scans", examples=["ascan {motor} -1 1 20 0.1 {counter}"])
def ascan(
    session,
    motor: Motor,
    start: Target,
    stop: Target,
    intervals: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    md: Metadata = None,
    snake: Annotated[bool, Flag("-s")] = False,
    settle: Annotated[float, Option(("--settle",), NumberType(minimum=0, units="s"))] = 0.0,
):
    """Scan one motor."""
    session.received = {
        "motor": motor, "start": start, "stop": stop, "intervals": intervals, "seconds": seconds,
        "counters": counters, "md": md, "snake": snake, "settle": settle,
    }  # fmt: skip


@command(examples=["mv {motor} 1.5"])
def mv(session, moves: Pairs):
    """Move motors."""
    session.received = moves


@command(examples=["ct 1"])
def ct(session, seconds: CountTime = 1.0, counters: Detectors = ()):
    """Count."""
    session.received = (seconds, counters)


@command(examples=["wa sam*"])
def wa(session, names: Names = (), verbose: Annotated[bool, Flag("-v", "--verbose")] = False):
    """Show positions."""
    session.received = (names, verbose)


@command()
def scans(
    session,
    number: Annotated[int, Option(("-n",), NumberType(whole=True, minimum=1))] = 20,
    filters: Metadata = None,
    word: Word = "",
):
    """List runs."""
    session.received = (number, word, filters)


@command()
def comment(session, text: RestOfLine):
    """Note something."""
    session.received = text


@pytest.fixture
def bench(typed):
    return typed(ascan, mv, ct, wa, scans, comment)


def received(bench, line):
    bench.type(line)
    return bench.received


def refusal(bench, line):
    with pytest.raises(UsageError) as caught:
        bench.type(line)
    return caught.value


def test_a_scan_gets_devices_and_numbers(bench):
    got = received(bench, "ascan th -1 1 20 0.1 det mon")
    assert got["motor"] is bench.devices["th"]
    assert (got["start"], got["stop"], got["intervals"], got["seconds"]) == (-1, 1, 20, 0.1)
    assert got["counters"] == (bench.devices["det"], bench.devices["mon"])
    assert isinstance(got["intervals"], int)


def test_an_expression_may_use_variables_and_positions(bench):
    bench.namespace["width"] = 0.5
    bench.devices["tth"].set(3.0)
    bench.clock.advance(100)
    got = received(bench, "ascan th tth/2-width tth/2 + width 2*10 0.1")
    assert (got["start"], got["stop"], got["intervals"]) == (1.0, 2.0, 20)


def test_a_device_as_a_position_means_where_it_is(bench):
    bench.devices["tth"].set(3.0)
    bench.clock.advance(100)
    assert received(bench, "mv th tth") == ((bench.devices["th"], 3.0),)
    assert received(bench, "mv th (-tth)") == ((bench.devices["th"], -3.0),)


def test_metadata_options_and_negative_numbers_meet_in_one_line(bench):
    got = received(bench, "ascan -s --settle 0.2 th -1 -0.5 20 -1000 sample='Fe O' run=3 user=anna")
    assert got["md"] == {"sample": "Fe O", "run": 3, "user": "anna"}
    assert got["snake"] is True
    assert got["settle"] == 0.2
    assert got["seconds"] == -1000


def test_a_counter_is_not_taken_for_a_counting_time(bench):
    assert received(bench, "ct det") == (1.0, (bench.devices["det"],))
    assert received(bench, "ct 2 mon") == (2.0, (bench.devices["mon"],))
    assert received(bench, "ct -1000") == (-1000.0, ())
    assert received(bench, "ct") == (1.0, ())


def test_lists_of_counters_are_taken_apart(bench):
    bench.namespace["both"] = [bench.devices["det"], bench.devices["mon"]]
    assert received(bench, "ct 1 both") == (1.0, (bench.devices["det"], bench.devices["mon"]))


def test_words_and_options(bench):
    assert received(bench, "wa sam* 'th'") == (("sam*", "th"), False)
    assert received(bench, "wa -v") == ((), True)
    assert received(bench, "wa --verbose th") == (("th",), True)
    assert received(bench, "scans -n 5") == (5, "", None)
    assert received(bench, "scans -n5") == (5, "", None)
    assert received(bench, "scans motor=th") == (20, "", {"motor": "th"})
    assert received(bench, "comment it's here; (so far") == "it's here; (so far"


def test_a_device_that_takes_words_gets_a_word(bench):
    assert received(bench, "mv shutter Open")[0][1] == "Open"
    assert received(bench, "mv shutter 'Close'")[0][1] == "Close"


def test_missing_arguments_show_usage_and_an_example_with_the_sessions_own_names(bench):
    error = refusal(bench, "ascan th -1 1")
    assert error.message == "ascan: intervals and seconds are missing"
    assert error.hint == (
        "usage: ascan motor start stop intervals seconds [counters...] [-s] [--settle settle]"
        "   e.g. ascan th -1 1 20 0.1 det"
    )


def test_a_command_without_its_arguments_shows_how_it_is_used(bench):
    error = refusal(bench, "mv")
    assert error.message == "usage: mv motor position [motor position...]"
    assert error.hint == "example: mv th 1.5"


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("mv thh 1", "mv: motor: unknown motor thh", "did you mean"),
        ("mv zzz 1", "mv: motor: unknown motor zzz", "motors: th, tth, samx, shutter"),
        ("mv det 1", "mv: motor: det is not a motor", ""),
        ("mv 3 1", "mv: motor: 3 is not a motor", ""),
        ("mv th", "mv: position of th is missing", "usage: mv"),
        ("mv th 1 tth", "mv: position of tth is missing", "usage: mv"),
        ("mv th qqq", "mv: position: unknown name qqq", "th takes a number in deg"),
        ("mv th sqrt(x)", "mv: position: unknown name sqrt in sqrt(x)", ""),
        ("mv th 'up'", "mv: position: 'up' is not a number", "th takes a number in deg"),
        ("mv th 1/0", "mv: position: 1/0 cannot be evaluated: division by zero", ""),
        ("mv th float('nan')", "mv: position: float('nan') is nan, not a finite number", "deg"),
        ("mv th 1, tth 2", "mv: position: 1, cannot be read: arguments are separated by blanks", ""),
        ("mv th 'abc", "mv: position: 'abc cannot be read: a quotation mark is not closed", ""),
        ("mv th 1 - 0.5 tth", "position of tth is missing (1 - 0.5 is one argument", ""),
        ("mv th=1", "mv: it takes no th=1; write th 1", "usage: mv"),
        ("ascan th 0 1 20.5 1", "ascan: intervals: 20.5 is not a whole number", "usage: ascan"),
        ("ascan th 0 1 0 1", "ascan: intervals: 0 is too small, the least is 1", ""),
        ("ascan th 0 1 10 0", "ascan: seconds: 0 is no counting time", "monitor counts"),
        ("ascan th 0 1 10 1 dett", "ascan: counters: unknown counter dett", "did you mean det"),
        ("ascan th 0 True 10 1", "ascan: stop: True is not a number", ""),
        ("ascan -q th 0 1 10 1", "ascan: unknown option -q", "options: -s, --settle; for a value write (-q)"),
        ("mv th -tth", "mv: unknown option -tth", "for a value write (-tth)"),
        ("ascan --settle", "ascan: option --settle needs settle", ""),
        ("ascan --settle=-1 th 0 1 10 1", "ascan: settle: -1 is too small, the least is 0 s", ""),
        ("ascan -s=1 th 0 1 10 1", "ascan: option -s takes no value", ""),
        ("ascan th 0 1 10 1 a=1 a=2", "ascan: a is given twice", ""),
        ("ct 1 det 3", "ct: counters: 3 is not a counter", ""),
        ("wa [1", "wa: names: [1 cannot be read", ""),
    ],
)  # fmt: skip
def test_errors_name_the_argument_its_value_and_what_to_type(bench, line, message, hint):
    error = refusal(bench, line)
    assert message in error.message
    assert hint in (error.hint or "")


def test_a_motor_hidden_by_a_variable_is_still_the_motor(bench):
    bench.namespace["th"] = 3
    assert received(bench, "mv th 1") == ((bench.devices["th"], 1),)


def test_a_variable_may_hold_a_motor(bench):
    bench.namespace["m"] = bench.devices["samx"]
    assert received(bench, "mv m 1") == ((bench.devices["samx"], 1),)
    bench.type("for m in (th, tth): mv m 2")
    assert bench.received == ((bench.devices["tth"], 2),)


def test_nothing_is_evaluated_twice(bench):
    seen = []
    bench.namespace["tick"] = lambda: seen.append(1) or 1.0
    received(bench, "ct tick()")
    assert seen == [1]


def test_commands_are_callable_from_python_with_values_names_or_keywords(bench):
    bench.type("mv(th, 1.5)")
    assert bench.received == ((bench.devices["th"], 1.5),)
    bench.type("mv('tth', 2)")
    assert bench.received == ((bench.devices["tth"], 2),)
    bench.type("ascan(th, -1, stop=1, intervals=20, seconds=0.1, snake=True, user='anna')")
    got = bench.received
    assert (got["start"], got["stop"], got["snake"], got["md"]) == (-1, 1, True, {"user": "anna"})
    bench.type("wa('sam*', verbose=True)")
    assert bench.received == (("sam*",), True)


def test_parameters_need_a_type_that_commands_know():
    with pytest.raises(TypeError, match="parameter x needs one argument type"):
        command()(_untyped)
    with pytest.raises(TypeError, match="option x needs a default"):
        command()(_option_without_default)


def _untyped(session, x: Sequence[int]):
    """Take something unknown."""


def _option_without_default(session, x: Annotated[bool, Flag("-x")]):
    """Take an option."""


def test_a_number_may_be_taken_from_a_device(typed):
    @command()
    def half(session, value: Number):
        """Halve."""
        session.received = value / 2

    bench = typed(half)
    bench.devices["th"].set(4.0)
    bench.clock.advance(100)
    assert received(bench, "half th") == 2.0
