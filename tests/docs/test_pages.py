"""Every block of the README, the tutorials and the how-to pages does what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.docs.markdown import DOCS, ROOT
from tests.docs.reader import Reader

pytestmark = [pytest.mark.terminal, pytest.mark.ioc]

PAGES = [ROOT / "README.md", *sorted(DOCS.glob("tutorials/*.md")), *sorted(DOCS.glob("how-to/*.md"))]
READERS = 2
"""Readers spend their time waiting: several at once need little more than one."""


def _follow(page: Path, folder: Path) -> list[str]:
    with Reader(page, folder) as reader:
        reader.follow()
        broken = reader.transcript.broken_promises()
        return [*broken, "was not to be seen in:", reader.transcript.text] if broken else []


@pytest.fixture(scope="module")
def readers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Future[list[str]]]]:
    """All selected pages, each being followed by a reader of its own."""
    selected = [
        item.callspec.params["page"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == Path(__file__)
    ]
    pool = ThreadPoolExecutor(READERS)
    yield {page: pool.submit(_follow, page, tmp_path_factory.mktemp(page.stem)) for page in selected}
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_reader_who_follows_the_page_sees_what_it_shows(
    page: Path, readers: dict[Path, Future[list[str]]]
) -> None:
    assert not (missed := readers[page].result()), "\n".join(missed)
