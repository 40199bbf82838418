"""Rows of the requirements about calling the engine that no other test would miss."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import threading
from typing import Any

import pytest

from bsh import FailedStatus, Msg, RunEngine, RunEngineInterrupted
from bsh.engine.during_task import DefaultDuringTask
from tests.engine.parts import Collector, HandStatus, Motor
from tests.engine.test_messages import bundle, run


def test_everything_but_the_metadata_is_given_by_keyword() -> None:
    parameters = list(inspect.signature(RunEngine).parameters.values())
    assert [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD] == ["md"]
    call = inspect.signature(RunEngine.__call__).parameters
    assert [name for name, each in call.items() if each.kind is each.POSITIONAL_ONLY][1:] == ["plan", "subs"]


def test_the_engine_runs_on_a_daemon_thread_of_its_own(engine: RunEngine) -> None:
    threads: list[threading.Thread] = []
    engine.msg_hook = lambda msg: threads.append(threading.current_thread())
    engine([Msg("null")])
    assert [thread.daemon for thread in threads] == [True]
    assert threads[0] is not threading.current_thread()
    other = RunEngine()
    assert other.loop is not engine.loop
    other.close()


def test_a_loop_that_runs_already_is_used_as_it_is(collector: Collector) -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    while not loop.is_running():
        pass
    engine = RunEngine(loop=loop)
    threads: list[threading.Thread] = []
    engine.msg_hook = lambda msg: threads.append(threading.current_thread())
    engine([Msg("null"), Msg("sleep", None, 0.001), Msg("null")])
    assert set(threads) == {thread}
    assert engine.loop is loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def test_a_loop_that_does_not_run_yet_gets_a_thread() -> None:
    loop = asyncio.new_event_loop()
    engine = RunEngine(loop=loop)
    assert engine([Msg("sleep", None, 0.001)]) == ()
    engine.close()
    assert not loop.is_running()
    loop.close()


def test_the_engine_can_be_imported_and_made_on_any_thread() -> None:
    script = (
        "import threading\n"
        "def go():\n"
        "    from bsh import Msg, RunEngine\n"
        "    print(RunEngine()([Msg('null')]))\n"
        "thread = threading.Thread(target=go); thread.start(); thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("()\n", "")


def test_what_is_said_at_a_pause_can_be_changed(engine: RunEngine) -> None:
    engine.pause_msg = "press any key"
    with pytest.raises(RunEngineInterrupted, match="press any key"):
        engine([Msg("pause")])
    engine.abort()


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_waiting_hook_hears_none_after_a_failure_too(engine: RunEngine, asynchronous: bool) -> None:
    motor = Motor("m1", by_hand=True)
    heard: list[Any] = []

    def hook(statuses: Any) -> None:
        heard.append(statuses)
        if statuses and asynchronous:
            threading.Thread(target=motor.statuses[0].finish, args=(OSError("no"),)).start()
        elif statuses:
            motor.statuses[0].finish(OSError("no"))

    engine.waiting_hook = hook
    with pytest.raises(FailedStatus):
        engine([Msg("set", motor, 1, group="g"), Msg("wait", None, group="g")])
    assert len(heard) == 2
    assert heard[-1] is None


def test_suspensions_are_recorded_like_pauses(engine: RunEngine, collector: Collector) -> None:
    engine.record_interruptions = True
    asked: list[bool] = []

    async def soon() -> None:
        await asyncio.sleep(0)

    def hook(msg: Msg) -> None:
        if msg.command == "null" and not asked:
            asked.append(True)
            engine.request_suspend(soon)

    engine.msg_hook = hook
    engine([Msg("open_run"), Msg("checkpoint"), Msg("null"), Msg("null"), Msg("close_run")])
    assert [doc["data"]["interruption"] for doc in collector.named("event")] == ["suspend", "resume"]


def test_nothing_is_recorded_unless_it_is_wanted(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("checkpoint"), Msg("pause"), Msg("close_run")])
    engine.resume()
    assert collector.named("descriptor") == []


def test_resumable_says_whether_a_pause_could_be_resumed(engine: RunEngine) -> None:
    seen: list[bool] = []
    engine.msg_hook = lambda msg: seen.append(engine.resumable)
    engine([Msg("null"), Msg("clear_checkpoint"), Msg("null"), Msg("checkpoint"), Msg("null")])
    assert seen == [True, True, False, False, True]


def test_the_lossless_names_are_the_same_functions(engine: RunEngine) -> None:
    collector = Collector()
    token = engine.subscribe_lossless(collector)
    engine(run())
    engine.unsubscribe_lossless(token)
    engine(run())
    assert len(collector.named("start")) == 1


def test_the_registry_is_printed_with_all_the_words_on_demand(engine: RunEngine) -> None:
    async def shout(msg: Msg) -> None:
        """Shout a word.

        Louder each time.
        """

    engine.register_command("shout", shout)
    assert engine.print_command_registry().startswith("List of available commands\n")
    assert "Louder" not in engine.print_command_registry()
    assert "Louder each time." in engine.print_command_registry(verbose=True)


def test_every_command_of_the_table_says_what_it_does(engine: RunEngine) -> None:
    for line in engine.print_command_registry().splitlines()[1:]:
        name, _, words = line.partition(" : ")
        assert words, f"{name} has no description"


def test_a_validator_may_refuse_and_may_change_what_is_recorded() -> None:
    collector = Collector()

    def validator(md: Any) -> Any:
        if "sample" not in md:
            raise ValueError("which sample?")
        return {**md, "sample": md["sample"].upper()}

    engine = RunEngine(md_validator=validator)
    engine.subscribe(collector)
    with pytest.raises(ValueError, match="which sample"):
        engine(run())
    engine(run(), sample="lab6")
    assert [(doc["sample"], doc["scan_id"]) for doc in collector.named("start")] == [("LAB6", 1)]
    engine.close()


def test_a_plans_own_name_wins_over_the_metadata_of_the_engine(
    engine: RunEngine, collector: Collector
) -> None:
    engine.md.update(plan_name="old", plan_type="old", uid="mine", time=0)

    def my_plan() -> Any:
        for msg in run():  # noqa: UP028 - a list takes no replies
            yield msg

    engine(my_plan())
    engine(my_plan(), plan_name="given")
    first, second = collector.named("start")
    assert (first["plan_name"], first["plan_type"], second["plan_name"]) == ("my_plan", "generator", "given")
    assert first["uid"] not in ("mine", second["uid"])
    assert first["time"] > 1e9


def test_every_key_of_the_engines_metadata_is_recorded_and_none_is_needed(
    engine: RunEngine, collector: Collector
) -> None:
    engine.md.update(a=1, b={"c": [1, 2]}, d="text")
    engine(run())
    start = collector.named("start")[0]
    assert (start["a"], start["b"], start["d"]) == (1, {"c": [1, 2]}, "text")
    engine.md.clear()
    engine(run())
    assert collector.named("start")[1]["scan_id"] == 1


def test_the_numbers_of_a_call_do_not_stay_in_the_engines_metadata(engine: RunEngine) -> None:
    engine([*run(), *run()], operator="me")
    assert engine.md == {"scan_id": 2}


def test_an_interrupted_call_raises_so_that_the_next_line_of_a_script_is_not_run(engine: RunEngine) -> None:
    ran: list[str] = []

    def script() -> None:
        engine([Msg("pause")])
        ran.append("second")

    with pytest.raises(RunEngineInterrupted):
        script()
    assert ran == []
    engine.abort()


def test_an_aborted_call_tells_its_result_where_results_are_wanted() -> None:
    engine = RunEngine(call_returns_result=True)
    engine.notify = lambda notice: None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("pause")])
    result = engine.abort("enough")
    assert (result.exit_status, result.interrupted, result.reason) == ("abort", True, "enough")
    assert len(result.run_start_uids) == 1
    engine.close()


@pytest.mark.parametrize("command", ["set", "trigger", "kickoff", "complete", "prepare"])
@pytest.mark.parametrize("late", [False, True])
def test_whatever_fails_is_named_with_its_cause_on_screen_and_in_the_stop_document(
    engine: RunEngine, collector: Collector, command: str, late: bool
) -> None:
    status = HandStatus()

    class Device:
        name, parent = "dev", None

        def __getattr__(self, verb: str) -> Any:
            if verb != command:
                raise AttributeError(verb)
            return lambda *args: status

    if not late:
        status.finish(OSError("limit switch hit"))
    engine.waiting_hook = lambda statuses: status.finish(OSError("limit switch hit")) if statuses else None
    args = (12.5,) if command == "set" else ()
    words = r"dev: (move to 12\.5|trigger|kickoff|complete|prepare) failed after .* s: limit switch hit"
    with pytest.raises(FailedStatus, match=words):
        engine(
            [
                Msg("open_run"),
                Msg(command, Device(), *args, group="g"),
                Msg("wait", None, group="g"),
                *bundle(),
            ]
        )
    assert "limit switch hit" in collector.named("stop")[0]["reason"]
    assert "dev: " in collector.named("stop")[0]["reason"]


def test_notices_are_printed_and_questions_asked_where_there_is_nothing_better(motor: Motor) -> None:
    lines: list[str] = []
    engine = RunEngine(during_task=DefaultDuringTask(write=lines.append, read=lambda prompt: "y"))
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("pause")])
    assert any("RE.resume()" in line for line in lines)
    engine.abort()
    engine.close()
