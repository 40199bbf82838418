from bsh.callbacks.columns import choose_columns
from tests.callbacks.documents import SCAN_KEYS, descriptor_doc, number, scan_start, start_doc


def keys(start: dict, descriptor: dict, **options: object) -> list[str]:
    return [column.key for column in choose_columns(start, descriptor, **options)]


def test_scanned_axes_come_first_and_hinted_counters_follow() -> None:
    data_keys = {"det": number("det"), "th": number("th"), "th_setpoint": number("th")}
    hints = {"det": {"fields": ["det"]}, "th": {"fields": ["th"]}}
    assert keys(scan_start(3), descriptor_doc(data_keys, hints=hints)) == ["th", "det"]


def test_a_motor_without_a_dimension_still_comes_before_the_counters() -> None:
    data_keys = {"det": number("det"), "tth": number("tth"), "th": number("th")}
    start = start_doc(motors=["th", "tth"], hints={"dimensions": [[["th"], "primary"]]})
    assert keys(start, descriptor_doc(data_keys)) == ["th", "tth", "det"]


def test_a_device_that_hints_nothing_shows_all_its_scalars() -> None:
    data_keys = {
        "th": number("th"),
        "cam_image": {"dtype": "array", "shape": [10, 10], "source": "", "object_name": "cam"},
        "cam_total": number("cam"),
    }
    hints = {"th": {"fields": ["th"]}, "cam": {"NX_class": "NXdetector"}}
    assert keys(scan_start(3), descriptor_doc(data_keys, hints=hints)) == ["th", "cam_total"]


def test_a_device_that_hints_an_empty_list_is_left_out() -> None:
    data_keys = {"th": number("th"), "det": number("det")}
    hints = {"th": {"fields": ["th"]}, "det": {"fields": []}}
    assert keys(scan_start(3), descriptor_doc(data_keys, hints=hints)) == ["th"]


def test_a_stream_whose_devices_hide_everything_shows_its_scalars_after_all() -> None:
    data_keys = {"a": number("a"), "img": {"dtype": "array", "shape": [4], "source": "", "object_name": "a"}}
    assert keys(start_doc(), descriptor_doc(data_keys, hints={"a": {"fields": []}})) == ["a"]
    only_arrays = {"img": data_keys["img"]}
    assert keys(start_doc(), descriptor_doc(only_arrays, hints={"a": {"fields": []}})) == ["img"]


def test_descriptors_without_object_keys_and_hints_still_have_columns() -> None:
    descriptor = {"uid": "d", "run_start": "run-a", "data_keys": {"x": {"dtype": "number"}, "y": {}}}
    assert keys(start_doc(hints=None), descriptor) == ["x", "y"]


def test_malformed_dimensions_are_passed_over() -> None:
    start = scan_start(3) | {"hints": {"dimensions": [None, [], ["th", "primary"], [["no"], "other"], 5]}}
    assert keys(start, descriptor_doc())[0] == "th"


def test_selected_counters_come_first_by_key_or_by_device_name() -> None:
    data_keys = {"th": number("th"), "a": number("a"), "b_one": number("b"), "b_two": number("b")}
    descriptor = descriptor_doc(data_keys)
    assert keys(scan_start(3), descriptor, selected=["b_two"]) == ["th", "b_two", "a", "b_one"]
    assert keys(scan_start(3), descriptor, selected=["b", "ghost"]) == ["th", "b_one", "b_two", "a"]


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    long = "xspress3_channel1_rois_roi01_value"
    descriptor = descriptor_doc({long: number("xspress3")})
    (cut,) = choose_columns(start_doc(), descriptor, max_width=16)
    assert (cut.title, cut.width) == ("xspress3…1_value", 16)
    (whole,) = choose_columns(start_doc(), descriptor)
    assert (whole.title, whole.width) == (long, len(long))


def test_no_column_is_narrower_than_ten() -> None:
    assert {column.width for column in choose_columns(scan_start(3), descriptor_doc())} == {10}


def test_only_the_counters_that_were_named_are_shown_in_their_order() -> None:
    start, descriptor = scan_start(3), descriptor_doc()
    chosen = choose_columns(start, descriptor, selected=["det"], only=["mon", "d*"])
    assert [column.key for column in chosen] == ["th", "mon", "det"]
    assert [column.key for column in choose_columns(start, descriptor, only=["mon"])] == ["th", "mon"]


def test_a_key_that_no_device_hints_can_be_named() -> None:
    keys = SCAN_KEYS | {"det_raw": number("det_raw", object_name="det")}
    hints = {"th": {"fields": ["th"]}, "det": {"fields": ["det"]}, "mon": {"fields": ["mon"]}}
    descriptor = descriptor_doc(keys, hints=hints)
    assert [column.key for column in choose_columns(scan_start(3), descriptor, only=["det_*"])] == [
        "th",
        "det_raw",
    ]


def test_names_that_are_not_there_hide_nothing() -> None:
    chosen = choose_columns(scan_start(3), descriptor_doc(), only=["nothing", "th"])
    assert [column.key for column in chosen] == ["th", "det", "mon"]
