"""The plans that the campaign interrupts: one of each kind, as users write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bsh import Msg
from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.plans import spec
from tests.engine.campaign.devices import Bench

Plan = Callable[[Bench], Any]


def count(bench: Bench) -> Any:
    return bp.count([bench.det, bench.det2], 3)


def scan(bench: Bench) -> Any:
    return bp.scan([bench.det], bench.m1, 0, 2, 3)


def rel_scan(bench: Bench) -> Any:
    return bp.rel_scan([bench.det], bench.m1, -1, 1, 3)


def list_scan(bench: Bench) -> Any:
    return bp.list_scan([bench.det], bench.m1, [0, 1, 5], bench.m2, [3, 3, 4])


def grid_scan(bench: Bench) -> Any:
    return bp.grid_scan([bench.det], bench.m1, 0, 1, 2, bench.m2, 0, 1, 2, snake_axes=True)


def adaptive_scan(bench: Bench) -> Any:
    return bp.adaptive_scan([bench.det], "det", bench.m1, 0, 3, 0.5, 2, 15, True)


def ascan(bench: Bench) -> Any:
    return spec.ascan([bench.det], bench.m1, 0, 2, 2, 0.1)


def dscan(bench: Bench) -> Any:
    return spec.dscan([bench.det], bench.m1, -1, 1, 2, 0.1)


def mesh(bench: Bench) -> Any:
    return spec.mesh([bench.det], bench.m1, 0, 1, 1, bench.m2, 0, 1, 1, 0.1)


def fly(bench: Bench) -> Any:
    return bp.fly([bench.flyer])


def nested_runs(bench: Bench) -> Any:
    """A slow run around two quick ones."""

    @bpp.set_run_key_decorator("inner")
    @bpp.run_decorator()
    def inner() -> Any:
        yield from bps.checkpoint()
        yield from bps.trigger_and_read([bench.det2], name="inner")

    @bpp.stage_decorator([bench.det, bench.det2, bench.m1])
    @bpp.set_run_key_decorator("outer")
    @bpp.run_decorator()
    def outer() -> Any:
        for position in (1.0, 2.0):
            yield from bps.checkpoint()
            yield from bps.mv(bench.m1, position)
            yield from bps.trigger_and_read([bench.det, bench.m1], name="outer")
            yield from inner()

    return outer()


def interleaved_runs(bench: Bench) -> Any:
    """Two runs whose points take turns."""

    def plan() -> Any:
        runs = {"a": bench.det, "b": bench.det2}
        for key in runs:
            yield Msg("open_run", run=key)
        for position in (1.0, 2.0):
            yield from bps.checkpoint()
            yield from bps.mv(bench.m1, position)
            for key, detector in runs.items():
                yield from bpp.set_run_key_wrapper(bps.trigger_and_read([detector, bench.m1]), key)
        for key in runs:
            yield Msg("close_run", run=key)

    return bpp.stage_wrapper(plan(), [bench.det, bench.det2, bench.m1])


def supplemented(bench: Bench) -> Any:
    """A baseline before and after, a monitored signal and a flyer during the run."""
    data = bpp.SupplementalData(
        baseline=[bench.m2, bench.shutter], monitors=[bench.temperature], flyers=[bench.flyer]
    )

    @bpp.stage_decorator([bench.det])
    @bpp.run_decorator()
    def plan() -> Any:
        for kelvin in (310.0, 320.0):
            yield from bps.checkpoint()
            yield from bps.abs_set(bench.temperature, kelvin, wait=True)
            yield from bps.trigger_and_read([bench.det])

    return data(plan())


def cleaning(bench: Bench) -> Any:
    """Open a shutter, scan, and close it whatever happens; move away after a failure."""

    def failed(error: Exception) -> Any:
        yield from bps.mv(bench.m2, -1.0)

    def close() -> Any:
        yield from bps.mv(bench.shutter, 0.0)
        yield from bps.mv(bench.m1, 9.0, bench.m2, 9.0)

    def plan() -> Any:
        yield from bps.mv(bench.shutter, 1.0)
        yield from bp.scan([bench.det], bench.m1, 0, 1, 2)

    return bpp.contingency_wrapper(plan(), except_plan=failed, final_plan=close)


def ramp(bench: Bench) -> Any:
    """Take data until a slow change is over."""

    def go() -> Any:
        return (yield from bps.abs_set(bench.ramp, 5.0))

    def inner() -> Any:
        yield from bps.checkpoint()
        yield from bps.trigger_and_read([bench.det])

    return bp.ramp_plan(go, bench.temperature, inner, take_pre_data=True)


def once_only(bench: Bench) -> Any:
    """A detector whose measurement cannot be repeated, staged at first use."""

    @bpp.run_decorator()
    def plan() -> Any:
        for position in (1.0, 2.0):
            yield from bps.checkpoint()
            yield from bps.mv(bench.m1, position)
            yield from bps.trigger_and_read([bench.once, bench.m1])

    return bpp.lazily_stage_wrapper(plan())


def frames(bench: Bench) -> Any:
    """A camera that writes its frames to a file."""
    return bp.scan([bench.camera], bench.m1, 0, 2, 3)


PLANS: dict[str, Plan] = {
    plan.__name__: plan
    for plan in (
        count, scan, rel_scan, list_scan, grid_scan, adaptive_scan, ascan, dscan, mesh, fly, nested_runs,
        interleaved_runs, supplemented, cleaning, ramp, once_only, frames,
    )
}  # fmt: skip

POSITIONS_AFTER: dict[str, dict[str, float]] = {
    "rel_scan": {"m1": 0.5},
    "dscan": {"m1": 0.5, "det_count_time": 1.0},
    "ascan": {"det_count_time": 1.0},
    "mesh": {"det_count_time": 1.0},
    "cleaning": {"m1": 9.0, "m2": 9.0, "shutter": 0.0},
}
"""Where a plan's own cleanup leaves devices, unless it is halted or told to leave the motors."""
