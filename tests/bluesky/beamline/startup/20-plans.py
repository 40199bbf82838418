"""The beamline's own plans."""

import threading

import numpy as np
from bluesky.plan_patterns import spiral_fermat
from bluesky.utils import Msg, short_uid
from cycler import cycler


@bpp.finalize_decorator(lambda: bps.mv(shutter, "closed"))
def with_beam(plan):
    """Open the shutter for a plan."""
    yield from bps.mv(shutter, "open")
    return (yield from plan)


def rocking(width=1.0, num=21, *, md=None):
    """Scan th around where it is, go to the middle of the peak, return what was found."""
    _md = {"purpose": "alignment", **(md or {})}
    values = []

    def remember(name, doc):
        if "th" in doc["data"]:  # monitors make events, too
            values.append((doc["data"]["th"], doc["data"]["det"]))

    @bpp.subs_decorator({"event": [remember]})
    def inner():
        return (yield from bp.rel_scan([det, monitor], th, -width, width, num, md=_md))

    uid = yield from inner()
    x, y = np.array(values).T
    centre = float((x * y).sum() / y.sum())
    yield from bps.mv(th, centre)
    return uid, centre


def sample_loop(samples):
    """One run for all samples, a stream for each."""

    @bpp.stage_decorator([det])
    @bpp.run_decorator(md={"plan_name": "sample_loop", "samples": list(samples)})
    def inner():
        for name, (x, y) in samples.items():
            yield from bps.checkpoint()
            yield from bps.mv(stage.x, x, stage.y, y)
            yield from bps.trigger_and_read([det, stage.x, stage.y], name=name)

    return (yield from inner())


def grid_by_hand():
    """Write the messages themselves."""
    yield Msg("open_run", plan_name="grid_by_hand")
    for position in cycler(stage.x, [0, 1]) * cycler(stage.y, [0, 1, 2]):
        group = short_uid("set")
        for motor, value in position.items():
            yield Msg("set", motor, value, group=group)
        yield Msg("wait", None, group=group)
        yield Msg("create", name="primary")
        for motor in position:
            yield Msg("read", motor)
        yield Msg("read", det)
        yield Msg("save")
    yield Msg("close_run")


def two_runs():
    """Two runs that overlap."""

    @bpp.set_run_key_decorator("outer")
    @bpp.run_decorator(md={"plan_name": "outer"})
    def outer():
        yield from bps.trigger_and_read([temperature])
        yield from bpp.set_run_key_wrapper(bp.count([monitor], num=2), "inner")
        yield from bps.trigger_and_read([temperature])

    yield from outer()


def pausing():
    """Ask for a pause between two points."""

    @bpp.run_decorator(md={"plan_name": "pausing"})
    def inner():
        yield from bps.trigger_and_read([det])
        yield from bps.checkpoint()
        yield from bps.pause()
        yield from bps.trigger_and_read([det])

    return (yield from inner())


def beam_lost_for_a_moment():
    """Have the ring current drop between two points, and come back."""

    @bpp.run_decorator(md={"plan_name": "beam_lost_for_a_moment"})
    def inner():
        yield from bps.trigger_and_read([det])
        yield from bps.checkpoint()
        if ring_current.get() > 100:
            threading.Timer(0.3, ring_current.put, (200.0,)).start()
            ring_current.put(0.0)  # no message: it must not be replayed
        yield from bps.sleep(0.1)
        yield from bps.trigger_and_read([det])

    return (yield from inner())


def failing():
    """Fail in mid-run; the cleanup is made."""

    def cleanup():
        yield from bps.mv(temperature, 20.0)

    @bpp.run_decorator(md={"plan_name": "failing"})
    def inner():
        yield from bps.trigger_and_read([det])
        raise RuntimeError("beam lost")

    yield from bpp.finalize_wrapper(inner(), cleanup)


def flower():
    """A spiral whose points come from plan_patterns."""
    points = spiral_fermat(stage.x, stage.y, 0, 0, 2, 2, 0.5, 1)
    return (yield from bp.scan_nd([det], points))
