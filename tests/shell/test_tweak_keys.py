"""tw and uct in a real terminal."""

import pytest

RIGHT, LEFT, DOWN = "\x1b[C", "\x1b[D", "\x1b[B"


@pytest.mark.terminal
def test_keys_move_the_motor_and_undo_takes_all_of_it_back(shell):
    shell.start("tw th 0.1 tth 0.5")
    shell.wait(r">th 0\.0000 deg +step 0\.1000")
    shell.send(RIGHT)
    shell.wait(r">th 0\.1000 deg")
    shell.send("+")
    shell.wait(r"step 0\.2000")
    shell.send(RIGHT)
    shell.wait(r">th 0\.3000 deg")
    shell.send("--")
    shell.wait(r"step 0\.0500")
    shell.send(DOWN)
    shell.wait(r">tth 0\.0000 deg")
    shell.send(LEFT)
    shell.wait(r">tth -0\.5000 deg")
    shell.send("1.5\r")
    shell.wait(r">tth 1\.5000 deg")
    shell.send("g-0.25\r")
    shell.wait(r">tth -0\.2500 deg")
    shell.send("b")
    shell.wait(r">tth 0\.0000 deg")
    shell.send("q")
    shell.wait(r"th: 0\.0000 → 0\.3000 deg")
    assert "th: 0.3000 → 0.0000 deg" in shell.run("undo -y")


@pytest.mark.terminal
def test_what_is_counted_is_drawn_against_the_position_and_m_leaves_it_on_the_screen(shell):
    shell.start("tw th 0.5 0.05")
    shell.wait(r"^th 0\.0000 deg +step 0\.5000$")
    shell.send("m")
    shell.wait(r"^th 0\.0000 deg  det [\d,]+  mon [\d,]+$")
    shell.send(RIGHT)  # a counting time was given: it counts after the move
    shell.wait(r"^th 0\.5000 deg +step 0\.5000  det [\d,]+  mon")
    shell.wait(r"^det 0\.0000 \S\S 0\.5000  highest [\d,]+ at 0\.0000$")
    shell.send(LEFT)
    shell.wait(r"^th 0\.0000 deg +step")
    shell.send(LEFT)
    shell.wait(r"^det -0\.5000 \S\S\S 0\.5000  highest [\d,]+ at 0\.0000$")
    shell.send(" ")
    shell.send("q")
    shell.wait_prompt()
    assert shell.count(r"^th 0\.0000 deg  det [\d,]+  mon [\d,]+$") == 1
    assert shell.count("highest") == 0


@pytest.mark.terminal
def test_ctrl_c_stops_the_motor_and_stays_and_when_none_moves_it_leaves(shell):
    shell.start("tw th 150")
    shell.wait(r"^th 0\.0000 deg +step 150")
    shell.interrupt()
    shell.wait(r"th: 0\.0000 → 0\.0000 deg")
    shell.start("tw th 150")
    shell.wait(r"^th 0\.0000 deg +step 150")
    shell.send(RIGHT)
    shell.wait(r"^th [1-9]\d?\.\d+ deg +step 150")
    shell.interrupt()
    shell.wait(r"^stopped$")
    shell.send("+")
    shell.wait(r"step 300")
    shell.send("q")
    shell.wait(r"th: 0\.0000 → \d")


@pytest.mark.terminal
def test_a_step_beyond_a_limit_is_refused_below_the_line(shell):
    shell.start("tw samx 100")
    shell.wait(r"samx 0\.000 mm +step 100")
    shell.send(RIGHT)
    shell.wait(r"samx 0\.000 mm +step 100\.000\nsamx.*25")
    shell.send("1..2\r")
    shell.wait(r"^1\.\.2 is not a number$")
    shell.send("q")
    shell.wait_prompt()


@pytest.mark.terminal
def test_uct_shows_counts_that_grow_in_place(shell):
    shell.start("uct 30 mon")
    first = int(shell.wait(r"of 30 s  mon ([\d,]+)$")[1].replace(",", ""))
    shell.wait(rf"of 30 s  mon (?!{first:,}$)[\d,]+$")
    shell.interrupt()
    shell.wait(r"interrupted: partial counts")
    shell.wait_prompt()
    assert shell.count(r"of 30 s  mon") == 0


@pytest.mark.terminal
@pytest.mark.parametrize("end", ["q", "\x03"])
def test_uct_without_a_time_is_a_rate_meter_until_q_or_ctrl_c(shell, end):
    shell.start("uct")
    shell.wait(r"q ends it\n *det  [\d,]+ counts  +[\d,]+/s  \S+\n *mon")
    shell.send(end)
    shell.wait(r"mon = [\d,]+ counts")
    shell.wait_prompt()
    assert shell.count("q ends it") == 0
