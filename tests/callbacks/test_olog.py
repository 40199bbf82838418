import sys
from typing import Any

import pytest

from bsh.callbacks import OlogCallback, call_str, logbook_cb_factory
from bsh.errors import MissingExtra
from tests.callbacks.documents import start_doc, stop_doc

START = start_doc(plan_name="scan", plan_args={"detectors": ["det"], "num": 5}, sample="LaB6")


def entries_of(**options: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    write = logbook_cb_factory(lambda **entry: entries.append(entry), **options)
    write("start", START)
    write("stop", stop_doc(0.0))
    return entries


def test_a_plan_is_written_as_it_was_called() -> None:
    assert call_str(START) == "scan(detectors=['det'], num=5)"
    assert call_str(START, "$plan_name of $sample") == "scan of LaB6"
    assert call_str({}) == "()"


def test_each_run_gets_an_entry_with_its_metadata() -> None:
    [entry] = entries_of()
    assert entry["text"] == "scan(detectors=['det'], num=5)"
    assert entry["properties"] == {"start": START}
    assert (entry["verify"], entry["ensure"]) == (False, True)
    [attachment] = entry["attachments"]
    text = attachment.read()
    assert "scan 142" in text
    assert "sample: LaB6" in text


def test_templates_can_be_given_for_all_plans_and_for_one() -> None:
    [entry] = entries_of(desc_template="$scan_id", long_template="$uid")
    assert (entry["text"], entry["attachments"][0].read()) == ("142", "run-a")
    [entry] = entries_of(desc_template="$scan_id", desc_dispatch={"scan": "a scan", "count": "a count"})
    assert entry["text"] == "a scan"
    [entry] = entries_of(long_dispatch={"scan": "long"})
    assert entry["attachments"][0].read() == "long"


def test_jinja_templates_need_jinja(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra) as error:
        call_str(START, "{{ start.scan_id }}")
    assert "pip install jinja2" in error.value.hint


def test_an_olog_client_is_told_at_the_start() -> None:
    class Client:
        def __init__(self) -> None:
            self.entries: list[Any] = []

        def log(self, text: str, logbooks: str) -> None:
            self.entries.append((text, logbooks))

    client = Client()
    OlogCallback("Operations", client)("start", START)
    [(text, logbook)] = client.entries
    assert text.startswith("scan(detectors=['det'], num=5)")
    assert logbook == "Operations"


def test_olog_needs_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyOlog", None)
    with pytest.raises(MissingExtra, match="pyOlog is not installed"):
        OlogCallback("Operations")
