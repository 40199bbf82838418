"""tw: the keys themselves are pressed in tests/shell/test_tweak_keys.py."""

import pytest

from bsh.errors import CommandError, UsageError


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("tw", UsageError, r"usage: tw motor step \[motor step...\] \[seconds\]"),
        ("tw th", UsageError, "position of th is missing"),
        ("tw th 0.1 tth", UsageError, "position of tth is missing"),
        ("tw th 0.1 thh", UsageError, "unknown motor thh"),
        ("tw th 0.1 0", UsageError, "0 is no counting time"),
        ("tw det 1", UsageError, "not a motor"),
        ("tw th 0.1", CommandError, "tw needs a terminal"),
        ("tw th 0.1 tth 0.2 0.5", CommandError, "tw needs a terminal"),
    ],
)
def test_what_is_wrong_is_said(session, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)
