"""tw and uct in a real terminal."""

import pytest

RIGHT, LEFT, DOWN = "\x1b[C", "\x1b[D", "\x1b[B"


@pytest.mark.terminal
def test_keys_move_the_motor_and_undo_takes_all_of_it_back(shell):
    shell.start("tw th 0.1 tth 0.5")
    shell.wait(r">th 0\.0000 deg step 0\.1000")
    shell.send(RIGHT)
    shell.wait(r">th 0\.1000 deg")
    shell.send("*")
    shell.wait(r"step 0\.2000")
    shell.send(RIGHT)
    shell.wait(r">th 0\.3000 deg")
    shell.send(DOWN)
    shell.wait(r">tth 0\.0000 deg")
    shell.send(LEFT)
    shell.wait(r">tth -0\.5000 deg")
    shell.send("1.5\r")
    shell.wait(r">tth 1\.5000 deg")
    shell.send(" ")
    shell.wait(r"det [\d,]+  mon [\d,]+")
    shell.send("b")
    shell.wait(r">tth 0\.0000 deg")
    shell.send("q")
    shell.wait(r"th: 0\.0000 → 0\.3000 deg")
    assert "th: 0.3000 → 0.0000 deg" in shell.run("undo -y")


@pytest.mark.terminal
def test_a_step_beyond_a_limit_is_refused_in_the_line(shell):
    shell.start("tw samx 100")
    shell.wait(r"samx 0\.000 mm step 100")
    shell.send(RIGHT)
    shell.wait(r"samx 0\.000 mm step 100\.000  samx.*25")
    shell.send("q")
    shell.wait_prompt()


@pytest.mark.terminal
def test_uct_shows_counts_in_place_until_ctrl_c(shell):
    shell.start("uct")
    shell.wait(r"s  det [\d,]+  mon [\d,]+")
    shell.interrupt()
    shell.wait(r"mon = [\d,]+ counts")
    shell.wait_prompt()
