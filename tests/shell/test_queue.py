"""Lines that are typed while a scan runs, in a real terminal."""

import re

import pytest

pytestmark = pytest.mark.terminal

SCAN = "ascan th 0 1 30 0.1"


@pytest.fixture
def scanning(shell):
    shell.start(SCAN)
    shell.wait_output(r"^ +1 +0\.0333")
    return shell


def test_lines_typed_during_a_scan_show_are_queued_and_run_after_it(scanning):
    scanning.send("mv samx")
    scanning.wait(r"^next> mv samx$")
    scanning.send(" 2\x7f1\r")
    scanning.wait(r"^queued 1: mv samx 1$")
    scanning.wait(r"^next: mv samx 1$")
    scanning.send("x = samx.position\rx + 1\r")
    scanning.wait(r"^queued 3: x \+ 1$")
    scanning.wait(r"^next: mv samx 1   and 2 more$")
    scanning.wait(r"^sim 2> mv samx 1\n(.*\n)?samx: 0\.000 → 1\.000 mm")
    scanning.wait(r"^sim 2> x \+ 1\n2\.0$")
    scanning.wait_prompt()
    scanning.send("\x1b[A")
    scanning.wait(r"^sim 2> x \+ 1$")


def test_a_line_that_cannot_run_is_refused_at_once_and_stays_to_be_mended(scanning):
    scanning.send("mv nosuch 1\r")
    scanning.wait(r"^mv nosuch 1: .*unknown motor nosuch")
    scanning.wait(r"^next> mv nosuch 1$")
    scanning.send("\x15mv samx 999\r")
    scanning.wait(r"^queued 1: mv samx 999$")
    scanning.wait(r"samx.*999.*looked at again when its turn comes")
    scanning.send("q rm 1\r")
    scanning.wait(r"^taken out: mv samx 999$")
    scanning.wait(r"#1 done")
    scanning.wait_prompt()


def test_what_only_looks_does_not_wait(scanning):
    scanning.send("wa samx\r")
    scanning.wait(r"^now> wa samx$")
    scanning.wait(r"^ +samx\n")
    scanning.send("q\r")
    scanning.wait(r"^nothing is queued")
    scanning.send("wa nosuch\r")
    scanning.wait(r"no motor and no label matches nosuch")
    scanning.wait(r"#1 done")
    scanning.wait_prompt()


def test_what_is_said_of_a_line_is_broken_between_words(scanning):
    scanning.send("this is a line of several words (\r")
    scanning.wait(r"goes on in the next\n  line$")
    scanning.wait(r"#1 done")


def test_a_line_that_fails_pauses_the_queue(scanning):
    scanning.send("1 / 0\rmv samx 1\rmv samx 2\r")
    scanning.wait(r"^the queue is paused, 2 waiting")
    scanning.wait_prompt()
    scanning.wait(r"queue paused \(2\)")
    assert "mv samx 1" in scanning.run("q")
    scanning.run("q up 3")
    scanning.run("q go")
    scanning.wait(r"^sim 2> mv samx 2\n")
    scanning.wait(r"^sim 2> mv samx 1\n")
    scanning.wait(r"samx: 2\.000 → 1\.000 mm")


def test_a_scan_that_is_stopped_pauses_the_queue(scanning):
    scanning.send("mv samx 1\r")
    scanning.wait(r"^queued 1")
    scanning.interrupt()
    scanning.wait_output(r"resume \(Enter\)")
    scanning.send("s")
    scanning.wait(r"^the queue is paused, 1 waiting")
    assert scanning.run("samx.position") == "0.0"


def test_half_a_line_goes_to_the_prompt(scanning):
    scanning.send("mv samx ")
    scanning.wait(r"^next> mv samx$")
    scanning.wait(r"^sim 2> mv samx ")
    scanning.send("1\r")
    scanning.wait(r"samx: 0\.000 → 1\.000 mm")


def test_a_move_that_a_suspender_holds_says_so_and_what_to_type(shell):
    shell.run("from bsh.suspenders import SuspendFloor")
    shell.run("RE.install_suspender(SuspendFloor(ring.current, 200))")
    shell.start("mv th 1")
    shell.wait(r"^Suspended: .*ring_current < 200")
    shell.wait(r"^  suspenders tells more; Ctrl\+C ends the wait, RE\.clear_suspenders\(\) all holds$")
    shell.send("wa th\r")
    shell.wait(r"^now> wa th\n(.*\n){3,4}user +0\.0000")
    shell.interrupt()
    shell.wait(r"^it was held by ring_current < 200: suspenders tells more, RE\.clear_suspenders\(\)")
    shell.wait_prompt()
    shell.run("RE.clear_suspenders()")
    assert "th: 0.0000 → 1.0000 deg" in shell.run("mv th 1")


def test_a_question_mark_below_a_move_prints_what_it_waits_for(shell):
    shell.start("mv samx 20")
    shell.wait(r"^samx +\d.* → 20\.000")
    shell.send("?\r")
    shell.wait_prompt()
    assert len(re.findall(r"^samx +\d.* → 20\.000", shell.output, re.MULTILINE)) == 1
    assert shell.run("samx.position") == "20.0"


def test_below_a_file_of_scans_stands_how_far_it_is_and_finish_ends_it_after_the_scan(wide_shell, tmp_path):
    shell = wide_shell
    (tmp_path / "three.mac").write_text("mv th 0\nascan th -1 1 20 0.1\nascan th 0 1 10 0.1\nmv samx 1\n")
    shell.start(f"qdo {tmp_path}/three.mac")
    shell.wait(r"^three\.mac:2 \[2/4, [\d.]+ s left\]")
    shell.send("wa th; q add wa\r")
    shell.wait(r"^three\.mac:2 \[2/4, .*next: ")
    shell.send("finish\r")
    shell.wait_output(r"^now> finish")
    shell.wait_output(r"^#1 done · 21 points")
    shell.wait_output(r"three\.mac stopped at line 3; from there it goes on with: do -f 3")
    shell.wait_prompt()
    assert "finish was typed: nothing more is started" in shell.output
    assert "finish was typed" in shell.run("q")
    assert "#2" not in shell.output
    assert "#2 done · 3 points" in shell.run("ascan th 0 1 2 0.01")  # the next line is another one


def test_finish_ends_a_loop_and_the_queue_after_the_scan(shell):
    shell.start("for i in range(3): ascan th 0 1 8 0.1")
    shell.wait_output(r"^ +0 +0\.0000")
    shell.send("x = 5\r")
    shell.wait_output(r"^queued 1: x = 5")
    shell.send("finish\r")
    shell.wait_output(r"^#1 done · 9 points")
    shell.wait_prompt()
    assert "#2" not in shell.output
    shell.wait(r"queue paused \(1\)")
    shell.run("q go")
    shell.wait(r"^sim 2> x = 5$")
    shell.wait_prompt()
    assert shell.run("x") == "5"


def test_a_queued_line_is_evaluated_when_its_turn_comes(shell):
    shell.start("ascan th 0 1 8 0.1")
    shell.wait_output(r"^ +0 +0\.0000")
    shell.send("mv samx th*2\r")
    shell.wait_output(r"^queued 1: mv samx th\*2")
    shell.wait_output(r"^samx: 0\.000 → 2\.000 mm")
