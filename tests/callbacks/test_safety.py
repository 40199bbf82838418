import logging
from typing import Any

import pytest

from bsh.callbacks import (
    BestEffortCallback,
    LiveGrid,
    LivePlot,
    LiveTable,
    make_callback_safe,
    make_class_safe,
)


@pytest.fixture(autouse=True)
def _no_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BSH_DEBUG_CALLBACKS", raising=False)


def test_an_error_is_logged_and_swallowed(caplog: pytest.LogCaptureFixture) -> None:
    @make_callback_safe
    def fragile(name: str, doc: dict[str, Any]) -> None:
        raise ValueError("no beam")

    fragile("start", {})
    [record] = caplog.records
    assert "fragile" in record.getMessage()
    assert "BSH_DEBUG_CALLBACKS" in record.getMessage()
    assert record.exc_info is not None


def test_it_goes_to_the_logger_given(caplog: pytest.LogCaptureFixture) -> None:
    @make_callback_safe(logger=logging.getLogger("my.callbacks"))
    def fragile(name: str, doc: dict[str, Any]) -> None:
        raise ValueError("no beam")

    fragile("start", {})
    assert caplog.records[0].name == "my.callbacks"


@pytest.mark.parametrize(("value", "is_raised"), [("1", True), ("0", False), ("", False)])
def test_it_is_raised_for_those_who_look_for_it(
    value: str, is_raised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    @make_callback_safe
    def fragile(name: str, doc: dict[str, Any]) -> str:
        raise ValueError("no beam")

    monkeypatch.setenv("BSH_DEBUG_CALLBACKS", value)
    if is_raised:
        with pytest.raises(ValueError, match="no beam"):
            fragile("start", {})
    else:
        assert fragile("start", {}) is None


def test_what_works_keeps_its_result_and_its_name() -> None:
    @make_callback_safe
    def fine(name: str, doc: dict[str, Any]) -> str:
        """Do well."""
        return name

    assert fine("stop", {}) == "stop"
    assert (fine.__name__, fine.__doc__) == ("fine", "Do well.")


def test_a_class_is_made_safe_in_the_methods_named() -> None:
    @make_class_safe(to_wrap=["start"])
    class Fragile:
        def start(self) -> None:
            raise ValueError

        def stop(self) -> None:
            raise KeyError("stop")

    Fragile().start()
    with pytest.raises(KeyError):
        Fragile().stop()


@pytest.mark.parametrize(
    "callback",
    [LiveTable(["det"]), LivePlot("det"), LiveGrid((2, 2), "det"), BestEffortCallback(table_enabled=False)],
)
def test_live_callbacks_never_raise_into_a_plan(
    callback: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("start", "descriptor", "event", "stop"):
        callback(name, {"uid": 5, "data": 7, "data_keys": 3, "descriptor": [], "seq_num": "x"})
    assert caplog.records
