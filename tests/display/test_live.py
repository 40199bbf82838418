from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC
from io import StringIO
from time import monotonic, perf_counter
from typing import Any

import pytest

from bsh.devices.status import Status
from bsh.display import ConsoleOwner, LiveDisplay, live
from bsh.display.redirection import LineProxy
from bsh.engine.notices import InterruptAcknowledged, Released
from bsh.errors import RequestAbort, StoreError
from tests.callbacks.documents import START_TIME, event_doc, scan_documents, scan_start, stop_doc
from tests.callbacks.test_progress import Device
from tests.display.terminal import Drawn, Terminal, owner_of

ROWS = [(float(i), 100.0 + i, 1.0) for i in range(5)]


class Store:
    """Counts documents like the store; commits when told to."""

    def __init__(self) -> None:
        self.accepted = 0
        self.committed = 0

    def accept(self) -> int:
        self.accepted += 1
        return self.accepted


def display_on(file: Any, **options: Any) -> LiveDisplay:
    return LiveDisplay(owner_of(file), clock=lambda: START_TIME, tz=UTC, **{"plots": "off", **options})


def run(display: LiveDisplay, plan: Callable[[], None]) -> None:
    """Let a thread play the engine while the display blocks, as RE(plan) does."""
    over = threading.Event()
    failures: list[BaseException] = []

    def engine() -> None:
        try:
            wait_until(lambda: isinstance(sys.stdout, LineProxy))
            plan()
        except BaseException as error:
            failures.append(error)
        finally:
            over.set()
            display.wake()

    thread = threading.Thread(target=engine)
    thread.start()
    display.block(over)
    thread.join(10)
    if failures:
        raise failures[0]


def test_a_run_is_on_the_screen_when_block_returns_and_no_footer_is_left() -> None:
    drawn = Drawn()
    display = display_on(drawn.file)
    run(display, lambda: [display(*document) for document in scan_documents(ROWS)] and None)
    lines = drawn.look()
    assert lines[0] == "#142  ascan th -1 1 4 0.1"
    assert [line.split()[0] for line in lines[4:9]] == ["0", "1", "2", "3", "4"]
    assert lines[9].startswith("#142 done · 5 points")
    assert not drawn.is_cursor_hidden


def test_the_prompt_comes_back_at_once_when_the_plan_is_over() -> None:
    display = display_on(StringIO())
    began = monotonic()
    for _ in range(20):
        run(display, lambda: None)
    assert monotonic() - began < 20 * live.FRAME_S / 2


def test_a_row_is_shown_when_its_event_is_on_disk_and_not_before() -> None:
    store, file = Store(), StringIO()
    display = display_on(file, accepted=store.accept, committed=lambda: store.committed)
    shown: list[str] = []

    def plan() -> None:
        for name, doc in scan_documents(ROWS)[:4]:
            display(name, doc)
        store.committed = 3
        display.wake()
        wait_until(lambda: "100" in file.getvalue())
        shown.append(file.getvalue())
        store.committed = 4

    run(display, plan)
    assert "101" not in shown[0]
    assert "101" in file.getvalue()


def test_the_end_waits_for_the_last_rows_and_no_longer_than_it_must() -> None:
    store, file = Store(), StringIO()
    display = display_on(
        file, accepted=store.accept, committed=lambda: store.committed, commit_patience_s=60.0
    )

    def plan() -> None:
        for document in scan_documents(ROWS):
            display(*document)

    def commit() -> None:
        store.committed = store.accepted
        display.on_commit(store.committed)

    timer = threading.Timer(0.3, commit)
    timer.start()
    began = monotonic()
    run(display, plan)
    timer.join()
    assert monotonic() - began < 5.0
    assert "#142 done" in file.getvalue()
    assert "Not on disk" not in file.getvalue()


def test_documents_that_are_not_on_disk_are_counted_and_nothing_else() -> None:
    store, file = Store(), Drawn().file
    display = display_on(
        file,
        accepted=store.accept,
        committed=lambda: store.committed,
        commit_patience_s=0.0,
        monotonic=lambda: 50 * monotonic(),
    )
    documents = scan_documents(ROWS)

    def plan() -> None:
        for document in documents[:4]:
            display(*document)
        display.waiting(None)
        store.committed = 1
        wait_until(lambda: "3 documents are not on disk yet" in file.getvalue())

    def goes_on() -> None:
        display(*documents[4])
        wait_until(lambda: "4 documents are not on disk yet" in file.getvalue())
        store.committed = 5

    run(display, plan)
    assert "Not on disk yet" in file.getvalue()  # these rows are shown now; they are no safer for that
    run(display, goes_on)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "the store has not answered for 0.2 s."),
        (StoreError("cannot save to runs.db: the disk is full"), "cannot save to runs.db: the disk is full"),
    ],
)
def test_rows_that_never_get_to_disk_are_shown_with_a_warning(error: StoreError | None, words: str) -> None:
    store, drawn = Store(), Drawn()
    display = display_on(
        drawn.file,
        accepted=store.accept,
        committed=lambda: store.committed,
        store_error=lambda: error,
        commit_patience_s=0.2,
    )

    def plan() -> None:
        for document in scan_documents(ROWS):
            display(*document)
        store.committed = 3

    run(display, plan)
    lines = drawn.look()
    warning = lines.index(f"Not on disk yet: {words}")
    assert lines[warning - 1].split()[:2] == ["0", "0.0000"]
    assert lines[warning + 1].split()[:2] == ["1", "1.0000"]


def test_a_notice_overtakes_rows_that_do_not_get_to_disk_and_keeps_its_turn_otherwise() -> None:
    store, file = Store(), StringIO()
    display = display_on(file, accepted=store.accept, committed=lambda: store.committed)
    documents = scan_documents(ROWS)

    def plan() -> None:
        for document in documents[:3]:
            display(*document)
        store.committed = 3
        display.notify(Released("Released: in its turn."))
        display(*documents[3])
        display.notify(InterruptAcknowledged("Pausing after this point..."))
        wait_until(lambda: "Pausing" in file.getvalue())
        assert "101" not in file.getvalue()
        store.committed = 4

    run(display, plan)
    lines = file.getvalue().splitlines()
    order = [lines.index(line) for line in lines if "Released" in line or "Pausing" in line]
    assert lines[order[0] - 1].split()[0] == "0"
    assert lines[order[1] + 1].split()[0] == "1"
    assert file.getvalue().count("Pausing") == 1


def test_prints_of_other_threads_keep_their_order_with_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    display = LiveDisplay(owner_of(None), clock=lambda: START_TIME, tz=UTC)
    documents = scan_documents(ROWS)

    def plan() -> None:
        print("before")
        for name, doc in documents:
            display(name, doc)
            if name == "event":
                print("after", doc["seq_num"] - 1, end="")
                print(" - done")
        print("no newline", end="")

    run(display, plan)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "before"
    assert lines[-1] == "no newline"
    for i in range(5):
        place = lines.index(f"after {i} - done")
        assert lines[place - 1].split()[0] == str(i)
    assert sys.stdout.write("") == 0


def test_prints_never_tear_the_footer_and_nothing_is_left_of_it() -> None:
    drawn = Drawn()
    display = display_on(drawn.file)
    status = Status(obj=Device("th"), target=100.0)
    stdout = sys.stdout
    sys.stdout = drawn.file

    def plan() -> None:
        for name, doc in scan_documents([(float(i), 1.0, 1.0) for i in range(40)]):
            display(name, doc)
            if name != "event":
                continue
            display.waiting({status})
            status.report_progress(current=float(doc["seq_num"]), initial=0.0, unit="deg", precision=1)
            print(f"print {doc['seq_num'] - 1}")
            display.wake()
            wait_until(lambda: not display._queue)
        display.waiting(None)

    try:
        run(display, plan)
    finally:
        sys.stdout = stdout
    lines = drawn.look()
    expected = [text for i in range(40) for text in (str(i), "print")]
    table = [line for line in lines[2:] if line.split()[0] == "print" or line.split()[0].isdigit()]
    assert [line.split()[0] for line in table] == expected
    assert not [line for line in lines if "━" in line or "─" in line or "elapsed" in line]
    assert lines[-3].startswith("#142 done · 40 points")
    assert sum("/40" in text for text in drawn.file.writes) > 10
    assert not drawn.is_cursor_hidden


def test_a_question_is_asked_on_the_main_thread_with_the_footer_gone() -> None:
    drawn = Drawn()
    seen: list[Any] = []

    def read(prompt: str) -> str:
        seen.append((prompt, threading.current_thread() is threading.main_thread(), drawn.look()[-1]))
        return "Joe"

    display = display_on(drawn.file, read=read)

    def plan() -> None:
        display("start", scan_start(5))
        wait_until(lambda: any("0/5" in text for text in drawn.file.writes))
        answers.append(display.ask("your name? ").result(10))

    answers: list[str] = []
    run(display, plan)
    assert answers == ["Joe"]
    assert seen == [("your name? ", True, "5 points · started 22:13")]


def test_what_a_plan_prints_on_hearing_an_answer_goes_through_the_display() -> None:
    display = display_on(StringIO(), read=lambda prompt: "fine")
    printed_to: list[type] = []

    def plan() -> None:
        answer = display.ask("how is it? ")
        answer.add_done_callback(lambda _: printed_to.append(type(sys.stdout)))
        answer.result(10)

    run(display, plan)
    assert printed_to == [LineProxy]


def test_ctrl_c_in_a_question_cancels_it_and_the_handler_is_put_back() -> None:
    def read(prompt: str) -> str:
        signal.raise_signal(signal.SIGINT)
        return "never"

    display = display_on(StringIO(), read=read)
    failures: list[BaseException | None] = []
    mine = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        own = signal.getsignal(signal.SIGINT)
        run(display, lambda: failures.append(display.ask("sure? ").exception(10)))
        assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, mine)
    assert isinstance(failures[0], RequestAbort)


def test_the_end_of_the_input_reaches_the_plan_as_eof() -> None:
    def read(prompt: str) -> str:
        raise EOFError

    display = display_on(StringIO(), read=read)
    failures: list[BaseException | None] = []
    run(display, lambda: failures.append(display.ask("sure? ").exception(10)))
    assert isinstance(failures[0], EOFError)


def test_a_question_that_nobody_waits_for_any_more_is_not_asked() -> None:
    asked: list[str] = []
    display = display_on(StringIO(), read=lambda prompt: asked.append(prompt) or "")
    display.ask("late? ").cancel()
    run(display, lambda: None)
    assert asked == []


def test_a_document_that_cannot_be_shown_costs_one_line_and_the_plan_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = StringIO()
    display = display_on(file)

    def plan() -> None:
        for name, doc in scan_documents(ROWS):
            display(name, doc)
            if name == "descriptor":
                for _ in range(100):
                    display("event", {"descriptor": "desc-a", "seq_num": "not a number"})

    run(display, plan)
    assert file.getvalue().count("display: could not show event") == 1
    assert "#142 done · 5 points" in file.getvalue()
    assert "could not show event" in caplog.text


def test_a_dead_terminal_does_not_stop_the_plan() -> None:
    class Dead(StringIO):
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    display = display_on(Dead())
    done: list[int] = []

    def plan() -> None:
        for document in scan_documents(ROWS):
            display(*document)
        done.append(len(ROWS))

    run(display, plan)
    assert done == [5]


def test_a_terminal_that_does_not_follow_costs_rows_on_screen_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "BACKLOG", 10)
    drawn = Drawn()
    display = display_on(drawn.file)
    for document in scan_documents([(float(i), 1.0, 1.0) for i in range(30)]):
        display(*document)
    run(display, lambda: None)
    lines = drawn.look()
    assert "(22 rows not shown: the terminal did not follow; all are saved)" in lines
    assert lines[-1].startswith("#142 ")
    assert "peak" not in lines[-1]


def test_waits_are_shared_out_at_the_end_of_the_run() -> None:
    file = StringIO()
    now = [50.0]
    display = LiveDisplay(owner_of(file), clock=lambda: START_TIME, monotonic=lambda: now[0], tz=UTC)
    display("start", scan_start(1))
    for name, seconds in (("th", 2.0), ("det", 5.0)):
        display.waiting({Status(obj=Device(name))})
        now[0] += seconds
        display.waiting(None)
    display("stop", stop_doc(START_TIME + 10.0))
    run(display, lambda: None)
    assert "counting 50 %, moving 20 %, overhead 30 %" in file.getvalue()


def test_a_terminal_without_a_footer_prints_the_state_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STATUS_EVERY_S", 0.2)
    drawn = Drawn()
    display = LiveDisplay(owner_of(drawn.file, TERM="dumb"), clock=lambda: START_TIME, tz=UTC)

    def plan() -> None:
        display("start", scan_start(5))
        wait_until(lambda: "0/5" in drawn.file.getvalue())

    run(display, plan)
    assert "\x1b" not in drawn.file.getvalue()


def test_the_engine_only_pays_for_an_append() -> None:
    store = Store()
    display = display_on(StringIO(), accepted=lambda: store.accepted, committed=lambda: 0)
    event = event_doc(1, {"th": 0.0, "det": 1.0, "mon": 1.0})
    costs = []
    for _ in range(5):
        display._queue.clear()
        began = perf_counter()
        for _ in range(10_000):
            display("event", event)
        costs.append((perf_counter() - began) / 10_000)
    assert min(costs) < 2e-6  # seconds; about 0.3e-6 on an idle machine


def test_memory_and_time_stay_flat_over_many_rows() -> None:
    file = Sink()
    display = display_on(file)
    objects: list[int] = []
    seconds: list[float] = []

    def plan() -> None:
        display("start", scan_start(15_000))
        display("descriptor", scan_documents(ROWS)[1][1])
        for batch in range(30):
            events = [
                event_doc(batch * 500 + i + 1, {"th": 0.5, "det": float(i), "mon": 1.0}) for i in range(500)
            ]
            began = perf_counter()
            for event in events:
                display("event", event)
            display.wake()
            wait_until(lambda: not display._queue)
            seconds.append(perf_counter() - began)
            if batch in (2, 29):  # looking at all objects takes long
                del events, event
                gc.collect()
                objects.append(len(gc.get_objects()))

    run(display, plan)
    assert file.rows >= 15_000
    # Points for the peak are kept as bare numbers; of the rows nothing stays.
    assert objects[1] < objects[0] + 500
    assert min(seconds[-12:]) < 5 * min(seconds[:12])
    assert min(seconds) / 500 < 1e-3


class Sink(StringIO):
    """Counts lines and forgets them."""

    rows = 0

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.rows += text.count("\n")
        return len(text)


def wait_until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Give way to the display until something is true."""
    pause = threading.Event()
    deadline = monotonic() + timeout_s
    while not condition():
        assert monotonic() < deadline, "it never happened"
        pause.wait(0.005)


def test_the_title_of_the_window_says_how_far_a_scan_is_and_is_put_back() -> None:
    terminal = Terminal()
    display = display_on(terminal)

    def plan() -> None:
        display("start", scan_start(5))
        wait_until(lambda: any("\x1b]2;" in text for text in terminal.writes))

    run(display, plan)
    written = terminal.getvalue()
    assert "\x1b[22;2t\x1b]2;#142 0/5 · " in written  # the former title is kept, then replaced
    assert written.index("\x1b[23;2t") > written.index("\x1b]2;")
    assert written.count("\x1b[22;2t") == written.count("\x1b[23;2t") == 1


def test_the_former_title_is_kept_once_however_often_it_changes() -> None:
    terminal = Terminal()
    owner = owner_of(terminal)
    for text in ("1/3", "2/3", "2/3", "", "", "3/3\x1b[2J"):
        owner.set_title(text)
    kept, back = "\x1b[22;2t", "\x1b[23;2t"
    assert terminal.getvalue() == f"{kept}\x1b]2;1/3\a\x1b]2;2/3\a{back}{kept}\x1b]2;3/3[2J\a"


@pytest.mark.parametrize(("name", "plain"), [("dumb", False), ("linux", False), ("xterm-256color", True)])
def test_terminals_without_a_title_get_none(name: str, plain: bool) -> None:
    terminal = Terminal()
    owner = ConsoleOwner(terminal, plain=plain, environ={"TERM": name}, size=lambda: (80, 24))
    owner.set_title("#142 3/21")
    owner.set_title("")
    assert terminal.writes == []


def test_what_cannot_be_shown_is_said_again_in_the_next_run() -> None:
    file = StringIO()
    display = display_on(file)

    def plan() -> None:
        for _ in range(2):
            for name, doc in scan_documents(ROWS):
                display(name, doc)
                if name == "descriptor":
                    display("event", {"descriptor": "desc-a", "seq_num": "not a number"})

    run(display, plan)
    assert file.getvalue().count("display: could not show event") == 2


def test_a_stream_that_is_gone_costs_what_is_printed_to_it_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Gone(StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    file = StringIO()
    display = display_on(file)
    run(display, lambda: print("nobody reads this", file=sys.stderr))
    assert file.getvalue() == ""
