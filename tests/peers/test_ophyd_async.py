from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.peers


@pytest.fixture
def engine() -> Any:
    from bluesky import RunEngine

    engine = RunEngine(call_returns_result=True)
    yield engine
    engine.close()


def test_init_devices_connects_and_names_devices_on_the_engines_loop(engine: Any) -> None:
    import bluesky.plan_stubs as bps
    from ophyd_async.core import init_devices, soft_signal_rw

    with init_devices():
        temperature = soft_signal_rw(float, 20.0)

    assert temperature.name == "temperature"
    engine(bps.mv(temperature, 25.0))
    assert engine(bps.rd(temperature)).plan_result == 25.0


def test_the_simulated_stage_and_detector_are_scanned(engine: Any, tmp_path: Any) -> None:
    import bluesky.plans as bp
    from ophyd_async import sim
    from ophyd_async.core import init_devices

    pattern = sim.PatternGenerator()
    with init_devices():
        stage = sim.SimStage(pattern)
        pdet = sim.SimPointDetector(pattern)
    seen: list[tuple[str, Any]] = []

    engine(bp.scan([pdet], stage.x, 1, 2, 3), lambda name, doc: seen.append((name, doc)))

    names = [name for name, _ in seen]
    assert (names.count("event"), names[-1]) == (3, "stop")
    assert seen[-1][1]["exit_status"] == "success"
    positions = [doc["data"]["stage-x"] for name, doc in seen if name == "event"]
    assert positions == pytest.approx([1.0, 1.5, 2.0])


def test_ensure_connected_connects_in_a_plan(engine: Any) -> None:
    from ophyd_async.core import Device, soft_signal_rw
    from ophyd_async.plan_stubs import ensure_connected

    class Box(Device):
        def __init__(self, name: str = "") -> None:
            self.value = soft_signal_rw(int, 3)
            super().__init__(name)

    box = Box("box")

    result = engine(ensure_connected(box, mock=True))

    assert result.exit_status == "success"


def test_settings_are_stored_and_put_back_by_plan_stubs(engine: Any, tmp_path: Any) -> None:
    import bluesky.plan_stubs as bps
    from ophyd_async.core import Device, YamlSettingsProvider, init_devices, soft_signal_rw
    from ophyd_async.plan_stubs import apply_settings, retrieve_settings, store_settings

    class Box(Device):
        def __init__(self, name: str = "") -> None:
            self.value = soft_signal_rw(int, 3)
            super().__init__(name)

    with init_devices():
        box = Box()
    provider = YamlSettingsProvider(tmp_path)

    def plan() -> Any:
        yield from store_settings(provider, "day_one", box)
        yield from bps.mv(box.value, 7)
        settings = yield from retrieve_settings(provider, "day_one", box)
        yield from apply_settings(settings)
        return (yield from bps.rd(box.value))

    assert engine(plan()).plan_result == 3
