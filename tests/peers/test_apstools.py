from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.peers


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
