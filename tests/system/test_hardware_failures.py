"""Every failure of hardware, in every kind of action: the user is told in time, and nothing false is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bsh.ioc.process import IocProcess
from bsh.session import Session
from tests.system.hardware_failures import ACTIONS, FAULTS, PROFILE, STALL_S, Bench, Finding, check
from tests.system.hardware_page import write_page

ALL = [(fault, action) for fault in FAULTS for action in ACTIONS]
QUICK = [
    ("kill", "count"),
    ("kill", "scan"),
    ("stuck", "count"),
    ("limit switch", "scan"),
]
"""What ``make test`` tries; the rest takes minutes."""


@pytest.fixture
def bench(crash_ioc: IocProcess, tmp_path: Path) -> Iterator[Bench]:
    profile = tmp_path / "failing.yml"
    profile.write_text(PROFILE.format(prefix=crash_ioc.prefix, stall=STALL_S))
    with Session.from_profile(profile, home=tmp_path, connect_timeout_s=30) as session:
        bench = Bench(session, crash_ioc)
        bench.prepare()
        yield bench
        crash_ioc.thaw()


@pytest.mark.ioc
@pytest.mark.parametrize(("fault", "action"), QUICK)
def test_hardware_that_fails_is_told_in_time(bench: Bench, fault: str, action: str) -> None:
    check(bench.try_one(fault, action))


@pytest.fixture(scope="module")
def keep() -> Iterator[Callable[[Finding], Any]]:
    """Keep what was found; a whole campaign is written into the docs."""
    findings: list[Finding] = []
    yield findings.append
    if len(findings) == len(ALL):
        write_page(findings)


@pytest.mark.system
@pytest.mark.parametrize(("fault", "action"), ALL)
def test_the_whole_campaign(bench: Bench, fault: str, action: str, keep: Callable[[Finding], Any]) -> None:
    finding = bench.try_one(fault, action)
    check(finding)
    keep(finding)
