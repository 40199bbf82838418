import os
import pty
import termios

import pytest

from bsh.display.echo import LOCAL_FLAGS, no_echo


@pytest.fixture
def terminal():  # type: ignore[no-untyped-def]
    """A pseudo-terminal: the person's end and the program's end."""
    person, program = pty.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def flags(fd: int) -> int:
    return int(termios.tcgetattr(fd)[LOCAL_FLAGS])


def mine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pseudo-terminal count as the terminal of this process's own job."""
    monkeypatch.setattr(os, "tcgetpgrp", lambda fd: os.getpgrp())


def test_echo_is_off_inside_and_back_afterwards_while_ctrl_c_keeps_working(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine(monkeypatch)
    _, program = terminal
    before = flags(program)
    assert before & termios.ECHO
    with no_echo(program):
        assert not flags(program) & (termios.ECHO | termios.ECHOCTL)
        assert flags(program) & termios.ISIG
    assert flags(program) == before


def test_echo_is_back_after_an_error(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    mine(monkeypatch)
    _, program = terminal
    before = flags(program)
    with pytest.raises(RuntimeError), no_echo(program):
        raise RuntimeError
    assert flags(program) == before


def test_what_is_typed_meanwhile_does_not_show_and_is_kept(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine(monkeypatch)
    person, program = terminal
    with no_echo(program):
        os.write(person, b"wa\n")
        assert os.read(program, 100) == b"wa\n"  # the line went through the terminal driver
    os.write(program, b"> ")
    assert os.read(person, 100) == b"> "


def test_a_terminal_of_another_job_and_a_pipe_are_left_alone(terminal: tuple[int, int]) -> None:
    _, program = terminal
    before = flags(program)
    with no_echo(program):
        assert flags(program) == before
    reader, writer = os.pipe()
    with no_echo(reader):
        pass
    os.close(reader)
    os.close(writer)
    with no_echo(reader):
        pass
