"""Carrying commands out."""

import threading

import pytest

from bsh.commands import Detectors, Intervals, Motor, Target, command, set_pause_hook
from bsh.commands.reports import Text
from bsh.errors import CommandError, RunEngineInterrupted, UsageError
from bsh.msg import Msg


@command(kind="plan", interrupt="pause", generator="bsh.plans.spec.ascan", examples=["shift {motor} 0 1 2"])
def shift(session, motor: Motor, start: Target, stop: Target, intervals: Intervals, counters: Detectors = ()):
    """Shift a motor."""
    yield Msg("set", motor, start)
    yield Msg("set", motor, stop)


@command()
def hello(session):
    """Say hello."""
    return Text("hello")


@pytest.fixture
def bench(typed):
    return typed(shift, hello)


def test_a_plan_is_executed_with_the_line_as_typed(bench):
    bench.type("shift th 0 2*3 4")
    ((line, interrupt, messages),) = bench.executed
    assert (line, interrupt) == ("shift th 0 2*3 4", "pause")
    assert [(msg.obj.name, msg.args) for msg in messages] == [("th", (0.0,)), ("th", (6.0,))]


def test_a_call_from_python_reconstructs_the_line(bench):
    bench.type("shift(th, -1, 1.5, 4, [det, mon])")
    assert bench.executed[0][0].startswith("shift th -1 1.5 4")
    bench.type("shift(th, -1, stop=2, intervals=3)")
    assert bench.executed[1][0] == "shift th -1 stop=2 intervals=3"


def test_a_report_is_shown_once_and_returned_to_python(bench):
    bench.type("hello")
    assert [report.plain() for report in bench.shown] == ["hello"]
    bench.type("answer = hello()")
    assert bench.namespace["answer"] is bench.shown[1]


def test_every_command_of_a_loop_runs(bench):
    bench.type("for i in range(3): hello; shift th 0 i 1")
    assert len(bench.shown) == 3
    assert [messages[1].args for _, _, messages in bench.executed] == [(0.0,), (1.0,), (2.0,)]


def test_a_runner_shows_how_it_is_used(bench):
    assert repr(bench.namespace["shift"]).splitlines() == [
        "usage: shift motor start stop intervals [counters...]",
        "example: shift th 0 1 2",
        "Shift a motor.",
    ]
    with pytest.raises(UsageError, match="usage: shift"):
        bench.type("shift")
    with pytest.raises(UsageError, match="usage: shift"):
        bench.type("shift()")


def test_on_another_thread_while_a_plan_runs_it_is_refused_and_the_generator_named(bench):
    bench.RE.state = "running"
    caught = []

    def inside_a_plan():
        try:
            bench.namespace["shift"](bench.devices["th"], 0, 1, 2)
        except CommandError as error:
            caught.append(error)

    thread = threading.Thread(target=inside_a_plan)
    thread.start()
    thread.join(10)
    assert caught[0].hint == "in a plan write: yield from bsh.plans.spec.ascan(...)"
    assert bench.executed == []


def test_a_pause_is_handled_inside_the_statement_so_that_a_loop_goes_on(bench):
    def paused(factory, **_):
        bench.RE.state = "paused"
        raise RunEngineInterrupted

    resumed = []
    bench.execute = paused
    set_pause_hook(bench, lambda: resumed.append(bench.RE.state))
    bench.type("for i in range(2): shift th 0 1 2")
    assert resumed == ["paused", "paused"]
    set_pause_hook(bench, None)
    with pytest.raises(RunEngineInterrupted):
        bench.type("shift th 0 1 2")


def test_a_plan_that_ended_early_ends_the_loop(bench):
    def ended(factory, **_):
        raise RunEngineInterrupted

    bench.execute = ended
    set_pause_hook(bench, lambda: pytest.fail("nothing is paused"))
    with pytest.raises(RunEngineInterrupted):
        bench.type("shift th 0 1 2")
