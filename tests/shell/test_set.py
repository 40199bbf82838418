"""set asks before it changes anything."""

import pytest


@pytest.mark.terminal
def test_set_shows_what_becomes_of_position_offset_and_limits_and_asks(shell):
    shell.start("set th 1")
    shell.wait(
        r"th: 0\.0000 → 1\.0000 deg; offset 0\.0000 → 1\.0000; limits -180\.0000 to 180\.0000 → -179\.0000"
    )
    shell.wait(r"set th\? \[y/N\]")
    shell.type("n")
    shell.wait("nothing was changed")
    assert "reset from 0.0000 to 2.0000" in shell.run("set -y th 2")
    assert "reset from 2.0000 to 3.0000" in shell.run("_ = [set_pos(th, x) for x in [3]]")
