"""The public helpers for tests."""

import pytest

from bsh import Msg, RunEngine
from bsh.testing import DocumentCollector, assert_emitted


def test_a_collector_and_an_assertion_say_what_a_run_emitted():
    engine, docs = RunEngine(), DocumentCollector()
    engine.subscribe(docs)
    engine([Msg("open_run"), Msg("close_run")])
    engine.close()
    assert_emitted(docs, start=1, stop=1)
    assert_emitted(docs.by_name(), start=1, stop=1, event=0)
    assert_emitted(docs.documents, start=1, stop=1)
    assert docs.named("stop")[0]["run_start"] == docs.named("start")[0]["uid"]


def test_a_difference_is_told_in_words():
    with pytest.raises(AssertionError, match="emitted 1 start; expected 1 start, 2 event"):
        assert_emitted([("start", {})], start=1, event=2)
    with pytest.raises(AssertionError, match="emitted nothing"):
        assert_emitted([], start=1)
