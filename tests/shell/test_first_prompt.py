"""What stands between starting bsh and its first prompt, and what does not."""

import subprocess
import sys

import pytest

LATER = [
    "bsh_magics",
    "bsh.commands",
    "bsh.engine",
    "bsh.plans",
    "bsh.plan_stubs",
    "bsh.preprocessors",
    "bsh.plan_patterns",
    "bsh.callbacks",
    "bsh.display",
    "bsh.simulators",
    "bsh.devices.sim",
    "rich",
    "numpy",
    "ophyd",
    "event_model",
    "jsonschema",
    "matplotlib",
    "importlib.metadata",
]


def test_engine_plans_devices_and_tables_are_not_imported_for_the_first_prompt(tmp_path):
    code = (
        "import sys\n"
        "from bsh.session import Session\n"
        "import bsh.cli.running\n"
        f"session = Session.from_profile('sim', home={str(tmp_path)!r}, complete=False)\n"
        "import bsh.shell.application\n"
        f"print(*[name for name in {LATER!r} if name in sys.modules])\n"
        "session.close()\n"
    )
    run = [sys.executable, "-c", code]
    subprocess.run(run, check=True, capture_output=True)  # finds out which packages bring commands
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout.split() == []


@pytest.mark.terminal
def test_a_line_typed_before_the_first_prompt_waits_for_the_devices(open_shell):
    shell = open_shell()
    shell.type("wm th; print(RE.state, bp.count.__name__)")
    shell.wait(r"current +0\.0000")
    shell.wait(r"^idle count$")


@pytest.mark.terminal
def test_a_device_that_cannot_be_made_is_told_with_its_line_and_costs_that_device_only(open_shell, tmp_path):
    profile = tmp_path / "eh1.yml"
    profile.write_text(
        "profile: eh1\n"
        "devices:\n"
        "  bsh.devices.sim.SimMotor:\n"
        "    - {name: th, velosity: 2}\n"
        "    - {name: tth}\n"
        "  nowhere.Detector:\n"
        "    - {name: det}\n"
    )
    shell = open_shell("-p", str(profile), columns=250)
    shell.wait(r"eh1\.yml:4:\d+: found the keyword 'velosity'.*write 'velocity'")
    shell.wait(r"eh1\.yml:6:\d+: .*nowhere")
    shell.wait(r"th.*det.*offline|offline.*th")
    assert "tth" in shell.run("wm tth")


def test_what_is_remembered_holds_for_profiles_with_modules_of_their_own_and_the_working_folder(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "own.py").write_text("from bsh.devices.sim import SimMotor as Own\n")
    (tmp_path / "eh1.yml").write_text("profile: eh1\ndevices:\n  own.Own: [{name: th}]\n")
    code = (
        "import sys\n"
        "from bsh.session import Session\n"
        "session = Session.from_profile('./eh1.yml', home='home', complete=False)\n"
        "print('bsh.commands' in sys.modules, 'importlib.metadata' in sys.modules)\n"
        "sys.path.insert(0, '')\n"  # as the shell does
        "session.complete()\n"
        "session.close()\n"
    )
    script = tmp_path / "start.py"
    script.write_text(code)
    run = [sys.executable, "-P", str(script)]
    starts = [
        subprocess.run(run, check=True, capture_output=True, text=True, cwd=tmp_path).stdout for _ in range(2)
    ]
    assert starts == ["True True\n", "False False\n"]
