"""``bsh scans``, ``bsh show``, ``bsh export``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bsh.commands.scan_filters import parse_filters
from bsh.errors import UsageError

Call = Callable[..., Result]
Take = Callable[..., None]


def test_there_are_no_scans_before_the_first(bsh: Call, place: Path) -> None:
    result = bsh("scans")
    assert (result.exit_code, result.output) == (0, "no scans yet\n")
    assert not (place / "home").exists(), "looking makes nothing"
    assert bsh("scans", "--json").output == ""


def test_json_is_one_object_a_line_with_the_newest_first(bsh: Call, take: Take) -> None:
    take("ascan th -1 1 4 0.001", "ct -s 0.001")
    lines = bsh("scans", "--json").output.splitlines()
    first, second = (json.loads(line) for line in lines)
    assert list(first) == [
        "scan_id", "uid", "time", "plan_name", "command", "num_points", "exit_status", "reason", "profile",
    ]  # fmt: skip
    assert (first["scan_id"], second["scan_id"]) == (2, 1)
    assert second["command"] == "ascan th -1 1 4 0.001"
    assert (second["num_points"], second["exit_status"], second["profile"]) == (5, "success", "fast")


def test_the_table_shows_line_points_and_status(bsh: Call, take: Take) -> None:
    take("ascan th -1 1 4 0.001")
    header, row = bsh("scans").output.splitlines()
    assert header.split() == ["#", "time", "profile", "points", "status", "command"]
    assert row.split()[:1] == ["1"]
    assert row.endswith("fast          5  success  ascan th -1 1 4 0.001")


def test_all_profiles_are_listed_unless_one_is_named(bsh: Call, take: Take) -> None:
    take("ct -s 0.001", name="one")
    take("ct -s 0.001", "ct -s 0.001", name="two")

    def profiles(*arguments: str) -> list[str]:
        return [json.loads(line)["profile"] for line in bsh(*arguments, "--json").output.splitlines()]

    assert profiles("scans") == ["two", "two", "one"]
    assert profiles("scans", "-n", "1") == ["two"]
    assert profiles("scans", "-p", "one.yml") == ["one"]
    assert profiles("-p", "one.yml", "scans") == ["one"], "before the subcommand it means the same"
    assert profiles("scans", "-p", "one") == ["one"], "the state folder's name will do"


def test_a_damaged_store_does_not_hide_the_scans_of_others(bsh: Call, take: Take, place: Path) -> None:
    take("ct -s 0.001", name="one")
    take("ct -s 0.001", name="two")
    (place / "home" / "one" / "runs.db").write_bytes(b"garbage" * 1000)
    result = bsh("scans", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["profile"] == "two"
    assert str(place / "home" / "one" / "runs.db") in result.stderr


def test_filters_choose(bsh: Call, take: Take) -> None:
    take("ascan th -1 1 4 0.001 sample=cu", "ascan th -1 1 2 0.001 sample=ag", "ct -s 0.001")

    def numbers(*filters: str) -> list[int]:
        return [json.loads(line)["scan_id"] for line in bsh("scans", "--json", *filters).output.splitlines()]

    assert numbers("motor=th") == [2, 1]
    assert numbers("sample=cu") == [1]
    assert numbers("plan=ascan", "ag") == [2]
    assert numbers("today") == [3, 2, 1]
    assert numbers("yesterday") == []
    assert numbers("status=success", "-n", "1") == [3]
    assert bsh("scans", "motor=chi").output == "no scans with motor=chi\n"


@pytest.mark.parametrize("wrong", ["since=noon", "status=great", "motor="])
def test_a_filter_that_cannot_be_read_is_told(bsh: Call, wrong: str) -> None:
    result = bsh("scans", wrong)
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_days_are_whole_days() -> None:
    filters = parse_filters(["yesterday"], today=datetime.date(2026, 3, 1))
    assert filters.query == {
        "since": datetime.datetime(2026, 2, 28),
        "until": datetime.datetime(2026, 3, 1),
    }
    with pytest.raises(UsageError, match="'great' is no status"):
        parse_filters(["status=great"])


def test_show_tells_how_a_scan_was_taken_and_its_points(bsh: Call, take: Take) -> None:
    take("ascan th -1 1 4 0.001 sample=cu")
    lines = bsh("show", "-1", "-p", "fast.yml").output.splitlines()
    assert lines[0] == "scan 1: ascan th -1 1 4 0.001 sample=cu"
    assert "points    5" in lines
    assert "status    success" in lines
    assert "motors    th" in lines
    assert "sample    cu" in lines
    header = next(index for index, line in enumerate(lines) if line.split()[:2] == ["point", "th"])
    assert [line.split()[:2] for line in lines[-5:]] == [
        ["0", "-1.000"], ["1", "-0.500"], ["2", "0.000"], ["3", "0.500"], ["4", "1.000"],
    ]  # fmt: skip
    assert header < len(lines) - 5


def test_comments_are_shown_and_found(bsh: Call, take: Take) -> None:
    take("ascan th -1 1 2 0.001", "comment Kirschbaum", "ct -s 0.001")
    assert "comment   Kirschbaum\n" in bsh("show", "1", "-p", "fast").output
    assert "comment" not in bsh("show", "2", "-p", "fast").output
    assert json.loads(bsh("scans", "kirsch", "--json").output)["scan_id"] == 1


def test_scans_are_counted_from_the_end_too(bsh: Call, take: Take) -> None:
    take("ct -s 0.001", "ascan th 0 1 1 0.001")
    assert bsh("show", "-2", "-p", "fast.yml").output.startswith("scan 1: ct -s 0.001\n")
    assert bsh("export", "-1", "-p", "fast.yml", "-o", "-").output.count('["event"') == 2
    assert bsh("show", "--frob", "-p", "fast.yml").exit_code == 1


def test_a_scan_may_be_named_by_its_uid(bsh: Call, take: Take) -> None:
    take("ct -s 0.001")
    uid = json.loads(bsh("scans", "--json").output)["uid"]
    assert f"uid       {uid}" in bsh("show", uid[:6], "-p", "fast.yml").output


def test_a_scan_that_does_not_exist_is_told_with_where_it_is(bsh: Call, take: Take) -> None:
    take("ct -s 0.001")
    result = bsh("show", "1")  # the default profile, sim, has none
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "profiles that have it: fast; for example: bsh show 1 -p fast"
    result = bsh("show", "7", "-p", "fast")
    assert result.exit_code == 1
    assert "7" in result.stderr


def test_the_formats_offered_are_those_that_there_are() -> None:
    from bsh.cli.subcommands import EXPORT_FORMATS
    from bsh.export import FORMATS

    assert set(EXPORT_FORMATS) == set(FORMATS)


def test_export_writes_name_and_document_a_line_in_order(bsh: Call, take: Take, place: Path) -> None:
    take("ascan th -1 1 4 0.001")
    out = bsh("export", "1", "-p", "fast.yml").output
    names = [json.loads(line)[0] for line in out.splitlines()]
    assert names == ["start", "descriptor", *["event"] * 5, "stop"]
    result = bsh("export", "1", "--format", "jsonl", "-o", "one.jsonl", "-p", "fast.yml")
    assert (result.exit_code, result.output) == (0, "")
    assert (place / "one.jsonl").read_text() == out


def test_a_file_that_cannot_be_written_is_told(bsh: Call, take: Take) -> None:
    take("ct -s 0.001")
    result = bsh("export", "1", "-o", "missing/one.jsonl", "-p", "fast.yml")
    assert result.exit_code == 1
    assert "cannot write missing/one.jsonl" in result.stderr


def test_a_reader_that_has_seen_enough_is_no_error(take: Take, place: Path) -> None:
    import subprocess
    import sys

    take(*["ct -s 0.001"] * 3)
    program = f"{sys.executable} -c 'from bsh.cli import main; main(prog_name=\"bsh\")'"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {program} scans --json | head -n 1"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert json.loads(done.stdout)["scan_id"] == 3


def test_doctor_reports_versions_profile_and_stores(bsh: Call, take: Take) -> None:
    take("ct -s 0.001")
    result = bsh("doctor")
    assert result.exit_code == 0, result.output
    assert "ok  bsh " in result.output
    assert "ok  default: sim (chosen by: default)" in result.output
    assert "ok  fast: 1 runs, " in result.output
    assert result.output.endswith("no problems\n")


def test_doctor_finds_a_damaged_store(bsh: Call, take: Take, place: Path) -> None:
    take("ct -s 0.001")
    (place / "home" / "fast" / "runs.db").write_bytes(b"garbage" * 1000)
    result = bsh("doctor")
    assert result.exit_code == 1
    assert "!!" in result.output
    assert "bsh moves it aside and begins a new one at the next start" in result.output
    assert result.output.endswith("1 problem (marked !!)\n")


def test_every_format_can_be_exported(bsh: Call, take: Take, place: Path) -> None:
    take("ascan th -1 1 4 0.001")
    for name, begin in (("spec", b"#F"), ("nexus", b"\x89HDF"), ("csv", b"seq_num,"), ("parquet", b"PAR1")):
        result = bsh("export", "-1", "--format", name, "-o", f"scan.{name}", "-p", "fast")
        assert (result.exit_code, result.output) == (0, "")
        assert (place / f"scan.{name}").read_bytes().startswith(begin)
    assert bsh("export", "-1", "--format", "csv", "-p", "fast").output.startswith("seq_num,time,th,det")


def test_formats_of_the_program_are_those_that_can_be_written() -> None:
    from bsh.cli.subcommands import EXPORT_FORMATS
    from bsh.export import FORMATS

    assert set(EXPORT_FORMATS) == set(FORMATS)


def test_files_are_taken_into_the_library_once(bsh: Call, take: Take, place: Path) -> None:
    take("ascan th -1 1 4 0.001", "ct -s 0.001")
    bsh("export", "1", "-o", "one.jsonl", "-p", "fast")
    result = bsh("import", "one.jsonl", "-p", "other.yml")
    assert "other.yml" in result.output
    (place / "other.yml").write_text(
        (place / "fast.yml").read_text().replace("profile: fast", "profile: other")
    )
    assert bsh("import", "one.jsonl", "-p", "other.yml").output == "one.jsonl: 1 run taken in (scan 1)\n"
    assert bsh("import", "one.jsonl", "-p", "other").output == "one.jsonl: 0 runs taken in, 1 known already\n"
    assert "ascan th -1 1 4 0.001" in bsh("show", "1", "-p", "other").output
    (place / "bad").write_text("hello")
    assert bsh("import", "bad", "-p", "other").exit_code == 1


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(bsh: Call, take: Take, place: Path) -> None:
    take("ct -s 0.001")
    bsh("export", "1", "-o", "one.jsonl", "-p", "fast")
    (place / "none.txt").write_text("no runs")
    (place / "other.yml").write_text(
        (place / "fast.yml").read_text().replace("profile: fast", "profile: other")
    )
    result = bsh("import", "none.txt", "one.jsonl", "-p", "other.yml")
    assert "none.txt is no file of runs" in result.output
    assert "one.jsonl: 1 run taken in (scan 1)" in result.output
    assert result.exit_code == 1


def test_a_scan_is_printed_again(bsh: Call, take: Take) -> None:
    take("ascan th -1 1 4 0.001")
    output = bsh("replay", "-1", "-p", "fast").output
    assert "Transient Scan ID: 1" in output
    assert output.count("|         ") >= 5


def test_plot_draws_a_scan_and_names_the_columns_of_one_that_has_no_such(bsh: Call, take: Take) -> None:
    take("ascan th -1 1 4 0.001")
    drawn = bsh("plot", "-1", "det", "-p", "fast.yml").output
    assert "#1 ascan th -1 1 4 0.001" in drawn
    assert "5 points" in drawn or "┤" in drawn
    refused = bsh("plot", "-1", "dett", "-p", "fast.yml")
    assert refused.exit_code == 1
    assert "scan #1 has no column dett" in refused.stderr


def test_explain_tells_what_an_error_is_about_and_names_near_ones(bsh: Call) -> None:
    assert bsh("explain", "LimitError").output.startswith("LimitError: ")
    refused = bsh("explain", "LimitErr")
    assert refused.exit_code == 1
    assert "LimitError" in refused.stderr
