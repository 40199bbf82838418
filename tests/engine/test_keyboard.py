"""Plain input() in a plan: asked by whoever waits for the plan, never read by the engine's thread."""

import io
import signal
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest

from bsh.engine import DefaultDuringTask, RunEngine
from bsh.engine.keyboard import PlanKeyboard
from bsh.errors import RunEngineInterrupted
from bsh.msg import Msg


class Person:
    """Answers questions, and remembers who asked what on which thread."""

    def __init__(self, *answers: str | type[BaseException] | Callable[[], str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.threads: list[threading.Thread] = []

    def __call__(self, prompt: str) -> str:
        self.asked.append(prompt)
        self.threads.append(threading.current_thread())
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            return answer
        if isinstance(answer, type):
            raise answer
        return answer()


def engine_with(person: Person) -> RunEngine:
    engine = RunEngine(during_task=DefaultDuringTask(write=lambda line: None, read=person))
    engine.call_returns_result = True
    return engine


def result_of(person: Person, read: Callable[[], Any]) -> Any:
    engine = engine_with(person)

    def plan() -> Generator[Msg, Any, Any]:
        yield Msg("null")
        return read()

    try:
        return engine(plan()).plan_result
    finally:
        engine.close()


def test_input_in_a_plan_is_asked_on_the_thread_that_waits_for_the_plan() -> None:
    before, person = sys.stdin, Person("yes")
    assert result_of(person, input) == "yes"
    assert person.threads == [threading.current_thread()]
    assert sys.stdin is before


def test_lines_are_read_up_to_the_end_of_the_input() -> None:
    assert result_of(Person("one", "two", EOFError), lambda: list(sys.stdin)) == ["one\n", "two\n"]
    assert result_of(Person("one", "two", EOFError), lambda: sys.stdin.read()) == "one\ntwo\n"
    with pytest.raises(EOFError):
        result_of(Person(EOFError), input)


def test_ctrl_c_at_a_question_of_plain_python_aborts_the_plan() -> None:
    def press() -> str:
        signal.raise_signal(signal.SIGINT)
        return "never"

    with pytest.raises(RunEngineInterrupted, match="the question was answered with Ctrl"):
        result_of(Person(press), input)


def test_a_halt_from_elsewhere_ends_the_wait_for_an_answer_and_no_thread_is_given_up() -> None:
    asked, left = threading.Event(), threading.Event()

    def wait_for_halt() -> str:
        asked.set()
        assert left.wait(30)
        return "too late"

    engine = engine_with(Person(wait_for_halt))
    failures: list[BaseException] = []

    def plan() -> Generator[Msg, Any, Any]:
        yield Msg("null")
        try:
            input("? ")
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            left.set()

    def halt() -> None:
        assert asked.wait(30)
        engine.halt()

    other = threading.Thread(target=halt)
    other.start()
    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    other.join(30)
    assert [type(each).__name__ for each in failures] == ["EngineHalt"]
    assert engine.state == "idle"
    engine.close()


def test_other_threads_read_the_real_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("mine\nand the rest"))
    asked: list[str] = []
    engine = RunEngine({})
    with PlanKeyboard(asked.append, engine.engine_loop):  # type: ignore[arg-type]  # nobody asks
        assert input() == "mine"
        assert sys.stdin.read() == "and the rest"
    assert asked == []
    engine.close()


def test_the_engines_thread_finds_no_descriptor_to_read_from() -> None:
    assert isinstance(result_of(Person(), _descriptor), io.UnsupportedOperation)


def _descriptor() -> Any:
    try:
        return sys.stdin.fileno()
    except io.UnsupportedOperation as error:
        return error


def test_stand_ins_that_end_in_another_order_leave_the_real_stream() -> None:
    before = sys.stdin
    engine = RunEngine({})
    first, second = (PlanKeyboard(engine.during_task.ask, engine.engine_loop) for _ in range(2))
    first.__enter__()
    second.__enter__()
    first.__exit__()
    assert sys.stdin is second
    second.__exit__()
    assert sys.stdin is before
    engine.close()
