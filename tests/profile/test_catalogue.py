"""The catalogue of mistakes: each file in ``catalogue`` has everything that is said about it beside it.

``python -m tests.profile.test_catalogue`` writes the texts anew; read what it changed.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from bsh.profile import check_profile

FOLDER = Path(__file__).parent / "catalogue"
CASES = sorted(FOLDER.glob("*.yml"))
COMMANDS = {"mv", "ct", "ascan"}

KINDS = {
    "bad_includes", "bad_rules", "baseline_entries_that_are_no_devices", "classes", "limits_reversed", "lines_that_would_fail",
    "missing_devices", "names_given_twice", "names_that_cannot_be_typed", "not_yaml", "references_in_circles",
    "unknown_keys", "values_of_suspenders", "wrong_types",
}  # fmt: skip


def said_about(case: Path) -> str:
    with contextlib.chdir(FOLDER):
        return "".join(f"{problem}\n" for problem in check_profile(Path(case.name), commands=COMMANDS))


@pytest.fixture(autouse=True)
def own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", sys.path.copy())
    return


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_everything_that_is_wrong_is_said_at_once_with_its_place_and_what_was_meant(case: Path) -> None:
    assert said_about(case) == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_kind_of_mistake_has_its_page() -> None:
    assert {case.stem for case in CASES} == KINDS
    assert {text.stem for text in FOLDER.glob("*.txt")} == KINDS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_line_says_where_what_and_what_instead(case: Path) -> None:
    for line in case.with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        file, row, column, rest = line.split(":", 3)
        assert file.endswith(".yml"), line
        assert int(row) >= 1, line
        assert int(column) >= 1, line
        assert "; " in rest, f"nothing is said to be done: {line}"


if __name__ == "__main__":
    for each in CASES:
        each.with_suffix(".txt").write_text(said_about(each), encoding="utf-8")
