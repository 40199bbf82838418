from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import numpy  # noqa: F401  # pytest.approx looks at it, and must not find it half loaded by a session's thread
import pytest

from bsh.session import Session

FAST = """\
profile: fast
devices:
  bsh.devices.sim.SimMotor:
    - {name: th, units: deg, limits: [-10, 10], labels: [motors]}
    - {name: samx, units: mm, limits: [-5, 5]}
  bsh.devices.sim.SimDetector:
    - {name: det, motor: $th, sigma: 0.5, noise: null, count_time: 0}
    - {name: mon, amplitude: 100, noise: null, count_time: 0}
  bsh.devices.sim.SimShutter: [{name: shutter, delay: 0, state: open}]
  bsh.devices.sim.SimRing: [{name: ring, lifetime: 0}]
counters:
  default: [det, mon]
  both: [mon, ring.current]
"""
"""Devices that need no time, so that tests do not wait."""

MakeSession = Callable[..., Session]


@pytest.fixture
def make_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeSession]:
    """Make sessions from YAML; they share a home, and are closed at the end."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", __import__("sys").path.copy())
    made: list[Session] = []

    def make(extra: str = "", *, base: str = FAST, **options: object) -> Session:
        file = Path("fast.yml")
        file.write_text(base + dedent(extra), encoding="utf-8")
        session = Session.from_profile(file, home=tmp_path / "home", **options)  # type: ignore[arg-type]
        made.append(session)
        return session

    yield make
    for session in made:
        session.close()


@pytest.fixture
def session(make_session: MakeSession) -> Session:
    return make_session()
