from __future__ import annotations

import asyncio
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bsh.bluesky import examples, run_engine, utils
from bsh.bluesky.adapted import deprecation
from bsh.bluesky.callbacks.fitting import center_of_mass
from bsh.devices.sim import SimDetector, SimSignal
from bsh.engine import RunEngine
from bsh.errors import TransitionError
from bsh.msg import Msg
from tests.bluesky.conftest import Python


@pytest.fixture(autouse=True)
def nothing_was_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deprecation, "already_warned", {})


@pytest.mark.parametrize("name", ["install_kicker", "install_qt_kicker", "install_nb_kicker"])
def test_kickers_do_nothing_and_say_so_once(name: str) -> None:
    kicker = getattr(utils, name)
    with pytest.warns(DeprecationWarning, match="does nothing any more"):
        kicker()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kicker(loop=None, update_rate=0.1)


def test_functions_at_their_old_place_work_and_name_the_new_one_once() -> None:
    from bsh.bluesky import plan_tools, plans

    with pytest.warns(DeprecationWarning, match=r"bluesky\.simulators\.summarize_plan"):
        plan_tools.print_summary(plans.count([SimDetector("det")]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plan_tools.print_summary(plans.count([SimDetector("det")]))


def test_simulated_devices_of_the_examples_are_those_of_ophyd(python: Python) -> None:
    outcome = python(
        "-W", "default", "-m", "bsh.bluesky", "-c",
        "from bluesky.examples import motor, det; import ophyd.sim; print(motor is ophyd.sim.motor)",
    )  # fmt: skip

    assert outcome.stdout == "True\n"
    assert "is now ophyd.sim.motor" in outcome.stderr


def test_plans_of_the_examples_run() -> None:
    engine = RunEngine()
    names: list[str] = []
    engine.subscribe(lambda name, doc: names.append(name))
    det = SimDetector("det", count_time=0)
    motor = SimSignal("motor", value=0.0)  # arrives at once: these plans do not wait
    try:
        for plan in (
            examples.simple_scan(motor),
            examples.wait_one(det, motor),
            examples.wait_complex(det, [motor]),
            examples.conditional_break(det, motor, threshold=float("inf")),
        ):
            engine(plan)
        names.clear()
        engine(examples.stepscan(det, motor))
        assert names.count("event") == 10
        names.clear()
        engine(
            examples.multi_sample_temperature_ramp(
                det, ["a", "b"], [0, 9], motor, 0, 2, 1, SimSignal("t", value=0.0), 0, 1, 1
            )
        )
        assert (names.count("start"), names.count("event")) == (2, 4)
    finally:
        engine.close()


def test_structs_take_their_fields_in_order_or_by_name() -> None:
    class Point(utils.Struct):
        _fields = ["x", "y"]  # noqa: RUF012  # as scripts write it

    point = Point(1, y=2, md={"a": 1})
    point.set(x=5)

    assert (point.x, point.y, point.md, point.flyers) == (5, 2, {"a": 1}, [])
    with pytest.raises(TypeError):
        Point(1)


def test_subs_are_kept_for_each_instance_and_default_subs_for_all() -> None:
    class Plan:
        own = utils.Subs()
        shared = utils.DefaultSubs(print)

    first, second = Plan(), Plan()
    first.own = [len]  # type: ignore[assignment]  # what the attribute is for
    first.shared = {"start": repr}  # type: ignore[assignment]  # what the attribute is for

    assert (first.own["all"], second.own["all"]) == ([len], [])
    assert second.shared["start"] == [repr]


def test_callbacks_of_factories_are_added_to_lists() -> None:
    out: dict[str, list[Any]] = {"all": [print]}

    utils.update_sub_lists(
        out, utils.apply_sub_factories({"all": lambda plan: plan, "stop": lambda plan: None}, len)
    )

    assert out["all"] == [print, len]
    assert out["stop"] == []


def test_states_of_an_engine_in_the_shape_of_a_machine() -> None:
    machine = run_engine.RunEngineStateMachine()

    assert machine.can_be_("running")
    machine.set_("running")
    assert machine.is_("running")
    with pytest.raises(TransitionError):
        machine.set_("nowhere")


def test_a_property_machine_calls_the_hook_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    class Thing:
        state = run_engine.LoggingPropertyMachine(run_engine.RunEngineStateMachine)
        seen: list[Any] = []  # noqa: RUF012  # of this test only

        def state_hook(self, new: Any, old: Any) -> None:
            self.seen.append((new, old))

    thing = Thing()
    with caplog.at_level(logging.INFO, logger="bsh.RE.state"):
        thing.state = "running"

    assert thing.seen == [("running", "idle")]
    assert "'running'" in caplog.text


def test_values_awaitables_and_iterators_are_taken_alike() -> None:
    async def later() -> int:
        return 3

    async def some() -> Any:
        yield 1
        yield 2

    async def collect() -> Any:
        plain = [one async for one in utils.iterate_maybe_async(iter([1, 2]))]
        asynchronous = [one async for one in utils.iterate_maybe_async(some())]
        return plain, asynchronous, await utils.maybe_await(later()), await utils.maybe_await(4)

    assert asyncio.run(collect()) == ([1, 2], [1, 2], 3, 4)


def test_documents_about_data_elsewhere_are_asked_for_as_the_device_offers_them() -> None:
    class Old:
        def collect_asset_docs(self) -> Any:
            yield "resource", {}

    class New(Old):
        def collect_asset_docs(self, index: int | None = None) -> Any:
            yield "stream_datum", {"index": index}

        def get_index(self) -> int:
            return 2

    async def collect(device: Any) -> Any:
        return [one async for one in utils.maybe_collect_asset_docs(None, device, 2)]

    assert asyncio.run(collect(Old())) == [("resource", {})]
    assert asyncio.run(collect(New())) == [("stream_datum", {"index": 2})]
    assert asyncio.run(collect(object())) == []


def test_small_functions_about_values() -> None:
    import numpy as np

    assert json.dumps(utils.sanitize_np(np.arange(2))) == "[0, 1]"
    assert (utils.ensure_uid({"uid": "a"}), utils.ensure_uid("b")) == ("a", "b")
    assert utils.apply_to_dict_recursively({"a": {"b": 1}, "c": 2}, str) == {"a": "{'b': '1'}", "c": "2"}
    called: list[int] = []
    loop = type("Clock", (), {"time": staticmethod(lambda: 10.0)})
    utils.expiring_function(called.append, loop, 1)(start_time := 9.0, 2.0)
    utils.expiring_function(called.append, loop, 2)(start_time, 0.5)
    assert called == [1]


def test_centre_of_mass_is_that_of_scipy_in_any_dimension() -> None:
    import numpy as np

    assert center_of_mass([0, 1, 3, 0]) == (1.75,)
    assert center_of_mass(np.array([[0, 0], [0, 2]])) == (1.0, 1.0)
    labels = [1, 1, 2, 2]
    assert center_of_mass([1, 1, 1, 3], labels, [1, 2]) == [(0.5,), (2.75,)]
    assert center_of_mass([1, 1, 1, 3], labels, 2) == (2.75,)


def test_history_is_kept_where_the_old_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESKY_HISTORY_PATH", str(tmp_path))
    utils.get_history()["scan_id"] = 7

    assert utils.get_history()["scan_id"] == 7
    assert list(tmp_path.rglob("metadata.db"))


def test_plan_types_of_annotations_take_the_type_of_their_value() -> None:
    assert utils.MsgGenerator[int] is not None
    assert run_engine.RunEngine is RunEngine


MAGICS = """\
from IPython.core.interactiveshell import InteractiveShell
from bluesky.magics import BlueskyMagics, get_labeled_devices
from bluesky.utils import register_transform
from bluesky.run_engine import autoawait_in_bluesky_event_loop, in_bluesky_event_loop
from bluesky import RunEngine
from bluesky.plan_stubs import null
from bsh.devices.sim import SimMotor, SimDetector
shell = InteractiveShell.instance()
RE = RunEngine()
shell.register_magics(BlueskyMagics)
th, det = SimMotor("th", velocity=1e6, limits=(-5, 5)), SimDetector("det", count_time=0)
th._ophyd_labels_, det._ophyd_labels_ = {"motors"}, {"detectors"}
shell.push({"th": th, "det": det, "RE": RE, "null": null, "inside": in_bluesky_event_loop})
shell.run_line_magic("mov", "th 1+1")
shell.run_line_magic("movr", "th 0.5")
print("at", th.position)
shell.run_line_magic("ct", "")
shell.run_line_magic("wa", "motors nothing")
for magic, line in (("mov", "th"), ("ct", "[det]")):
    try:
        shell.run_line_magic(magic, line)
    except (TypeError, ValueError) as error:
        print(type(error).__name__)
print(sorted(get_labeled_devices(shell.user_ns)))
register_transform("RE", prefix="<", ip=shell)
print("transform", shell.run_cell("<null()").result)
autoawait_in_bluesky_event_loop(shell)
shell.run_cell("import asyncio; await asyncio.sleep(0); print('in loop', inside())")
"""


def test_the_magics_and_the_prompt_of_an_ipython_of_ones_own(python: Python) -> None:
    outcome = python("-W", "default", "-m", "bsh.bluesky", "-c", MAGICS)

    lines = outcome.stdout.splitlines()
    assert "at 2.5" in lines, outcome.stderr
    assert any("will not be saved" in line for line in lines)
    assert any(line.split()[:4] == ["th", "2.5", "-5", "5"] for line in lines), outcome.stdout
    assert "<no matches for this label>" in lines
    assert [line for line in lines if line in ("TypeError", "ValueError")] == ["TypeError", "ValueError"]
    assert "['detectors', 'motors']" in lines
    assert "transform ()" in lines
    assert "in loop True" in lines


def test_wait_for_gives_tasks_in_the_order_given() -> None:
    from bsh.bluesky.plan_stubs import wait_for
    from bsh.errors import WaitForTimeoutError

    async def answer(value: int) -> int:
        await asyncio.sleep(0.01 * (3 - value))
        return value

    async def fail() -> None:
        raise ValueError("no answer")

    def plan() -> Any:
        tasks = yield from wait_for([lambda: answer(1), lambda: answer(2)])
        (failed,) = yield from wait_for([fail])
        try:
            yield from wait_for([lambda: asyncio.sleep(60)], timeout=0.01)
        except WaitForTimeoutError:
            return [task.result() for task in tasks], str(failed.exception())

    engine = RunEngine(call_returns_result=True)
    try:
        assert engine(plan()).plan_result == ([1, 2], "no answer")
    finally:
        engine.close()


def test_plans_are_generator_functions_for_those_who_look_for_plans(door: None) -> None:
    import inspect

    import bluesky.plans as bp
    from bluesky import RunEngine

    from bsh.devices.sim import SimDetector

    offered = {name for name in bp.__all__ if name[0].islower()} - {
        "derive_default_hints",
        "get_hinted_fields",
    }
    assert {name for name in offered if inspect.isgeneratorfunction(getattr(bp, name))} == offered
    assert len(offered) == 35
    assert str(inspect.signature(bp.count)).startswith("(detectors")
    with pytest.raises(TypeError):
        bp.count([], no_such=1).send(None)
    engine = RunEngine(call_returns_result=True)
    result = engine(bp.count([SimDetector("det", count_time=0)]))
    assert result.plan_result == result.run_start_uids[0]
    engine.close()


def test_a_status_can_be_asked_why_it_failed(door: None) -> None:
    from bluesky import plan_stubs, protocols, run_engine

    from bsh.devices.status import Status

    class Unfit:
        done = success = True

        def add_callback(self, callback: Any) -> None: ...

    assert isinstance(Status(), protocols.Status)
    assert not isinstance(Unfit(), protocols.Status)
    assert run_engine.Status is plan_stubs.Status is protocols.Status


def test_versions_are_in_the_metadata_before_the_first_run(door: None) -> None:
    from bluesky import RunEngine, __version__

    engine = RunEngine({"versions": {"beamline": "3"}})
    engine.md["versions"]["profile"] = "7"  # as start-up scripts do
    assert engine.md["versions"]["bluesky"] == __version__
    started: list[Any] = []
    engine([Msg("open_run"), Msg("close_run")], {"start": lambda name, doc: started.append(doc)})
    assert {"beamline", "profile", "bluesky", "bsh"} <= started[0]["versions"].keys()
    engine.close()


def test_versions_are_there_before_anything_imports_bluesky(door: None) -> None:
    from bsh import RunEngine

    engine = RunEngine({})
    assert engine.md["versions"].keys() >= {"bsh", "bluesky"}
    engine.close()


def test_without_the_door_metadata_are_what_was_given() -> None:
    from bsh import RunEngine

    engine = RunEngine({"a": 1})
    assert engine.md == {"a": 1}
    engine.close()


def test_a_rectangle_that_is_dragged_in_a_plot_becomes_a_grid_scan(door: None) -> None:
    from bluesky.interactive import OuterProductWidget
    from matplotlib.backend_bases import MouseButton, MouseEvent
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from bsh import RunEngine
    from bsh.devices.sim import SimDetector, SimSignal

    figure = Figure()
    canvas = FigureCanvasAgg(figure)
    ax = figure.add_subplot(xlim=(0, 10), ylim=(0, 100))
    x, y = SimSignal("x", value=0.0), SimSignal("y", value=0.0)
    widget = OuterProductWidget(ax, [SimDetector("det", count_time=0)], x, y, 3, 2, md={"by": "hand"})
    canvas.draw()
    with pytest.raises(RuntimeError, match="No rectangle"):
        widget.last_plan  # noqa: B018

    def mouse(name: str, at: tuple[float, float]) -> None:
        pixels = ax.transData.transform(at)
        canvas.callbacks.process(name, MouseEvent(name, canvas, *pixels, MouseButton.LEFT))

    def drag(first: tuple[float, float], last: tuple[float, float]) -> None:
        mouse("button_press_event", first)
        mouse("motion_notify_event", last)
        mouse("button_release_event", last)

    drag((2, 20), (8, 60))
    assert np.allclose(widget.last_rect, ((2, 20), (8, 60)), atol=0.5)

    documents: list[tuple[str, Any]] = []
    engine = RunEngine()
    engine(widget.last_plan, lambda name, doc: documents.append((name, doc)))
    engine.close()
    start = documents[0][1]
    assert start["by"] == "hand"
    assert start["interactive"]["widget_class"] == "OuterProductWidget"
    assert tuple(start["shape"]) == (3, 2)
    taken = [(doc["data"]["x"], doc["data"]["y"]) for name, doc in documents if name == "event"]
    assert np.allclose(taken, [(2, 20), (2, 60), (5, 60), (5, 20), (8, 20), (8, 60)], atol=0.5)

    widget.active = False
    before = widget.last_rect
    drag((1, 10), (3, 30))
    assert widget.last_rect == before
