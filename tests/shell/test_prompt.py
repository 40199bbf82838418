"""Typing at the prompt of the real shell."""

import re

import pytest

pytestmark = pytest.mark.terminal


def test_the_shell_opens_with_a_banner_a_prompt_and_a_toolbar(shell):
    lines = shell.text.splitlines()
    assert lines[0].startswith("bsh ")
    assert "(profile sim)" in lines[0]
    assert "IPython" not in shell.text
    shell.wait(r"^sim 1>$")
    shell.wait(r"ring\.current 1?\d\d\.\d\d mA · shutter open")


def test_commands_python_and_blocks(shell):
    assert shell.run("wa").splitlines()[-1].split() == ["user", "0.0000", "0.0000", "0.000", "0.000"]
    assert re.fullmatch(r"th: 0\.0000 → 0\.5000 deg \(0\.\d s\)", shell.run("mv th 0.5"))
    assert re.search(r"^det = +[\d,]+ counts", shell.run("ct 0.1"), re.MULTILINE)
    assert shell.run("1 + 1") == "2"
    assert shell.run("x = th.position; x * 2") == "1.0"
    assert shell.run("for i in range(2): mvr th 0.1").count("deg (") == 2
    assert shell.run("%wa th").splitlines()[-1].split() == ["user", "0.7000"]


def test_a_function_of_commands_is_typed_over_several_lines_and_run(shell):
    shell.wait_prompt()
    shell.type("def f(x):")
    shell.wait(r"^ +\.\.\.$")
    shell.type("    mv th x")
    shell.wait(r"\.\.\. +mv th x\n +\.\.\.$")
    shell.type("")
    shell.wait_prompt()
    assert "th: 0.0000 → 0.3000 deg" in shell.run("f(0.3)")


def test_a_scan_shows_its_table_and_counts_the_prompt_on(shell):
    text = shell.run("ascan th -0.1 0.1 4 0.05")
    assert text.splitlines()[0] == "#1  ascan th -0.1 0.1 4 0.05"
    assert [row.split()[:2] for row in text.splitlines() if re.match(r" +\d+ +-?\d", row)] == [
        ["0", "-0.1000"], ["1", "-0.0500"], ["2", "0.0000"], ["3", "0.0500"], ["4", "0.1000"],
    ]  # fmt: skip
    assert "#1 done · 5 points" in text
    shell.wait(r"^sim 2>$")
    assert shell.run("scans").splitlines()[-1].endswith("  ascan th -0.1 0.1 4 0.05")


def test_plans_run_by_RE_and_a_bare_plan_is_not_run_but_told(shell):
    assert "#1 done · 3 points" in shell.run("RE(bp.scan([det], th, -0.1, 0.1, 3))")
    told = shell.run("bp.scan([det], th, -0.1, 0.1, 3)")
    assert told.endswith("This is a plan; it was not run. To run it: RE(_)")
    shell.wait(r"^sim 2>$")
    assert "#2 done · 3 points" in shell.run("RE(_)")


def test_commands_of_the_system_are_not_run(wide_shell, tmp_path):
    shell = wide_shell
    file = tmp_path / "a"
    file.write_text("keep me")
    text = shell.run(f"cp {file} {tmp_path / 'b'}")
    assert text.startswith("there is no command cp")
    assert f"!cp {file}" in text
    assert "mv: motor: " in shell.run(f"mv {file} {tmp_path / 'b'}")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a"]
    for name in ("rm", "ls", "less", "more", "man", "clear"):
        assert "there is no command" in shell.run(f"{name} {file}")
    assert file.read_text() == "keep me"


def test_errors_take_two_lines_and_tb_has_the_rest(shell):
    assert shell.run("mv thh 1") == "mv: motor: unknown motor thh\ndid you mean th, tth?"
    assert shell.run("mv th 500").startswith("ERROR: th: 500 deg is outside [-180, 180] deg")
    assert shell.run("ascan th -1 1").startswith(
        "ascan: intervals and seconds are missing\nusage: ascan motor start stop intervals seconds [counters...]"
    )
    assert shell.run("1/0") == "ERROR: ZeroDivisionError: division by zero"
    assert "Traceback (most recent call last)" in shell.run("%tb")
    assert "IPython" not in shell.run("why")
    assert shell.output.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert shell.run("nonsense").startswith("ERROR: NameError: name 'nonsense' is not defined")
    assert shell.run("x = = 3").startswith("SyntaxError: invalid syntax\n  x = = 3\n")


def test_an_error_in_a_users_plan_names_file_line_and_cause(wide_shell, tmp_path):
    shell = wide_shell
    (tmp_path / "mine.py").write_text(
        "from bsh import plan_stubs as bps\n\n"
        "def go(motor):\n    yield from bps.mv(motor, 0.1)\n    raise ValueError('no sample')\n"
    )
    shell.run(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import mine")
    text = shell.run("RE(mine.go(th))")
    assert text.startswith("ERROR: ValueError: no sample")
    assert f"{tmp_path}/mine.py:5 in go: raise ValueError('no sample')" in text
    assert text.count("no sample") == 2  # once as the error, once in its line of source


def test_a_variable_hides_the_bare_command_until_it_is_deleted(shell):
    shell.run("mv = 3")
    assert shell.run("mv") == "3"
    assert shell.run("mv -1") == "2"
    assert "th: 0.0000 → 0.1000" in shell.run("mv th 0.1")
    shell.run("del mv")
    assert shell.run("mv").startswith("usage: mv")


def test_help_of_a_command_is_its_usage(shell):
    assert shell.run("ascan?").startswith("usage: ascan motor start stop intervals seconds [counters...]")
    assert shell.run("h mv").startswith("usage: mv motor position [motor position...]")
    assert shell.run("mv").startswith("usage: mv motor position")


def test_a_device_whose_name_is_given_away_is_told_and_comes_back_with_del(shell):
    assert shell.run("th = 3").strip() == "th no longer means the device in Python; del th brings it back"
    assert shell.run("th + 1").strip().endswith("4")
    assert shell.run("del th").strip() == ""
    assert shell.run("th").startswith("th: 0.0000 deg")


def test_tab_offers_motors_after_mv_and_counters_after_the_time(shell):
    shell.wait_prompt()
    shell.send("mv sam\t")
    shell.wait(r"samx +samy|samx\s")
    shell.interrupt()
    shell.wait_prompt()
    shell.send("ct 1 mo\t")
    shell.wait(r"^sim 1> ct 1 mon$")


def test_history_is_kept_for_the_next_shell(open_shell):
    first = open_shell()
    first.run("1234 + 1")
    first.send("\x04")
    assert first.wait_end() == 0
    second = open_shell()
    second.wait_prompt()
    second.send("\x1b[A")
    second.wait(r"^sim 1> 1234 \+ 1$")


def test_what_is_typed_ahead_during_a_scan_is_run_after_it(shell):
    shell.start("ascan th 0 0.2 4 0.1")
    shell.wait_output(r"^ +0 +0\.0000")
    shell.send("1000 + 1\r")
    shell.wait(r"^sim 2> 1000 \+ 1\n1001$")


def test_the_exit_code_of_exit_is_zero_and_ctrl_d_leaves_at_once(open_shell):
    for keys in ("exit\r", "\x04", "quit()\r"):
        shell = open_shell()
        shell.wait_prompt()
        shell.send(keys)
        assert shell.wait_end() == 0
        assert "Do you really want" not in shell.text


def test_sys_exit_leaves_with_its_code(shell):
    shell.wait_prompt()
    shell.type("import sys; sys.exit(3)")
    assert shell.wait_end() == 3
    assert "%tb" not in shell.text
    assert "To exit" not in shell.text


def test_no_colour_means_no_colour(open_shell):
    shell = open_shell(env={"NO_COLOR": "1"})
    shell.run("mv thh 1")
    assert not re.search(rb"\x1b\[[0-9;]*3[0-7]m", shell.raw)


def test_plain_has_no_toolbar_and_no_styles(open_shell):
    shell = open_shell("--plain")
    shell.run("mv thh 1")
    assert "ring.current" not in shell.text
    assert not re.search(rb"\x1b\[[0-9;]*3[0-7]m", shell.raw)


def test_start_up_files_and_run_know_the_commands(open_shell, tmp_path):
    startup = tmp_path / "home" / "sim" / "ipython" / "startup"
    startup.mkdir(parents=True)
    (startup / "10-first.ipy").write_text("mv th 0.2\nstarted = th.position\n")
    (tmp_path / "more.ipy").write_text("mv th 0.3\n")
    shell = open_shell(columns=200)
    assert shell.run("started") == "0.2"
    assert "th: 0.2000 → 0.3000" in shell.run(f"%run {tmp_path / 'more.ipy'}")


def test_a_profile_with_a_broken_start_up_script_opens_and_says_so(open_shell, tmp_path):
    profile = tmp_path / "mine.yml"
    profile.write_text(
        "profile: sim\ndevices:\n  bsh.devices.sim.SimMotor:\n    - {name: m1}\nstartup: [broken.py]\n"
    )
    (tmp_path / "broken.py").write_text("x = 1\nraise RuntimeError('not today')\n")
    shell = open_shell("-p", str(profile), columns=200)
    shell.wait_prompt()
    assert "broken.py:2: RuntimeError: not today" in shell.text
    assert shell.run("x") == "1"


def test_await_at_the_prompt_runs_on_the_engines_loop(shell):
    assert shell.run("import asyncio, threading; await asyncio.sleep(0, 'slept')") == "'slept'"
    assert shell.run("await asyncio.sleep(0, RE.loop is asyncio.get_running_loop())") == "True"
    shell.start("print('on', threading.current_thread().name); await asyncio.sleep(600)")
    shell.wait_output(r"^on bsh")
    shell.interrupt()
    shell.wait_prompt()
    assert "#1 done" in shell.run("RE(bp.count([det], 1, md={'purpose': 'after'}))")
