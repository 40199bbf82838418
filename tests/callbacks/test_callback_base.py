import io
from contextlib import redirect_stdout
from typing import Any

import event_model
import pytest

from bsh.callbacks import (
    CallbackBase,
    CallbackCounter,
    CollectThenCompute,
    collector,
    format_num,
    get_obj_fields,
    print_metadata,
)
from tests.callbacks.documents import descriptor_doc, event_doc, number, scan_documents, start_doc, stop_doc


class Names(CallbackBase):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def start(self, doc: dict[str, Any]) -> None:
        self.seen.append("start")
        super().start(doc)

    def descriptor(self, doc: dict[str, Any]) -> None:
        self.seen.append("descriptor")
        super().descriptor(doc)

    def event(self, doc: dict[str, Any]) -> None:
        self.seen.append(f"event {doc['seq_num']}")
        super().event(doc)

    def stop(self, doc: dict[str, Any]) -> None:
        self.seen.append("stop")
        super().stop(doc)


def test_a_callback_is_an_event_model_router_whose_methods_may_call_super() -> None:
    names = Names()
    assert isinstance(names, event_model.DocumentRouter)
    for name, doc in scan_documents([(0.0, 1.0, 1.0)]):
        assert names(name, doc) == (name, doc)
    names("resource", {"uid": "r"})
    names("datum", {"datum_id": "r/0", "resource": "r", "datum_kwargs": {}})
    assert names.seen == ["start", "descriptor", "event 1", "stop"]


def test_a_page_of_events_comes_as_single_events() -> None:
    names = Names()
    event_page = event_model.pack_event_page(event_doc(1, {"det": 1.0}), event_doc(2, {"det": 2.0}))
    names("event_page", event_page)
    assert names.seen == ["event 1", "event 2"]


def test_a_callback_may_take_pages_alone() -> None:
    class Pages(CallbackBase):
        pages = 0

        def event_page(self, doc: dict[str, Any]) -> None:
            self.pages += 1

    pages = Pages()
    pages("event", event_doc(1, {"det": 1.0}))
    pages("event_page", event_model.pack_event_page(event_doc(2, {"det": 1.0})))
    assert pages.pages == 2


def test_a_counter_counts_documents() -> None:
    count = CallbackCounter()
    for name, doc in scan_documents([(0.0, 1.0, 1.0)] * 3):
        count(name, doc)
    assert count.value == 6


def test_metadata_are_printed_at_the_start_alone() -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        for name, doc in scan_documents([(0.0, 1.0, 1.0)], sample="LaB6"):
            print_metadata(name, doc)
    lines = out.getvalue().splitlines()
    assert "sample : LaB6" in lines
    assert len(lines) == len(scan_documents([(0.0, 1.0, 1.0)], sample="LaB6")[0][1])


def test_a_collector_fills_the_list_it_is_given() -> None:
    values: list[Any] = []
    collect = collector("det", values)
    for name, doc in scan_documents([(0.0, 1.0, 9.0), (1.0, 2.0, 9.0)]):
        collect(name, doc)
    collect("event", event_doc(3, {"other": 5.0}))
    collect("event_page", event_model.pack_event_page(event_doc(4, {"det": 3.0})))
    assert values == [1.0, 2.0, 3.0]


def test_collect_then_compute_has_all_documents_at_the_end_and_forgets_them_at_the_next_start() -> None:
    class Sizes(CollectThenCompute):
        sizes: tuple[Any, ...] = ()

        def compute(self) -> None:
            self.sizes = (self._start_doc["uid"], len(self._descriptors), len(self._events))
            self.sizes += (self._stop_doc["exit_status"],)

    sizes = Sizes()
    for points in (3, 2):
        for name, doc in scan_documents([(0.0, 1.0, 1.0)] * points):
            sizes(name, doc)
        assert sizes.sizes == ("run-a", 1, points, "success")
    sizes.reset()
    assert (sizes._start_doc, sizes._stop_doc, len(sizes._events)) == (None, None, 0)


def test_compute_must_be_defined() -> None:
    with pytest.raises(NotImplementedError, match="must define compute"):
        CollectThenCompute()("stop", stop_doc(0.0))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1.00000"),
        (-3.14159265, "-3.14159"),
        (99999.5, "99999.50000"),
        (123456.789, "1.23457e+05"),
        (1e-9, "1.00000e-09"),
        (0, "0.00000"),
        (0.001234, "0.00123"),
        (1e12, "1.00000e+12"),
        (float("nan"), "  nan"),
    ],
)
def test_numbers_have_a_fixed_count_of_digits(value: float, text: str) -> None:
    assert format_num(value) == text


def test_digits_can_be_chosen() -> None:
    assert format_num(12.3456, post=2) == "12.35"
    assert format_num(123.0, pre=2, post=1) == "1.2e+02"
    assert format_num(12345.678, max_len=8) == "1.23457e+04"


def test_fields_are_keys_or_devices() -> None:
    class Device:
        name = "th"

        def describe(self) -> dict[str, Any]:
            return {"th_setpoint": number("th"), "th": number("th")}

    assert get_obj_fields(["det", Device()]) == ["det", "th", "th_setpoint"]
    with pytest.raises(ValueError, match="not 5"):
        get_obj_fields([5])


def test_every_public_name_can_be_imported() -> None:
    import bsh.callbacks

    for name in bsh.callbacks.__all__:
        assert not hasattr(getattr(bsh.callbacks, name), "__path__"), f"{name} is a module"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = bsh.callbacks.nonsense


def test_start_and_descriptor_without_more_than_they_need_are_enough() -> None:
    names = Names()
    names("start", start_doc())
    names("descriptor", descriptor_doc({"det": number("det")}))
    assert names.seen == ["start", "descriptor"]
