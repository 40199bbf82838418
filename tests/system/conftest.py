"""The real program: in pipes, in pseudo-terminals, from make, each test with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.shell.terminal import PROGRAM, Shell, Terminal
from tests.system.scans import Home

ROOT = Path(__file__).parents[2]
VENV = Path(sys.prefix)
MAKE = ("-C", str(ROOT), "--no-print-directory")


class MadeShell(Shell):
    """The shell as ``make shell`` opens it from another shell, with what is installed already."""

    def __init__(self, profile: str, *, is_leader: bool = False, **options: object) -> None:
        stamps = [word for name in ("base", "epics") for word in ("-o", f"{VENV}/.installed-{name}")]
        settings = f"VENV={VENV}", f"PROFILE={profile}"
        make = ["make", *MAKE, *stamps, *settings, "shell"]
        Terminal.__init__(self, make if is_leader else ["sh", "-c", '"$@"; exit $?', "sh", *make], **options)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """State and settings of this test alone; the working folder is the test's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BSH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # inside of `make test`, an inner make would think it is a part of it
    for name in ("BSH_PROFILE", "NO_COLOR", "FORCE_COLOR", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return Home(tmp_path / "home")


@pytest.fixture
def open_shell(home: Home) -> Iterator[Callable[..., Shell]]:
    """Open shells in terminals; all are closed at the end."""
    opened: list[Terminal] = []

    def start(*arguments: str, made: str | None = None, **options: object) -> Shell:
        shell = MadeShell(made, **options) if made else Shell(arguments, **options)
        opened.append(shell)
        return shell

    yield start
    for shell in opened:
        shell.close()


Bsh = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bsh(home: Home) -> Bsh:
    """Run the program with pipes."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            input=stdin,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def begin_bsh(home: Home) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the program with pipes and leave it running; all are ended at the end."""
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **options: object) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        process = subprocess.Popen([*PROGRAM, *arguments], text=True, **(pipes | options))  # type: ignore[call-overload]  # any of Popen's
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
