"""Devices: simulated ones of ophyd."""

from ophyd import Component as Cpt
from ophyd import Device, Signal
from ophyd.sim import SynAxis, SynGauss, SynSignal, TrivialFlyer


class Stage(Device):
    x = Cpt(SynAxis, labels={"motors"})
    y = Cpt(SynAxis, labels={"motors"})


class Shutter(Signal):
    """Says open or closed."""


stage = Stage(name="stage", labels={"stages"})
th = SynAxis(name="th", labels={"motors"})
tth = SynAxis(name="tth", labels={"motors"})
det = SynGauss("det", th, "th", center=0, Imax=1000, sigma=0.5, labels={"detectors"})
monitor = SynSignal(func=lambda: 100, name="monitor", labels={"detectors"})
ring_current = Signal(name="ring_current", value=200.0)
temperature = Signal(name="temperature", value=22.5)
shutter = Shutter(name="shutter", value="closed")
flyer = TrivialFlyer()

sd.baseline = [stage.x, stage.y, temperature]
sd.monitors = [ring_current]
