from io import StringIO

from rich.text import Text

from bsh.commands.counts import Count, Counts
from bsh.commands.reports import (
    AxisMove,
    Code,
    Limits,
    MoveSummary,
    Position,
    Positions,
    RunList,
    RunRow,
)
from bsh.commands.reports import Text as Words
from bsh.display import ConsoleOwner, report_lines, show
from tests.display.terminal import Terminal, owner_of

AXES = (
    Position("th", value=1.5, units="deg", low=-180.0, high=180.0),
    Position("samx", value=0.25, units="mm", state="limit"),
    Position("tth", value=3.0, units="deg", state="moving"),
    Position("detz", state="offline", note="not connected"),
)


def styles(line: Text, word: str) -> str:
    place = line.plain.index(word)
    return " ".join(str(span.style) for span in line.spans if span.start <= place < span.end)


def line_with(lines: list[Text], word: str) -> Text:
    return next(line for line in lines if word in line.plain.split())


def test_sentences_are_broken_between_words_on_a_terminal_and_nowhere_in_a_file() -> None:
    words = "usage: mesh [-s] motor1 start1 stop1 intervals1 motor2 start2"
    table = "th      tth     samx    samy    ring    det     mon"
    report = Words(f"{words}\n{table}")
    narrow = [line.plain for line in report_lines(report, owner_of(Terminal(), width=40))]
    assert narrow == ["usage: mesh [-s] motor1 start1 stop1", "  intervals1 motor2 start2", table]
    assert [line.plain for line in report_lines(report, owner_of(StringIO(), width=40))] == [words, table]


def test_positions_keep_their_columns_and_names_tell_the_state() -> None:
    owner = owner_of(Terminal())
    report = Positions(AXES)
    lines = report_lines(report, owner)
    assert [line.plain for line in lines] == report.plain(width=80).split("\n")
    names = line_with(lines, "th")
    assert styles(names, "th") == "bold"
    assert styles(names, "samx") == "bold yellow"
    assert styles(names, "tth") == "bold cyan"
    assert styles(names, "detz") == "red"
    assert styles(line_with(lines, "detz:"), "detz:") == "red"


def test_positions_fill_the_width_they_get() -> None:
    report = Positions(tuple(Position(f"motor{i:02d}", value=float(i)) for i in range(40)))
    for width in (80, 120):
        widths = [line.cell_len for line in report_lines(report, owner_of(Terminal(), width))]
        assert width - 12 < max(widths) <= width


def test_limits_colour_the_axis_at_its_limit() -> None:
    lines = report_lines(Limits(AXES[:2]), owner_of(Terminal()))
    assert styles(line_with(lines, "samx"), "samx") == "bold yellow"


def test_odd_counts_are_marked() -> None:
    report = Counts((Count("det", 35031, rate=35031.0), Count("mon", 0, note="zero")), seconds=1.0, time=0.0)
    lines = report_lines(report, owner_of(Terminal()))
    assert "bold" in styles(lines[1], "det")
    assert "yellow" in styles(lines[2], "zero")


def test_an_interrupted_move_is_yellow() -> None:
    move = AxisMove("th", start=0.0, target=5.0, end=1.5, units="deg")
    done = report_lines(MoveSummary((move,), 0.8), owner_of(Terminal()))
    stopped = report_lines(MoveSummary((move,), 0.8, interrupted=True), owner_of(Terminal()))
    assert styles(done[0], "th") == "bold"
    assert "yellow" in styles(stopped[0], "stopped")


def run_row(number: int, status: str | None, command: str = "ascan th -1 1 20 0.1") -> RunRow:
    return RunRow(number, f"uid{number}", 0.0, command, 21, status)


def test_the_status_of_runs_is_coloured_and_words_of_commands_are_not() -> None:
    report = RunList(
        (run_row(1, "success"), run_row(2, "abort"), run_row(3, "fail", "fail th"), run_row(4, None))
    )
    lines = report_lines(report, owner_of(Terminal()))
    assert [styles(line, word) for line, word in zip(lines[1:], ("success", "abort", "fail", "open"))] == [
        "green", "yellow", "red", "cyan",
    ]  # fmt: skip
    assert all(span.end <= lines[3].plain.index("fail th") for span in lines[3].spans)


def test_in_a_pipe_a_run_list_is_not_cut_and_has_no_control_codes() -> None:
    file = StringIO()
    show(RunList((run_row(1, "abort", "x" * 300),)), owner_of(file))
    assert "x" * 300 in file.getvalue()
    assert "\x1b" not in file.getvalue()


def test_an_empty_list_and_words_are_shown_as_they_are() -> None:
    file = StringIO()
    show(RunList(()), owner_of(file))
    show(Words("hello\nworld"), owner_of(file))
    show(42, owner_of(file))
    assert file.getvalue() == "no scans yet\nhello\nworld\n42\n"


def test_a_report_of_a_plug_in_is_shown_by_its_plain_form() -> None:
    class Foreign:
        def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
            return f"{width} {ascii_only}"

    file = StringIO()
    show(Foreign(), owner_of(file, 100))
    assert file.getvalue() == "100 False\n"


def test_code_is_coloured_and_not_broken_at_words():
    source = "def there(x):\n    return 'a  long text that would be broken at words if it were prose, would it not' + x"
    assert [line.plain for line in report_lines(Code(source), owner_of(Terminal()))] == source.split("\n")
    assert any(line.spans for line in report_lines(Code(source), owner_of(Terminal())))
    plain = report_lines(Code(source), ConsoleOwner(Terminal(), plain=True))
    assert [line.plain for line in plain] == source.split("\n")
