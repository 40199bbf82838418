from __future__ import annotations

import pytest

from bsh import plan_stubs as bps
from bsh.devices.sim import SimMotor, SimSignal
from bsh.msg import Msg
from bsh.simulators import RunEngineSimulator, assert_message_and_return_remaining

shutter, current = SimSignal("shutter"), SimSignal("current")


@pytest.fixture
def sim():
    return RunEngineSimulator()


def test_messages_are_recorded_and_the_result_kept(sim):
    def plan():
        yield Msg("null")
        return (yield Msg("read", current))

    assert [msg.command for msg in sim.simulate_plan(plan())] == ["null", "read"]
    assert sim.return_value is None


def test_a_read_handler_answers_for_its_device_only(sim):
    sim.add_read_handler_for(current, 42)

    def plan():
        return (yield from bps.rd(current)), (yield from bps.rd(shutter))

    sim.simulate_plan(plan())
    assert sim.return_value == (42, 0)


def test_a_read_handler_may_give_several_values_or_whole_readings(sim):
    sim.add_read_handler_for_multiple(current, a=1, b={"value": 2, "timestamp": 3})
    sim.simulate_plan(bps.read(current))
    assert sim.return_value["a"]["value"] == 1
    assert sim.return_value["a"]["timestamp"] > 1e9
    assert sim.return_value["b"] == {"value": 2, "timestamp": 3}


def test_read_handlers_answer_for_devices_that_are_read_together(sim):
    sim.add_read_handler_for(current, 42)
    sim.add_read_handler_for(shutter, "open")
    sim.simulate_plan(bps.read_together(current, shutter))
    assert {key: reading["value"] for key, reading in sim.return_value.items()} == {
        "current": 42,
        "shutter": "open",
    }


def test_newer_handlers_win_unless_put_at_the_end(sim):
    sim.add_handler("foo", lambda msg: "old")
    sim.add_handler(["foo", "bar"], lambda msg: "new")
    sim.add_handler("foo", lambda msg: "last", index="end")

    def plan(command):
        return (yield Msg(command))

    for command, answer in (("foo", "new"), ("bar", "new"), ("baz", None)):
        sim.simulate_plan(plan(command))
        assert sim.return_value == answer


def test_handlers_may_be_filtered_by_name_or_function(sim):
    sim.add_handler("set", lambda msg: "by name", "shutter")
    sim.add_handler("trigger", lambda msg: "by function", lambda msg: msg.kwargs.get("group") == "A")
    sim.simulate_plan(bps.abs_set(shutter, 1))
    assert sim.return_value == "by name"
    sim.simulate_plan(bps.abs_set(current, 1))
    assert sim.return_value is None
    sim.simulate_plan(bps.trigger(current, group="A"))
    assert sim.return_value == "by function"


def test_a_wait_handler_may_change_the_world(sim):
    def arrive(msg):
        sim.add_read_handler_for(shutter, 1)

    sim.add_wait_handler(arrive, "my group")

    def plan():
        yield from bps.wait("other")
        before = yield from bps.rd(shutter)
        yield from bps.abs_set(shutter, 1, group="my group", wait=True)
        return before, (yield from bps.rd(shutter))

    sim.simulate_plan(plan())
    assert sim.return_value == (0, 1)


def test_documents_reach_the_callbacks_that_the_plan_subscribed(sim):
    seen = []
    sim.add_handler_for_callback_subscribes()
    sim.add_callback_handler_for("open_run", "start", {"uid": "x"})
    sim.add_callback_handler_for_multiple("save", [[("event", {"n": 1})], [("event", {"n": 2})]])

    def plan():
        yield from bps.subscribe("all", lambda name, doc: seen.append(("all", name)))
        yield from bps.subscribe("event", lambda name, doc: seen.append(("event", doc["n"])))
        yield from bps.open_run()
        for _ in range(3):
            yield from bps.save()

    sim.simulate_plan(plan())
    assert seen == [("all", "start"), ("all", "event"), ("event", 1), ("all", "event"), ("event", 2)]


def test_messages_are_found_in_order():
    motor = SimMotor("m")
    messages = list(bps.mv(motor, 1, group="A")) + list(bps.mv(motor, 2, group="B"))
    rest = assert_message_and_return_remaining(
        messages, lambda msg: msg.command == "set" and msg.args == (2,)
    )
    assert rest == messages[2:]
    in_group = assert_message_and_return_remaining(messages, lambda msg: msg.command == "wait", group="B")
    assert in_group == messages[3:]
    with pytest.raises(AssertionError, match="none of 2 messages"):
        assert_message_and_return_remaining(rest, lambda msg: msg.args == (1,))
