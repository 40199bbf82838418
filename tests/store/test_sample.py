"""A look at a long run that does not read all of it."""

from __future__ import annotations

from bsh.store import RunStore
from tests.store.runs import run_documents, save


def test_a_sample_has_all_documents_but_only_some_events(store: RunStore) -> None:
    save(store, run_documents(1000))
    names = [name for name, _ in store.run(-1).sample(100)]
    assert names[:2] == ["start", "descriptor"]
    assert names[-1] == "stop"
    assert 90 <= names.count("event") <= 101


def test_a_sample_of_a_short_run_is_the_run(store: RunStore) -> None:
    documents = run_documents(7)
    save(store, documents)
    assert list(store.run(-1).sample(100)) == documents
