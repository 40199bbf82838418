import re
from collections.abc import Mapping
from datetime import UTC
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from bsh.callbacks import LiveTable
from bsh.callbacks.printed_tables import hear_of_printed_tables
from bsh.devices.sim import SimSignal
from bsh.devices.status import Status
from bsh.display.board import Board
from bsh.engine.notices import (
    CleanupFailed,
    InterruptAcknowledged,
    Leaving,
    Paused,
    PausePending,
    Released,
    Resumed,
    Suspended,
    ThreadAbandoned,
)  # fmt: skip
from bsh.errors import StoreError
from bsh.msg import Msg
from bsh.suspenders import SuspendFloor
from tests.callbacks.documents import (
    START_TIME,
    descriptor_doc,
    event_doc,
    number,
    scan_documents,
    scan_start,
    start_doc,
    stop_doc,
)  # fmt: skip
from tests.callbacks.test_progress import Clock, Device
from tests.display.terminal import Terminal, owner_of

ROWS = [
    (-1.0, 310.0, 1000.0),
    (-0.5, 2100.0, 1001.0),
    (0.0, 9000.0, 999.0),
    (0.5, 2200.0, 1000.0),
    (1.0, 305.0, 998.0),
]


class Stage:
    """A board with a clock in each hand."""

    def __init__(
        self,
        width: int = 80,
        *,
        pipe: bool = False,
        environ: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.clock = Clock(START_TIME)
        self.monotonic = Clock(50.0)
        self.file = StringIO() if pipe else Terminal()
        self.board = Board(
            owner_of(self.file, width, **(environ or {})),
            clock=self.clock,
            monotonic=self.monotonic,
            tz=UTC,
            **{"plots": "off", **options},
        )

    def feed(self, documents: Any) -> list[str]:
        return unstyled(self.feed_styled(documents))

    def feed_styled(self, documents: Any) -> list[str]:
        return [plain(line) for name, doc in documents for line in self.board.document(name, doc)]

    def footer(self) -> list[str]:
        return [line.plain for line in self.board.footer()]

    def notice(self, notice: Any) -> list[str]:
        return [plain(line) for line in self.board.notice(notice, self.clock.now)]

    def rung(self, documents: Any) -> str:
        """Return what is written to the terminal beside the lines."""
        self.feed(documents)
        return self.file.getvalue()

    def later(self, seconds: float) -> None:
        self.clock.now += seconds
        self.monotonic.now += seconds


def plain(line: Any) -> str:
    return line if isinstance(line, str) else line.plain


def unstyled(lines: list[str]) -> list[str]:
    return [re.sub(r"\x1b\[[\d;]*m", "", line) for line in lines]


def test_a_scan_from_its_heading_to_its_peaks() -> None:
    stage = Stage(preflight=lambda: SimpleNamespace(num_points=5, seconds=12.0))
    assert stage.feed(scan_documents(ROWS)) == [
        "#142  ascan th -1 1 4 0.1",
        "5 points · about 0:12 · ends 22:13",
        "point          th         det         mon",
        "              deg      counts            ",
        "    0     -1.0000         310        1000",
        "    1     -0.5000        2100        1001",
        "    2      0.0000        9000         999",
        "    3      0.5000        2200        1000",
        "    4      1.0000         305         998",
        "#142 done · 5 points · 11.0 s",
        "det: max 9000 @ 0.0000 · too few points for a peak",
        "mon: max 1001 @ -0.5000 · too few points for a peak",
    ]
    assert stage.footer() == []


def test_in_a_pipe_all_columns_are_there_with_their_whole_names_and_one_header() -> None:
    names = [f"a_detector_with_a_long_name_{i}" for i in range(12)]
    documents = [
        ("start", start_doc(num_points=60)),
        ("descriptor", descriptor_doc({name: number(name) for name in names})),
        *(("event", event_doc(i, dict.fromkeys(names, 1.0))) for i in range(1, 61)),
    ]
    lines = Stage(pipe=True).feed(documents)
    assert sum(names[11] in line for line in lines) == 1
    assert len(lines) == 2 + 1 + 60
    terminal_lines = Stage().feed(documents)
    assert max(map(len, terminal_lines)) < 80
    assert sum("not shown" in line for line in terminal_lines) == 3


def test_the_footer_follows_the_scan() -> None:
    stage = Stage(preflight=lambda: SimpleNamespace(num_points=5, seconds=10.0))
    documents = scan_documents(ROWS)
    stage.feed(documents[:2])
    assert stage.footer() == [
        "#142  ──────────────────────────────  0/5 · 0:10 left · ends 22:13",
        "elapsed 0:00",
    ]
    stage.feed(documents[2:4])
    stage.later(4.0)
    stage.board.waited([Status(obj=Device("th"))], 1.0)
    stage.board.waited([Status(obj=Device("det"))], 2.0)
    assert stage.footer() == [
        "#142  ━━━━━━━━━━━━──────────────────  2/5 · 0:06 left · ends 22:13",
        "elapsed 0:04 · counting 50 %, moving 25 %, overhead 25 %",
    ]


def test_the_second_line_shows_the_axis_that_moves_and_then_what_counts() -> None:
    stage = Stage()
    stage.feed([("start", scan_start(5))])
    moving = Status(obj=Device("th"), target=2.0)
    stage.board.waits_for([moving], stage.monotonic())
    assert stage.footer()[1] == "elapsed 0:00"
    moving.report_progress(current=0.5, initial=0.0, unit="deg", precision=3)
    stage.later(0.3)
    assert stage.footer()[1] == "th 0.500 → 2.000 deg ━━──────"
    stage.board.waits_for([Status(obj=Device("det"))], stage.monotonic())
    stage.later(3.0)
    assert stage.footer()[1] == "waiting for det · 0:03"
    stage.board.waits_for(None)
    assert stage.footer()[1] == "elapsed 0:03"


def test_a_move_outside_a_run_has_only_its_bars() -> None:
    stage = Stage()
    assert stage.footer() == []
    status = Status(obj=Device("th"), target=2.0)
    stage.board.waits_for([status], stage.monotonic())
    assert stage.footer() == []
    status.report_progress(current=0.5, initial=0.0, unit="deg", precision=3)
    stage.later(0.5)
    assert stage.footer() == ["th  0.500 → 2.000 deg  ━━━━━━━╸──────────────────────   25 %"]
    status.set_finished()
    assert stage.footer() == []


def test_a_short_wait_is_never_watched() -> None:
    stage = Stage()
    status = Status(obj=Device("th"))
    stage.board.waits_for([status], stage.monotonic())
    stage.board.waits_for(None)
    stage.footer()
    assert not status.watched


def test_a_press_is_answered_once_and_stays_in_the_footer_until_the_pause() -> None:
    stage = Stage()
    stage.feed(scan_documents(ROWS)[:4])
    press = InterruptAcknowledged("Pausing after this point... (^C again = now)")
    assert stage.notice(press) == ["Pausing after this point... (^C again = now)"]
    assert stage.notice(PausePending("Pausing after this point.")) == []
    stage.later(2.0)
    assert stage.footer()[1] == "Pausing after this point... (^C again = now) (0:02)"
    assert stage.notice(Paused("long text of the engine", stopped=("th",))) == [
        "Paused #142 after 2 of 5 points. Stopped: th."
    ]
    assert stage.footer()[1].startswith("elapsed")


def test_a_pause_does_not_count_and_the_header_comes_again_after_it() -> None:
    stage = Stage(preflight=lambda: SimpleNamespace(num_points=5, seconds=10.0))
    documents = scan_documents(ROWS)
    stage.feed(documents[:4])
    stage.later(4.0)
    left = stage.footer()[0].split(" · ")[1]
    stage.notice(Paused("", stopped=()))
    stage.later(600.0)
    assert stage.notice(Resumed("Resuming.")) == ["Resuming."]
    assert stage.footer()[0].split(" · ")[1] == left
    assert stage.feed(documents[4:5])[0].startswith("point")


def test_time_spent_in_the_pause_menu_is_no_overhead_of_a_run_that_is_then_aborted() -> None:
    stage = Stage()
    stage.feed(scan_documents(ROWS)[:4])
    stage.board.waited([Status(obj=Device("det"))], 3.0)
    stage.later(4.0)
    stage.notice(Paused("", stopped=()))
    stage.later(600.0)
    stage.notice(Leaving("Aborting: cleaning up."))
    stop = stop_doc(stage.clock.now, exit_status="abort")
    assert "counting 75 %, moving 0 %, overhead 25 %" in stage.feed([("stop", stop)])[0]


def test_the_time_that_suspenders_take_is_a_share_of_its_own_and_a_pause_within_is_none_of_it() -> None:
    stage = Stage()
    stage.feed([("start", scan_start(5))])
    stage.later(1.0)
    stage.board.waited([Status(obj=SimSignal("det"))], 1.0)
    for notice, then_s in [
        (Suspended("Suspended.", justification="ring < 50"), 4.0),
        (Paused("", stopped=()), 600.0),
        (Resumed("Resuming."), 0.0),
        (Suspended("Still suspended.", justification="ring < 50"), 2.0),
        (Suspended("Another suspender tripped.", justification="door"), 2.0),
        (Released("Released: going on."), 1.0),
    ]:
        stage.notice(notice)
        stage.later(then_s)
    ending = stage.feed([("stop", stop_doc(stage.clock.now))])
    assert "counting 10 %, moving 0 %, suspended 80 %, overhead 10 %" in ending


def test_a_suspension_says_why_and_for_how_long() -> None:
    stage = Stage()
    stage.feed([("start", scan_start(5))])
    assert stage.notice(Suspended("Suspended.", justification="ring current < 50 mA")) == [
        "Suspended: ring current < 50 mA",
        "  suspenders tells more; Ctrl+C ends the wait, RE.clear_suspenders() all holds",
    ]
    stage.later(192.0)
    assert stage.footer()[1] == "Suspended: ring current < 50 mA (3:12)"
    assert stage.notice(Suspended("Another suspender tripped.", justification="door")) == [
        "Another suspender tripped: door"
    ]
    stage.notice(Released("Released: going on."))
    assert stage.footer()[1].startswith("elapsed")


def test_a_suspension_follows_the_signal_and_says_when_it_is_good_again() -> None:
    ring = SimSignal("ring", value=45.0)
    floor = SuspendFloor(ring, 50, resume_thresh=60, sleep=20)
    floor.install(SimpleNamespace(request_suspend=lambda *_, **__: None, announce=lambda _: None))
    stage = Stage(120, suspenders=lambda: (object(), floor))
    stage.feed([("start", scan_start(5))])
    stage.notice(Suspended("Suspended.", justification=floor.justification))
    assert stage.footer()[1] == "Suspended: ring < 50, now 45"
    ring.put(55.0)  # not bad any more, and not good enough
    stage.later(60.0)
    assert stage.footer()[1] == "Suspended: ring < 50, now 55 (1:00)"
    ring.put(72.0)
    releases_at = floor.report().releases_at
    assert releases_at is not None
    stage.clock.now = releases_at.timestamp() - 12.0
    assert stage.footer()[1].startswith(
        f"Suspended: ring = 72 is good again, going on in 0:12, at {releases_at:%H:%M:%S}"
    )
    floor.remove()


def test_other_notices_are_said_at_once() -> None:
    stage = Stage()
    assert stage.notice(Leaving("Aborting: cleaning up.")) == ["Aborting: cleaning up."]
    assert stage.notice(CleanupFailed("det: unstage failed")) == ["det: unstage failed"]
    assert stage.notice(Paused("")) == ["Paused."]
    abandoned = ThreadAbandoned("The engine's thread hangs.", stack="file a\nfile b")
    assert stage.notice(abandoned) == ["The engine's thread hangs.", "file a", "file b"]


def test_rows_that_are_not_on_disk_are_worth_a_word_after_a_second() -> None:
    stage = Stage()
    stage.feed([("start", scan_start(5))])
    assert stage.board.footer(3, 0.9)[1].plain == "elapsed 0:00"
    assert stage.board.footer(3, 2.0)[1].plain == "3 documents are not on disk yet, for 0:02: rows wait"


def test_why_rows_are_not_on_disk_is_said_with_what_to_do() -> None:
    full = StoreError(
        "cannot save to runs.db: database or disk is full", hint="Free some space on that disk."
    )
    stage = Stage(store_error=lambda: full)
    stage.feed([("start", scan_start(5))])
    said = ["cannot save to runs.db: database or disk is full", "Free some space on that disk."]
    assert [line.plain for line in stage.board.footer(3, 2.0)][-2:] == said
    assert not set(said) & {line.plain for line in stage.board.footer()}


def test_baseline_and_monitors_leave_the_table_alone_and_are_named_if_nothing_else_came() -> None:
    stage = Stage()
    documents = [
        ("start", start_doc(plan_name="watch")),
        ("descriptor", descriptor_doc({"ring": number("ring")}, uid="mon", name="ring_monitor")),
        *(("event", event_doc(i, {"ring": 99.0}, descriptor="mon")) for i in range(1, 4)),
        ("stop", stop_doc(START_TIME + 3)),
    ]
    assert stage.feed(documents) == [
        "#142  watch",
        "started 22:13",
        "#142 done · no points, ring_monitor 3 events · 3.0 s",
    ]


def test_interleaved_runs_are_told_apart() -> None:
    stage = Stage()
    lines = stage.feed(
        [
            ("start", scan_start(2)),
            ("descriptor", descriptor_doc()),
            ("start", start_doc(uid="run-b", scan_id=143, plan_name="inner")),
            ("descriptor", descriptor_doc({"i0": number("i0")}, run="run-b", uid="desc-b")),
            ("event", event_doc(1, {"i0": 5.0}, descriptor="desc-b")),
            ("stop", stop_doc(START_TIME + 1, run="run-b")),
            ("event", event_doc(1, {"th": 0.0, "det": 1.0, "mon": 2.0})),
            ("stop", stop_doc(START_TIME + 2)),
        ]
    )
    assert "[#143]     0           5" in lines
    assert "    0      0.0000           1           2" in lines
    assert "#143 done · 1 point · 1.0 s" in lines


def test_an_event_page_is_shown_row_by_row() -> None:
    stage = Stage()
    stage.feed([("start", scan_start(2)), ("descriptor", descriptor_doc())])
    page = {
        "descriptor": "desc-a", "uid": ["a", "b"], "seq_num": [1, 2], "time": [START_TIME, START_TIME],
        "data": {"th": [0.0, 1.0], "det": [5, 6], "mon": [7, 8]}, "timestamps": {}, "filled": {},
    }  # fmt: skip
    assert [line.split() for line in stage.feed([("event_page", page)])[-2:]] == [
        ["0", "0.0000", "5", "7"],
        ["1", "1.0000", "6", "8"],
    ]


def test_a_board_that_is_reset_forgets_runs_without_an_end() -> None:
    stage = Stage()
    stage.feed(scan_documents(ROWS)[:4])
    stage.board.reset()
    assert stage.footer() == []
    assert stage.feed([("event", event_doc(3, {"th": 0.0}))]) == []


def test_selected_counters_lead_the_table_and_the_peaks() -> None:
    stage = Stage(selected=lambda: ["mon"])
    lines = stage.feed(scan_documents(ROWS))
    assert lines[2].split() == ["point", "th", "mon", "det"]
    assert [line.split(":")[0] for line in lines[-2:]] == ["mon", "det"]


def test_the_profile_may_ask_for_fewer_columns_no_styles_or_no_table() -> None:
    few = Stage(max_columns=2).feed(scan_documents(ROWS))
    assert [few[2], few[4]] == ["point          th         det", "(1 more column not shown)"]
    assert Stage(table_style="none").feed(scan_documents(ROWS))[2].startswith("#142 done · 5 points")
    for style, escapes in (("rich", True), ("spec", False)):
        header = Stage(table_style=style).feed_styled(scan_documents(ROWS))[2]
        assert ("\x1b" in header) is escapes


def test_a_wait_for_something_else_than_a_status_is_named_after_a_second() -> None:
    stage = Stage()
    message = Msg("read", Device("cam"))
    stage.board.works_on(message)
    assert stage.footer() == []
    stage.later(3.0)
    stage.board.works_on(message)
    assert stage.footer() == ["waiting for cam to answer (read) · 0:03"]
    stage.feed(scan_documents(ROWS)[:3])
    assert stage.footer()[1] == "waiting for cam to answer (read) · 0:03"
    stage.board.works_on(None)
    assert "elapsed" in stage.footer()[1]


def test_the_end_of_a_long_run_rings_the_bell_and_that_of_a_short_one_does_not() -> None:
    documents = scan_documents(ROWS)  # takes 11 s
    for limit, bells in [(10.0, 1), (12.0, 0), (None, 0)]:
        stage = Stage(attention_after_s=limit)
        stage.feed(documents)
        assert stage.file.getvalue().count("\a") == 2 * bells  # a notification ends with one, too
    assert "]9;#142 done" in Stage(attention_after_s=10.0).rung(documents)
    assert Stage(attention_after_s=10.0, environ={"TERM": "linux"}).rung(documents) == "\a"
    assert Stage(attention_after_s=10.0, environ={"TMUX": "/tmp/tmux"}).rung(documents) == "\a"
    assert Stage(attention_after_s=10.0, environ={"TERM": "dumb"}).rung(documents) == ""
    assert Stage(attention_after_s=10.0, pipe=True).rung(documents) == ""
    told: list[str] = []
    Stage(attention_after_s=10.0, tell_away=told.append).rung(documents)
    Stage(attention_after_s=1e6, tell_away=told.append).rung(documents)
    assert [words[:9] for words in told] == ["#142 done"]


def test_what_was_said_of_one_call_is_not_shown_in_the_footer_of_the_next() -> None:
    stage = Stage()
    stage.notice(Leaving("Stopping."))
    stage.board.begin()
    stage.feed(scan_documents(ROWS)[:3])
    assert not any("Stopping" in line for line in stage.footer())


def test_what_is_said_in_a_pause_stays_while_the_run_is_open() -> None:
    stage = Stage()
    stage.feed(scan_documents(ROWS)[:3])
    stage.notice(PausePending("Pausing after this point..."))
    stage.board.begin()
    assert any("Pausing" in line for line in stage.footer())


def test_a_writer_that_fails_is_named_with_its_problem_and_lag_until_it_has_caught_up() -> None:
    spec = SimpleNamespace(name="spec", problem=None, lag=0)
    nexus = SimpleNamespace(name="nexus", problem=None, lag=0)
    stage = Stage(60, writers=lambda: (spec, nexus))
    stage.feed([("start", scan_start(5))])
    assert len(stage.footer()) == 2
    spec.problem, spec.lag = "No space left on device: /data/2026/november/cu.spec", 41
    nexus.problem, nexus.lag = "Permission denied", 1
    assert stage.footer()[2:] == [
        "spec: No space left on device: /data… · 41 documents behind",
        "nexus: Permission denied · 1 document behind",
    ]
    spec.problem = nexus.problem = None
    assert len(stage.footer()) == 2


def test_a_failing_writer_is_named_during_a_move_and_besides_a_banner() -> None:
    spec = SimpleNamespace(name="spec", problem="Permission denied", lag=7)
    stage = Stage(writers=lambda: (spec,))
    assert stage.footer()[-1] == "spec: Permission denied · 7 documents behind"
    stage.feed([("start", scan_start(5))])
    stage.notice(PausePending("Pausing after this point..."))
    assert stage.footer()[1:] == [
        "Pausing after this point...",
        "spec: Permission denied · 7 documents behind",
    ]


def test_a_table_that_a_callback_prints_takes_the_place_of_the_boards_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stage, table = Stage(), LiveTable(["th", "det"])
    start = scan_start(5) | {"uid": "printed"}
    stream = {"run_start": "printed", "uid": "printed-1"}
    descriptor = descriptor_doc({"th": number("deg"), "det": number("counts")}) | stream
    event = event_doc(1, {"th": 0.5, "det": 310.0}) | {"descriptor": "printed-1"}
    documents = [("start", start), ("descriptor", descriptor), ("event", event)]
    end = hear_of_printed_tables(stage.board.leave_table)
    for callback in (table, LiveTable(["th"], stream_name="baseline"), LiveTable(["th"], out=len)):
        for name, doc in documents:
            callback(name, doc)
    end()
    assert "310" in capsys.readouterr().out
    assert [line for line in stage.feed(documents) if "310" in line] == []
    assert " 1/5 " in stage.footer()[0]
    stage.feed(
        [("stop", stop_doc(START_TIME) | {"run_start": "printed"})]
    )  # it is over: shown again, it has its table
    assert [line for line in stage.feed(documents) if "310" in line] != []
    other = Stage()
    hear_of_printed_tables(other.board.leave_table)()
    for name, doc in documents:
        LiveTable(["th"])(name, doc)
    assert [line for line in other.feed(documents) if "310" in line] != []


def test_a_table_printed_elsewhere_does_not_count() -> None:
    stage = Stage()
    end = hear_of_printed_tables(stage.board.leave_table)
    for table in (LiveTable(["det"], out=lambda line: None), LiveTable(["det"], stream_name="baseline")):
        for name, doc in scan_documents(ROWS):
            table(name, doc)
    end()
    assert sum("9000" in line for line in stage.feed(scan_documents(ROWS))) >= 1


def test_the_highest_value_is_looked_for_anew_in_each_run() -> None:
    stage = Stage()
    marked = []
    for uid, values in [("first", (5.0, 900.0)), ("second", (1.0, 7.0))]:
        documents = scan_documents([(float(i), value, 1.0) for i, value in enumerate(values)])
        for name, doc in documents:
            if name == "start":
                doc = doc | {"uid": uid}
            elif name in ("descriptor", "stop"):
                doc = doc | {"run_start": uid}
            marked += [line for line in stage.feed_styled([(name, doc)]) if "\x1b[1;32m" in line]
    assert [re.sub(r"\x1b\[[\d;]*m", "", line).split()[2] for line in marked] == ["900", "7"]
