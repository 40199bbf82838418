"""do, qdo, rec."""

import pytest

from bsh.errors import CommandError, LimitError, RunEngineInterrupted, UsageError


@pytest.fixture
def here(session, tmp_path, monkeypatch):
    """Write files into the folder that one is in; motors are fast."""
    monkeypatch.chdir(tmp_path)
    for name in ("th", "tth", "samx", "samy"):
        session.devices[name].velocity.put(0.0)

    def write(text, name="align.mac"):
        (tmp_path / name).write_text(text)

    return write


def told(session):
    return "\n".join(report.plain() for report in session.shown)


def position(session, name="th"):
    return session.devices[name].position


def test_do_shows_what_the_file_takes_and_each_line_before_it_runs(session, here):
    here("# to the start\nmv th 1\n\nascan samx 0 1 2 0.01\nx = th.position * 2\nmv tth x\n")
    session.run("do align.mac")
    lines = told(session).splitlines()
    assert lines[0].startswith("align.mac: 4 lines, 3 points, at least 0.0")
    shown = [line for line in lines if "> " in line]
    assert [line.split("   ")[0] for line in shown] == [
        "align.mac:2> mv th 1",
        "align.mac:4> ascan samx 0 1 2 0.01",
        "align.mac:5> x = th.position * 2",
        "align.mac:6> mv tth x",
    ]
    assert shown[1].split("   ")[1].startswith("[2/4")
    assert lines[-1].startswith("align.mac: done after")
    assert (position(session), position(session, "tth")) == (1.0, 2.0)
    assert session.store.run(-1).summary.command == "ascan samx 0 1 2 0.01"
    assert session.journal.notes()[0].text == "do align.mac"  # which writes it into data files, too


def test_qdo_is_silent_and_a_point_means_the_same_file_again(session, here):
    here("mvr th 1\n")
    session.run("qdo align.mac")
    assert "align.mac:1>" not in told(session)
    session.run("qdo .")
    assert position(session) == 2.0


def test_each_line_of_a_file_is_a_step_for_undo(session, here):
    here("mv th 1\nmv th 2\n")
    session.run("do align.mac")
    session.run("undo")
    assert position(session) == 1.0


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("mv th 1\nmv th 999\n", CommandError, r"align\.mac:2: .*th.*999"),
        ("mv th 1\nmv nosuch 3\n", UsageError, r"align\.mac:2: .*unknown motor nosuch"),
        ("mv th 1\n\nascan th 0 1\n", UsageError, r"align\.mac:3: .*missing"),
        (
            "mv th 1\nthis is no command\n",
            CommandError,
            r"align\.mac:2: this is neither .*this is no command",
        ),
        ("mv th 1\nreturn 3\n", CommandError, r"align\.mac:2: this is neither .*return 3"),
        ("mv th 1\nascan th 0 1 1e9 1\n", UsageError, r"align\.mac:2: .*too long"),
    ],
)
def test_a_file_with_a_line_that_cannot_run_moves_nothing(session, here, text, error, said):
    here(text)
    with pytest.raises(error, match=said) as caught:
        session.run("do align.mac")
    assert "nothing was run" in caught.value.hint
    assert position(session) == 0.0
    assert session.journal.steps() == []


CARRIED = [  # samx is at 5 and may go from -25 to 25
    ("mv samx 20\nmvr samx 10\n", "2: samx: 30"),
    ("mv samx -10\nmvr samx 24\n", ""),
    ("mvr samx 15\nmvr samx -40\nmvr samx -6\n", "3: samx: -26"),
    ("mv samx 20\ndscan samx -1 6 2 0.01\n", "2: samx: 26"),
    ("dscan samx -1 6 2 0.01\nmvr samx 19\n", ""),  # a relative scan comes back
    ("ascan samx 0 20 2 0.01\nmvr samx 6\n", "2: samx: 26"),  # an absolute one does not
    ("mv th 20\nmv samx th+10\n", "2: samx: 30"),
    ("mv th 20\nmv samx A[th]+10\n", "2: samx: 30"),
    ("mv th 20\nx = th.position + 10\nmv samx x\n", "3: samx: 30"),
    ("mv th 20; mvr samx 1\nmv samx th+10\n", "2: samx: 30"),
    ("for i in range(3):\n    mvr samx 8\n", "1: samx: 29"),
    ("for i in range(2):\n    mvr samx 8\n", ""),
    ("import os as step\nstep = 20\nmvr samx step\nmvr samx 5\n", "4: samx: 30"),
    ("step = 8\nfor i in range(2):\n    mvr samx step\nif step > 2:\n    mvr samx 5\n", "4: samx: 26"),
    ("mv samx 20\n<bps.mvr(samx, 10)\n", "2: samx: 30"),
    ("mv samx 20\nRE(bps.mvr(samx, 10))\n", "2: samx: 30"),
    ("import math\nmv samx 20\nmvr samx -1\nwa\nmvr samx 10\n", "5: samx: 29"),
]


@pytest.mark.parametrize(("text", "refused"), CARRIED)
def test_each_line_is_looked_at_from_where_the_lines_before_leave_the_axes(session, here, text, refused):
    session.run("mv samx 5")
    here(text)
    if refused:
        with pytest.raises(CommandError, match=rf"align\.mac:{refused}"):
            session.run("do align.mac")
        assert position(session, "samx") == 5.0
        assert position(session) == 0.0
    else:
        session.run("do align.mac")
    assert session.RE.state == "idle"


UNFORESEEN = [
    "cen",
    "do other.mac",
    "here()",
    "def f():\n    mv samx -20\n\nf()",
    "<mine()",
    "mv samx CEN",
    "lup samx -1 1 4 0.01; cen",
]


@pytest.mark.parametrize("before", UNFORESEEN)
def test_after_a_line_of_which_only_its_run_can_tell_relative_ones_are_warned_about(session, here, before):
    session.run("mv samx 5")
    number = before.count("\n") + 2
    here(f"{before}\nmvr samx 21\n")
    session.run("do -d align.mac")
    assert f"line {number}: samx: 26" in told(session)
    here(f"{before}\nmv samx 26\n")
    with pytest.raises(CommandError, match=rf"align\.mac:{number}: samx: 26"):
        session.run("do -d align.mac")


@pytest.mark.parametrize("before", ["undo", "set samx 0", "set_lm samx -30 30", "unlock samx"])
def test_after_a_line_that_changes_what_is_allowed_nobody_is_refused(session, here, before):
    session.run("mv samx 5")
    here(f"{before}\nmv samx 26\n")
    session.run("do -d align.mac")
    assert "line 2: samx: 26" in told(session)


def test_looking_at_a_file_changes_no_name_and_calls_no_function_of_a_user(session, here):
    here("x = 5\nthings.append(3)\nmv th called()\nif x > 9:\n    mv samx 40\n")
    things, calls = [], []
    session.namespace |= {"x": 1, "things": things, "called": lambda: calls.append(1) or 0.0}
    session.run("do -d align.mac")
    assert (session.namespace["x"], things, calls) == (1, [], [])


def test_points_and_seconds_of_a_loop_are_summed(session, here):
    here("for t in (-1, 0, 1):\n    mv samx t\n    ascan th 0 1 4 0.1\n")
    session.run("do -d align.mac")
    assert "1 line, 15 points, at least 1.5" in told(session)


def test_a_file_that_takes_too_long_to_look_at_says_from_where_it_was_not(session, here, monkeypatch):
    monkeypatch.setattr("bsh.session.rehearsal.MOST_SECONDS", 0.0)
    here("mv th 1\nmv th 999\n")
    session.run("do -d align.mac")
    assert "from line 1 on it was not looked at" in told(session)


def test_an_error_stops_the_file_with_the_line_and_it_goes_on_from_there(session, here):
    here("import math\nmv th 1\nassert ready; mv tth math.sqrt(4)\nmv samx 3\n")
    session.namespace["ready"] = False
    with pytest.raises(AssertionError):
        session.run("do align.mac")
    assert "align.mac stopped at line 3; from there it goes on with: do -f 3 align.mac" in told(session)
    assert (position(session), position(session, "samx")) == (1.0, 0.0)
    session.namespace["ready"] = True
    session.run("mv th 0")
    session.run("do -f 3 align.mac")
    assert (position(session), position(session, "tth"), position(session, "samx")) == (0.0, 2.0, 3.0)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("mv th 2\n", "is paused in line 1; once that is done it goes on with: do -f 2 align.mac"),
        ("", "align.mac is paused in its last line, 1"),
    ],
)
def test_a_file_that_is_left_while_its_scan_is_paused_says_from_where_it_goes_on(session, here, after, said):
    here(f"ascan th 0 1 4 0.01\n{after}")
    pause = session.RE.subscribe(lambda name, doc: session.RE.request_pause(), "descriptor")
    with pytest.raises(RunEngineInterrupted):
        session.run("do align.mac")
    session.RE.unsubscribe(pause)
    assert said in told(session)
    session.run("resume")
    assert session.store.run(-1).summary.num_points == 5


def test_an_error_in_python_names_file_and_line(session, here):
    here("mv th 1\nx = 1 / 0\n")
    with pytest.raises(ZeroDivisionError) as caught:
        session.run("qdo align.mac")
    assert caught.traceback[-1].lineno + 1 == 2
    assert str(caught.traceback[-1].path).endswith("align.mac")


def test_d_only_looks(session, here):
    here("ascan th 0 1 10 0.1\nascan th 0 1 20 0.1\n")
    session.run("do -d align.mac")
    assert "2 lines, 32 points, at least 3" in told(session)
    assert session.store.peek_scan_id() == 1


def test_files_may_run_files_but_not_themselves(session, here):
    here("mv th 1\n", "inner.mac")
    here("do inner.mac\nmv tth 2\n")
    session.run("do align.mac")
    assert (position(session), position(session, "tth")) == (1.0, 2.0)
    here("mvr th 1\ndo align.mac\n")
    with pytest.raises(CommandError, match="would be file number 6"):
        session.run("do align.mac")
    assert position(session) == 6.0


def test_blocks_functions_and_several_statements_on_a_line(session, here):
    here("def home(motor):\n    mv motor 0\n\nfor i in range(3):\n    mvr th 1\n\nmv tth 1; mv samx 2\n")
    session.run("do align.mac")
    assert (position(session), position(session, "tth"), position(session, "samx")) == (3.0, 1.0, 2.0)
    session.run("home(th)")
    assert position(session) == 0.0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("do", "usage: do"),
        ("do nosuch.mac", r"nosuch\.mac cannot be read: No such file"),
        ("do a b", "b"),
        ("qdo", "usage: qdo"),
        ("qdo .", "no file was run yet"),
        ("do -f 0 x.mac", "too small"),
        ("rec off", "nothing is being recorded"),
    ],
)
def test_what_is_wrong_is_said(session, here, line, said):
    with pytest.raises((CommandError, UsageError), match=said):
        session.run(line)


def test_rec_writes_what_worked_and_takes_out_what_was_undone(session, here, tmp_path, run):
    session.run("rec new.mac")
    session.run("mv th 1")
    session.run("wa")
    with pytest.raises(LimitError):
        session.run("mv th 999")
    session.run("mv th 2")
    session.run("undo")
    session.run("mv tth 3")
    session.run("undo")
    session.run("redo")
    assert "(3 so far)" in run("rec").plain()
    assert "3 lines in" in run("rec off").plain()
    session.run("mv th 7")
    assert (tmp_path / "new.mac").read_text() == "mv th 1\nwa\nmv tth 3\n"
    session.run("qdo new.mac")
    assert (position(session), position(session, "tth")) == (1.0, 3.0)


def test_rec_leaves_out_what_did_not_work(session, here, tmp_path):
    session.run("rec new.mac")
    session.recorder.typed("mv th 999", worked=False)
    session.recorder.typed("mv th 1", worked=True)
    session.run("rec off")
    assert (tmp_path / "new.mac").read_text() == "mv th 1\n"


@pytest.mark.parametrize("word", ["off", "stop", "end"])
def test_rec_ends_with_the_word_that_other_shells_have_for_it(session, here, tmp_path, word):
    session.run("rec new.mac")
    session.run("mv th 1")
    session.run(f"rec {word}")
    assert session.recorder.file is None
    assert (tmp_path / "new.mac").read_text() == "mv th 1\n"
    assert not (tmp_path / word).exists()


def test_rec_start_asks_for_a_file_instead_of_writing_one_of_that_name(session, here):
    with pytest.raises(UsageError, match="a file is missing"):
        session.run("rec start")
    assert session.recorder.file is None


def test_rec_adds_to_a_file_that_is_there(session, here, tmp_path):
    here("wa")
    session.run("rec align.mac")
    session.run("mv th 1")
    session.run("rec off")
    assert (tmp_path / "align.mac").read_text() == "wa\nmv th 1\n"
