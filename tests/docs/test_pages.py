"""Every block of the README, the tutorials and the how-to pages does what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.markdown import DOCS, ROOT
from tests.docs.reader import Reader

pytestmark = [pytest.mark.terminal, pytest.mark.ioc]

PAGES = [ROOT / "README.md", *sorted(DOCS.glob("tutorials/*.md")), *sorted(DOCS.glob("how-to/*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_reader_who_follows_the_page_sees_what_it_shows(page: Path, tmp_path: Path) -> None:
    with Reader(page, tmp_path) as reader:
        reader.follow()
        broken = reader.transcript.broken_promises()
        assert not broken, "\n".join([*broken, "was not to be seen in:", reader.transcript.text])
