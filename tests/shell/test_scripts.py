"""Lines, files and standard input, without a prompt."""

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = [sys.executable, "-c", "from bsh.cli import main; main(prog_name='bsh')"]


@pytest.fixture
def bsh(tmp_path):
    """Run the program; return exit code, standard output and standard error."""
    environment = {**os.environ, "BSH_HOME": str(tmp_path / "home"), "TERM": "xterm-256color"}

    def run(*arguments, stdin=None):
        done = subprocess.run(
            [*PROGRAM, "-p", "sim", *arguments],
            input=stdin if stdin is not None else "",
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
        )
        assert "\x1b" not in done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    run.environment = environment
    return run


def test_a_line_runs_and_says_its_value(bsh):
    assert bsh("-c", "1 + 1") == (0, "2\n", "")
    code, out, err = bsh("-c", "mv th 0.2", "-c", "wa th")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("th: 0.0000 → 0.2000 deg (")
    assert out.splitlines()[-1].split() == ["user", "0.2000"]


def test_an_error_takes_two_lines_on_standard_error_and_the_next_line_is_not_run(bsh):
    code, out, err = bsh("-c", "mv thh 1", "-c", "wa")
    assert (code, out) == (1, "")
    assert err.splitlines() == ["mv: motor: unknown motor thh", "did you mean th, tth?"]


def test_a_scan_in_a_pipe_is_a_plain_table(bsh):
    code, out, err = bsh("-c", "ascan th 0 0.1 2 0.02")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "#1  ascan th 0 0.1 2 0.02"
    assert "#1 done · 3 points" in out


@pytest.mark.parametrize(
    ("source", "code", "err"),
    [
        ("import sys; sys.exit(3)", 3, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit('gone')", 1, "gone\n"),
        ("exit(2)", 2, ""),
    ],
)
def test_the_code_of_an_exit_is_kept(bsh, source, code, err):
    assert bsh("-c", source)[::2] == (code, err)
    assert bsh(stdin=source)[::2] == (code, err)


@pytest.mark.parametrize("name", ["s.bsh", "s.py", "s.ipy"])
def test_a_file_runs_in_the_shells_language_whatever_it_is_called(bsh, tmp_path, name):
    (tmp_path / "beside.py").write_text("value = 0.1\n")
    (tmp_path / name).write_text(
        "# a comment\nfrom beside import value\n"
        "def go(x):\n    mv th x\n\n"
        "for i in range(2):\n    go(i*value)\nwa th\nprint(__name__, __file__)\n"
    )
    code, out, err = bsh(name)
    assert (code, err) == (0, "")
    assert out.count("th: ") == 2
    assert out.splitlines()[-1] == f"__main__ {name}"


def test_an_error_in_a_file_names_its_line(bsh, tmp_path):
    (tmp_path / "s.bsh").write_text("x = 1\n\nmv thh 1\n")
    assert bsh("s.bsh") == (1, "", "s.bsh:3: mv: motor: unknown motor thh\ndid you mean th, tth?\n")
    (tmp_path / "s.bsh").write_text("def f():\n    return 1/0\n\nf()\n")
    code, _, err = bsh("s.bsh")
    assert code == 1
    assert err == "ERROR: ZeroDivisionError: division by zero\nat s.bsh:2 in f: return 1/0\n"


def test_nothing_of_a_file_with_a_syntax_error_is_run(bsh, tmp_path):
    (tmp_path / "s.bsh").write_text("mv th 1\nx = (\n")
    code, out, err = bsh("s.bsh")
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "s.bsh:2: SyntaxError: '(' was never closed"


def test_standard_input_is_one_script(bsh):
    code, out, err = bsh(stdin="for i in range(2):\n    mv th i/10\n\n    ct 0.01 mon\nwa th\n")
    assert (code, err) == (0, "")
    assert out.count("mon =") == 2
    assert out.splitlines()[-1].split() == ["user", "0.1000"]


def test_a_missing_file_is_said(bsh):
    code, out, err = bsh("nothing.bsh")
    assert (code, out) == (2, "")
    assert "nothing.bsh" in err


def test_ipython_syntax_works_in_scripts(bsh, tmp_path):
    (tmp_path / "data.txt").write_text("")
    code, out, err = bsh(stdin="files = !ls data*\nprint(files)\n%wa th\nwa samx\n")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "['data.txt']"
    assert out.count("Current positions") == 2


def test_a_plan_that_is_not_run_is_told(bsh):
    code, out, err = bsh("-c", "bp.count([det])")
    assert code == 0
    assert out.startswith("<plan count")
    assert err == "This is a plan; it was not run. To run it: RE(_)\n"


def test_a_plan_that_pauses_itself_is_aborted(bsh):
    code, _, err = bsh(
        stdin="def p():\n    yield from bps.checkpoint()\n    yield from bps.pause()\nRE(p())\n"
    )
    assert code == 1
    assert "a script cannot resume it: it was aborted" in err


def test_ctrl_c_in_a_scan_aborts_with_cleanup_and_ends_a_loop_with_130(bsh, tmp_path):
    source = "for i in range(3):\n    dscan th 0 1 20 0.1\n"
    process = subprocess.Popen(
        [*PROGRAM, "-p", "sim", "-c", source],
        env=bsh.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if line.split()[:1] == ["1"]:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "#1 aborted" in out
    assert "#2" not in out
    assert "Traceback" not in err
    assert bsh("scans")[1].splitlines()[-1].count("abort") == 1


def test_ctrl_c_outside_a_scan_ends_with_130(bsh):
    process = subprocess.Popen(
        [*PROGRAM, "-p", "sim", "-c", "print('here', flush=True); import time; time.sleep(60)"],
        env=bsh.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_help_needs_no_ipython():
    code = (
        "import sys; from click.testing import CliRunner; from bsh.cli import main; "
        "result = CliRunner().invoke(main, ['--help']); assert result.exit_code == 0; "
        "import bsh.shell; "
        "assert not [m for m in sys.modules if m.split('.')[0] in ('IPython', 'prompt_toolkit', 'numpy')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_script_without_ipython_syntax_does_not_load_it(bsh):
    assert bsh("-c", "import sys; wa th; 'IPython' in sys.modules")[1].splitlines()[-1] == "False"
