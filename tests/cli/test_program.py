"""What the program does with its first words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import bsh as package
from bsh.cli.completion import script

Call = Callable[..., Result]
COMPLETIONS = {"bash": "bsh.bash", "zsh": "_bsh", "fish": "bsh.fish"}
PROGRAM = [sys.executable, "-c", "from bsh.cli import main; main(prog_name='bsh')"]


def child(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def test_help_names_every_subcommand_and_imports_nothing_heavy(place: Path) -> None:
    code = (
        "import sys, atexit\n"
        "heavy = 'IPython rich numpy sqlite3 prompt_toolkit ophyd asyncio yaml event_model bsh.engine'.split()\n"
        "atexit.register(lambda: print('loaded:', [m for m in heavy if m in sys.modules]))\n"
        "from bsh.cli import main\n"
        "main(['--help'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("loaded: []")
    for subcommand in ("profile", "scans", "show", "export", "ioc", "doctor", "completion"):
        assert f"\n  {subcommand} " in done.stdout


def test_version(bsh: Call) -> None:
    assert bsh("--version").output == f"bsh {package.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["frob"],
            "'frob' is no subcommand, and there is no such file; to run a line of the shell: bsh -c LINE",
        ),
        (["scnas"], "'scnas' is no subcommand, and there is no such file; did you mean 'scans'?"),
        (["scripts/algn.bsh"], "did you mean 'scripts/align.bsh'?"),
        (["scripts"], "'scripts' is a folder"),
        (["-c", "wa", "scans"], "-c runs lines, and a subcommand or a file was given too"),
        (["--frob"], "No such option"),
        (["show"], "Missing argument 'SCAN'"),
        (["export", "1", "--format", "xml"], "'xml' is not"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
    ],
)
def test_wrong_usage_is_explained_with_code_2(
    bsh: Call, place: Path, arguments: list[str], told: str
) -> None:
    (place / "scripts").mkdir()
    (place / "scripts" / "align.bsh").touch()
    result = bsh(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [("-c", "wa"), ("profile", "show"), ("scans", "-p")])
def test_an_unknown_profile_is_told_in_two_lines_with_code_1(bsh: Call, arguments: tuple[str, ...]) -> None:
    result = bsh("-p", "simm", *arguments) if arguments[0] == "-c" else bsh(*arguments, "simm")
    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first == "there is no profile 'simm'"
    assert second.startswith("did you mean 'sim'? known: ")


def test_mistakes_of_a_profile_are_told_with_their_lines(bsh: Call, place: Path) -> None:
    (place / "bad.yml").write_text("titel: x\nlock: y\n")
    result = bsh("-p", "bad.yml", "-c", "wa")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "bad.yml:1:1: found the unknown key 'titel'; write 'title'",
        "bad.yml:2:7: found 'y' for 'lock'; write one of shared, exclusive",
    ]


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_the_completion_files_are_what_the_program_prints(bsh: Call, shell: str) -> None:
    file = Path(__file__).parents[2] / "completions" / COMPLETIONS[shell]
    printed = bsh("completion", shell).output
    assert printed == script(shell)
    assert file.read_text() == printed, f"regenerate: bsh completion {shell} > completions/{file.name}"


def test_the_bash_file_is_bash() -> None:
    file = Path(__file__).parents[2] / "completions" / "bsh.bash"
    assert subprocess.run(["bash", "-n", str(file)], check=False, timeout=30).returncode == 0


def completed(line: str, **environment: str) -> list[str]:
    words = line.split(" ")
    done = child(
        COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), _BSH_COMPLETE="bash_complete", **environment
    )
    assert done.stderr == ""
    return [item.removeprefix("plain,") for item in done.stdout.split() if item.startswith("plain,")]


def test_completion_offers_subcommands_options_and_profiles(place: Path) -> None:
    assert completed("bsh s") == ["scans", "show"]
    assert completed("bsh -p si") == ["sim"]
    assert completed("bsh profile ch") == ["check"]
    assert completed("bsh completion f") == ["fish"]
    assert "--json" in completed("bsh scans --")


def test_completion_leaves_room_for_files(place: Path) -> None:
    done = child(COMP_WORDS="bsh al", COMP_CWORD="1", _BSH_COMPLETE="bash_complete")
    assert done.stdout.split() == ["file,al"]


def test_completing_a_profile_imports_no_shell_and_no_engine(place: Path) -> None:
    code = (
        "import sys, atexit\n"
        "heavy = 'IPython rich numpy sqlite3 prompt_toolkit ophyd asyncio'.split()\n"
        "atexit.register(lambda: print('loaded:', [m for m in heavy if m in sys.modules]))\n"
        "from bsh.cli import main\n"
        "main(prog_name='bsh')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "COMP_WORDS": "bsh -p s", "COMP_CWORD": "2", "_BSH_COMPLETE": "bash_complete"},
    )  # fmt: skip
    assert done.stdout.rstrip().endswith("loaded: []")


def test_bluesky_leads_to_bsh_when_asked_for(tmp_path: Path) -> None:
    code = "import bluesky.plans; print(bluesky.plans.count.__module__)"
    done = child("--home", str(tmp_path), "-p", "sim", "--bluesky", "-c", code)
    assert (done.returncode, done.stdout.strip()) == (0, "bsh.plans.counting"), done.stderr
