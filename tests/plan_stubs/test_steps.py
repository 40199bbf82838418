from __future__ import annotations

from collections import defaultdict
from itertools import islice

import pytest

from bsh import plan_stubs as bps
from bsh.msg import Msg
from tests.plans.devices import Det, Motor
from tests.plans.drive import drive

det, x, y = Det("det"), Motor("x"), Motor("y")


def reading(devices):
    yield Msg("custom", None, *devices)
    return "read"


def shot():
    return [Msg("shot")]


def test_one_shot_is_a_checkpoint_and_a_reading():
    assert drive(bps.one_shot([det])).commands == ["checkpoint", "trigger", "wait", "create", "read", "save"]
    driven = drive(bps.one_shot((det,), take_reading=reading))
    assert driven.messages == [Msg("checkpoint"), Msg("custom", None, det)]


def test_one_1d_step_moves_waits_and_reads_the_motor_too():
    driven = drive(bps.one_1d_step([det], x, 5))
    assert driven.commands == [
        "checkpoint",
        "set",
        "wait",
        "trigger",
        "wait",
        "create",
        "read",
        "read",
        "save",
    ]
    assert driven.moves(x) == [5]
    custom = drive(bps.one_1d_step([det], x, 5, take_reading=reading))
    assert custom.messages[-1] == Msg("custom", None, det, x)
    assert custom.result == "read"


def test_move_per_step_moves_only_what_changes():
    cache = defaultdict(lambda: None)
    first = drive(bps.move_per_step({x: 1, y: 2}, cache))
    assert first.commands == ["checkpoint", "set", "set", "wait"]
    second = drive(bps.move_per_step({x: 1, y: 3}, cache))
    assert [(msg.obj, msg.args) for msg in second.of("set")] == [(y, (3,))]
    assert dict(cache) == {x: 1, y: 3}


def test_one_nd_step_moves_and_reads_all_axes():
    driven = drive(bps.one_nd_step([det], {x: 1, y: 2}, defaultdict(lambda: None)))
    assert [msg.obj for msg in driven.of("read")] == [det, x, y]
    custom = drive(bps.one_nd_step([det], {x: 1}, defaultdict(lambda: None), take_reading=reading))
    assert custom.messages[-1] == Msg("custom", None, det, x)


def test_repeater_goes_on_for_ever_with_none():
    assert len(list(islice(bps.repeater(None, shot), 50))) == 50


def test_caching_repeater_sends_the_same_messages_and_is_deprecated():
    with pytest.warns(DeprecationWarning, match="repeater"):
        messages = list(bps.caching_repeater(3, [Msg("a"), Msg("b")]))
    assert [msg.command for msg in messages] == ["a", "b"] * 3


def test_repeat_marks_each_turn_with_a_checkpoint():
    assert drive(bps.repeat(shot, 3)).commands == ["checkpoint", "shot"] * 3


def test_repeat_without_number_goes_on():
    assert len(list(islice(bps.repeat(shot, None), 50))) == 50


def test_repeat_sleeps_between_but_not_after_the_last():
    driven = drive(bps.repeat(shot, 3, delay=60))
    assert driven.commands == ["checkpoint", "shot", "checkpoint", "sleep"] * 2 + ["checkpoint", "shot"]
    assert all(59 < msg.args[0] <= 60 for msg in driven.of("sleep"))


def test_a_pause_during_the_delay_does_not_repeat_the_shot():
    commands = drive(bps.repeat(shot, 2, delay=60)).commands
    sleep = commands.index("sleep")
    assert commands[sleep - 1] == "checkpoint"


def test_the_delay_is_shortened_by_the_time_that_the_plan_took(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def slow(msg):
        now[0] += {"shot": 4.0, "checkpoint": 50.0}.get(msg.command, 0.0)

    driven = drive(bps.repeat(shot, 2, delay=10), slow)
    # a pause lasts as long as its checkpoint: it must not eat up the delay
    assert [msg.args[0] for msg in driven.of("sleep")] == [6.0]


def test_a_plan_longer_than_the_delay_is_followed_at_once(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def slow(msg):
        now[0] += 20.0 * (msg.command == "shot")

    assert "sleep" not in drive(bps.repeat(shot, 3, delay=10), slow).commands


def test_delays_may_differ_and_may_be_an_iterator():
    for delays in ([60, None, 70], iter([60, None, 70])):
        driven = drive(bps.repeat(shot, 4, delay=delays))
        assert [round(msg.args[0]) for msg in driven.of("sleep")] == [60, 70]
        assert driven.commands.count("shot") == 4


def test_too_few_delays_are_refused_before_anything_is_done():
    driven = drive(bps.repeat(shot, 4, delay=[1, 1]))
    assert isinstance(driven.error, ValueError)
    assert "num=4" in str(driven.error)
    assert "only 2" in str(driven.error)
    assert driven.messages == []


def test_an_iterator_of_delays_that_ends_early_is_an_error_when_it_ends():
    driven = drive(bps.repeat(shot, 4, delay=iter([0])))
    assert isinstance(driven.error, ValueError)
    assert driven.commands.count("shot") == 2


def test_without_a_number_the_delays_decide_how_often():
    assert drive(bps.repeat(shot, None, delay=[0, 0])).commands.count("shot") == 3
