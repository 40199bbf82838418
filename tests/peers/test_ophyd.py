"""ophyd's own tests, as they are in its package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers

# Left out: tests that need ophyd's own EPICS servers, and those that ask mypy about bluesky's types.
SELECTIONS = {
    "ophyd.tests.test_sim": "not epics and not make_fake",
    "ophyd.tests.test_hints": "not motor",
    "ophyd.tests.test_status": "",
    "ophyd.tests.test_positioner": "not epics",
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("module", SELECTIONS)
def test_the_tests_of_ophyd_pass(module: str, tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "bsh.bluesky", "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "-k", SELECTIONS[module], "--pyargs", module],
        cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stdout[-3000:]
    passed = re.search(r"(\d+) passed", outcome.stdout)
    assert passed is not None
    assert int(passed[1]) > 0
