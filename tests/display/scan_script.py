"""A program for the terminal tests: the real engine, simulated devices, the live display."""

from __future__ import annotations

import sys

from bsh import plan_stubs as bps
from bsh.devices.sim import SimDetector, SimMotor
from bsh.display import ConsoleOwner, LiveDisplay
from bsh.engine import InterruptPolicy, RunEngine
from bsh.errors import RunEngineInterrupted
from bsh.plans import spec

th = SimMotor("th", units="deg", velocity=2, precision=4, limits=(-180, 180))
samx = SimMotor("samx", units="mm", velocity=1, precision=3)
det = SimDetector("det", motor=th, center=0.03, sigma=0.25, amplitude=1e5, background=2000)
display = LiveDisplay(ConsoleOwner(), plots="auto" if "plot" in sys.argv[1] else "off")
RE = RunEngine({}, during_task=display, scan_id_source=lambda md: 142)
RE.subscribe(display)
RE.waiting_hook = display.waiting


def talking_scan():  # type: ignore[no-untyped-def]
    print("the plan talks")
    yield from spec.ascan([det], th, -0.5, 0.5, 30, 0.05)


PLANS = {
    "scan": lambda: spec.ascan([det], th, -0.5, 0.5, 30, 0.05),
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
