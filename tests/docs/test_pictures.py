"""The pictures of the documentation come from the real program."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ET
from types import ModuleType

import pytest

from tests.docs.markdown import DOCS

PICTURES = DOCS / "pictures"


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(svg: str) -> str:
    return " ".join(element.text or "" for element in ET.fromstring(svg).iter())


@pytest.mark.terminal
def test_a_picture_is_taken_from_the_program(pictures: ModuleType) -> None:
    text = words(pictures.take("wait"))
    assert re.search(r"th [2-4]\d\.\d+ → 60\.0000 deg ━", text)
    assert "samx" in text


def test_every_picture_is_there_and_shows_what_it_is_called(pictures: ModuleType) -> None:
    shown = {"scan": "ascan th -1 1 40 0.1", "peak": "peak", "mesh": "grid_scan", "wait": "60.0000"}
    assert set(shown) == set(pictures.TAKEN)
    for name, expected in shown.items():
        assert expected in words((PICTURES / f"{name}.svg").read_text(encoding="utf-8"))


def test_dots_and_blocks_are_shapes(pictures: ModuleType) -> None:
    class Cell:
        def __init__(self, data: str) -> None:
            self.data, self.fg, self.bg, self.bold, self.reverse = data, "default", "default", False, False

    svg = pictures.svg([[Cell("⠋"), Cell("▀"), Cell("a")]])
    tags = [element.tag.split("}")[1] for element in ET.fromstring(svg)]
    assert tags == ["rect", *["circle"] * 3, "rect", "text"]
