"""Run the start-up folder as IPython would, then a day's work; print what came out as one line of JSON.

Not a word of bsh in here: the same file runs on bluesky (``python work.py``) and on bsh (``python -m bsh.bluesky work.py``).
"""

import contextlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("BEAMLINE_STATE", tempfile.mkdtemp())

from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
screen = io.StringIO()
problems = []


def do(line):
    """Run a line or a cell at the prompt; return the value of the name ``_result``."""
    with contextlib.redirect_stdout(screen):
        outcome = shell.run_cell(line)
    error = outcome.error_before_exec or outcome.error_in_exec
    if error is not None:
        problems.append(f"{line.splitlines()[0]}: {type(error).__name__}: {error}")
    return outcome.result


for file in sorted((Path(__file__).parent / "startup").glob("*.py")):
    do(file.read_text())

names = shell.user_ns
if "RE" not in names:
    raise SystemExit("\n".join(problems))
RE = names["RE"]

do("RE(bp.count([det, monitor], num=3, delay=0), purpose='look')")
do("RE(with_beam(bp.scan([det], th, -1, 1, 5)))")
do("RE(bp.grid_scan([det], stage.x, 0, 1, 2, stage.y, 0, 2, 3, snake_axes=True))")
do("RE(rocking())")
do("RE(sample_loop({'a': (0, 1), 'b': (2, 3)}))")
do("RE(grid_by_hand())")
do("sd.monitors, sd.baseline = [], []")  # they ask for one run at a time
do("RE(two_runs())")
do("RE(flower())")
do("RE(bp.list_scan([det], th, [1, 2, 4], tth, [2, 4, 8]))")
do("RE(bp.adaptive_scan([det], 'det', th, -1, 1, 0.1, 0.6, 50, True))")
do("RE(bp.fly([flyer]))")
do("try:\n    RE(failing())\nexcept RuntimeError as error:\n    failure = str(error)")
do("check_limits(bp.scan([det], th, -1, 1, 3))")
do("summarize_plan(bp.count([det], num=2))")
do("%mov th 0.5 tth 1")
do("%movr th 0.25")
do("%ct")
do("%wa motors")


do("from bluesky import RunEngineInterrupted")
pause = "try:\n    RE(pausing())\nexcept RunEngineInterrupted:\n    paused = str(RE.state)"
do(pause)
do("RE.resume()")
do(pause)
do("RE.abort()")
do("RE(beam_lost_for_a_moment())")

runs = {}
for name, doc in names["documents"]:
    if name == "start":
        runs[doc["uid"]] = {
            "plan": doc["plan_name"],
            "scan_id": doc["scan_id"],
            "beamline": doc["beamline_id"],
            "keys": {},
        }
    elif name == "descriptor":
        if doc["name"] != "interruptions":  # bsh has no empty ones
            runs[doc["run_start"]]["keys"][doc["name"]] = sorted(doc["data_keys"])
    elif name == "stop":
        runs[doc["run_start"]] |= {
            "status": doc["exit_status"],
            "events": {
                stream: number
                for stream, number in doc["num_events"].items()
                if stream in ("primary", "baseline", "a", "b", "stream_name")
            },
        }

json.dump(
    {
        "runs": list(runs.values()),
        "problems": problems,
        "failure": names.get("failure"),
        "paused": names.get("paused"),
        "shutter": names["shutter"].get(),
        "temperature": names["temperature"].get(),
        "th": names["th"].position,
        "state": str(RE.state),
        "scan_id": RE.md["scan_id"],
        "proposal": dict(RE.md["proposal"]),
        "shown": [text for text in ("Persistent Unique Scan ID", "Positioner", "det", "will not be saved")
                  if text in screen.getvalue()],
    },
    sys.stdout,
)  # fmt: skip
print()
