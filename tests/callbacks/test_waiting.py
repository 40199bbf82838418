import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bsh.callbacks import MoveProgress, WaitProgress
from bsh.devices.status import Status
from tests.callbacks.test_progress import Clock, Device


def test_a_move_tells_how_far_it_is_and_when_it_arrives() -> None:
    clock = Clock(0.0)
    status = Status(obj=Device("th"), target=2.0)
    move = MoveProgress(status, clock=clock)
    assert (move.view().name, move.view().target, move.view().fraction) == ("th", "2", None)
    clock.now = 1.0
    status.report_progress(current=0.5, initial=0.0, unit="deg", precision=4)
    view = move.view()
    assert (view.current, view.target, view.units) == ("0.5000", "2.0000", "deg")
    assert view.fraction == pytest.approx(0.25)
    assert view.remaining_s == pytest.approx(3.0)
    status.set_finished()
    assert move.view().done
    assert move.view().fraction == 1.0


def test_an_axis_that_stands_still_is_noticed() -> None:
    clock = Clock(0.0)
    status = Status(obj=Device("th"), target=2.0)
    move = MoveProgress(status, clock=clock)
    status.report_progress(current=0.5, initial=0.0)
    clock.now = 30.0
    status.report_progress(current=0.5, initial=0.0)
    assert move.view().still_s == 30.0
    status.report_progress(current=0.6, initial=0.0)
    assert move.view().still_s == 0.0


def test_a_status_without_watch_is_named_and_followed_to_its_end() -> None:
    class Bare:
        name = "cam"
        done = False

    clock = Clock(5.0)
    bare = Bare()
    move = MoveProgress(bare, clock=clock, started=4.0)
    assert (move.view().name, move.view().fraction, move.view().elapsed_s) == ("cam", None, 1.0)
    bare.done = True
    assert move.view().done


def test_a_status_whose_watch_fails_is_still_followed() -> None:
    class Angry:
        done = False

        def watch(self, callback: Any) -> None:
            raise RuntimeError("no")

    assert MoveProgress(Angry()).view().name == "Angry"


def test_positions_with_several_coordinates_have_one_fraction() -> None:
    move = MoveProgress(Status(obj=Device("hkl")), clock=Clock())
    move.update(current=[3.0, 4.0], initial=[0.0, 0.0], target=[6.0, 8.0])
    assert move.view().fraction == pytest.approx(0.5)
    assert move.view().current == "(2,)"


def test_only_what_is_left_is_enough_for_a_fraction() -> None:
    move = MoveProgress(Status(), clock=Clock())
    move.update(fraction=0.25, time_remaining=7)
    assert move.view().fraction == 0.75
    assert move.view().remaining_s == 7.0


def test_a_wait_lists_the_parts_of_combined_statuses_by_name() -> None:
    class Both:
        def __init__(self, left: Any, right: Any) -> None:
            self.left, self.right = left, right

    th, tth, det = (Status(obj=Device(name)) for name in ("th", "tth", "det"))
    wait = WaitProgress([Both(tth, Both(th, det))], clock=Clock(12.0), started=10.0)
    assert [view.name for view in wait.views()] == ["det", "th", "tth"]
    assert wait.elapsed_s == 2.0


def test_news_may_come_from_many_threads_while_somebody_looks() -> None:
    move = MoveProgress(Status(obj=Device("th"), target=1.0))
    go = threading.Barrier(5)

    def tell(offset: float) -> None:
        go.wait(5)
        for i in range(500):
            move.update(current=offset + i, initial=0.0, target=1e4, unit="deg")

    threads = [threading.Thread(target=tell, args=(1000.0 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    go.wait(5)
    while any(thread.is_alive() for thread in threads):
        assert move.view().units in ("", "deg")
    for thread in threads:
        thread.join(5)
    assert move.view().units == "deg"


weird = st.one_of(st.none(), st.floats(), st.integers(), st.text(), st.lists(st.floats(), max_size=3))


@settings(deadline=None)  # a shared machine may be slow at any moment
@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("name", "current", "initial", "target", "unit", "precision", "fraction", "time_remaining"), weird
        ),
    )
)
def test_no_news_ever_raise(news: dict[str, Any]) -> None:
    move = MoveProgress(Status(obj=Device("th")), clock=Clock())
    move.update(**news)
    view = move.view()
    assert view.fraction is None or 0.0 <= view.fraction <= 1.0
    assert view.remaining_s is None or view.remaining_s >= 0.0
