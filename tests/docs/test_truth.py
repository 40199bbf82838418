"""What pages say about the repository is so: links, names of files, the picture of the layers, the records."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.markdown import DOCS, ROOT, blocks, links, pages

RECORDS = sorted((DOCS / "explanations" / "decisions").glob("[0-9]*.md"))
_PLACE = re.compile(r"`((?:bsh|magics|tests|docs|profiles)/[\w./-]+)`")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{link} in {page.name}"
        assert not anchor or anchor in _anchors(target), f"{link} in {page.name}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_exists(page: Path) -> None:
    for place in _PLACE.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / place).exists(), f"{place} in {page.name}"


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page.suffix != ".md" or page in reached:
            continue
        reached.add(page)
        targets = (link.partition("#")[0] for link in links(page.read_text(encoding="utf-8")))
        ahead += [(page.parent / target).resolve() for target in targets if target]
    unreached = set(pages()) - reached
    assert not unreached


def test_the_picture_of_the_layers_is_the_contract_that_is_checked() -> None:
    text = (DOCS / "explanations" / "architecture.md").read_text(encoding="utf-8")
    (picture,) = (block for block in blocks(text) if block.language == "layers")
    drawn = [re.split(r" {2,}", line)[0].strip() for line in picture.lines]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert drawn == layers


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem[:4])
def test_a_record_has_its_number_and_says_context_decision_and_consequences(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    headings = _HEADING.findall(text)
    assert headings[0].startswith(record.stem[:4])
    assert headings[1:] == ["Context", "Decision", "Consequences"]


def test_the_records_are_numbered_without_a_gap_and_listed() -> None:
    numbers = [record.stem[:4] for record in RECORDS]
    assert numbers == [f"{number:04d}" for number in range(1, len(RECORDS) + 1)]
    listed = links((RECORDS[0].parent / "README.md").read_text(encoding="utf-8"))
    assert listed == [record.name for record in RECORDS]
