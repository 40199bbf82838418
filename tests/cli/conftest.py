from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bsh.cli import main
from bsh.session import Session

FAST = """\
profile: {name}
devices:
  bsh.devices.sim.SimMotor: [{{name: th, units: deg, limits: [-10, 10]}}]
  bsh.devices.sim.SimDetector: [{{name: det, motor: $th, noise: null, count_time: 0}}]
counters: {{default: [det]}}
"""

Call = Callable[..., Result]
Take = Callable[..., None]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a home and a configuration of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BSH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("BSH_PROFILE", raising=False)
    monkeypatch.setattr("sys.path", __import__("sys").path.copy())
    return tmp_path


@pytest.fixture
def bsh(place: Path) -> Call:
    """Call the program in this process."""

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="bsh")

    return call


@pytest.fixture
def take(place: Path) -> Take:
    """Take scans with a profile of a given name."""

    def take_scans(*lines: str, name: str = "fast") -> None:
        file = place / f"{name}.yml"
        file.write_text(FAST.format(name=name))
        with Session.from_profile(file) as session:
            for line in lines:
                session.run(line)

    return take_scans
