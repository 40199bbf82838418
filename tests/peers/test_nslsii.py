from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers

STARTUP = """\
import tempfile
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import nslsii
import databroker
from bluesky.utils import PersistentDict
db = databroker.temp()
nslsii.configure_base(
    shell.user_ns, db, pbar=True, bec=True, magics=True, mpl=False, epics_context=False,
    publish_documents_with_kafka=False,
)
names = shell.user_ns
RE = names["RE"]
from ophyd.sim import det, motor
(uid,) = RE(names["bp"].scan([det], motor, -1, 1, 3))
print("stored", db[uid].start["plan_name"], len(list(db[uid].documents())))
print("names", sorted(set(names) & {"RE", "bec", "sd", "bp", "bps", "db", "pbar_manager"}))
print("magic", "mov" in shell.magics_manager.magics["line"])
"""


@pytest.mark.timeout(200)
def test_configure_base_sets_an_ipython_up(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "startup.py").write_text(STARTUP)
    outcome = subprocess.run(
        [sys.executable, "-m", "bsh.bluesky", "startup.py"],
        cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip

    assert "stored scan" in outcome.stdout, outcome.stderr[-3000:]
    assert "magic True" in outcome.stdout
