"""config; the editor is used in tests/shell/test_editing.py, taking in what changed in tests/session/test_reloading.py."""

import pytest

from bsh.errors import CommandError, UsageError


def test_config_s_shows_the_settings_and_where_they_stand(run):
    text = run("config -s").plain(width=200)
    assert "devices" in text
    assert "sim.yml:" in text
    (line,) = [line for line in text.splitlines() if line.startswith("confirm_over")]
    assert line.split() == ["confirm_over", "default", "1800.0"]
    assert "device: shutter, open: open, close: closed" in text
    assert len(run("config -s counters").plain().splitlines()) == 2


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("config", CommandError, "sim.yml comes with bsh"),
        ("config devices", CommandError, "sim.yml comes with bsh"),
        ("config devises", UsageError, "a profile has no key devises"),
    ],
)
def test_what_is_wrong_is_said(session, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)
