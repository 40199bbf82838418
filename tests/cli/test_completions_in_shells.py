"""The completion scripts, in the shells they are for.

Without zsh or fish their tests are skipped by name, and ``make test-full`` fails; what their scripts ask the program is
tried always.
"""

from __future__ import annotations

import os
import subprocess
import sys
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
SHELLS = [pytest.param(name, marks=pytest.mark.program(name)) for name in STARTS]


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


@pytest.fixture
def typing(request: pytest.FixtureRequest, environment: dict[str, str]) -> Iterator[Terminal]:
    argv, load = STARTS[request.param]
    with Terminal(argv, env=environment) as terminal:
        terminal.type(load.format(scripts=SCRIPTS) + "; echo rea''dy")
        terminal.wait(r"^ready$")
        yield terminal


@pytest.mark.terminal
@pytest.mark.parametrize("typing", SHELLS, indirect=True)
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


ASKED = ["", '@pytest.mark.program("sh")', '@pytest.mark.program("no-such-shell")']


@pytest.mark.parametrize("full", [False, True])
def test_a_test_that_lacks_a_program_is_skipped_by_name_and_fails_in_the_full_run(
    tmp_path: Path, full: bool
) -> None:
    conftest = Path(__file__).parents[1] / "conftest.py"
    (tmp_path / "conftest.py").write_text(conftest.read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = program\n")
    tests = [f"{mark}\ndef test_{i}():\n    pass\n" for i, mark in enumerate(ASKED)]
    (tmp_path / "test_asked.py").write_text("\n".join(["import pytest", *tests]))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-ra",
            "-p",
            "no:cacheprovider",
            "-n0",
            *(["--full"] if full else []),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "no-such-shell is not installed" in done.stdout
    ended = "2 passed, 1 error" if full else "2 passed, 1 skipped"
    assert ended in done.stdout
    assert done.returncode == (1 if full else 0)
