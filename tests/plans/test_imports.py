from __future__ import annotations

import subprocess
import sys


def test_plans_are_imported_without_numpy():
    code = (
        "import sys, bsh.plans, bsh.plans.spec, bsh.simulators, bsh.preprocessors\n"
        "found = {'numpy', 'cycler', 'ophyd', 'asyncio'} & set(sys.modules)\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_first_line_scan_of_a_session_needs_no_numpy():
    code = (
        "import sys\n"
        "from bsh.plans.spec import ascan\n"
        "from bsh.devices.sim import SimMotor\n"
        "list(ascan([], SimMotor('m'), 0, 1, 10, 0.1))\n"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
