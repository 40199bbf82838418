"""The rest of the usage behind the cursor, in a real terminal."""

import pytest


@pytest.mark.terminal
def test_the_usage_follows_the_cursor_and_is_no_part_of_the_line(open_shell):
    shell = open_shell(columns=80, lines=24)
    shell.wait_prompt()
    shell.send("ascan ")
    shell.wait(r"> ascan   motor start stop intervals seconds \[counters\.\.\.\]")
    shell.send("th -1 1 ")
    shell.wait(r"> ascan th -1 1   intervals seconds \[counters\.\.\.\]$")
    shell.send("4 0.01")
    shell.wait(r"> ascan th -1 1 4 0\.01  \[counters\.\.\.\]  → 5 points, at least 0\.1 s$")
    shell.send(" det mon")
    shell.wait(r"> ascan th -1 1 4 0\.01 det mon  → 5 points, at least 0\.1 s$")
    shell.send("\r")
    shell.wait(r"> ascan th -1 1 4 0\.01 det mon$")
    shell.wait(r"5 points")
    shell.wait_prompt()
    assert "command" not in shell.run("x = 3")
    assert shell.run("get_ipython().Completer.use_jedi") == "False"  # it takes seconds, and may ask devices
    assert "ascan th -1 1 4 0.01 det mon" in shell.run("scans")


@pytest.mark.terminal
def test_tab_offers_values_with_what_they_are(shell):
    shell.run("ascan th -1 1 20 0.01")
    shell.send("mv th ")
    shell.send("\t")
    shell.wait(r"1\.0000 +0\.0\d+ +th")
    shell.wait(r"0\.0\d+ +-180\.0000 +tth")
    shell.send("\t")
    shell.wait(r"^ *now *$")
    shell.send("\t")
    shell.wait(r"^ *cen *$")


def test_nothing_is_shown_or_loaded_before_the_session_is_complete(tmp_path):
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.document import Document
    from prompt_toolkit.layout.controls import BufferControl
    from prompt_toolkit.layout.processors import TransformationInput

    from bsh.session import Session
    from bsh.shell.usage_hint import UsageHint

    document = Document("ascan th -1 1 4 0.01")
    typed = TransformationInput(
        BufferControl(Buffer()), document, 0, lambda place: place, [("", document.text)], 80, 1
    )
    with Session.from_profile("sim", home=tmp_path, complete=False) as session:
        hint = UsageHint(session, session.namespace, lambda: "sim 1> ")
        assert hint.apply_transformation(typed).fragments == [("", document.text)]
        session.complete()
        assert len(hint.apply_transformation(typed).fragments) == 2
