"""The magics of bluesky, rows MG01 to MG07, in an IPython of one's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bsh.bluesky.adapted.transform import register_transform
from bsh.bluesky.magics import BlueskyMagics, MetaclassForClassProperties, get_labeled_devices
from bsh.devices.sim import SimDetector, SimMotor
from bsh.engine import RunEngine
from tests.bluesky.conftest import Python


@pytest.fixture
def engine() -> Iterator[RunEngine]:
    BlueskyMagics.RE = None
    yield BlueskyMagics.RE
    BlueskyMagics.RE = None
    MetaclassForClassProperties._positioners, MetaclassForClassProperties._detectors = [], []


def labelled(device: Any, *labels: str) -> Any:
    device._ophyd_labels_ = set(labels)
    return device


@pytest.fixture
def names() -> dict[str, Any]:
    th = labelled(SimMotor("th", velocity=1e6, limits=(-5, 5)), "motors")
    det = labelled(SimDetector("det", count_time=0), "detectors")
    other = labelled(SimDetector("other", count_time=0), "others")
    return {"th": th, "det": det, "other": other}


@pytest.fixture
def magics(engine: RunEngine, names: dict[str, Any]) -> BlueskyMagics:
    return BlueskyMagics(SimpleNamespace(user_ns=names, configurables=[]))


def test_the_engine_is_there_before_anything_is_registered_and_is_one_for_all(engine: RunEngine) -> None:
    assert isinstance(engine, RunEngine)
    assert BlueskyMagics(None).RE is BlueskyMagics.RE is engine


def test_the_engine_lives_although_the_one_made_before_was_closed() -> None:
    RunEngine().close()
    BlueskyMagics.RE = None
    assert BlueskyMagics.RE([]) == ()
    BlueskyMagics.RE = None


def test_no_engine_is_made_at_import(python: Python) -> None:
    code = "import threading, bsh.bluesky.magics as m; print(m.MetaclassForClassProperties._engine, threading.active_count())"
    assert python("-c", code).stdout == "None 1\n"


def test_mov_and_movr_take_pairs_of_expressions(magics: BlueskyMagics, names: dict[str, Any]) -> None:
    names["there"] = 1.5
    magics.mov("th there*2")
    magics.movr("th -1")
    assert names["th"].position == 2.0
    for line in ("th", "", "th 1 det"):
        with pytest.raises(TypeError, match="pairs"):
            magics.mov(line)


def test_an_interrupted_move_cannot_be_resumed(
    magics: BlueskyMagics, names: dict[str, Any], engine: RunEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    names["th"].velocity.put(1.0)
    engine.waiting_hook = None
    pauser = threading.Timer(0.3, engine.request_pause)
    pauser.start()
    magics.mov("th 5")
    pauser.join()
    assert "The RunEngine invoked by magics cannot be resumed." in capsys.readouterr().out
    assert engine.state == "idle"
    assert names["th"].position < 5


@pytest.mark.parametrize(
    ("line", "there", "missing"),
    [
        ("", ["det "], ["other "]),
        ("others", ["other "], ["det "]),
        ("others detectors", ["other ", "det "], []),
    ],
)
def test_ct_counts_by_label_and_says_that_nothing_is_saved(
    magics: BlueskyMagics, capsys: pytest.CaptureFixture[str], line: str, there: list[str], missing: list[str]
) -> None:
    magics.ct(line)
    said = capsys.readouterr().out
    assert "[This data will not be saved. Use the RunEngine to collect data.]" in said
    assert all(f"\n{name}" in said for name in there)
    assert not any(f"\n{name}" in said for name in missing)
    with pytest.raises(ValueError, match="labels"):
        magics.ct("[det]")


def test_wa_lists_positioners_with_limits_and_offset_then_devices(
    magics: BlueskyMagics, names: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    names["th"].user_offset = SimpleNamespace(get=lambda: 0.25)
    names["stage"] = stage = labelled(SimpleNamespace(name="stage"), "motors")
    stage.x = SimMotor("stage_x", velocity=1e6)
    magics.wa("motors nothing")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines if line.strip().startswith("Positioner")] == [
        ["Positioner", "Value", "Low", "Limit", "High", "Limit", "Offset"]
    ]
    assert ["th", "0", "-5", "5", "0.25"] in [line.split() for line in lines]
    assert lines[-1] == "<no matches for this label>"
    magics.wa("")
    assert [line for line in capsys.readouterr().out.splitlines() if line in ("detectors", "motors", "others")] == [
        "detectors", "motors", "others"
    ]  # fmt: skip


def test_values_have_six_digits(magics: BlueskyMagics, capsys: pytest.CaptureFixture[str]) -> None:
    magics.mov("th 1.23456789")
    magics.wa("motors")
    assert "1.23457" in capsys.readouterr().out


def test_labelled_devices_are_found_in_parts_six_levels_deep_in_order() -> None:
    class Nest:
        component_names = ("inner",)

        def __init__(self, depth: int) -> None:
            self.name = f"nest{depth}"
            self._ophyd_labels_ = {"nests"}
            if depth:
                self.inner = Nest(depth - 1)
            else:
                self.component_names = ()

    found = get_labeled_devices({"b": Nest(9), "a": labelled(SimMotor("a"), "nests"), "_c": Nest(0)})
    assert [name for name, _ in found["nests"]] == [
        "a",
        "b",
        *("b" + ".inner" * depth for depth in range(1, 7)),
    ]
    assert len(get_labeled_devices({"b": Nest(9)}, maxdepth=2)["nests"]) == 3


def test_the_lists_that_came_before_labels_work_and_warn(
    magics: BlueskyMagics, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.warns(UserWarning, match="positioners is deprecated.*motors"):
        BlueskyMagics.positioners = [SimMotor("old", velocity=1e6)]
    with pytest.warns(UserWarning, match="detectors is deprecated"):
        BlueskyMagics.detectors = [SimDetector("olddet", count_time=0)]
    magics.wa("motors")
    magics.ct("")
    said = capsys.readouterr().out
    assert "old " in said
    assert "\nolddet " in said


@pytest.mark.parametrize(
    ("prefix", "lines", "becomes"),
    [
        ("<", ["<count([det])\n"], ["RE(count([det]))\n"]),
        ("<", ["< count([det],\n", "        5)\n"], ["RE(count([det],\n        5))\n"]),
        ("!!", ["!!count([det])\n"], ["RE(count([det]))\n"]),
        ("!!", ["<count([det])\n"], ["<count([det])\n"]),
        ("<", ["x = 3\n"], ["x = 3\n"]),
        ("<", [], []),
    ],
)
def test_a_prefix_gives_the_rest_to_the_engine(prefix: str, lines: list[str], becomes: list[str]) -> None:
    shell = SimpleNamespace(input_transformers_cleanup=[])
    register_transform("RE", prefix=prefix, ip=shell)
    (rewrite,) = shell.input_transformers_cleanup
    assert rewrite(lines) == becomes


def test_the_prefix_is_for_ipython_only() -> None:
    with pytest.raises(RuntimeError, match="IPython only"):
        register_transform("RE")
