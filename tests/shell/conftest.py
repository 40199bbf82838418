"""The real program in a real terminal, each with a home of its own."""

import pytest

from tests.shell.terminal import Shell


@pytest.fixture
def open_shell(tmp_path):
    """Open shells; all of them share the test's home and are closed at its end."""
    opened = []

    def start(*arguments, env=None, **size):
        home = {"BSH_HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        shell = Shell(["-p", "sim", *arguments], env={**home, **(env or {})}, **size)
        opened.append(shell)
        return shell

    yield start
    for shell in opened:
        shell.close()


@pytest.fixture
def shell(open_shell):
    """A shell at its first prompt."""
    opened = open_shell()
    opened.wait_prompt()
    return opened


@pytest.fixture
def wide_shell(open_shell):
    """A shell wide enough for long paths."""
    opened = open_shell(columns=250)
    opened.wait_prompt()
    return opened
