"""Keys, toolbar, prompt, plan hint: the shell's small parts."""

import os
import pty
import threading
import time

import pytest

from bsh.devices.sim import SimSignal
from bsh.plans import count
from bsh.session import OfflineDevice, Session
from bsh.shell.keys import KeyReader
from bsh.shell.plan_hint import plan_hint
from bsh.shell.prompt import PromptLine
from bsh.shell.toolbar import ToolbarValues


@pytest.fixture
def terminal():
    """Both ends of a pseudo-terminal: what a person writes to, what the program reads."""
    person, program = pty.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def test_one_key_is_enough_and_the_modes_are_put_back(terminal):
    import termios

    person, program = terminal
    before = termios.tcgetattr(program)
    os.write(person, b"s")
    assert KeyReader(program).read("? ") == "s"
    assert termios.tcgetattr(program) == before


def test_what_was_typed_before_is_handed_over_at_once(terminal):
    person, program = terminal
    keys = KeyReader(program)
    assert keys.pending() == ""
    os.write(person, b"wa th\r")
    assert keys.pending() == "wa th\n"
    assert keys.pending() == ""


def test_ctrl_d_typed_before_is_no_character(terminal):
    person, program = terminal
    os.write(person, b"wa th\r\x04")
    assert KeyReader(program).pending() == "wa th\n"


def test_without_a_terminal_a_line_is_asked_for():
    reading, writing = os.pipe()
    try:
        assert KeyReader(reading, lambda prompt: "stop").read("? ") == "s"
        assert KeyReader(reading, lambda prompt: "").read("? ") == "\n"

        def ended(prompt):
            raise EOFError

        assert KeyReader(reading, ended).read("? ") == ""
    finally:
        os.close(reading)
        os.close(writing)


def test_the_toolbar_shows_values_and_a_question_mark_for_what_does_not_answer():
    asked, release = threading.Event(), threading.Event()

    class Hanging(SimSignal):
        def read(self):
            asked.set()
            release.wait(20)
            return super().read()

    ring, und = SimSignal("ring", value=99.5, units="mA"), Hanging("und")
    values = ToolbarValues(period_s=0.01)
    values.start([("ring", lambda: ring), ("und", lambda: und), ("gone", lambda: None)])
    try:
        assert asked.wait(10)
        deadline = time.monotonic() + 10
        while "?" in values.texts()[0] and time.monotonic() < deadline:
            asked.wait(0.01)
        assert values.texts() == ["ring 99.500 mA", "und ?", "gone ?"]
    finally:
        values.stop()
        release.set()


def test_the_toolbar_shows_a_signal_that_was_offline_once_it_has_come():
    devices = {"ring": OfflineDevice("ring", "no answer")}
    values = ToolbarValues(period_s=0.01)
    values.start([("ring", lambda: devices["ring"])])
    tick, deadline = threading.Event(), time.monotonic() + 10
    try:
        assert values.texts() == ["ring ?"]
        devices["ring"] = SimSignal("ring", value=99.5, units="mA")
        while "?" in values.texts()[0] and time.monotonic() < deadline:
            tick.wait(0.01)
        assert values.texts() == ["ring 99.500 mA"]
    finally:
        values.stop()


def test_the_prompt_shows_the_next_number_and_the_toolbar_the_missing_devices(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as session:
        line = PromptLine(session, ToolbarValues())
        assert line.text() == "sim 1> "
        session.run("ascan th 0 0.1 1 0.01")
        assert line.text() == "sim 2> "
        session.devices["und"] = OfflineDevice("und", "no answer")
        assert "1 offline" in line.toolbar()[0][1]
        assert [style for style, _ in PromptLine(session, ToolbarValues(), plain=True).fragments()] == [
            "",
            "",
        ]


def test_plans_get_a_hint_and_values_do_not():
    assert "RE(_)" in plan_hint(count([]))
    assert "RE(_)" in plan_hint(x for x in ())
    assert plan_hint(3) == plan_hint(None) == plan_hint([]) == ""


def test_a_plan_that_was_told_about_gives_no_second_warning():
    plan = count([])
    plan_hint(plan)
    del plan  # a RuntimeWarning here is an error


def test_the_display_of_a_session_that_is_closed_draws_no_more(tmp_path):
    from bsh.callbacks.live_plot import LivePlot
    from bsh.callbacks.views import views_of
    from bsh.display import progress_bars
    from bsh.shell.screen import Screen

    with Session.from_profile("sim", home=tmp_path) as session:
        screen = Screen(session)
        assert [view._listener for view in views_of(LivePlot("det", "th"))] == [screen.live]
    assert views_of(LivePlot("det", "th")) == []
    assert progress_bars._displays == []


def test_drawing_the_toolbar_asks_no_device(tmp_path):
    class Counting(SimSignal):
        asked = 0

        def read(self):
            Counting.asked += 1
            read.set()
            return super().read()

    read = threading.Event()
    values = ToolbarValues(period_s=3600)
    ring = Counting("ring", value=99.5)
    values.start([("ring", lambda: ring)])
    with Session.from_profile("sim", home=tmp_path) as session:
        line = PromptLine(session, values)
        assert read.wait(10)
        for _ in range(100):
            line.toolbar()
            line.fragments()
    values.stop()
    assert Counting.asked == 1


def test_the_toolbar_names_sample_and_file_and_what_waits(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Session.from_profile("sim", home=tmp_path) as session:
        line = PromptLine(session, ToolbarValues())
        session.run("newsample Fe3O4")
        session.run("newfile iron.spec")
        session.run("q add wa")
        line.refresh()
        assert " · Fe3O4 · iron.spec · idle · 1 queued · " in line.toolbar()[0][1]
        session.run("q pause")
        assert "queue paused (1)" in line.toolbar()[0][1]


def test_somebody_elsewhere_hears_of_the_end_of_a_long_scan(tmp_path):
    from queue import SimpleQueue

    from bsh.shell.screen import Screen

    profile = (
        "attention_after: 0\ndevices:\n  bsh.devices.sim.SimDetector: [{name: det}]\ncounters: {all: [det]}\n"
    )
    (tmp_path / "short.yml").write_text(f"profile: short\n{profile}")
    told = SimpleQueue()
    with Session.from_profile(tmp_path / "short.yml", home=tmp_path) as session:
        Screen(session, plain=True)
        session.notify = told.put
        session.run("timescan -n 2 0.01")
        assert told.get(timeout=20).startswith("#1 done · 2 points")
