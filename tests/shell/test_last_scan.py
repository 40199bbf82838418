"""_ after a scan."""

import pytest


@pytest.mark.terminal
def test_underscore_is_the_scan_after_a_scan_and_the_value_after_an_expression(shell):
    shell.run("1 + 1")
    shell.run("ascan th 0 0.1 2 0.01")
    assert shell.run("print(len(_.x), _.summary.scan_id, __)").strip().endswith("3 1 2")
    assert shell.run("6 * 7").strip().endswith("42")
    assert shell.run("_").strip().endswith("42")
