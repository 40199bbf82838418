"""Somebody who does what a page says, from top to bottom, in a folder of their own.

What blocks mean
----------------
``console``
    Lines with ``$`` are commands of the system's shell; the others are their output. A call that opens the
    shell opens it in a terminal, ``bsh ioc`` goes on in the background, ``make`` only says what it would do.
``bsh``
    Typed into the shell that was opened last; one is opened on the profile sim where none was.
``python``, ``yaml``, ``toml`` with ``file=NAME``
    A file. Without it, Python is run.
``text``
    What is to be seen at some place of the page.
Anything else is an error: no block is left out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from types import TracebackType
from typing import Self

from bsh.ioc.environment import free_ports
from tests.docs.markdown import ROOT, Block, blocks
from tests.docs.person import Person
from tests.docs.transcript import Transcript

SCRIPTS = sysconfig.get_path("scripts")
SHOWN_PORT = "5099"
_OPENS_SHELL = re.compile(r"bsh( -p \S+)?")
_LEFT_OUT = ("EPICS_", "BSH_", "MAKE", "MFLAGS")
_LEFT_OUT_NAMES = ("NO_COLOR", "FORCE_COLOR", "PROFILE", "PYTHONSTARTUP")


class Reader:
    """Follows one page.

    Parameters
    ----------
    page : Path
        The Markdown file.
    folder : Path
        Empty; commands run in it.
    """

    def __init__(self, page: Path, folder: Path) -> None:
        self._text = page.read_text(encoding="utf-8").replace(SHOWN_PORT, str(free_ports(1)[0]))
        self._folder = folder
        self._env = _environment(folder)
        self._person: Person | None = None
        self._background: list[subprocess.Popen[str]] = []
        self.transcript = Transcript()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._person is not None:
            self._person.terminal.close()
        for process in self._background:
            process.terminate()
            process.communicate(timeout=20)

    def follow(self) -> None:
        """Do everything; AssertionError where something does not do what the page says."""
        for block in blocks(self._text):
            self._do(block)
        self._leave_shell()

    def _do(self, block: Block) -> None:
        match block.language:
            case "bsh":
                if self._person is None:
                    self._person = Person([f"{SCRIPTS}/bsh", "-p", "sim"], self._env, self._folder)
                self._person.type_block(block.text)
            case "console":
                self._console(block)
            case "text":
                for number, line in enumerate(block.lines, block.line + 1):
                    self.transcript.promise(number, line)
            case "python" | "yaml" | "toml" if "file" in block.attributes:
                (self._folder / block.attributes["file"]).write_text(block.text, encoding="utf-8")
            case "python":
                self._call([sys.executable, "-c", block.text])
            case other:
                raise AssertionError(f"line {block.line}: nobody knows what to do with a block of {other!r}")

    # -- console -----------------------------------------------------------------------------------

    def _console(self, block: Block) -> None:
        self._leave_shell()
        for number, line in enumerate(block.lines, block.line + 1):
            if line.startswith("$ "):
                self._command(line[2:])
            else:
                self.transcript.promise(number, line)

    def _command(self, command: str) -> None:
        words = shlex.split(command)
        if _OPENS_SHELL.fullmatch(command):
            self._person = Person([f"{SCRIPTS}/{words[0]}", *words[1:]], self._env, self._folder)
        elif words[:2] == ["bsh", "ioc"]:
            self._start(words)
        elif words[0] == "export":
            self._env |= dict(word.split("=", 1) for word in words[1:])
        elif words[0] == "make":
            # a target of that name is enough here: tests/system opens the shell with make
            self._call(["make", "-C", str(ROOT), "--dry-run", *words[1:]])
        elif words == ["pip", "install", "--editable", "."]:
            self._install_editable()
        elif words[:2] == ["pip", "install"]:
            _check_installable(words[2:])
        else:
            self._call(["sh", "-c", command])

    def _call(self, argv: list[str]) -> None:
        done = subprocess.run(
            argv,
            cwd=self._folder,
            env=self._env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        self.transcript.add(done.stdout)
        assert done.returncode == 0, f"{argv[-1]} ended with {done.returncode}:\n{done.stdout}"

    def _start(self, words: list[str]) -> None:
        process = subprocess.Popen(
            [f"{SCRIPTS}/{words[0]}", *words[1:]],
            cwd=self._folder,
            env=self._env,
            text=True,
            stdout=subprocess.PIPE,
        )
        self._background.append(process)
        assert process.stdout is not None
        self.transcript.add(process.stdout.readline())  # the one line that says that it is ready

    def _install_editable(self) -> None:
        """Do what pip does for a package in this folder: note its entry points, and where it is."""
        project = tomllib.loads((self._folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = self._folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        lines = []
        for group, entries in project["entry-points"].items():
            lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
        (info / "entry_points.txt").write_text("\n".join(lines))
        self._env["PYTHONPATH"] = str(self._folder)

    def _leave_shell(self) -> None:
        if self._person is not None:
            person, self._person = self._person, None
            self.transcript.add(person.leave())


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_LEFT_OUT) and name not in _LEFT_OUT_NAMES
    }
    return {
        **kept,
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "BSH_HOME": str(folder / "home"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }


def _check_installable(requirements: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in requirements:
        found = re.fullmatch(r"(?P<name>\w+)(\[(?P<extra>\w+)\])?", requirement)
        assert found is not None, requirement
        assert found["name"] == project["name"]
        assert found["extra"] is None or found["extra"] in project["optional-dependencies"]
