import os
import re
import threading
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from bsh.display import ConsoleOwner, Mode
from bsh.display.plots import Look
from tests.display.terminal import ENVIRONMENT, Drawn, Terminal, owner_of


def test_what_can_be_done_depends_on_where_output_goes() -> None:
    assert owner_of(StringIO()).mode is Mode.PIPE
    assert owner_of(Terminal()).mode is Mode.LIVE
    assert owner_of(Terminal(), TERM="dumb").mode is Mode.LINES
    assert ConsoleOwner(Terminal(), environ={}).mode is Mode.LINES
    assert ConsoleOwner(Terminal(), plain=True, environ=ENVIRONMENT).mode is Mode.LINES


def test_a_pipe_gets_plain_rows_and_no_control_codes() -> None:
    file = StringIO()
    owner = owner_of(file)
    owner.set_footer([Text("busy")])
    owner.print_rows(["x" * 200, Text("red", style="red")])
    owner.clear_footer()
    assert file.getvalue() == "x" * 200 + "\nred\n"


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"TERM": "unknown"}, {"TERM": ""}])
def test_a_dumb_terminal_gets_neither_styles_nor_a_footer(environ: dict[str, str]) -> None:
    terminal = Terminal()
    owner = owner_of(terminal, **environ)
    owner.set_footer([Text("busy")])
    owner.print_rows([Text("red", style="red")])
    assert terminal.getvalue() == "red\n"


def test_no_color_keeps_the_footer_and_drops_the_styles() -> None:
    terminal = Terminal()
    owner = owner_of(terminal, NO_COLOR="1")
    owner.update([Text("red", style="bold red")], [Text("busy", style="cyan")])
    owner.clear_footer()
    assert re.findall(r"\x1b\[[\d;]*m", terminal.getvalue()) == []
    assert "busy" in terminal.getvalue()


def test_an_empty_no_color_does_not_count() -> None:
    terminal = Terminal()
    owner_of(terminal, NO_COLOR="").print_rows([Text("red", style="red")])
    assert terminal.getvalue() == "\x1b[31mred\x1b[0m\n"


def test_rows_scroll_in_above_a_footer_that_leaves_nothing_behind() -> None:
    drawn = Drawn(width=40, height=6)
    owner = owner_of(drawn.file, 40, 6)
    for i in range(20):
        owner.update([f"row {i}"], [Text(f"bar {i}"), Text(f"wait {i}")][: 1 + i % 2])
        assert drawn.look()[-1 - i % 2 :] == [f"bar {i}", f"wait {i}"][: 1 + i % 2]
    assert drawn.is_cursor_hidden
    owner.clear_footer()
    assert drawn.look() == [f"row {i}" for i in range(20)]
    assert not drawn.is_cursor_hidden


def test_rows_and_footer_are_one_write_and_an_unchanged_footer_is_none() -> None:
    terminal = Terminal()
    owner = owner_of(terminal)
    footer = [Text("bar"), Text("wait")]
    owner.update(["a", "b", "c"], footer)
    owner.update([], footer)
    owner.update([], footer)
    assert len(terminal.writes) == 1
    owner.update(["d"], None)
    assert len(terminal.writes) == 2
    assert "bar" not in terminal.writes[1]
    assert "d\n" in terminal.writes[1]


def test_only_the_lines_of_the_footer_that_changed_are_written_again() -> None:
    drawn = Drawn(width=40, height=12)
    owner = owner_of(drawn.file, 40, 12)
    plot = ["plot " + "x" * 30] * 5
    for i in range(30):
        owner.update([f"row {i}"], [*plot, f"status {i}"])
    assert sum(text.count("plot") for text in drawn.file.writes) == len(plot)
    assert drawn.look() == [*(f"row {i}" for i in range(30)), *plot, "status 29"]


@given(
    height=st.integers(6, 24),
    steps=st.lists(
        st.tuples(st.lists(st.integers(0, 50), max_size=5), st.lists(st.integers(0, 19), max_size=5)),
        max_size=25,
    ),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_shown_rows_stay_in_order_and_the_last_footer_is_below(
    height: int, steps: list[tuple[list[int], list[int]]]
) -> None:
    drawn = Drawn(width=20, height=height)
    owner = owner_of(drawn.file, 20, height)
    rows: list[str] = []
    footer: list[str] = []
    for lengths, widths in steps:
        fresh = [f"{len(rows) + i}" + "r" * length for i, length in enumerate(lengths)]
        rows += fresh
        footer = ["f" * max(1, width) for width in widths]
        owner.update(fresh, footer)
    shown = [row[start : start + 20] for row in rows for start in range(0, max(1, len(row)), 20)]
    assert drawn.look() == shown + footer
    owner.clear_footer()
    assert drawn.look() == shown


def test_a_terminal_that_was_made_narrower_keeps_all_rows() -> None:
    drawn, size = Drawn(width=60, height=10), [60, 10]
    owner = ConsoleOwner(drawn.file, environ=ENVIRONMENT, size=lambda: (size[0], size[1]))
    for i in range(40):
        if i in (15, 25):
            drawn.look()
            size[0] = {15: 30, 25: 80}[i]
            drawn.screen.resize(10, size[0])
        owner.update([f"row {i}"], [f"plot {'x' * (size[0] - 10)}", f"status {i}"])
    owner.clear_footer()
    assert drawn.look() == [f"row {i}" for i in range(40)]


def test_tmux_breaks_the_footer_anew_when_it_gets_narrower_and_all_of_it_is_wiped() -> None:
    terminal, size = Terminal(), [60, 10]
    environ = ENVIRONMENT | {"TMUX": "/tmp/tmux"}
    owner = ConsoleOwner(terminal, environ=environ, size=lambda: (size[0], size[1]))
    owner.set_footer(["p" * 50, "status"])
    size[0] = 30
    owner.set_footer(["short", "status"])
    assert terminal.writes[-1].count("\x1b[1A") == 2  # three lines of the screen


def test_what_plots_are_made_of_follows_the_terminal() -> None:
    assert owner_of(Terminal()).look == Look("256")
    assert owner_of(Terminal(), COLORTERM="truecolor").look == Look("truecolor")
    assert owner_of(Terminal(), TERM="xterm").look == Look("16")
    assert owner_of(Terminal(), NO_COLOR="1").look == Look("none")
    assert owner_of(StringIO()).look == Look("none")


def test_a_footer_never_reaches_the_last_column() -> None:
    drawn = Drawn(width=20, height=5)
    owner_of(drawn.file, 20, 5).set_footer([Text("x" * 50), Text("試料" * 30)])
    lines = drawn.look()
    assert lines[0] == "x" * 18 + "…"
    assert len(lines) == 2


class DeadTerminal(Terminal):
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_terminal_that_went_away_is_noted_and_does_not_raise() -> None:
    owner = owner_of(DeadTerminal())
    owner.update(["row"], [Text("busy")])
    owner.clear_footer()
    assert owner.is_lost


def test_a_closed_file_and_a_broken_pipe_do_not_raise() -> None:
    closed = StringIO()
    closed.close()
    owner = owner_of(closed)
    owner.print_rows(["row"])
    assert owner.is_lost
    reader, writer = os.pipe()
    os.close(reader)
    pipe = os.fdopen(writer, "w")
    broken = owner_of(pipe)
    broken.print_rows(["row"])
    assert broken.is_lost
    pipe.close()


def test_a_terminal_that_somebody_made_non_blocking_gets_everything() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    rows = [f"{i:06d}" * 20 for i in range(2000)]
    with os.fdopen(writer, "w") as pipe, os.fdopen(reader) as other_end:
        received: list[str] = []
        thread = threading.Thread(target=lambda: received.extend(other_end.read().splitlines()))
        thread.start()
        owner = owner_of(pipe)
        owner.print_rows(rows)
        assert not owner.is_lost
        pipe.close()
        thread.join(10)
    assert received == rows


def test_an_ascii_terminal_gets_ascii(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="ascii") as file:
        owner_of(file).print_rows(["0 → 1 · 2 ━╸─ … 試"])
    assert path.read_text() == "0 -> 1 - 2 ##. ... ?\n"


def test_surrogates_in_a_row_do_not_lose_it(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="utf-8") as file:
        owner = owner_of(file)
        owner.print_rows(["bad \udcff name"])
    assert path.read_text() == "bad ? name\n"
    assert not owner.is_lost


def test_output_follows_sys_stdout_unless_it_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    owner = ConsoleOwner(environ=ENVIRONMENT)
    owner.print_rows(["hello"])
    assert capsys.readouterr().out == "hello\n"


def test_the_file_may_be_asked_for_each_time() -> None:
    files = [StringIO(), StringIO()]
    current = [files[0]]
    owner = ConsoleOwner(lambda: current[0], environ=ENVIRONMENT)
    owner.print_rows(["one"])
    current[0] = files[1]
    owner.print_rows(["two"])
    assert [file.getvalue() for file in files] == ["one\n", "two\n"]


def test_leaving_takes_the_footer_away_even_after_an_error() -> None:
    drawn = Drawn()
    owner = owner_of(drawn.file)

    def fail() -> None:
        with owner.taken():
            owner.set_footer([Text("busy")])
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fail()
    assert drawn.look() == []
    assert not drawn.is_cursor_hidden


def test_the_size_comes_from_the_terminal_else_from_the_environment() -> None:
    assert ConsoleOwner(StringIO(), environ={"COLUMNS": "132", "LINES": "50"}).size == (132, 50)
    assert ConsoleOwner(StringIO(), environ={"COLUMNS": "many"}).size == (80, 24)
    assert owner_of(StringIO(), width=3).width == 20


def test_a_line_of_the_footer_that_is_still_the_same_object_is_not_styled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = owner_of(Terminal())
    styled: list[str] = []
    monkeypatch.setattr(owner, "styled", lambda line, width: styled.append(line.plain) or line.plain)
    plot = Text("plot")
    for i in range(3):
        owner.update([], [plot, Text(f"status {i}")])
    assert styled == ["plot", "status 0", "status 1", "status 2"]


def test_lines_without_colours_have_no_blanks_at_their_ends() -> None:
    file = StringIO()
    owner_of(file).print_rows([Text("│ a plot   "), "as it is  "])
    assert file.getvalue() == "│ a plot\nas it is  \n"
