from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.peers

# Left out: modules that need an IOC, or files that the package does not bring; tests that expect a scan of no points to
# fail after its run was opened, where bsh refuses it before; and tests of how the module with the plans is called.
OWN_TESTS = [
    "apstools.plans.tests.test_doc_run",
    "apstools.plans.tests.test_input_plan",
    "apstools.plans.tests.test_issue606",
    "apstools.plans.tests.test_lineup2_stream",
    "apstools.plans.tests.test_stage_sigs_support",
    "apstools.callbacks.tests.test_i1123_specwriter",
    "apstools.callbacks.tests.test_scan_signal_statistics",
    "apstools.utils.tests.test_listplans",
]
SELECTION = "not raises and not test_number and not test_bluesky_plans"


@pytest.mark.timeout(300)
def test_apstools_own_tests_pass(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "bsh.bluesky", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", SELECTION,
         "--pyargs", *OWN_TESTS],
        cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stdout[-3000:]
    passed = re.search(r"(\d+) passed", outcome.stdout)
    assert passed is not None
    assert int(passed[1]) > 60


def test_listplans_finds_all_plans_of_bluesky() -> None:
    import bluesky.plans
    from apstools.utils import listplans

    found = {name.rpartition(".")[2] for name, _ in listplans(bluesky.plans).rows}
    assert {"scan", "count", "grid_scan", "rel_list_scan", "tune_centroid"} <= found
    assert len(found) == 35


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    from bluesky import RunEngine

    monkeypatch.chdir(tmp_path)
    engine = RunEngine({"beamline_id": "SIM"})
    yield engine
    engine.close()


@pytest.fixture
def axis() -> Any:
    from ophyd.sim import SynAxis

    return SynAxis(name="th", labels={"motors"})


@pytest.fixture
def peak(axis: Any) -> Any:
    from ophyd.sim import SynGauss

    return SynGauss("det", axis, "th", center=0.3, Imax=1000, sigma=0.4, labels={"detectors"})


def test_lineup2_finds_the_peak(engine: Any, axis: Any, peak: Any) -> None:
    from apstools.plans import lineup2

    engine(lineup2([peak], axis, -1.5, 1.5, 31, nscans=2, feature="centroid"))

    assert axis.position == pytest.approx(0.3, abs=0.05)


def test_the_spec_writer_writes_scans(engine: Any, axis: Any, peak: Any, tmp_path: Path) -> None:
    from apstools.callbacks import SpecWriterCallback2
    from bluesky.plans import count, scan

    writer = SpecWriterCallback2()
    engine.subscribe(writer.receiver)
    writer.newfile(tmp_path / "data.spec")

    engine(scan([peak], axis, -1, 1, 5))
    engine(count([peak], num=2))

    text = (tmp_path / "data.spec").read_text()
    assert "#S 1  scan(" in text
    assert "#S 2  count(" in text
    assert "#L th" in text
    assert text.count("\n#S ") == 2


def test_the_nexus_writer_writes_a_file(engine: Any, axis: Any, peak: Any, tmp_path: Path) -> None:
    import h5py
    from apstools.callbacks import NXWriter
    from bluesky.plans import scan

    writer = NXWriter()
    writer.file_name = tmp_path / "scan.h5"
    engine.subscribe(writer.receiver)

    engine(scan([peak], axis, -1, 1, 5))
    writer.wait_writer()

    with h5py.File(tmp_path / "scan.h5") as file:
        assert file["/entry/plan_name"][()] == b"scan"
        found = file["/entry/instrument/bluesky/streams/primary/det/value"][()]
    assert found == pytest.approx(1000 * np.exp(-((np.linspace(-1, 1, 5) - 0.3) ** 2) / (2 * 0.4**2)))


def test_axes_are_tuned(engine: Any, axis: Any, peak: Any) -> None:
    from apstools.plans import TuneAxis

    tuner = TuneAxis([peak], axis, signal_name="det")
    tuner.width, tuner.num = 3.0, 31

    engine(tuner.tune())

    assert tuner.tune_ok
    assert axis.position == pytest.approx(0.3, abs=0.1)


def test_several_axes_are_tuned_one_after_the_other(engine: Any, axis: Any, peak: Any) -> None:
    from apstools.plans import TuneAxis, tune_axes

    axis.tuner = TuneAxis([peak], axis, signal_name="det")
    axis.tuner.width, axis.tuner.num = 3.0, 31

    engine(tune_axes([axis]))

    assert axis.tuner.tune_ok
    assert axis.tuner.center == pytest.approx(0.3, abs=0.1)


def test_plans_that_wrap_others(engine: Any, axis: Any, peak: Any, tmp_path: Path) -> None:
    from apstools.plans import run_blocking_function
    from apstools.utils import ts2iso
    from bluesky.plan_stubs import mv

    called: list[str] = []

    def plan() -> Any:
        yield from mv(axis, 1.0)
        yield from run_blocking_function(called.append, "here")

    engine(plan())

    assert called == ["here"]
    assert ts2iso(0)


def test_lists_of_commands_are_run(
    engine: Any, axis: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apstools.plans import get_command_list

    file = tmp_path / "commands.txt"
    file.write_text("# a comment\nsleep 0\nscan th 0 1 5\n")

    commands = get_command_list(str(file))

    assert [command[0] for command in commands] == ["sleep", "scan"]


def test_signal_statistics_are_collected(engine: Any, axis: Any, peak: Any) -> None:
    from apstools.callbacks import SignalStatsCallback
    from bluesky.plans import scan

    statistics = SignalStatsCallback()
    engine.subscribe(statistics.receiver)

    engine(scan([peak], axis, -1, 1, 21))

    assert statistics.analysis is not None
