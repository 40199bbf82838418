from datetime import UTC
from time import perf_counter
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bsh.callbacks import TableModel, TableText
from tests.callbacks.documents import (
    SCAN_KEYS,
    descriptor_doc,
    event_doc,
    feed,
    number,
    scan_documents,
    scan_start,
    start_doc,
    stop_doc,
)  # fmt: skip


def lines_of(documents: list[tuple[str, dict[str, Any]]], **options: Any) -> list[str]:
    model, text = TableModel(tz=UTC), TableText()
    return [line.text for row in feed(model, documents) for line in text.lines(row, **options)]


def test_points_are_numbered_from_zero_and_stand_under_their_header() -> None:
    documents = scan_documents([(-1.0, 10.0, 998.0), (0.0, 35031.0, 1002.5), (1.0, 12.0, 1001.0)])
    assert lines_of(documents, width=80) == [
        "point          th         det         mon",
        "              deg      counts            ",
        "    0     -1.0000          10         998",
        "    1      0.0000       35031      1002.5",
        "    2      1.0000          12        1001",
    ]


def test_columns_that_do_not_fit_are_counted_and_nothing_wraps() -> None:
    data_keys = {f"det{i}": number(f"det{i}") for i in range(30)}
    documents = [
        ("start", start_doc()),
        ("descriptor", descriptor_doc(data_keys)),
        ("event", event_doc(1, dict.fromkeys(data_keys, 1.5))),
    ]
    for width, hidden in ((80, 24), (120, 21), (200, 14), (20, 29), (8, 29)):
        lines = lines_of(documents, width=width)
        assert f"({hidden} more columns not shown)" in lines
        assert width < 20 or max(map(len, lines)) < max(width, 32)
    assert max(map(len, lines_of(documents, width=80))) < 80
    assert len(lines_of(documents, width=None)[0].split()) == 31


def test_one_hidden_column_is_a_column() -> None:
    documents = scan_documents([(0.0, 1.0, 2.0)])
    assert "(1 more column not shown)" in lines_of(documents, width=30)


def test_the_header_is_printed_again_but_not_for_the_last_three_rows() -> None:
    documents = scan_documents([(float(i), 1.0, 1.0) for i in range(23)])
    lines = lines_of(documents, width=80, header_every=10)
    assert [i for i, line in enumerate(lines) if "th" in line] == [0, 12]
    lines = lines_of(scan_documents([(float(i), 1.0, 1.0) for i in range(24)]), width=80, header_every=10)
    assert [i for i, line in enumerate(lines) if "th" in line] == [0, 12, 24]


def test_a_resize_prints_a_new_header() -> None:
    model, text = TableModel(), TableText()
    rows = feed(model, scan_documents([(float(i), 1.0, 1.0) for i in range(3)]))
    heads = [text.lines(row, width=width)[0].text for row, width in zip(rows, (100, 20, 100))]
    assert heads[0].split() == heads[2].split() == ["point", "th", "det", "mon"]
    assert heads[1].split() == ["point", "th"]


def test_a_count_shows_the_time_of_each_point() -> None:
    start = start_doc(plan_name="count", num_points=1, hints={"dimensions": [[["time"], "primary"]]})
    event = event_doc(1, {"det": 5.0}, time=1_700_000_000.25)
    documents = [("start", start), ("descriptor", descriptor_doc({"det": number("det")})), ("event", event)]
    assert lines_of(documents, width=80)[1] == "    0  22:13:20.2           5"


def test_external_data_that_are_not_there_leave_a_blank() -> None:
    image = {"dtype": "array", "shape": [4, 5], "source": "", "external": "FILESTORE:", "object_name": "cam"}
    keys = {"cam": image, "det": number("det"), "late": number("late")}
    documents = [
        ("start", start_doc()),
        ("descriptor", descriptor_doc(keys)),
        ("event", event_doc(1, {"cam": "datum-1", "det": 1}, filled={"cam": False})),
        ("event", event_doc(2, {"cam": np.zeros((4, 5)), "det": 2, "late": 3}, filled={"cam": "datum-1"})),
    ]
    assert lines_of(documents)[1:] == [
        "    0                       1            ",
        "    1       (4,5)           2           3",
    ]


def test_interleaved_runs_keep_their_own_columns_and_say_whose_row_it_is() -> None:
    model, text = TableModel(), TableText()
    model("start", scan_start(3))
    model("descriptor", descriptor_doc())
    model("start", start_doc(uid="run-b", scan_id=143))
    model("descriptor", descriptor_doc({"i0": number("i0")}, run="run-b", uid="desc-b"))
    assert model.open_runs == 2
    events = [
        event_doc(1, {"th": 0.0, "det": 1.0, "mon": 2.0}),
        event_doc(1, {"i0": 9.0}, descriptor="desc-b"),
        event_doc(2, {"i0": 8.0}, descriptor="desc-b"),
        event_doc(2, {"th": 0.5, "det": 1.0, "mon": 2.0}),
    ]
    rows = [model("event", event) for event in events]
    assert [line.text for row in rows for line in text.lines(row, width=80, prefixed=True)] == [
        "       point          th         det         mon",
        "                     deg      counts            ",
        "[#142]     0      0.0000           1           2",
        "       point          i0",
        "[#143]     0           9",
        "[#143]     1           8",
        "       point          th         det         mon",
        "                     deg      counts            ",
        "[#142]     1      0.5000           1           2",
    ]
    model("stop", stop_doc(0.0, run="run-b"))
    assert model.open_runs == 1
    assert model("event", events[1]) is None


def test_a_point_that_is_taken_again_says_so() -> None:
    documents = scan_documents([(0.0, 1.0, 2.0)])
    documents.insert(3, ("event", event_doc(1, {"th": 0.0, "det": 7.0, "mon": 2.0})))
    assert lines_of(documents, width=80)[-1] == "    0      0.0000           7           2  (again)"


def test_baseline_and_monitors_have_no_rows() -> None:
    model = TableModel()
    model("start", start_doc())
    for name in ("baseline", "ring_monitor", "interruptions"):
        model("descriptor", descriptor_doc(uid=name, name=name))
        assert model("event", event_doc(1, {"th": 0.0}, descriptor=name)) is None
    assert model("event", event_doc(1, {"th": 0.0}, descriptor="never described")) is None


def test_a_plan_that_scans_in_a_stream_of_its_own_name_has_its_table() -> None:
    model = TableModel()
    model("start", start_doc(hints={"dimensions": [[["th"], "fly"]]}))
    model("descriptor", descriptor_doc(uid="p", name="primary"))
    model("descriptor", descriptor_doc(uid="f", name="fly"))
    assert model("event", event_doc(1, {"th": 0.0}, descriptor="p")) is None
    assert model("event", event_doc(1, {"th": 0.0}, descriptor="f")).cells(1) == ["0.0000"]


def test_another_stream_is_shown_until_the_main_one_comes() -> None:
    model = TableModel()
    model("start", start_doc())
    model("descriptor", descriptor_doc(uid="d", name="dark"))
    assert model("event", event_doc(1, {"th": 0.0}, descriptor="d")).table.stream == "dark"
    model("descriptor", descriptor_doc(uid="p"))
    first = model("event", event_doc(1, {"th": 0.0}, descriptor="p"))
    assert (first.table.stream, first.again) == ("primary", False)
    assert model("event", event_doc(2, {"th": 0.0}, descriptor="d")) is None
    model("descriptor", descriptor_doc(uid="d2", name="dark"))
    assert model("event", event_doc(3, {"th": 0.0}, descriptor="d2")) is None


def test_a_run_without_a_number_is_called_by_its_uid() -> None:
    model = TableModel()
    model("start", {"uid": "0123456789abcdef", "time": 0.0})
    model("descriptor", descriptor_doc(run="0123456789abcdef"))
    assert model("event", event_doc(1, {})).table.label == "01234567"


def test_wide_characters_stay_under_their_header() -> None:
    keys = {"名前": {"dtype": "string", "shape": [], "source": ""}, "det": number("det")}
    documents = [
        ("start", start_doc()),
        ("descriptor", descriptor_doc(keys)),
        ("event", event_doc(1, {"名前": "鉄", "det": 1})),
    ]
    assert lines_of(documents, width=80) == [
        "point        名前         det",
        "    0          鉄           1",
    ]


dtypes = st.sampled_from(["number", "integer", "boolean", "string", "array"])
shapes = st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=3)
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.floats(), max_size=3),
    st.just(np.zeros((2, 2))), st.datetimes(),
)  # fmt: skip
names = st.text(min_size=1, max_size=30).filter(str.isprintable)


@st.composite
def runs(draw: Any) -> list[tuple[str, dict[str, Any]]]:
    fields = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    keys = {
        name: {
            "dtype": draw(dtypes),
            "shape": draw(shapes),
            "source": "",
            **draw(
                st.fixed_dictionaries({}, optional={"object_name": names, "precision": st.integers(-1, 8)})
            ),
            **draw(st.fixed_dictionaries({}, optional={"external": st.just("X:"), "units": names})),
        }
        for name in fields
    }
    some = st.lists(st.sampled_from(fields), max_size=3)
    hint = st.one_of(st.just({}), st.fixed_dictionaries({"fields": some}))
    start = start_doc(
        **draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "motors": some,
                    "num_points": st.one_of(st.none(), st.integers(0, 9)),
                    "hints": st.one_of(
                        st.none(), st.fixed_dictionaries({"dimensions": st.lists(st.tuples(some, names))})
                    ),
                },
            )
        )
    )
    descriptor = descriptor_doc(keys)
    descriptor["hints"] = draw(st.one_of(st.just({}), st.dictionaries(st.sampled_from(fields), hint)))
    if draw(st.booleans()):
        del descriptor["hints"], descriptor["object_keys"]
    count = draw(st.integers(1, 4))
    events = [event_doc(i + 1, {name: draw(values) for name in fields}) for i in range(count)]
    return [("start", start), ("descriptor", descriptor), *(("event", event) for event in events)]


@settings(deadline=None)  # a shared machine may be slow at any moment
@given(run=runs(), width=st.one_of(st.none(), st.integers(30, 200)))
def test_every_event_of_every_kind_of_run_has_a_row(run: Any, width: int | None) -> None:
    model, text = TableModel(max_column_width=16), TableText()
    rows = feed(model, run)
    assert len(rows) == len(run) - 2
    shown = [line for row in rows for line in text.lines(row, width=width)]
    assert sum(line.kind == "row" for line in shown) == len(rows)
    assert all(line.text.isprintable() for line in shown)
    assert len({len(row.cells()) for row in rows}) == 1
    assert len(rows[0].cells()) >= 1


def test_the_cost_of_a_row_does_not_grow_with_the_run() -> None:
    model, text = TableModel(max_column_width=16), TableText()
    model("start", scan_start(50_000))
    model("descriptor", descriptor_doc(SCAN_KEYS))

    def seconds(first: int) -> float:
        began = perf_counter()
        for seq_num in range(first, first + 5000):
            row = model("event", event_doc(seq_num, {"th": 0.1, "det": 5.0, "mon": 7.5}))
            text.lines(row, width=80, header_every=20)
        return perf_counter() - began

    early = min(seconds(first) for first in range(1, 15_001, 5000))
    late = min(seconds(first) for first in range(35_001, 50_001, 5000))
    assert late < 5 * early
    assert late / 5000 < 1e-3
