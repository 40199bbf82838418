"""Each stub that sends one message, or one and a wait: exactly which."""

from __future__ import annotations

import pytest

from bsh import plan_stubs as bps
from bsh.msg import Msg

WAIT = {"error_on_timeout": True, "timeout": None, "watch": ()}


def func(name, doc): ...


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (lambda: bps.create(), [Msg("create", name="primary")]),
        (lambda: bps.create("custom"), [Msg("create", name="custom")]),
        (lambda: bps.save(), [Msg("save")]),
        (lambda: bps.drop(), [Msg("drop")]),
        (lambda: bps.read("det"), [Msg("read", "det")]),
        (lambda: bps.null(), [Msg("null")]),
        (lambda: bps.monitor("sig"), [Msg("monitor", "sig", name=None)]),
        (lambda: bps.monitor("sig", name="c", run=True), [Msg("monitor", "sig", name="c", run=True)]),
        (lambda: bps.unmonitor("sig"), [Msg("unmonitor", "sig")]),
        (lambda: bps.abs_set("m", 5), [Msg("set", "m", 5, group=None)]),
        (lambda: bps.abs_set("m", 5, timeout=2), [Msg("set", "m", 5, group=None, timeout=2)]),
        (
            lambda: bps.abs_set("m", 5, group="A", wait=True),
            [Msg("set", "m", 5, group="A"), Msg("wait", None, group="A")],
        ),
        (lambda: bps.stop("m"), [Msg("stop", "m")]),
        (lambda: bps.trigger("det"), [Msg("trigger", "det", group=None)]),
        (
            lambda: bps.trigger("det", group="A", wait=True),
            [Msg("trigger", "det", group="A"), Msg("wait", None, group="A")],
        ),
        (lambda: bps.sleep(2), [Msg("sleep", None, 2)]),
        (lambda: bps.wait(), [Msg("wait", None, group=None, **WAIT)]),
        (lambda: bps.wait("A"), [Msg("wait", None, group="A", **WAIT)]),
        (
            lambda: bps.wait("A", timeout=1, error_on_timeout=False, watch=("B",)),
            [Msg("wait", None, group="A", timeout=1, error_on_timeout=False, watch=("B",))],
        ),
        (lambda: bps.checkpoint(), [Msg("checkpoint")]),
        (lambda: bps.clear_checkpoint(), [Msg("clear_checkpoint")]),
        (lambda: bps.pause(), [Msg("pause", None, defer=False)]),
        (lambda: bps.deferred_pause(), [Msg("pause", None, defer=True)]),
        (lambda: bps.input_plan("yes? "), [Msg("input", prompt="yes? ")]),
        (lambda: bps.prepare("f", 1, group="A"), [Msg("prepare", "f", 1, group="A")]),
        (
            lambda: bps.prepare("f", 1, group="A", wait=True),
            [Msg("prepare", "f", 1, group="A"), Msg("wait", None, group="A", **WAIT)],
        ),
        (lambda: bps.read_together("d", "e", "d"), [Msg("read_together", None, "d", "e")]),
        (lambda: bps.kickoff("f", speed=3), [Msg("kickoff", "f", group=None, speed=3)]),
        (
            lambda: bps.kickoff("f", group="A", wait=True),
            [Msg("kickoff", "f", group="A"), Msg("wait", None, group="A", **WAIT)],
        ),
        (lambda: bps.complete("f"), [Msg("complete", "f", group=None)]),
        (
            lambda: bps.complete("f", group="A", wait=True),
            [Msg("complete", "f", group="A"), Msg("wait", None, group="A", **WAIT)],
        ),
        (lambda: bps.collect("f"), [Msg("collect", "f", stream=False, return_payload=True, name=None)]),
        (
            lambda: bps.collect("f", "g", stream=True, return_payload=False, name="x"),
            [Msg("collect", "f", "g", stream=True, return_payload=False, name="x")],
        ),
        (lambda: bps.configure("d", {"a": 1}), [Msg("configure", "d", {"a": 1})]),
        (lambda: bps.stage("d"), [Msg("stage", "d", group=None)]),
        (lambda: bps.unstage("d", group="A"), [Msg("unstage", "d", group="A")]),
        (lambda: bps.subscribe("all", func), [Msg("subscribe", None, func, "all")]),
        (lambda: bps.unsubscribe(3), [Msg("unsubscribe", token=3)]),
        (lambda: bps.install_suspender("s"), [Msg("install_suspender", None, "s")]),
        (lambda: bps.remove_suspender("s"), [Msg("remove_suspender", None, "s")]),
        (lambda: bps.open_run(), [Msg("open_run")]),
        (lambda: bps.open_run({"a": 1}), [Msg("open_run", a=1)]),
        (lambda: bps.close_run(), [Msg("close_run", exit_status=None, reason=None)]),
        (lambda: bps.close_run("fail", "why"), [Msg("close_run", exit_status="fail", reason="why")]),
        (lambda: bps.wait_for([func], timeout=1), [Msg("wait_for", None, [func], timeout=1)]),
        (lambda: bps.locate("m"), [Msg("locate", "m", squeeze=True)]),
        (lambda: bps.locate("m", "n", squeeze=False), [Msg("locate", "m", "n", squeeze=False)]),
        (lambda: bps.broadcast_msg("foo", "ab", 1, b=2), [Msg("foo", "a", 1, b=2), Msg("foo", "b", 1, b=2)]),
        (lambda: bps.repeater(2, lambda x: [Msg("null", None, x)], 5), [Msg("null", None, 5)] * 2),
    ],
)
def test_a_stub_sends_its_message(plan, expected):
    assert list(plan()) == expected


@pytest.mark.parametrize(
    "plan", [bps.read("d"), bps.sleep(1), bps.open_run(), bps.input_plan(), bps.stage("d")]
)
def test_a_stub_returns_the_answer(plan):
    generator = iter(plan)
    generator.send(None)
    with pytest.raises(StopIteration) as end:
        generator.send("answer")
    assert end.value.value == "answer"
