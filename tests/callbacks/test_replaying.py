"""A stored run that is emitted again gives every callback the same result as when it was taken."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from bsh import plans as bp
from bsh.callbacks import (
    BestEffortCallback,
    JSONLinesWriter,
    LiveTable,
    PeakStats,
    RunFigures,
    TableModel,
    replay,
)
from bsh.devices.sim import SimDetector, SimMotor
from bsh.engine import RunEngine
from bsh.export import RunData, SpecWriter, export_run
from bsh.preprocessors import SupplementalData
from bsh.store import RunStore
from tests.store.runs import run_documents, wait_durable


class Everything:
    """All kinds of callbacks, and what they have to show in the end."""

    def __init__(self, folder: Path) -> None:
        self.printed = io.StringIO()
        self.table = LiveTable(["th", "det"], out=self.printed.write)
        self.peaks = PeakStats("th", "det")
        self.best = BestEffortCallback()
        self.figures = RunFigures()
        self.model = TableModel()
        self.rows: list[Any] = []
        self.spec = SpecWriter(folder / "a.spec")
        self.json = JSONLinesWriter(str(folder), "a.jsonl")
        self.data: list[tuple[str, Any]] = []
        self.said = io.StringIO()
        self._folder = folder

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        for callback in (self.table, self.peaks, self.figures, self.spec, self.json):
            callback(name, doc)
        with redirect_stdout(self.said):
            self.best(name, doc)
        row = self.model(name, doc)
        if name == "event" and row is not None:
            self.rows.append((row.point, row.cells()))
        self.data.append((name, doc))

    def results(self) -> dict[str, Any]:
        self.spec.close()
        return {
            "table": self.printed.getvalue(),
            "peaks": {key: getattr(self.peaks, key) for key in ("cen", "com", "fwhm", "max", "min")},
            "best effort": (self.said.getvalue(), self.best.peaks.com, self.best.peaks.fwhm),
            "figures": repr(list(self.figures.figures())),
            "rows": self.rows,
            "spec": (self._folder / "a.spec").read_text(),
            "json": (self._folder / "a.jsonl").read_text(),
            "columns": RunData(self.data).main.columns,
        }


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(tmp_path / "runs.db") as store:
        yield store


@pytest.mark.parametrize("kind", ["scan", "grid"])
def test_all_callbacks_have_the_same_result_from_replay_as_live(
    store: RunStore, tmp_path: Path, kind: str
) -> None:
    th, phi = SimMotor(name="th", velocity=1e6), SimMotor(name="phi", velocity=1e6)
    det = SimDetector(name="det", motor=th, sigma=0.5, count_time=0)
    engine = RunEngine()
    engine.preprocessors.append(SupplementalData(baseline=[phi], monitors=[]))
    for folder in ("live", "again"):
        (tmp_path / folder).mkdir()
    live, again = Everything(tmp_path / "live"), Everything(tmp_path / "again")
    engine.subscribe(store)
    engine.subscribe(live)
    plan = (
        bp.scan([det], th, -2, 2, 21)
        if kind == "scan"
        else bp.grid_scan([det], phi, 0, 1, 3, th, -1, 1, 5, True)
    )
    (uid,) = engine(plan, scan_id=1)
    assert wait_durable(store) is None
    assert replay(store.run(uid).documents(), again) == len(live.data)
    found, wanted = again.results(), live.results()
    for what in wanted:
        assert found[what] == wanted[what], what
    if kind == "scan":
        assert found["peaks"]["cen"] == pytest.approx(0, abs=0.1)
    export_run(store.run(uid), "csv", tmp_path / "a.csv")


def test_without_a_speed_there_are_no_pauses() -> None:
    names: list[str] = []
    count = replay(
        run_documents(3), lambda name, doc: names.append(name), sleep=lambda pause: pytest.fail("it slept")
    )
    assert count == len(names) == 6


def test_original_times_are_kept_and_can_be_shortened() -> None:
    now = [0.0]
    when: list[float] = []

    def sleep(pause: float) -> None:
        now[0] += pause

    def slow(name: str, doc: dict[str, Any]) -> None:
        when.append(round(now[0], 6))
        now[0] += 0.125  # what the callback takes is no reason to be late

    replay(run_documents(3), slow, speed=2.0, sleep=sleep, clock=lambda: now[0])
    assert when == [0, 0.125, 0.5, 1.0, 1.5, 50.0]
