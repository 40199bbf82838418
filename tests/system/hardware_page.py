"""The page that says what becomes of failing hardware: written by the campaign that tried it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.system.hardware_failures import ACTIONS, HARMLESS, STALL_S, Finding

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "hardware-failures.md"

HEAD = """\
# When hardware fails

Written by `make test-system`, which lets the hardware of the demo IOC fail in the middle of a move (`{move}`), a count
(`{count}`) and a scan (`{scan}`), with `stalled_after: {stall:g} s` in the profile (its default is 60 s), and looks at
how long it takes until the command has failed and said so. Times are those of one run on one machine.

A scan that failed keeps the points before the failure, each at its place; its `exit_status` is `fail`, its `reason` the
text below.

| What fails | While | Told after | What the user is told |
|---|---|---|---|
"""

TAIL = """
- **kill**: the IOC dies; the network tells at once. **restart**: it dies and is back at once, at 0: that turns nothing into
  a success. **freeze**: it is there and does not answer; told after `stalled_after`, and after 7 s at the
  latest, when Channel Access gives it up with bsh's `EPICS_CA_CONN_TMO=2` (35 s with the 30 of libca).
- **slow**: it answers nothing for 1.5 s. Nothing is reported, and the result is right.
- **stuck**: the motor says that it moves and does not, the scaler says that it counts and does not. A motor has
  `stalled_after`; a detector that long again after its counting time, if nothing that it reads changes.
- **alarm**: MAJOR, on the motor's readback; judged when the move ends. It says nothing about a count.
- **limit switch**: the high one, here and now. It stops the motor; it says nothing about a count.

What else is guarded, and what is not, is in the [decision](../explanations/decisions/0020-guarded-moves.md).
"""


def write_page(findings: Sequence[Finding]) -> None:
    """Write the page."""
    rows = [_row(finding) for finding in findings]
    PAGE.write_text(HEAD.format(stall=STALL_S, **ACTIONS) + "\n".join(rows) + "\n" + TAIL)


def _row(finding: Finding) -> str:
    if (finding.fault, finding.action) in HARMLESS:
        return f"| {finding.fault} | {finding.action} | – | nothing: the result is right |"
    told = finding.told.splitlines()[0].replace("|", "\\|")
    return f"| {finding.fault} | {finding.action} | {finding.seconds:.1f} s | {told} |"
