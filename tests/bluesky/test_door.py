from __future__ import annotations

import importlib
import importlib.metadata
import logging
import subprocess
import sys
import types
from pathlib import Path

import pytest

import bsh
import bsh.bluesky
from bsh.bluesky.door.loggers import LOGGERS
from tests.bluesky.conftest import Python


def test_bluesky_is_found_only_while_the_door_is_open() -> None:
    bsh.bluesky.install()
    assert importlib.import_module("bluesky.plans").count.__module__ == "bsh.plans.counting"

    bsh.bluesky.uninstall()

    assert not [name for name in sys.modules if name.split(".")[0] == "bluesky"]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("bluesky")


def test_installing_and_uninstalling_twice_is_harmless() -> None:
    for _ in range(2):
        bsh.bluesky.install()
    assert bsh.bluesky.is_installed()
    for _ in range(2):
        bsh.bluesky.uninstall()
    assert not bsh.bluesky.is_installed()


@pytest.mark.usefixtures("door")
def test_modules_and_classes_are_the_same_objects_under_both_names() -> None:
    bluesky = importlib.import_module("bluesky")
    plans = importlib.import_module("bluesky.plans")

    assert bluesky is bsh.bluesky
    assert plans is importlib.import_module("bsh.bluesky.plans")
    assert bluesky.plans is plans
    assert bluesky.RunEngine is bsh.RunEngine
    assert plans.__spec__.name == plans.__name__ == "bsh.bluesky.plans"
    assert importlib.import_module("bluesky.utils").RunEngineInterrupted is bsh.RunEngineInterrupted


@pytest.mark.usefixtures("door")
def test_a_name_patched_in_bluesky_is_seen_by_who_looks_it_up_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluesky.plan_stubs.sleep", "patched")

    assert importlib.import_module("bluesky").plan_stubs.sleep == "patched"


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize(
    "name", ["nothing", "plans.nothing", "door", "door.finder", "adapted.values", "callbacks.nope"]
)
def test_modules_that_the_door_lacks_are_not_found(name: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"bluesky.{name}")


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("name", ["callbacks.zmq", "callbacks.tiled_writer", "commandline.zmq_proxy", "cntx"])
def test_modules_that_are_missing_on_purpose_say_why(name: str) -> None:
    with pytest.raises(ImportError, match=r"comes with streaming|use the wrappers"):
        importlib.import_module(f"bluesky.{name}")


def test_an_installed_bluesky_is_not_asked(python: Python, tmp_path: Path) -> None:
    package = tmp_path / "site" / "bluesky"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("OTHER = True")
    (package / "of_theirs.py").write_text("")

    outcome = python(
        "-c",
        "import bsh.bluesky; bsh.bluesky.install()\n"
        "import bluesky; assert not hasattr(bluesky, 'OTHER')\n"
        "try:\n    import bluesky.of_theirs\nexcept ModuleNotFoundError:\n    print('kept out')",
        PYTHONPATH=str(tmp_path / "site"),
    )

    assert outcome.stdout == "kept out\n", outcome.stderr


def test_a_bluesky_that_was_imported_before_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "bluesky", types.ModuleType("bluesky"))

    with pytest.raises(bsh.bluesky.BlueskyImportedError, match="imported already") as caught:
        bsh.bluesky.install()

    assert "install(replace=True)" in str(caught.value.hint)
    assert not bsh.bluesky.is_installed()


def test_a_bluesky_that_was_imported_before_can_be_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = types.ModuleType("bluesky")
    monkeypatch.setitem(sys.modules, "bluesky", foreign)

    bsh.bluesky.install(replace=True)
    assert importlib.import_module("bluesky") is bsh.bluesky

    bsh.bluesky.uninstall()
    assert sys.modules["bluesky"] is foreign


@pytest.mark.usefixtures("door")
def test_the_version_that_is_offered_can_be_asked_for_in_every_way() -> None:
    bluesky = importlib.import_module("bluesky")

    assert bluesky.__version__ == "1.15.1"
    assert importlib.metadata.version("bluesky") == "1.15.1"
    assert importlib.import_module("bluesky._version").version_tuple == (1, 15, 1)
    assert importlib.metadata.version("ophyd") != "1.15.1"


def test_versions_in_start_documents_name_bsh_and_the_level_offered(python: Python) -> None:
    outcome = python(
        "-m", "bsh.bluesky", "-c",
        "from bluesky import RunEngine; from bluesky.plans import count\n"
        "from bsh.devices.sim import SimDetector\n"
        "RE = RunEngine(); RE.subscribe(lambda name, doc: print(doc['versions']), 'start')\n"
        "RE(count([SimDetector('det', count_time=0)]))",
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stderr
    assert "'bluesky': '1.15.1'" in outcome.stdout
    assert "'bsh'" in outcome.stdout


@pytest.mark.parametrize(("old", "new"), LOGGERS.items())
def test_what_is_set_on_a_logger_of_bluesky_holds_for_that_of_bsh(old: str, new: str) -> None:
    before = logging.getLogger(old).__dict__
    level = logging.getLogger(new).level
    handler = logging.NullHandler()
    bsh.bluesky.install()
    try:
        logging.getLogger(old).setLevel("DEBUG")
        logging.getLogger(old).addHandler(handler)
        assert logging.getLogger(new).isEnabledFor(logging.DEBUG)
        assert handler in logging.getLogger(new).handlers
    finally:
        logging.getLogger(new).removeHandler(handler)
        logging.getLogger(new).setLevel(level)
        bsh.bluesky.uninstall()
    assert logging.getLogger(old).__dict__ is before


def test_a_script_runs_with_the_door_open(python: Python, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import bluesky, sys; print(bluesky.__name__, __name__, sys.argv[1:])"
    )

    outcome = python("-m", "bsh.bluesky", "script.py", "--fast")

    assert outcome.stdout == "bsh.bluesky __main__ ['--fast']\n", outcome.stderr
    assert python("-m", "bsh.bluesky", "--version").stdout == "1.15.1\n"
    assert python("-m", "bsh.bluesky", "--wrong").returncode != 0


def test_the_variable_opens_the_door_as_soon_as_bsh_is_imported(python: Python) -> None:
    outcome = python("-c", "import bsh; import bluesky; print(bluesky.__name__)", BSH_BLUESKY="1")

    assert outcome.stdout == "bsh.bluesky\n", outcome.stderr


WORKER = """\
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
import bluesky.plans

def where():
    import bluesky.plan_stubs
    return bluesky.plan_stubs.__name__

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        print(pool.submit(where).result())
"""


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_that_a_script_starts_have_the_door_open(
    python: Python, tmp_path: Path, method: str
) -> None:
    (tmp_path / "worker.py").write_text(WORKER)

    outcome = python("-m", "bsh.bluesky", "worker.py", method)

    assert outcome.stdout == "bsh.bluesky.plan_stubs\n", outcome.stderr


def test_children_are_not_asked_unless_somebody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BSH_BLUESKY", raising=False)
    monkeypatch.setattr("sys.path", sys.path.copy())
    child = [sys.executable, "-c", "import bluesky"]

    bsh.bluesky.install()
    assert subprocess.run(child, capture_output=True, check=False).returncode != 0
    bsh.bluesky.install(children=True)
    assert subprocess.run(child, capture_output=True, check=False).returncode == 0
    bsh.bluesky.uninstall()
    assert subprocess.run(child, capture_output=True, check=False).returncode != 0
