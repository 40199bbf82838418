"""Progress bars of scripts."""

from __future__ import annotations

import threading
from io import StringIO
from typing import Any

import pytest

from bsh.devices.sim import SimMotor
from bsh.devices.status import Status
from bsh.display import ProgressBar, ProgressBarBase, ProgressBarManager, TerminalProgressBar, progress_bars
from bsh.display.notebook_bar import NotebookProgressBar
from bsh.engine import RunEngine
from bsh.plan_stubs import mv
from tests.callbacks.test_progress import Device
from tests.display.terminal import Drawn, Terminal, owner_of


@pytest.fixture(autouse=True)
def _no_live_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_bars, "_displays", [])


def bars_on(file: Any, *statuses: Any, **options: Any) -> TerminalProgressBar:
    return ProgressBar(statuses, **{"delay_draw": 0, "owner": owner_of(file), **options})


def moving(name: str = "th") -> Status:
    return Status(obj=Device(name))


def test_a_bar_shows_how_far_a_status_is() -> None:
    drawn = Drawn()
    status = moving()
    bars = bars_on(drawn.file, status)
    bars._not_before = 0.0
    bars.update(0, name="th", current=0.5, initial=0.0, target=2.0, unit="deg", precision=2)
    assert bars.meters[0].startswith("th  ━━━")
    assert bars.meters[0].endswith("25%  0.50/2.00 deg")
    assert drawn.look() == bars.meters
    bars.clear()
    assert drawn.look() == []


@pytest.mark.parametrize(
    ("news", "part"),
    [
        ({"current": 9.0, "initial": 0.0, "target": 2.0}, " 0%"),
        ({"current": 2.0, "initial": 2.0, "target": 2.0}, "100%"),
        ({"current": [3.0, 0.0], "initial": [0.0, 0.0], "target": [3.0, 4.0]}, "20%"),
        ({"fraction": 0.25}, "75%"),
        ({"fraction": -3.0}, "100%"),
    ],
)
def test_values_that_make_no_sense_are_clipped_and_vectors_have_a_length(
    news: dict[str, Any], part: str
) -> None:
    bars = bars_on(StringIO(), moving())
    bars.update(0, name="stage", **news)
    assert part in bars.meters[0]


@pytest.mark.parametrize("news", [{}, {"current": 1.0}, {"current": "in", "initial": "out", "target": "in"}])
def test_without_a_target_there_are_words_until_the_end(news: dict[str, Any]) -> None:
    status = moving("cam")
    bars = bars_on(StringIO(), status)
    bars.update(0, **news)
    assert bars.meters == ["cam [In progress. No progress bar available.]"]
    status.set_finished()
    status.wait(5)
    assert bars.meters == ["cam [Complete.]"]


def test_nothing_is_drawn_before_the_delay_and_nothing_after_the_end() -> None:
    terminal = Terminal()
    bars = bars_on(terminal, moving(), delay_draw=60.0)
    bars.update(0, current=0.5, initial=0.0, target=1.0)
    assert terminal.writes == []
    bars.clear()
    bars.draw()
    assert terminal.writes == []


def test_where_there_is_no_terminal_nothing_is_written() -> None:
    file = StringIO()
    bars = bars_on(file, moving())
    bars.draw()
    bars.clear()
    assert file.getvalue() == ""


class Recorded(ProgressBarBase):
    """A bar of somebody else's."""

    made: list[Recorded] = []  # noqa: RUF012

    def __init__(self, statuses: Any) -> None:
        self.statuses = list(statuses)
        self.cleared = 0
        self.news: list[dict[str, Any]] = []
        self.made.append(self)
        for position, status in enumerate(self.statuses):
            status.watch(lambda pos=position, **news: self.update(pos, **news))

    def update(self, pos: Any, **news: Any) -> None:
        self.news.append(news)

    def clear(self) -> None:
        self.cleared += 1


def test_a_manager_makes_bars_for_each_wait_and_takes_them_away() -> None:
    Recorded.made.clear()
    engine = RunEngine({})
    engine.waiting_hook = ProgressBarManager(Recorded)
    try:
        engine(mv(SimMotor("th", velocity=20.0), 1.0))
    finally:
        engine.close()
    [bar] = Recorded.made
    assert bar.cleared == 1
    assert bar.news[-1]["target"] == 1.0
    assert engine.waiting_hook.pbar is None


def test_a_number_in_place_of_the_factory_is_the_delay() -> None:
    for manager in (ProgressBarManager(0.5), ProgressBarManager(delay_draw=0.5)):
        assert manager.delay_draw == 0.5
        manager({moving()})
        assert isinstance(manager.pbar, TerminalProgressBar)
        assert manager.pbar.delay_draw == 0.5
        manager(None)
        manager(None)
        assert manager.pbar is None


def test_in_a_live_display_the_display_draws_the_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    progress_bars.show_waits_in(told.append)
    manager = ProgressBarManager()
    status = moving()
    manager({status})
    manager(None)
    assert told == [{status}, None]
    assert manager.pbar is None


def test_news_of_many_threads_do_no_harm() -> None:
    drawn = Drawn()
    statuses = [moving(f"m{i}") for i in range(4)]
    bars = bars_on(drawn.file, *statuses)

    def move(pos: int) -> None:
        for step in range(50):
            bars.update(pos, current=step / 49, initial=0.0, target=1.0)

    threads = [threading.Thread(target=move, args=(pos,)) for pos in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bars.draw()
    assert [line.split()[0] for line in drawn.look()] == ["m0", "m1", "m2", "m3"]
    assert all("100%" in line for line in drawn.look())


def test_in_a_notebook_the_bars_are_one_output_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Output:
        def update(self, data: dict[str, str], *, raw: bool) -> None:
            shown.append(data["text/plain"])

    def display(data: dict[str, str], *, raw: bool, display_id: bool) -> Output:
        shown.append(data["text/plain"])
        return Output()

    monkeypatch.setattr("IPython.display.display", display)
    status = moving("cam")
    bars = NotebookProgressBar([status], 0)
    bars._not_before = 0.0
    bars.update(0, current=1.0, initial=0.0, target=2.0, unit="mm", precision=1)
    bars.clear()
    bars.draw()
    assert shown[0] == "cam [In progress. No progress bar available.]"
    assert shown[1].endswith("50%  1.0/2.0 mm")
    assert shown[2:] == [""]
