"""Hardware that fails while something is under way, and what the user is told: one combination at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bsh.errors import FailedStatus
from bsh.ioc.process import IocProcess
from bsh.session import Session

STALL_S = 2.0
"""The profile's ``stalled_after`` in the campaign."""

PROFILE = """\
profile: failing
stalled_after: {stall:g} s
devices:
  ophyd.EpicsMotor: [{{name: m1, prefix: "{prefix}m1"}}]
  bsh.devices.epics_scaler.scaler: [{{name: scaler1, prefix: "{prefix}scaler1", channels: {{mon: 2, det: 3}}}}]
counters: {{default: [scaler1]}}
"""

COUNT_S = 2.0
SCAN = (0.0, 1.0, 2.0, 3.0, 4.0)

ACTIONS = {"move": "mv m1 4", "count": f"ct {COUNT_S:g}", "scan": "ascan m1 0 4 4 0.2"}
FAULTS = ("kill", "freeze", "restart", "slow", "stuck", "alarm", "limit switch")

HARMLESS = {("slow", action) for action in ACTIONS} | {("alarm", "count"), ("limit switch", "count")}
"""What does not touch the result: it must be right, and nothing be reported."""

WITHIN_S = {
    ("kill", "move"): 1.0,
    ("kill", "count"): 1.0,
    ("kill", "scan"): 1.0,
    ("restart", "move"): 1.0,
    ("restart", "count"): 1.0,
    ("restart", "scan"): 1.0,
    # told after stalled_after, or when Channel Access gives it up; the cleanup then waits for answers itself
    ("freeze", "move"): 9.0,
    ("freeze", "count"): 9.0,
    ("freeze", "scan"): 9.0,
    ("stuck", "move"): STALL_S + 1.0,
    ("stuck", "scan"): STALL_S + 1.0,
    ("stuck", "count"): COUNT_S + 1.5 * STALL_S + 1.0,
    # an alarm is judged when the move is over: 3.7 mm at 2 mm/s, 0.7 mm in the scan
    ("alarm", "move"): 1.85 + 1.0,
    ("alarm", "scan"): 0.35 + 1.0,
    ("limit switch", "move"): 1.0,
    ("limit switch", "scan"): 1.0,
}
"""How long it may take at most until the user is told, in seconds."""

WORDS = {
    ("kill", "move"): "m1 did not arrive: its connection was lost",
    ("freeze", "move"): f"m1 did not arrive: nothing has changed for {STALL_S:g} s",
    ("stuck", "move"): f"m1 did not arrive: nothing has changed for {STALL_S:g} s; it was told to stop",
    ("alarm", "move"): "m1 did not arrive: its readback is in alarm (MAJOR)",
    ("limit switch", "move"): "m1 did not arrive: it is on its high limit switch",
    ("kill", "count"): "scaler1 did not finish its measurement: its connection was lost",
    ("freeze", "count"): "scaler1 did not finish its measurement: its connection was lost",
    ("stuck", "count"): f"scaler1 did not finish its measurement: it counts for {COUNT_S:g} s",
}
"""What the user is told, to begin with."""


def words(fault: str, action: str) -> str:
    """Return what the user must be told."""
    return WORDS["kill" if fault == "restart" else fault, "move" if action == "scan" else action]


@dataclass(frozen=True)
class Finding:
    """How one combination ended.

    Attributes
    ----------
    told : str
        The first words of the error; empty if nothing was reported.
    seconds : float
        From the fault until the command returned.
    positions : list of float
        Of the points that the scan has kept.
    exit_status, reason : str or None
        Of the scan.
    """

    fault: str
    action: str
    told: str
    seconds: float
    positions: list[float]
    exit_status: str | None
    reason: str | None


class Bench:
    """A session on a demo IOC whose hardware can be made to fail.

    Parameters
    ----------
    session : Session
        Made from PROFILE.
    ioc : IocProcess
        Serves it.
    """

    def __init__(self, session: Session, ioc: IocProcess) -> None:
        self.session = session
        self.ioc = ioc
        self.m1 = session.devices["m1"]
        self.scaler = session.devices["scaler1"]
        self._failed_at = 0.0

    def try_one(self, fault: str, action: str) -> Finding:
        """Do something, let the hardware fail meanwhile, and look at what becomes of it."""
        fail = threading.Thread(target=self._fail, args=(fault, action))
        self._when_under_way(action, fail.start)
        told = ""
        try:
            self.session.run(ACTIONS[action])
        except FailedStatus as error:
            told = str(error.__cause__ or error)
        ended_at = time.monotonic()
        fail.join(30)
        positions, exit_status, reason = self._scan() if action == "scan" else ([], None, None)
        return Finding(fault, action, told, ended_at - self._failed_at, positions, exit_status, reason)

    def put(self, name: str, value: Any) -> None:
        """Write a process variable of the IOC."""
        import epics

        assert epics.caput(f"{self.ioc.prefix}{name}", value, wait=True, timeout=10.0) == 1, name

    def prepare(self) -> None:
        """Make the hardware whole."""
        for name in ("m1:stuck", "m1:alarm", "m1:limit", "scaler1:stuck"):
            self.put(f"fault:{name}", 0)
        for field, value in {"STOP": 1, "VELO": 50.0}.items():
            self.put(f"m1.{field}", value)
        self.put("scaler1.CNT", 0)
        self.put("m1", 0.0)
        self.put("m1.VELO", 2.0)

    def _fail(self, fault: str, action: str) -> None:
        self._failed_at = time.monotonic()
        if fault == "kill":
            self.ioc.kill()
        elif fault == "restart":
            self.ioc.kill()
            self.ioc.start()
        elif fault == "freeze":
            self.ioc.freeze()
        elif fault == "slow":
            with suppress(AssertionError):
                self.put("fault:hang", 1.5)
        elif fault == "stuck":
            self.put("fault:scaler1:stuck" if action == "count" else "fault:m1:stuck", 1)
        else:
            self.put("fault:m1:alarm" if fault == "alarm" else "fault:m1:limit", 1)

    def _when_under_way(self, action: str, begin: Callable[[], None]) -> None:
        signal = self.scaler.count if action == "count" else self.m1.user_readback
        beyond = {"move": 0.3, "count": 0.5, "scan": 2.3}[action]
        once = threading.Lock()

        def look(value: Any, **_: Any) -> None:
            if value > beyond and once.acquire(blocking=False):
                begin()

        signal.subscribe(look, run=False)

    def _scan(self) -> tuple[list[float], str | None, str | None]:
        run = self.session.store.run(-1)
        events = [doc for name, doc in run.documents() if name == "event"]
        return [doc["data"]["m1"] for doc in events], run.summary.exit_status, run.summary.reason


def check(finding: Finding) -> None:
    """Nothing is reported as a success that is none, and what is reported is clear and comes in time."""
    combination = finding.fault, finding.action
    if combination in HARMLESS:
        assert finding.told == "", finding
        if finding.action == "scan":
            assert finding.exit_status == "success"
            assert [round(position, 3) for position in finding.positions] == list(SCAN)
        return
    assert finding.told.startswith(words(*combination)), finding
    if finding.action != "count":
        assert "it was sent from" in finding.told
        assert "was last seen at" in finding.told
    assert finding.seconds < WITHIN_S[combination], finding
    if finding.action == "scan":
        assert finding.exit_status == "fail"
        assert finding.told.splitlines()[0][:60] in (finding.reason or "")
        assert [round(position, 3) for position in finding.positions] == list(SCAN[:3])
