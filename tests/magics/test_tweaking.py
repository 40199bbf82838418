"""tw: the keys themselves are pressed in tests/shell/test_tweak_keys.py."""

import pytest

from bsh.errors import CommandError, UsageError


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("tw", UsageError, "usage: tw motor step"),
        ("tw th", UsageError, "position of th is missing"),
        ("tw det 1", UsageError, "not a motor"),
        ("tw th 0.1", CommandError, "tw needs a terminal"),
    ],
)
def test_what_is_wrong_is_said(session, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)
