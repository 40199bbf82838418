"""moves, undo, redo; set and set_lm."""

import io

import pytest

from bsh.commands import limits_of
from bsh.errors import CommandError, LimitError, RunEngineInterrupted, UsageError
from bsh.session import Session


@pytest.fixture
def fast(session):
    for name in ("th", "tth", "samx", "samy"):
        session.devices[name].velocity.put(0.0)
    return session


def position(session, name="th"):
    return session.devices[name].position


def test_undo_takes_the_last_move_back_and_redo_does_it_again(fast, run):
    fast.run("mv th 1")
    fast.run("mv th 2")
    assert "undone: mv th 2" in run("undo").plain()
    assert position(fast) == 1.0
    run("undo")
    assert position(fast) == 0.0
    run("redo")
    assert position(fast) == 1.0
    run("redo")
    assert position(fast) == 2.0
    with pytest.raises(CommandError, match="there is nothing to redo"):
        fast.run("redo")


def test_undo_of_several_steps(fast):
    for target in (1, 2, 3):
        fast.run(f"mv th {target}")
    fast.run("undo 2")
    assert position(fast) == 1.0
    fast.run("redo 2")
    assert position(fast) == 3.0


def test_one_typed_line_is_one_step(fast):
    fast.run("mv th 1; mv tth 2; mv th 3")
    fast.run("for place in (4, 5):\n    mv samx place\n")
    fast.run("undo")
    assert (position(fast, "samx"), position(fast)) == (0.0, 3.0)
    fast.run("undo")
    assert (position(fast), position(fast, "tth")) == (0.0, 0.0)
    fast.run("redo")
    assert (position(fast), position(fast, "tth")) == (3.0, 2.0)


@pytest.mark.parametrize(
    "line", ["ascan th 1 2 2 0.01", "RE(bp.scan([det], th, 1, 2, 3))", "RE(bps.mv(th, 7))", "mvr th 0.5"]
)
def test_undo_brings_axes_back_to_where_they_were_before_the_line(fast, line):
    fast.run("mv th 0.3")
    fast.run(line)
    assert position(fast) != 0.3
    fast.run("undo")
    assert position(fast) == pytest.approx(0.3)


def test_a_relative_scan_is_no_step_since_its_axes_are_back(fast, run):
    fast.run("mv th 1")
    fast.run("dscan th -0.1 0.1 2 0.01")
    assert "dscan" not in run("moves").plain()
    fast.run("undo")
    assert position(fast) == 0.0


def test_a_move_that_was_interrupted_can_be_undone(fast):
    def plan():
        yield from fast.namespace["bps"].mv(fast.devices["th"], 5)
        yield from fast.namespace["bps"].pause()

    fast.run("mv th 1")
    fast.journal.begin("RE(plan)")
    with pytest.raises(RunEngineInterrupted):
        fast.RE(plan())
    fast.abort()
    fast.run("undo")
    assert position(fast) == 1.0


def test_a_move_after_an_undo_leaves_nothing_to_redo(fast):
    fast.run("mv th 1")
    fast.run("undo")
    fast.run("mv th 2")
    with pytest.raises(CommandError, match="nothing to redo"):
        fast.run("redo")


def test_a_preview_moves_nothing(fast, run):
    fast.run("mv th 1 samx 2")
    text = run("undo -p").plain()
    assert "th: 1.0000 → 0.0000 deg" in text
    assert "samx: 2.000 → 0.000 mm" in text
    assert position(fast) == 1.0


def test_undo_keeps_the_limits_and_moves_nothing_when_one_is_out(fast):
    fast.run("mv th -5 samx 5")
    fast.run("mv th 5 samx 6")
    fast.devices["th"].limits = (-1, 10)
    with pytest.raises(LimitError, match="th"):
        fast.run("undo")
    assert (position(fast), position(fast, "samx")) == (5.0, 6.0)
    fast.devices["th"].limits = None
    fast.run("undo")
    assert (position(fast), position(fast, "samx")) == (-5.0, 5.0)


def test_the_journal_survives_a_restart(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as first:
        first.run("mv th 1")
        first.run("undo")
        first.run("redo")
    with Session.from_profile("sim", home=tmp_path) as second:
        second.run("mv th 4")
        assert [step.line for step in second.journal.steps()] == ["mv th 4", "mv th 1"]
        second.run("undo 2")
        assert second.devices["th"].position == 0.0


def test_moves_lists_lines_and_what_they_did(fast, run):
    assert run("moves").plain() == "nothing was moved yet"
    fast.run("mv th 1")
    fast.run("set th 5")
    fast.run("set_lm samx -1 1")
    fast.run("undo")
    head, first, second, third = run("moves").plain().splitlines()
    assert head.split() == ["#", "time", "line", "what", "it", "did"]
    assert "mv th 1" in first
    assert "th 0.0000 → 1.0000 deg" in first
    assert "th reset 1.0000 → 5.0000 deg" in second
    assert "undone: samx limits of the device → -1 to 1" in third


def test_set_calls_a_position_by_another_number_and_undo_takes_it_back(fast, run):
    fast.run("mv th 1")
    text = run("set th 5").plain()
    assert "th reset from 1.0000 to 5.0000 deg." in text
    assert "limits now -176.0000 to 184.0000" in text
    assert (position(fast), fast.devices["th"].dial_position) == (5.0, 1.0)
    fast.run("mv th 6")
    fast.run("undo 2")
    assert (position(fast), fast.devices["th"].dial_position) == (1.0, 1.0)
    fast.run("redo 2")
    assert (position(fast), fast.devices["th"].dial_position) == (6.0, 2.0)


def test_set_lm_takes_limits_in_either_order_and_says_when_the_motor_is_outside(fast, run):
    fast.run("mv th 5")
    assert "th is outside of them now, at 5.0000 deg" in run("set_lm th 2 -2").plain()
    assert limits_of(fast.devices["th"]) == (-2.0, 2.0)
    run("undo")
    assert limits_of(fast.devices["th"]) == (-180.0, 180.0)
    assert position(fast) == 5.0


def test_set_is_a_command_and_the_set_of_python(fast):
    fast.run("set th 3; found = set([1, 1])")
    assert fast.namespace["found"] == {1}
    fast.run("set_pos(th, 4)")
    assert position(fast) == 4.0


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("set", UsageError, r"usage: set motor position \[-y\]"),
        ("set th", UsageError, "position is missing"),
        ("set det 1", UsageError, "not a motor"),
        ("set shutter 1", CommandError, "cannot be redefined"),
        ("set_lm", UsageError, "usage: set_lm motor low high"),
        ("set_lm th 1", UsageError, "high is missing"),
        ("set_lm th 1 1", CommandError, "limits are equal"),
        ("undo", CommandError, "there is nothing to undo"),
        ("undo 0", UsageError, "too small"),
        ("undo x", UsageError, "unknown name x"),
        ("moves x", UsageError, "unknown name x"),
    ],
)
def test_what_is_wrong_is_said(fast, line, error, text):
    with pytest.raises(error, match=text):
        fast.run(line)
    assert fast.journal.steps() == []


def test_plans_run_from_python_are_steps_of_their_own(fast):
    fast.run("mv th 1")
    bps, th = fast.namespace["bps"], fast.devices["th"]
    fast.RE(bps.mv(th, 2))
    fast.run(bps.mv(th, 3))
    assert [step.line for step in fast.journal.steps()] == ["RE(plan)", "RE(plan)", "mv th 1"]
    fast.run("undo")
    assert position(fast) == 2.0


def test_a_line_typed_within_a_line_belongs_to_it(fast):
    fast.journal.begin("outer()")
    fast.run("mv th 1")
    fast.run("mv th 2")
    assert [step.line for step in fast.journal.steps()] == ["outer()"]
    fast.run("undo")
    assert position(fast) == 0.0


def test_moves_of_one_axis_in_a_line_are_put_together(fast, run):
    fast.run("mv th 1; mv th 2")
    assert run("moves").plain().count("→") == 1


def test_of_several_steps_each_tells_from_where_its_axes_go(fast):
    fast.run("mv th 1")
    fast.run("mv th 2")
    fast.shown.clear()
    fast.run("undo 2")
    told = "\n".join(report.plain() for report in fast.shown)
    assert "th: 2.0000 → 1.0000 deg" in told
    assert "th: 1.0000 → 0.0000 deg" in told


@pytest.fixture
def answers(fast, monkeypatch):
    """Sit at a prompt, and type these."""
    fast.interactive = True

    def typed(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return typed


@pytest.mark.parametrize(
    ("answer", "place"), [("y\n", 0.0), ("yes\n", 0.0), ("\n", 1.0), ("n\n", 1.0), ("", 1.0)]
)
def test_at_a_prompt_undo_shows_what_it_will_do_and_asks(fast, answers, capsys, answer, place):
    fast.run("mv th 1")
    answers(answer)
    fast.shown.clear()
    fast.run("undo")
    assert "th: 1.0000 → 0.0000 deg" in fast.shown[0].plain()
    assert "undo? [y/N]" in capsys.readouterr().out
    assert position(fast) == place
    assert fast.journal.steps()[0].undone is (place == 0.0)


def test_who_says_yes_in_the_line_is_not_asked(fast, answers, capsys):
    fast.run("mv th 1")
    answers("")
    fast.run("undo -y")
    fast.run("redo -y")
    assert position(fast) == 1.0
    assert "[y/N]" not in capsys.readouterr().out


def test_the_preview_of_several_steps_follows_the_axes_from_step_to_step(fast, run):
    fast.run("mv th 1")
    fast.run("mv th 2")
    text = run("undo -p 2").plain()
    assert "th: 2.0000 → 1.0000 deg" in text
    assert "th: 1.0000 → 0.0000 deg" in text
