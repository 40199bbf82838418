"""A program for the terminal tests: the real engine, simulated devices, the live display."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from bsh import plan_stubs as bps
from bsh.devices.sim import SimDetector, SimMotor
from bsh.display import ConsoleOwner, EngineActivity, LiveDisplay
from bsh.engine import InterruptPolicy, RunEngine
from bsh.errors import RunEngineInterrupted
from bsh.plans import grid_scan, scan, spec

th = SimMotor("th", units="deg", velocity=2, precision=4, limits=(-180, 180))
samx = SimMotor("samx", units="mm", velocity=1, precision=3)
fast = SimMotor("fast", units="deg", velocity=100, precision=4)
quick = SimDetector("quick", motor=fast, sigma=0.25, amplitude=1e5, count_time=0.01)
det = SimDetector("det", motor=th, center=0.03, sigma=0.25, amplitude=1e5, background=2000)
RE = RunEngine({}, scan_id_source=lambda md: 142)
display = LiveDisplay(
    ConsoleOwner(),
    plots="auto" if "plot" in sys.argv[1] else "off",
    working_on=EngineActivity(RE),
)
RE.during_task = display
RE.subscribe(display)
RE.subscribe(lambda name, doc: Path(os.environ.get("STOP_FILE", os.devnull)).write_text("stopped"), "stop")
RE.waiting_hook = display.waiting


def talking_scan():  # type: ignore[no-untyped-def]
    print("the plan talks")
    yield from spec.ascan([det], th, -0.5, 0.5, 30, 0.05)


def many_rows():  # type: ignore[no-untyped-def]
    """Two thousand points, with prints of a callback and of another thread among them."""

    def tell(name, doc):  # type: ignore[no-untyped-def]
        if doc["seq_num"] % 100 == 0:
            print(f"callback at {doc['seq_num']}")

    RE.subscribe(tell, "event")
    threading.Thread(target=lambda: [print(f"thread {i}") for i in range(20)]).start()
    yield from bps.open_run({"num_points": 2000, "hints": {"dimensions": [[["time"], "primary"]]}})
    for _ in range(2000):
        yield from bps.create("primary")
        yield from bps.read(det)
        yield from bps.save()
    yield from bps.close_run()


def asking_scan():  # type: ignore[no-untyped-def]
    def ask(detectors, step, pos_cache):  # type: ignore[no-untyped-def]
        yield from bps.one_nd_step(detectors, step, pos_cache)
        if round(step[th], 2) == 0.0:
            answer = yield from bps.input_plan("how is it? ")
            print("answer:", answer)

    yield from scan([det], th, -0.5, 0.5, 11, per_step=ask)


PLANS = {
    "scan": lambda: spec.ascan([det], th, -0.5, 0.5, 30, 0.05),
    "scan_plot": lambda: spec.ascan([det], th, -0.5, 0.5, 30, 0.05),
    "mesh_plot": lambda: grid_scan([quick], fast, -0.5, 0.5, 8, samx, 0, 0.1, 9, snake_axes=True),
    "rows_plot": many_rows,
    "ask_plot": asking_scan,
    "sleep": lambda: bps.sleep(2),
    "talk": talking_scan,
    "move": lambda: bps.mv(th, 2.0, samx, 1.0),
}


def main(plan: str) -> None:
    RE.interrupt_policy = InterruptPolicy.PAUSE if plan != "move" else InterruptPolicy.STOP
    try:
        RE(PLANS[plan](), command="ascan th -0.5 0.5 30 0.05")
    except RunEngineInterrupted:
        if RE.state == "paused":
            print("menu:", input("r or a? "))
            RE.resume()
    print(f"prompt, th is near {round(th.position, 1)}")
    print("typed:", input("> "))


main(sys.argv[1])
