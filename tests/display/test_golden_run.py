"""A whole run as it stands on the screen, character by character, at the widths people have.

``BSH_WRITE_GOLDEN=1 pytest tests/display/test_golden_run.py`` writes it anew; look at it before it is committed.
"""

from __future__ import annotations

import os
from math import exp
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.callbacks.documents import scan_documents
from tests.display.test_board import Stage

GOLDEN = Path(__file__).with_name("golden")
ROWS = [(x / 10, 9000 * exp(-(((x / 10 - 0.2) / 0.3) ** 2)) + 20, 1000.0 + x) for x in range(-10, 11)]


@pytest.mark.parametrize("style", ["rich", "spec"])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_run_looks_as_it_did(width: int, style: str) -> None:
    stage = Stage(
        width, plots="auto", table_style=style, preflight=lambda: SimpleNamespace(num_points=21, seconds=42.0)
    )
    documents = scan_documents(ROWS)
    lines = stage.feed(documents[:12])
    stage.clock.now += 10.0
    footer = stage.footer()
    lines += ["-- footer in mid-scan", *footer, "--", *stage.feed(documents[12:])]
    text = "".join(f"{line.rstrip()}\n" for line in lines)
    file = GOLDEN / f"run-{style}-{width}.txt"
    if os.environ.get("BSH_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert max(len(line) for line in lines if " @ " not in line) < width  # sentences may be broken
