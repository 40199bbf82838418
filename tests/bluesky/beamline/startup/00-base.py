"""The engine and what watches it, as start-up folders of facilities have them."""

import os
from pathlib import Path

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
from bluesky import RunEngine, SupplementalData
from bluesky.callbacks.best_effort import BestEffortCallback
from bluesky.log import config_bluesky_logging
from bluesky.magics import BlueskyMagics
from bluesky.simulators import check_limits, summarize_plan
from bluesky.utils import PersistentDict, ProgressBarManager

config_bluesky_logging(level="WARNING")

history = Path(os.environ["BEAMLINE_STATE"]) / "history"
history.mkdir(parents=True, exist_ok=True)

RE = RunEngine(PersistentDict(str(history)))
RE.md["facility"] = "Simulated light source"
RE.md["beamline_id"] = "SIM-1"
RE.md.setdefault("proposal", {"id": None, "pi": None})

bec = BestEffortCallback()
bec.disable_plots()
RE.subscribe(bec)

sd = SupplementalData()
RE.preprocessors.append(sd)
RE.waiting_hook = ProgressBarManager()
RE.record_interruptions = True

documents = []
RE.subscribe(lambda name, doc: documents.append((name, doc)))

shell = get_ipython()  # this file runs in IPython
shell.register_magics(BlueskyMagics)
