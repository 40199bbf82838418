"""The messages of the plans against those of bluesky, in shorthand.

The table was made once with bluesky 1.15.1 and the simulated devices of ophyd, whose motors have a trigger; here
they have none. Where bsh differs: one checkpoint before each reading of a count, not two in a row.
"""

from __future__ import annotations

import pytest
from cycler import cycler

from bsh import plans as bp
from tests.plans.devices import Det, Motor
from tests.plans.drive import drive

det, m1, m2 = Det("det"), Motor("m1"), Motor("m2")

LETTERS = {
    "stage": "{",
    "unstage": "}",
    "open_run": "[",
    "close_run": "]",
    "checkpoint": " ",
    "set": "s",
    "wait": "w",
    "trigger": "t",
    "create": "(",
    "read": "r",
    "save": ")",
}
ONE, TWO = " swtw(rr)", " sswtw(rrr)"
"""A point of one motor, and one of two of which both move."""
SLOW_STAYS = " swtw(rrr)"


@pytest.mark.parametrize(
    ("plan", "messages"),
    [
        (bp.count([det], 3), "{[" + " tw(r)" * 3 + "]}"),
        (bp.scan([det], m1, 0, 1, 3), "{{[" + ONE * 3 + "]}}"),
        (bp.scan([det], m1, 0, 1, m2, 0, 1, 3), "{{{[" + TWO * 3 + "]}}}"),
        (bp.rel_scan([det], m1, 0, 1, 3), "{{[" + ONE * 3 + "]}}sw"),
        (bp.list_scan([det], m1, [1, 2, 3]), "{{[" + ONE * 3 + "]}}"),
        (bp.log_scan([det], m1, 0, 1, 3), "{{[" + ONE * 3 + "]}}"),
        (
            bp.grid_scan([det], m1, 0, 1, 2, m2, 0, 1, 3),
            "{{{[" + TWO + SLOW_STAYS * 2 + TWO + SLOW_STAYS * 2 + "]}}}",
        ),
        (
            bp.grid_scan([det], m1, 0, 1, 2, m2, 0, 1, 3, snake_axes=True),
            "{{{[" + TWO + SLOW_STAYS * 5 + "]}}}",
        ),
        (
            bp.list_grid_scan([det], m1, [0, 1], m2, [0, 1], snake_axes=True),
            "{{{[" + TWO + SLOW_STAYS * 3 + "]}}}",
        ),
        (
            bp.scan_nd([det], cycler(m1, [1, 2]) * cycler(m2, [1, 2])),
            "{{{[" + TWO + SLOW_STAYS + TWO + SLOW_STAYS + "]}}}",
        ),
        (bp.x2x_scan([det], m1, m2, 0, 1, 3), "{{{[" + TWO * 3 + "]}}}ssw"),
        (bp.spiral([det], m1, m2, 0, 0, 1, 1, 0.5, 4), "{{{[" + TWO * 4 + "]}}}"),
        (bp.rel_spiral_square([det], m1, m2, 1, 1, 2, 2), "{{{[" + TWO + SLOW_STAYS * 3 + "]}}}ssw"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_plan_sends_what_bluesky_sends(plan, messages):
    assert "".join(LETTERS[command] for command in drive(plan).commands) == messages
