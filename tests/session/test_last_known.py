"""Where an axis was when somebody knew last."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bsh.devices.last_heard import last_heard
from bsh.session.known_axes import KnownAxes
from bsh.session.last_known import age_text, last_known


def axis(value: object, when: float | None) -> SimpleNamespace:
    return SimpleNamespace(name="m1", _readback=value, timestamp=when)


def test_the_newest_of_what_the_device_told_and_what_was_remembered_counts(tmp_path: Path) -> None:
    known = KnownAxes(tmp_path, clock=lambda: 1000.0)
    assert last_known(axis(None, None), known) is None
    known.note_places({"m1": 2.0})
    known.note_facts({"m1": {"units": "mm", "precision": 3}})
    assert str(last_known(axis(5.0, 900.0), known, 1030.0)) == "last known at 2.000 mm, 30 s ago"
    assert str(last_known(axis(5.0, 1010.0), known, 8000.0)) == "last known at 5.000 mm, 2 h ago"
    placeholder = SimpleNamespace(name="m1", device=axis(6.0, 1020.0))
    assert str(last_known(placeholder, known, 1020.0)) == "last known at 6.000 mm, 0 s ago"
    known.close()


def test_a_device_of_ophyd_tells_what_it_knew_without_being_asked() -> None:
    from ophyd import Component, Device, Signal

    class Stage(Device):
        readback = Component(Signal, value=4.5)

    stage = Stage(name="stage")
    heard = last_heard(stage)
    assert heard is not None
    assert (heard.value, heard.time) == (4.5, stage.readback.timestamp)
    assert last_heard(Signal(name="text", value="out")) is None
    assert last_heard(object()) is None


@pytest.mark.parametrize(
    ("age_s", "text"), [(0.4, "0 s"), (89, "89 s"), (180, "3 min"), (5400, "2 h"), (3 * 86400, "3 days")]
)
def test_an_age_has_the_unit_that_suits_it(age_s: float, text: str) -> None:
    assert age_text(age_s) == text
