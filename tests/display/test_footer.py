from dataclasses import replace
from datetime import UTC

from bsh.callbacks import ScanProgressView, TimeShares, WaitView
from bsh.display.bars import bar
from bsh.display.footer import idle_line, message_line, move_lines, progress_line, shares_text, wait_line

NOW = 1_700_000_000.0  # 22:13:20 UTC


def view(name: str = "th", **changes: object) -> WaitView:
    values: dict = {
        "name": name, "current": "0.5000", "target": "2.0000", "units": "deg", "fraction": 0.25,
        "elapsed_s": 1.0, "remaining_s": 3.0, "still_s": 0.0, "done": False,
    }  # fmt: skip
    return WaitView(**(values | changes))


def silent(name: str, **changes: object) -> WaitView:
    return view(name, current="", target="", units="", fraction=None, remaining_s=None, **changes)


def scan(
    done: int, total: int | None, remaining_s: float | None, elapsed_s: float = 14.0
) -> ScanProgressView:
    return ScanProgressView(
        done, total, elapsed_s, remaining_s, None if remaining_s is None else NOW + remaining_s
    )


def test_the_first_line_says_how_far_the_scan_is_and_when_it_ends() -> None:
    line = progress_line("#142", scan(7, 21, 28.0), 80, now=NOW, tz=UTC)
    assert line.plain == "#142  ━━━━━━━━━━────────────────────  7/21 · 0:28 left · ends 22:13"
    assert line.cell_len < 80


def test_a_narrow_terminal_shortens_the_bar_and_then_drops_it() -> None:
    assert progress_line("#142", scan(7, 21, 28.0), 50, now=NOW, tz=UTC).cell_len < 50
    narrow = progress_line("#142", scan(7, 21, 28.0), 40, now=NOW, tz=UTC).plain
    assert narrow == "#142  7/21 · 0:28 left · ends 22:13"


def test_a_scan_that_takes_longer_than_foreseen_says_so_in_place_of_the_time_left() -> None:
    def words(late_s: float) -> str:
        return progress_line("#142", replace(scan(20, 21, 0.0), late_s=late_s), 60, now=NOW, tz=UTC).plain

    assert words(1.9).endswith("20/21 · 0:00 left · ends 22:13")
    assert words(12.0).endswith("20/21 · 0:12 over the estimate")


def test_a_scan_without_an_end_counts_points_and_time() -> None:
    assert progress_line("#142", scan(12, None, None), 80, now=NOW).plain == "#142  12 points · 0:14"
    assert progress_line("#1", scan(0, 21, None), 80, now=NOW).plain.endswith("  0/21 · 0:14")


def test_an_end_on_another_day_names_the_day() -> None:
    assert progress_line("#1", scan(1, 9, 7200.0), 80, now=NOW, tz=UTC).plain.endswith("ends Wed 00:13")


def test_moving_axes_have_a_bar_each() -> None:
    line = wait_line([view("th"), view("tth", fraction=0.5)], 0.5, 80)
    assert line.plain == "th 0.5000 → 2.0000 deg ━━──────   tth 0.5000 → 2.0000 deg ━━━━────"


def test_axes_that_do_not_fit_are_counted() -> None:
    line = wait_line([view(f"m{i}") for i in range(5)] + [silent("det")], 0.5, 80)
    assert line.plain.endswith("+4 more")
    assert line.cell_len < 80


def test_short_waits_are_not_shown() -> None:
    assert wait_line([view()], 0.1, 80) is None
    assert wait_line([view(done=True)], 5.0, 80) is None
    assert move_lines([view()], 0.1, 80, 24) == []
    assert move_lines([view(done=True)], 5.0, 80, 24) == []


def test_a_device_without_progress_is_named_after_a_second_on_a_steady_line() -> None:
    assert wait_line([silent("det")], 0.9, 80) is None
    lines = {wait_line([silent("det"), silent("mon")], 4.0 + i / 10, 80).plain for i in range(5)}
    assert lines == {"waiting for det, mon · 0:04"}


def test_an_axis_that_stands_still_says_for_how_long() -> None:
    assert "has not changed for 0:30" in wait_line([view(still_s=30.0)], 40.0, 80).plain
    assert "has not changed for 0:30" in move_lines([view(still_s=30.0)], 40.0, 80, 24)[0].plain


def test_a_move_has_one_line_an_axis_in_columns() -> None:
    views = [
        view(
            "samx", current="0.251", target="1.200", units="mm", fraction=0.21, remaining_s=1.9, elapsed_s=0.5
        ),
        view("th", fraction=0.5, elapsed_s=2.0),
        view("tth", current="12.0000", target="12.0000", fraction=1.0, done=True),
    ]
    assert [line.plain for line in move_lines(views, 0.5, 80, 24)] == [
        "samx    0.251 →   1.200 mm   ━━━━━━────────────────────────   21 %",
        "th     0.5000 →  2.0000 deg  ━━━━━━━━━━━━━━━───────────────   50 %  0:03 left",
        "tth   12.0000 → 12.0000 deg  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  done",
    ]


def test_a_count_whose_length_is_known_counts_down() -> None:
    views = [silent("det"), silent("mon")]
    assert [line.plain for line in move_lines(views, 0.5, 80, 24, expected_s=2.0)] == [
        "det, mon  ━━━━━━━╸──────────────────────  0:02 left"
    ]
    assert move_lines(views, 2.5, 80, 24, expected_s=2.0)[0].plain == "waiting for det, mon · 0:02"
    narrow = move_lines([silent(f"detector{i}") for i in range(9)], 0.5, 40, 24, expected_s=2.0)[0]
    assert narrow.cell_len < 40


def test_many_axes_leave_half_of_the_screen_free() -> None:
    lines = move_lines([view(f"m{i}") for i in range(30)], 1.0, 80, 24)
    assert len(lines) == 12
    assert lines[-1].plain == "+19 more"


def test_move_lines_fit_into_any_width() -> None:
    for width in (40, 60, 80, 120):
        for line in move_lines([view("a_rather_long_axis_name"), view()], 1.0, width, 24):
            assert line.cell_len < max(width, 64)


def test_nothing_to_wait_for_shows_where_the_time_goes() -> None:
    shares = TimeShares(moving=0.4, counting=0.48, overhead=0.12)
    assert shares_text(shares) == "counting 48 %, moving 40 %, overhead 12 %"
    assert idle_line(14.2, shares).plain == "elapsed 0:14 · counting 48 %, moving 40 %, overhead 12 %"
    assert idle_line(14.2, None).plain == "elapsed 0:14"


def test_a_bar_is_clipped() -> None:
    assert bar(-1.0, 4).plain == "────"
    assert bar(7.0, 4).plain == "━━━━"


class Device:
    name = "cam"


def words(*message: object, elapsed_s: float = 12.0, width: int = 80) -> str | None:
    command, obj, *args = message
    line = message_line(str(command), obj, args, elapsed_s, width)
    return None if line is None else line.plain


def test_a_sleep_counts_down() -> None:
    assert words("sleep", None, 48.0) == "sleeping  ━━━━━━━╸──────────────────────  0:36 left"
    assert words("sleep", None, 48.0, elapsed_s=60.0, width=30) == "sleeping  ━━━━━━━━  0:00 left"


def test_a_device_that_does_not_answer_is_named_with_what_was_asked_of_it() -> None:
    assert words("read", Device()) == "waiting for cam to answer (read) · 0:12"
    assert words("save", None) == "waiting for the disk · 0:12"
    assert words("my_command", None) == "waiting for my_command · 0:12"


def test_no_message_is_worth_a_word_in_its_first_second_and_some_never_are() -> None:
    assert words("read", Device(), elapsed_s=0.9) is None
    assert words("wait", None) is None
    assert words("_rewind", None) is None
