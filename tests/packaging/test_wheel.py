"""The wheel, built from this source and installed in an environment of its own, away from the source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
LAYERS = ("documents", "magics/test_positions.py")
"""The lowest layer, and what goes through all the others."""


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True, text=True, timeout=240, check=False, stdin=subprocess.DEVNULL, **options,
    )  # type: ignore[call-overload]  # fmt: skip  # any of run's options
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel. The backend is fetched where it is not installed."""
    folder = tmp_path_factory.mktemp("wheel")
    isolation = [] if find_spec("hatchling") is None else ["--no-isolation"]
    run(sys.executable, "-m", "build", "--wheel", *isolation, "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; what bsh depends on comes from the running one."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    # a folder named in a .pth comes last on the path, and its own .pth files, such as the one of the
    # editable install, are not read
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


class Installed:
    """The installed program, called from a folder that has nothing to do with the source."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        unwanted = ("BSH_PROFILE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
        self._variables = {name: value for name, value in os.environ.items() if name not in unwanted}
        self._variables |= {"BSH_HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder / "config")}

    def __call__(self, *arguments: object, program: str = "bsh") -> str:
        done = run(self.environment / "bin" / program, *arguments, cwd=self.folder, env=self._variables)
        assert done.stderr == ""
        return done.stdout


@pytest.fixture
def bsh(environment: Path, tmp_path: Path) -> Installed:
    return Installed(environment, tmp_path)


def test_the_wheel_has_package_magics_profiles_completions_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    info = next(top for top in tops if top.endswith(".dist-info"))
    assert tops == {"bsh", "bsh_magics", info, info.replace(".dist-info", ".data")}
    for needed in (
        "bsh/py.typed",
        "bsh_magics/py.typed",
        "bsh/_data/profiles/sim.yml",
        "bsh/_data/profiles/epics.yml",
        "bsh/_data/completions/_bsh",
        f"{info}/licenses/LICENSE",
    ):
        assert needed in names
    assert not [name for name in names if "test" in Path(name).name or name.endswith((".pyc", ".db"))]
    packages = {str(path.relative_to(ROOT)) for path in ROOT.glob("bsh/**/*.py")}
    assert packages <= set(names)


def test_it_is_the_installed_one_that_runs(bsh: Installed) -> None:
    code = "import bsh, bsh_magics; print(bsh.__file__, bsh_magics.__file__)"
    for file in bsh("-c", code, program="python").split():
        assert Path(file).is_relative_to(bsh.environment)
    code = "from importlib.metadata import version; print('bsh', version('bsh'))"
    assert bsh("--version") == bsh("-c", code, program="python")


def test_its_profiles_are_its_own(bsh: Installed) -> None:
    listed = bsh("profile", "list")
    assert "sim" in listed
    assert "epics" in listed
    assert str(ROOT) not in listed
    shown = bsh("profile", "show", "sim")
    assert str(ROOT) not in shown
    code = "from bsh.profile import find_profile; print(find_profile('sim'), find_profile('epics'))"
    for file in bsh("-c", code, program="python").split():
        assert Path(file).is_relative_to(bsh.environment)
    assert "nothing wrong" in bsh("profile", "check", "sim")


def test_a_scan_is_taken_listed_and_exported(bsh: Installed) -> None:
    assert "Current positions" in bsh("-c", "wa")
    shown = bsh("-c", "ascan th -1 1 4 0.01")
    assert "#1 done · 5 points" in shown
    (run_,) = [json.loads(line) for line in bsh("scans", "--json").splitlines()]
    assert (run_["scan_id"], run_["num_points"], run_["exit_status"]) == (1, 5, "success")
    names = [json.loads(line)[0] for line in bsh("export", "-1", "--format", "jsonl").splitlines()]
    assert names.count("event") == 5 + 2  # before and after it the baseline
    assert (names[0], names[-1]) == ("start", "stop")


def test_completions_are_where_the_shells_look_and_say_what_the_program_says(bsh: Installed) -> None:
    share = bsh.environment / "share"
    for shell, file in (
        ("bash", share / "bash-completion/completions/bsh"),
        ("zsh", share / "zsh/site-functions/_bsh"),
        ("fish", share / "fish/vendor_completions.d/bsh.fish"),
    ):
        assert file.read_text() == bsh("completion", shell)


def test_doctor_finds_no_problem(bsh: Installed) -> None:
    report = bsh("doctor")
    assert report.splitlines()[-1] == "no problems"
    assert f"in {bsh.environment}" in report


def test_the_tests_of_the_layers_pass_on_the_wheel_too(bsh: Installed) -> None:
    source = bsh.folder / "source"
    shutil.copytree(ROOT / "tests", source / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", source)
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", source, "-c", source / "pyproject.toml"]
    layers = [source / "tests" / layer for layer in LAYERS]
    said = bsh("-m", "pytest", *options, *layers, program="python")
    assert " passed" in said.splitlines()[-1]
    assert " skipped" not in said
