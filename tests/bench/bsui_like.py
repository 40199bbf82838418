"""What a beamline's startup files do with bluesky: ``ipython -i bsui_like.py`` is the shell to compare with."""

# ruff: noqa: F403

import matplotlib.pyplot as plt
from bluesky import *
from bluesky.callbacks import *
from bluesky.callbacks.best_effort import BestEffortCallback
from bluesky.plan_stubs import *
from bluesky.plans import *
from bluesky.preprocessors import *
from bluesky.run_engine import RunEngine
from ophyd.sim import *
from ophyd.sim import SynAxis

plt.ion()
RE = RunEngine({})
RE.subscribe(BestEffortCallback())
for _number in range(20):
    globals()[f"m{_number:02d}"] = SynAxis(name=f"m{_number:02d}")
