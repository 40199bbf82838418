"""A bench with simulated devices: the least that a command needs around it."""

import pytest

from bsh.commands import Dispatcher, Registry, rewrite, runners
from bsh.devices.sim import ManualClock, SimDetector, SimMotor, SimShutter


class Engine:
    """States only: the bench runs plans itself."""

    def __init__(self):
        self.state = "idle"


class Bench:
    """Carries plans out by sending None to every message, and keeps what is shown."""

    def __init__(self, registry):
        self.clock = clock = ManualClock()
        self.RE = Engine()
        self.store = None
        self.registry = registry
        self.devices = {
            "th": SimMotor("th", units="deg", limits=(-180, 180), clock=clock),
            "tth": SimMotor("tth", units="deg", limits=(-180, 180), clock=clock),
            "samx": SimMotor("samx", units="mm", clock=clock),
            "shutter": SimShutter("shutter", clock=clock),
            "det": SimDetector("det", clock=clock),
            "mon": SimDetector("mon", clock=clock),
        }
        self.counters = [self.devices["det"]]
        self.namespace = dict(self.devices)
        self.namespace |= runners(registry, self)
        self.namespace["_bsh_"] = Dispatcher(registry, self)
        self.executed = []
        self.shown = []

    def execute(self, factory, *, command=None, interrupt="pause"):
        messages = list(factory())
        self.executed.append((command, interrupt, messages))
        return None

    def show(self, report):
        self.shown.append(report)

    def type(self, source):
        shadowed = {
            name
            for name in self.registry.names
            if self.namespace.get(name) is not None and type(self.namespace[name]).__name__ != "CommandRunner"
        }
        exec(rewrite(source, self.registry.syntaxes, shadowed), self.namespace)


@pytest.fixture
def registry():
    return Registry()


@pytest.fixture
def bench(registry):
    return Bench(registry)


@pytest.fixture
def typed(registry):
    """Declare commands, get a bench, type a line: what the command's function received comes back."""

    def make(*commands):
        for command in commands:
            registry.add(command)
        return Bench(registry)

    return make
