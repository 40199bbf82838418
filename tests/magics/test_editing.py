"""edmac; the editor itself is used in tests/shell/test_editing.py."""

import pytest

from bsh.errors import CommandError, UsageError
from bsh.session import Session
from bsh.session.macros import macro_file, reload_macros


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("edmac", CommandError, "without a terminal"),
        ("edmac ct", CommandError, "ct is a command"),
        ("edmac th", CommandError, "th is a device"),
        ("edmac 3x", UsageError, "no name for a function"),
    ],
)
def test_what_is_wrong_is_said_and_no_file_is_made(session, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)
    assert not macro_file(session).exists()


def test_functions_are_loaded_at_every_start_and_use_commands(session, tmp_path):
    macro_file(session).write_text("def there(x):\n    mv th x\n\n\nHALF = 0.5\n")
    assert reload_macros(session) == ["there", "HALF"]
    session.run("there(HALF)")
    assert session.devices["th"].position == 0.5
    session.close()
    with Session.from_profile("sim", home=tmp_path) as later:
        assert not [notice for notice in later.notices if "macros" in notice]
        later.run("there(1)")
        assert later.devices["th"].position == 1.0


@pytest.mark.parametrize(
    ("source", "line", "text", "loaded"),
    [
        ("def one():\n    mv th 1\n\ndef two(:\n    pass\n", 4, "invalid syntax: def two", False),
        ("def one():\n    pass\nmv th 1\n", 3, "a command here would run at every start", False),
        ("def one():\n    pass\ndef ct():\n    pass\n", 3, "ct is a command of bsh", False),
        ("def one():\n    pass\nth = 3\n", 3, "th is a device", False),
        ("def one():\n    pass\nx = 1 / 0\n", 3, "ZeroDivisionError: division by zero", True),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(session, tmp_path, source, line, text, loaded):
    file = macro_file(session)
    file.write_text(source)
    with pytest.raises(CommandError) as caught:
        reload_macros(session)
    assert str(caught.value.message).startswith(f"{file}:{line}: ")
    assert text in caught.value.message
    assert "edmac opens it again" in caught.value.hint
    assert ("one" in session.namespace) is loaded
    assert session.devices["th"].position == 0.0
    session.close()
    with Session.from_profile("sim", home=tmp_path) as later:
        assert any(f"{file}:{line}: " in notice and text in notice for notice in later.notices)
