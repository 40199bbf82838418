from typing import Any

import numpy as np
import pytest

from bsh.callbacks import LiveTable, get_obj_fields
from tests.callbacks.documents import (
    descriptor_doc,
    event_doc,
    feed,
    number,
    scan_documents,
    start_doc,
    stop_doc,
)


def table_of(documents: list[tuple[str, dict[str, Any]]], *fields: Any, **options: Any) -> list[str]:
    lines: list[str] = []
    feed(LiveTable(list(fields), out=lines.append, **options), documents)
    return lines


def test_a_table_has_rules_a_header_rows_from_one_and_a_summary() -> None:
    documents = scan_documents([(0.0, 5.0, 1.0), (0.5, 6.0, 1.0)])
    documents[0][1].update(plan_type="generator")
    lines = table_of(documents, "th", "det")
    rule = "+-----------+------------+------------+------------+"
    assert [lines[0], lines[2], lines[5]] == [rule, rule, rule]
    assert lines[1] == "|   seq_num |       time |         th |        det |"
    assert lines[3].startswith("|         1 | ")
    assert lines[4].endswith(" |     0.5000 |      6.000 |")
    assert lines[6] == "generator ascan ['run-a'] (scan num: 142)"
    assert {len(line) for line in lines[:6]} == {len(rule)}


def test_the_header_comes_again_every_so_many_rows() -> None:
    lines = table_of(scan_documents([(float(i), 1.0, 1.0) for i in range(7)]), "th", print_header_interval=3)
    assert [i for i, line in enumerate(lines) if "seq_num" in line] == [1, 7, 13]


def test_rules_can_be_left_out_and_the_logbook_gets_everything() -> None:
    book: list[str] = []
    documents = scan_documents([(0.0, 5.0, 1.0)])
    lines = table_of(documents, "th", separator_lines=False, logbook=book.append)
    assert not any("+--" in line for line in lines)
    assert book == ["\n".join(lines)]


def test_names_may_contain_anything_and_data_that_are_not_there_are_blank() -> None:
    image = {"dtype": "array", "shape": [2], "source": "", "external": "X:"}
    documents = [
        ("start", start_doc()),
        ("descriptor", descriptor_doc({"BL:m1.RBV{x}": number("m"), "img": image})),
        ("event", event_doc(1, {"BL:m1.RBV{x}": 1.5, "img": "datum"}, filled={"img": False})),
        ("event", event_doc(2, {"BL:m1.RBV{x}": 2.5, "img": np.zeros(2)}, filled={"img": True})),
        ("stop", stop_doc(0.0)),
    ]
    lines = table_of(documents, "BL:m1.RBV{x}", "img")
    assert lines[3].endswith("|        1.500 |            |")
    assert lines[4].endswith("|        2.500 |       (2,) |")
    assert lines[-1] == "['run-a'] (scan num: 142)"


def test_an_unknown_dtype_is_left_out_with_a_warning_and_a_bad_row_says_so() -> None:
    documents = [
        ("start", start_doc()),
        (
            "descriptor",
            descriptor_doc({"odd": number("odd") | {"dtype": "quaternion"}, "det": number("det")}),
        ),
        ("event", event_doc(1, {"odd": 1.0})),
        ("event", event_doc(2, {"det": "text after all"})),
    ]
    with pytest.warns(UserWarning, match="leaves 'odd' out.*quaternion"):
        lines = table_of(documents, "odd", "det")
    assert "odd" not in lines[1]
    assert lines[3] == " failed to format row "
    assert lines[4].endswith("| text afte… |")


def test_other_streams_and_other_runs_are_ignored() -> None:
    documents = scan_documents([(0.0, 5.0, 1.0)])
    assert table_of(documents, "th", stream_name="baseline") == ["ascan ['run-a'] (scan num: 142)"]
    documents[-1][1]["run_start"] = "another"
    assert table_of(documents, "th")[-1].startswith("|         1")


def test_devices_stand_for_their_data_keys() -> None:
    class Device:
        def describe(self) -> dict[str, Any]:
            return {"b": {}, "a": {}}

    assert get_obj_fields(["x", Device()]) == ["x", "a", "b"]
    with pytest.raises(ValueError, match="not 5"):
        get_obj_fields([5])
