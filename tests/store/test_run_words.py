"""Runs are found by words that were added to them, however text is searched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bsh.store import RunLibrary, RunStore
from bsh.store.library import TextSearch
from tests.store.runs import WAIT_S, run_documents, save


@pytest.mark.parametrize("text_search", ["fts5", "like"])
def test_a_run_is_found_by_its_own_words_and_by_those_that_were_added(
    tmp_path: Path, text_search: TextSearch
) -> None:
    path = tmp_path / "runs.db"
    runs = [run_documents(scan_id=number, sample=f"sample{number}") for number in (1, 2)]
    with RunStore(path) as store:
        for documents in runs:
            save(store, documents)
        for text in ("A Strange, one!", "very odd"):
            store.add_words(runs[0][0][1]["uid"], text).result(WAIT_S)
        store.add_words("nobody's", "strange").result(WAIT_S)
    with RunStore(path) as store:  # the index is looked at when a store is opened
        save(store, run_documents(scan_id=3))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO runs_text (runs_text, rank) VALUES ('integrity-check', 1)")
    expected = {
        "strange": [1],
        "stran": [1],
        "sample1 odd strange": [1],
        "sample2 odd": [],
        "sample2": [2],
        "sample1": [1],
        "ascan": [3, 2, 1],
    }
    with RunLibrary(path, text_search=text_search) as library:
        found = {text: [run.scan_id for run in library.runs(text=text)] for text in expected}
    assert {text: sorted(numbers) for text, numbers in found.items()} == {
        text: sorted(numbers) for text, numbers in expected.items()
    }


def test_words_of_a_comment_typed_at_once_are_not_lost_to_the_run_before(tmp_path: Path) -> None:
    with RunStore(tmp_path / "runs.db") as store:
        documents = run_documents()
        for name, doc in documents:  # not on disk yet
            store(name, doc)
        store.add_words(documents[0][1]["uid"], "quick").result(WAIT_S)
        assert [run.uid for run in store.runs(text="quick")] == [documents[0][1]["uid"]]


@pytest.mark.parametrize("text_search", ["fts5", "like"])
def test_pieces_of_words_choose_too(tmp_path: Path, text_search: TextSearch) -> None:
    path = tmp_path / "runs.db"
    with RunStore(path) as store:
        for number, sample in enumerate(["Fe-Cu_3", "copper", "FeXCuY3"], 1):
            save(store, run_documents(scan_id=number, sample=sample))
    expected = {"cu": [1, 3], "e-cu_": [1], "cu_3": [1], "opp": [2], "fe cu": [1, 3], "nothing": []}
    with RunLibrary(path, text_search=text_search) as library:
        found = {text: sorted(str(run.scan_id) for run in library.runs(pieces=text)) for text in expected}
    assert found == {text: [str(number) for number in numbers] for text, numbers in expected.items()}
