"""edmac and config in a real terminal, with an editor that is a script."""

import sys

import pytest


@pytest.fixture
def edited_shell(open_shell, tmp_path):
    """A shell whose editor replaces a text of the file by another one, each time the next pair."""

    def start(*pairs, arguments=()):
        script = tmp_path / "editor.py"
        script.write_text(
            "import pathlib, sys\n"
            f"left = pathlib.Path({str(tmp_path / 'left')!r})\n"
            f"pairs = {pairs!r}\n"
            "number = len(left.read_text()) if left.exists() else 0\n"
            "left.write_text('x' * (number + 1))\n"
            "file = pathlib.Path(sys.argv[-1])\n"
            "old, new = pairs[number]\n"
            "text = file.read_text()\n"
            "assert old in text, text\n"
            "file.write_text(text.replace(old, new) if old else text)\n"
        )
        opened = open_shell(*arguments, env={"EDITOR": f"{sys.executable} {script}"}, columns=200)
        opened.wait_prompt()
        return opened

    return start


@pytest.mark.terminal
def test_a_new_function_is_begun_edited_loaded_and_corrected(edited_shell):
    shell = edited_shell(("    wa\n", "    mv th 2\n    x = (\n"), ("    x = (\n", ""), ("", ""))
    told = shell.run("edmac there")
    assert "macros.py:" in told
    assert "edmac opens it again; nothing of it was loaded" in told
    assert "loaded" in shell.run("edmac")
    assert "th: 0.0000 → 2.0000 deg" in shell.run("there()")
    assert "macros.py was not changed" in shell.run("edmac there")


@pytest.mark.terminal
def test_a_function_typed_at_the_prompt_is_kept_and_a_beginning_that_nobody_wanted_is_not(
    edited_shell, open_shell, tmp_path
):
    shell = edited_shell(("", ""), ("", ""))
    shell.run("half = lambda x: x / 2")
    shell.type("def twice(x): return 2 * x")
    shell.send("\r")
    assert "loaded" in shell.run("edmac twice")
    assert "was not changed" in shell.run("edmac nobody")
    (file,) = (tmp_path / "home").rglob("macros.py")
    assert "def twice(x): return 2 * x" in file.read_text()
    assert "nobody" not in file.read_text()
    later = open_shell()
    assert later.run("p twice(4)").strip().endswith("8")


@pytest.mark.terminal
def test_an_editor_that_is_not_there_is_named(open_shell):
    shell = open_shell(env={"EDITOR": "/nowhere/ed"}, columns=200)
    assert "the editor /nowhere/ed cannot be started: No such file" in shell.run("edmac")


PROFILE = """\
profile: eh1
devices:
  bsh.devices.sim.SimMotor:
    - {name: th, limits: [-10, 10]}
"""


@pytest.mark.terminal
def test_config_edits_the_profile_until_it_is_right_and_makes_what_changed_anew(edited_shell, tmp_path):
    file = tmp_path / "eh1.yml"
    file.write_text(PROFILE)
    shell = edited_shell(("limits", "limitz"), ("limitz: [-10", "limits: [-5"), arguments=("-p", str(file)))
    shell.start("config devices")
    shell.wait(r"eh1\.yml:4:\d+: .*limitz.*limits")
    shell.wait(r"edit it again\? \[y/N\]")
    shell.type("y")
    shell.wait(r"make th anew\? \[y/N\]")
    shell.type("y")
    shell.wait("made anew: th")
    assert "low    -5.000" in shell.run("lm th")
