"""Ctrl+C in the real shell: menu, resume, stop; nothing looks like a crash."""

import re

import pytest

pytestmark = pytest.mark.terminal

MENU = r"r resume \(Enter\) +s stop, keep the data +h stop here"


def rows(text):
    return [int(row.split()[0]) for row in text.splitlines() if re.match(r" +\d+ +-?\d+\.\d{4}", row)]


@pytest.fixture
def scanning(shell):
    """A scan of 21 points that has taken its first one."""
    shell.start("ascan th -1 1 20 0.1")
    shell.wait_output(r"^ +0 +-1\.0000")
    return shell


def test_the_first_press_pauses_after_the_point_and_shows_the_menu(scanning):
    scanning.interrupt()
    scanning.wait_output(r"Pausing after this point")
    scanning.wait_output(MENU)
    assert re.search(r"Paused #1 after \d+ of 21 points", scanning.output)
    assert re.search(r"now at th -?\d\.\d{4} deg", scanning.output)
    assert "Traceback" not in scanning.text
    scanning.send("s")
    scanning.wait_prompt()


def test_enter_resumes_and_no_point_is_lost_or_doubled(scanning):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send("\r")
    scanning.wait_output("#1 done · 21 points")
    scanning.wait_prompt()
    assert rows(scanning.output) == list(range(21))
    assert scanning.run("wa th").splitlines()[-1].split() == ["user", "1.0000"]


def test_pausing_twice_works(scanning):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send("r")
    scanning.wait_output("^Resuming")
    scanning.interrupt()
    scanning.wait_output(rf"(?s){MENU}.*{MENU}")
    scanning.send("r")
    scanning.wait_output("#1 done · 21 points")
    scanning.wait_prompt()
    assert rows(scanning.output) == list(range(21))


def test_a_second_press_pauses_at_once_and_the_point_is_taken_again(shell):
    shell.start("ascan th -1 1 20 3")
    shell.wait_output(r"#1  ascan")
    shell.wait(r"0/21")
    shell.interrupt()
    shell.wait_output("Pausing after this point")
    # presses closer together than a tenth of a second are one press: wait for something later
    shell.wait(r"Pausing after this point.*\((?:0:0\d|\d)")
    shell.interrupt()
    shell.wait_output(MENU)
    shell.send("a")
    shell.wait_output("#1 aborted")
    shell.wait_prompt()
    assert shell.run("scans").splitlines()[-1].split()[-7] == "abort"


def test_stop_keeps_the_data_and_ends_a_loop_of_commands(shell):
    shell.start("for i in range(3): dscan th 0 1 20 0.1")
    shell.wait_output(r"^ +0 +0\.0000")
    shell.interrupt()
    shell.wait_output(MENU)
    shell.send("s")
    shell.wait_prompt()
    assert "#1 stopped early" in shell.output
    assert "#2" not in shell.output
    assert shell.run("wa th").splitlines()[-1].split() == ["user", "0.0000"]


def test_a_resumed_scan_in_a_loop_is_followed_by_the_next_one(shell):
    shell.start("for i in range(2): ascan th 0 0.4 4 0.1")
    shell.wait_output(r"^ +0 +0\.0000")
    shell.interrupt()
    shell.wait_output(MENU)
    shell.send("r")
    shell.wait_output("#2 done · 5 points")
    shell.wait_prompt()
    assert rows(shell.output) == [*range(5), *range(5)]


def test_at_the_prompt_a_paused_scan_can_be_looked_at_and_resumed(scanning):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send("i")
    scanning.wait_prompt()
    scanning.wait(r"^sim \[paused #1 \d+/21\]>$")
    assert "user" in scanning.run("wa")
    assert "a scan is paused" in scanning.run("ascan tth 0 1 2 0.1")
    assert scanning.run("r").splitlines()[-1] == "type resume"
    assert "#1 done · 21 points" in scanning.run("resume")
    scanning.wait(r"^sim 2>$")


def test_moves_and_counts_while_paused_do_not_disturb_the_scan(scanning):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send("i")
    assert "tth: 0.0000 → 0.5000" in scanning.run("mv tth 0.5")
    assert "deg (" in scanning.run("mvr th 0.3")
    assert "mon =" in scanning.run("ct 0.05 mon")
    scanning.start("resume")
    scanning.wait_output("#1 done · 21 points")
    scanning.wait_prompt()
    assert scanning.run("wa th").splitlines()[-1].split() == ["user", "1.0000"]


def test_a_count_that_is_ended_early_while_paused_comes_back_to_the_prompt_not_to_the_menu(scanning):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send("i")
    scanning.wait_prompt()
    scanning.start("ct 30")
    scanning.wait(r"left")
    scanning.interrupt()
    scanning.wait("interrupted: partial counts")
    scanning.wait_prompt()
    assert scanning.count("i to the prompt") == 1
    scanning.run("abort")


def test_ctrl_d_while_paused_asks_before_it_leaves(scanning):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send("i")
    scanning.wait_prompt()
    scanning.send("\x04")
    scanning.wait(r"A scan is paused; leaving aborts it\. Leave\? \[y/N\]")
    scanning.send("n\r")
    scanning.wait_prompt()
    scanning.send("\x04")
    scanning.wait(r"(?s)Leave\?.*Leave\?")
    scanning.send("y\r")
    assert scanning.wait_end() == 0


def test_a_plan_paused_by_RE_shows_the_menu_too(shell):
    shell.start("RE(bp.scan([det], th, -1, 1, 41))")
    shell.wait_output(r"^ +0 +-1\.0000")
    shell.interrupt()
    shell.wait_output(MENU)
    shell.send("r")
    shell.wait_output("#1 done · 41 points")
    shell.wait_prompt()


def test_an_interrupted_move_says_where_it_stopped_and_where_it_started(shell):
    shell.start("mv th 100")
    shell.wait(r"th .*→ 100\.0000 deg")
    shell.interrupt()
    found = shell.wait_output(
        r"^th: stopped at (\d+\.\d{4}) deg \(started at 0\.0000, asked for 100\.0000\)$"
    )
    shell.wait_prompt()
    assert shell.run("wa th").splitlines()[-1].split() == ["user", found.group(1)]


def test_an_interrupted_move_ends_a_loop(shell):
    shell.start("for x in (90, 0): mv th x")
    shell.wait(r"th .*→ 90\.0000 deg")
    shell.interrupt()
    shell.wait_output("stopped at")
    shell.wait_prompt()
    assert shell.output.count("th: ") == 1


def test_an_interrupted_count_comes_back_to_the_prompt(shell):
    shell.start("ct 100")
    shell.wait(r"det|waiting")
    shell.interrupt()
    shell.wait_output("interrupted: partial counts")
    shell.wait_prompt()
    assert shell.run("det.count_time.get()") == "0.1"


def test_after_a_pause_a_resume_and_an_abort_the_next_scan_runs(scanning):
    scanning.interrupt()
    scanning.wait_output("Pausing after this point")
    scanning.wait_output(MENU)
    scanning.send("r")
    scanning.wait_output("Resuming")
    scanning.send("\x03")
    scanning.wait_output(rf"(?s){MENU}.*{MENU}")
    scanning.send("a")
    scanning.wait_prompt()
    assert "#2 done · 2 points" in scanning.run("ascan th 0 0.1 1 0.05")


def test_keys_typed_before_the_pause_are_no_answers_and_wait_at_the_prompt(scanning):
    scanning.send("a + 1")
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send("r")
    scanning.wait_output("#1 done · 21 points")
    scanning.wait(r"^sim 2> a \+ 1$")
    scanning.send("\x03")
    scanning.wait_prompt()


@pytest.mark.parametrize("typed", ["wa", "scans"])
def test_a_line_typed_at_the_menu_is_no_answer_and_goes_to_the_prompt(scanning, typed):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.send(typed)
    scanning.wait(rf"^sim \[paused #1 \d+/21\]> {typed}$")
    scanning.send("\x03")
    scanning.wait(r"^sim \[paused #1 \d+/21\]>$")
    assert "#1 stopped early" in scanning.run("stop")


def test_lines_typed_ahead_do_not_run_after_ctrl_c_has_stopped_a_move(shell):
    shell.start("mv samx 20")
    shell.wait(r"^samx +\d.* → 20\.000")
    shell.send("mv th 30\r")
    shell.wait(r"^queued 1: mv th 30$")
    shell.interrupt()
    shell.wait(r"^the queue is paused, 1 waiting")
    shell.wait_prompt()
    assert shell.run("th.position, th.moving") == "(0.0, False)"


def test_ctrl_c_in_the_menu_leads_to_the_prompt(scanning):
    scanning.interrupt()
    scanning.wait_output(MENU)
    scanning.interrupt()
    scanning.wait(r"^sim \[paused #1 \d+/21\]>$")
    assert "#1 stopped early" in scanning.run("stop")


def test_ctrl_c_in_python_takes_one_word(shell):
    shell.start("import time; print('here'); [time.sleep(0.01) for _ in range(6000)]")
    shell.wait_output("^here$")
    shell._wait_cursor(lambda row: not row)  # its newline is a write of its own
    shell.interrupt()
    shell.wait_prompt()
    assert shell.output.splitlines() == ["here", "^C", "interrupted"]


def test_ctrl_c_at_the_prompt_clears_the_line(shell):
    shell.wait_prompt()
    shell.send("mv th 1")
    shell.wait("> mv th 1$")
    shell.interrupt()
    shell.wait_prompt()
    assert shell.run("wa th").splitlines()[-1].split() == ["user", "0.0000"]


def test_ctrl_c_at_the_prompt_clears_the_line_with_a_menu_of_completions_open(shell):
    shell.wait_prompt()
    shell.send("mv sam\t")
    shell.wait(r"samx +samy|samx\s")
    shell.interrupt()
    shell.wait_prompt()
    assert shell.run("wa th").splitlines()[-1].split() == ["user", "0.0000"]


def test_the_terminal_echoes_again_after_a_scan(shell):
    shell.run("ascan th 0 0.1 1 0.05")
    shell.start("input('name? ')")
    shell.wait(r"^name\?$")
    shell.send("anna\r")
    shell.wait(r"^name\? anna$")
    shell.wait_prompt()


def test_stop_here_leaves_the_motor_where_it_is(shell):
    shell.start("dscan th -1 1 20 0.1")
    shell.wait_output(r"^ +2 +-0\.8000")
    shell.interrupt()
    shell.wait_output(MENU)
    shell.send("h")
    shell.wait_prompt()
    stayed_at = re.findall(r"now at th (-?\d\.\d{4}) deg", shell.output)[-1]
    assert float(stayed_at) < -0.5
    output = shell.run("wa")
    assert stayed_at in output


def test_a_question_of_plain_python_in_a_plan_is_shown_and_answered(shell):
    shell.run(r"exec('def p():\n print(\"got\", input(\"ready? \"))\n yield from bps.null()')")
    shell.start("RE(p())")
    shell.wait_output(r"^ready\?")
    shell.send("yes\r")
    shell.wait_output("^got yes")
    shell.wait_prompt()


def test_ctrl_c_three_times_at_a_question_leaves_nobody_who_reads_the_keyboard(shell):
    shell.run(r"exec('def p():\n input(\"ready? \")\n yield from bps.null()')")
    shell.start("RE(p())")
    shell.wait_output(r"^ready\?")
    for _ in range(3):
        shell.interrupt()
    shell.wait_prompt()
    assert shell.run("1 + 1") == "2"
    assert shell.run("wa th").splitlines()[-1].split() == ["user", "0.0000"]


def test_a_press_that_python_would_drop_counts(wide_shell):
    swallowing = "import time, weakref, signal; s = {1}; w = weakref.ref(s, lambda _: signal.raise_signal(signal.SIGINT))"
    wide_shell.run(f"exec({swallowing!r})")
    wide_shell.start("del s; time.sleep(60)")
    wide_shell.wait_prompt()
    assert wide_shell.output.split() == ["interrupted"]


def test_ctrl_c_before_a_line_has_begun_keeps_it_from_running(wide_shell):
    pressed_once = "import signal; j = session.journal; begin = j.begin; j.begin = lambda t: (setattr(j, 'begin', begin), signal.raise_signal(signal.SIGINT))"
    wide_shell.run(f"exec({pressed_once!r})")
    wide_shell.start("mv th 5")
    wide_shell.wait_prompt()
    assert wide_shell.output.split() == ["interrupted"]
    assert wide_shell.run("wa th").splitlines()[-1].split() == ["user", "0.0000"]


def test_ctrl_c_while_an_error_is_told_leaves_the_next_error_short(wide_shell):
    pressed_once = "session.complete = lambda c=session.complete, k=[1]: k and k.pop() and signal.raise_signal(signal.SIGINT) or c()"
    wide_shell.run("import signal; exec('def fail(): exec(armed); 1 / 0')")
    wide_shell.run(f"armed = {pressed_once!r}")
    wide_shell.start("fail()")
    wide_shell.wait_prompt()
    assert wide_shell.output.split() == ["interrupted"]
    assert "Traceback" not in wide_shell.run("1 / 0")
    assert "division by zero" in wide_shell.output


def test_ctrl_c_while_the_first_line_waits_for_the_session_costs_that_line_only(open_shell):
    shell = open_shell()
    shell.wait_prompt()
    shell.send("mv th 5\r\x03")
    shell.wait_row_other_than("sim 1>")
    shell.wait_prompt()
    assert shell.run("1 + 1") == "2"
    assert shell.run("session.state") == "'idle'"


def test_the_points_of_a_paused_scan_can_be_edited_with_single_keys(scanning):
    scanning.interrupt()
    scanning.wait_output(r"a abort +e edit its points +i to the prompt")
    taken = int(re.search(r"Paused #1 after (\d+) of 21 points", scanning.output)[1])
    scanning.send("e")
    scanning.wait_output(r"k skip the next point +p take the last point again")
    scanning.send("p")
    scanning.wait_output(rf"^point {taken - 1} is taken again")
    scanning.send("e")
    scanning.wait_output(r"(?s)k skip.*k skip")
    scanning.send("n")
    scanning.wait(r"^points in all:$")
    scanning.send("99\r")
    scanning.wait_output(r"^shorten: the scan has 21 points only")
    scanning.send("e")
    scanning.wait_output(r"(?s)k skip.*k skip.*k skip")
    scanning.send("n")
    scanning.wait(r"(?s)points in all: .*points in all:$")
    scanning.send(f"{taken + 2}\r")
    scanning.wait_output(rf"^the scan ends after {taken + 2} points")
    scanning.send("\r")
    scanning.wait_output(rf"#1 done · {taken + 2} points")
    scanning.wait_prompt()
    assert rows(scanning.output) == list(range(taken + 2))
    assert f"shortened to {taken + 2} points" in scanning.output
    assert f"point {taken - 1} is taken again" in scanning.run("session.journal.notes()[-1].text")


def test_a_scan_is_shortened_from_the_line_below_it(scanning):
    scanning.send("shorten 5\r")
    scanning.wait_output(r"^now> shorten 5")
    scanning.wait_output(r"^#1 done · 5 points")
    scanning.wait_prompt()


@pytest.mark.parametrize("key", ["s", "r"])
def test_a_function_of_two_plans_does_not_run_the_second_after_the_first_was_paused(shell, key):
    shell.run("two = lambda: (RE(bp.scan([det], th, -1, 1, 9)), print('the second'))")
    shell.run("det.count_time.put(0.1)")
    shell.start("two()")
    shell.wait_output(r"^ +0 +-1\.0000")
    shell.interrupt()
    shell.wait_output(MENU)
    shell.send(key)
    shell.wait_output("#1 done|#1 stopped early")
    shell.wait_prompt()
    assert not re.search(r"^the second", shell.output, re.MULTILINE)
    assert "Traceback" not in shell.text


def test_a_press_ends_a_timescan_keeps_its_data_and_the_rest_of_the_line_does_not_run(shell):
    shell.start("timescan 0.1; mv th 1")
    shell.wait(r"^ +3 ")
    shell.interrupt()
    shell.wait(r"#1 \S+ · \d+ points")
    shell.wait_prompt()
    assert "success" in shell.run("scans")
    assert "0.0000" in shell.run("p th")
