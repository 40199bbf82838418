"""The completion scripts, in the shells they are for.

bash is everywhere; zsh and fish are tried where they are installed, what their scripts ask the program is tried always.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shell.terminal import Terminal

SCRIPTS = Path(__file__).parents[2] / "completions"
STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source {scripts}/bsh.bash"),
    "zsh": (["zsh", "-f", "-i"], "fpath=({scripts} $fpath); autoload -Uz compinit; compinit -D"),
    "fish": (["fish", "--no-config", "-i"], "source {scripts}/bsh.fish"),
}
HERE = [name for name in STARTS if shutil.which(name)]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Have the program bsh on the path, and a home of its own."""
    return {
        "PATH": f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}",
        "BSH_HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOME": str(tmp_path),
        "PS1": "$ ",
    }


def test_bash_is_one_of_them() -> None:
    assert "bash" in HERE


@pytest.fixture
def typing(request: pytest.FixtureRequest, environment: dict[str, str]) -> Iterator[Terminal]:
    argv, load = STARTS[request.param]
    with Terminal(argv, env=environment) as terminal:
        terminal.type(load.format(scripts=SCRIPTS) + "; echo rea''dy")
        terminal.wait(r"^ready$")
        yield terminal


@pytest.mark.terminal
@pytest.mark.parametrize("typing", HERE, indirect=True)
@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("bsh sca", r"bsh scans"),
        ("bsh profile ch", r"bsh profile check"),
        ("bsh completion zs", r"bsh completion zsh"),
        ("bsh --blue", r"bsh --bluesky"),
    ],
)
def test_tab_completes_in_a_real_shell(typing: Terminal, typed: str, becomes: str) -> None:
    typing.send(f"{typed}\t")
    typing.wait(becomes)


@pytest.mark.parametrize(
    ("shell", "variables", "answer"),
    [
        ("bash", {"COMP_WORDS": "bsh sca", "COMP_CWORD": "1"}, "plain,scans"),
        ("zsh", {"COMP_WORDS": "bsh sca", "COMP_CWORD": "1"}, "plain\nscans\n"),
        ("fish", {"COMP_WORDS": "bsh sca", "COMP_CWORD": "sca"}, "plain,scans\t"),
    ],
)
def test_the_program_answers_what_each_script_asks(
    environment: dict[str, str], shell: str, variables: dict[str, str], answer: str
) -> None:
    done = subprocess.run(
        ["bsh"],
        env={**os.environ, **environment, **variables, "_BSH_COMPLETE": f"{shell}_complete"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert answer in done.stdout
