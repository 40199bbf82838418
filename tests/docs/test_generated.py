"""The reference pages are what docs/generate.py makes of the program's tables."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from bsh.errors import CommandError, RunNotFound, UsageError
from bsh.profile import packaged_folder
from bsh.session import Session
from bsh.session.preflight import Preflight
from tests.docs.markdown import DOCS, blocks

REFERENCE = DOCS / "reference"
MEASURED = REFERENCE / "performance.md"  # written by `make bench`, which no test can repeat
BY_HAND = {REFERENCE / name for name in ("durability.md", "files.md", "hardware-failures.md")}
GENERATED = sorted({*REFERENCE.glob("*.md")} - {MEASURED, *BY_HAND})


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(generate: ModuleType) -> dict[str, str]:
    pages: dict[str, str] = generate.pages()
    return pages


def test_there_is_no_page_that_nobody_writes(made: dict[str, str]) -> None:
    assert {page.name for page in GENERATED} == set(made)


def test_the_page_of_measurements_says_where_it_comes_from_and_which_rows_miss() -> None:
    text = MEASURED.read_text(encoding="utf-8")
    assert "Written by `make bench`" in text
    missed = [line.split("|")[1].strip() for line in text.splitlines() if line.endswith("| MISSED |")]
    assert missed == [] or f"Missed: {'; '.join(missed)}." in text


@pytest.mark.parametrize("page", GENERATED, ids=lambda page: page.stem)
def test_the_page_is_up_to_date(page: Path, made: dict[str, str]) -> None:
    assert page.read_text(encoding="utf-8") == made[page.name], "run: python docs/generate.py"


def _examples() -> list[str]:
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    return [line for block in blocks(text) if block.language == "bsh" for line in block.lines]


HKL = ("br ", "ca ", "ci ", "pa", "hklscan ", "hscan ", "kscan ", "lscan ")

NOT_HERE = [
    ("ct -", "none of the counters can count to a monitor"),
    ("plot", "there is no run"),
    ("resume", "nothing is paused"),
    ("resume 142", "no run is stored yet"),
    ("stop", "nothing is paused"),
    ("abort", "nothing is paused"),
    ("halt", "nothing is paused"),
    ("undo", "there is nothing to undo"),
    ("redo", "there is nothing to redo"),
    ("startup", "asks questions"),
    ("tw", "needs a terminal"),
    ("hi", "keeps the history"),
    ("cen", "there is no scan"),
    ("com", "there is no scan"),
    ("peak", "there is no scan"),
    ("fwhm", "there is no scan"),
    ("goto", "there is no scan"),
    ("stats", "there is no scan"),
    ("extend", "there is no scan"),
    ("again", "there is no scan"),
    ("diff", "there is no scan"),
    ("show", "no run is stored yet"),
    ("table", "no run is stored yet"),
    ("replay", "no run is stored yet"),
    ("edmac", "cannot be edited without a terminal"),
    ("config", "cannot be edited without a terminal"),
    *((name, "no scan is running") for name in ("skip", "repeat", "shorten", "counttime")),
    ("finish", "nothing runs"),
    *((name, "no device of this profile has axes h, k and l") for name in HKL),
    ("note", "no run is stored yet"),
    ("whois", "no device of this profile has the PV"),
    ("why", "nothing went wrong"),
]
"""What the examples of some commands answer where nothing was scanned and nobody sits at a prompt."""


def test_the_examples_of_all_commands_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are made; plans are built, checked and estimated, and turned down where they would start."""
    monkeypatch.chdir(tmp_path)  # some write files
    (tmp_path / "align.mac").write_text("wa\n")
    profile = tmp_path / "asks.yml"
    profile.write_text(f"include: [{packaged_folder() / 'sim.yml'}]\nconfirm_over: 0.0001 s\n")
    foreseen: list[Preflight] = []
    errors: dict[str, str] = {}

    def refuse(known: Preflight) -> bool:
        foreseen.append(known)
        return False

    with Session.from_profile(profile, home=tmp_path / "home") as session:
        session.confirm = refuse
        for line in _examples():
            try:
                session.run(line)
            except (CommandError, RunNotFound, UsageError) as error:
                errors[line] = error.message
    unexpected = {
        line: message
        for line, message in errors.items()
        if "not started" not in message
        and not any(line.startswith(begin) and text in message for begin, text in NOT_HERE)
    }
    assert not unexpected
    assert any(known.num_points == 21 for known in foreseen)
