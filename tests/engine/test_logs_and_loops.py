"""Logging, tracing, and code that has to run on the engine's loop."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest

import bsh
from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh.engine import (
    LogFormatter,
    RunEngineResult,
    call_in_engine_event_loop,
    get_engine_event_loop,
    get_handler,
    in_engine_event_loop,
    set_handler,
    trace_plan,
    ts_msg_hook,
    validate_level,
)
from tests.engine.parts import Collector, Motor
from tests.engine.test_messages import bundle, result_of, run


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    yield stream
    logger, handler = logging.getLogger("bsh"), get_handler()
    if handler is not None:
        logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_importing_adds_no_handler_and_set_handler_replaces_its_own(stream: io.StringIO) -> None:
    assert bsh.set_handler is set_handler
    assert bsh.config_bluesky_logging is set_handler
    before = list(logging.getLogger("bsh").handlers)
    set_handler(stream)
    second = set_handler(stream)
    assert [each for each in logging.getLogger("bsh").handlers if each not in before] == [second]
    assert get_handler() is second


def test_messages_states_and_documents_are_logged_when_wanted(engine: RunEngine, stream: io.StringIO) -> None:
    set_handler(stream, level="DEBUG")
    engine(run())
    text = stream.getvalue()
    assert "Msg('open_run'" in text
    assert "Change state from idle -> running" in text
    assert "start" in text
    assert "\x1b" not in text


def test_logs_may_go_to_a_file(engine: RunEngine, stream: io.StringIO, tmp_path: Any) -> None:
    set_handler(str(tmp_path / "bsh.log"), level="DEBUG").close()
    set_handler(str(tmp_path / "bsh.log"), level="DEBUG")
    engine([Msg("null")])
    handler = get_handler()
    assert handler is not None
    handler.close()
    assert "Msg('null'" in (tmp_path / "bsh.log").read_text()


def test_levels_have_names() -> None:
    assert validate_level("warning") == logging.WARNING
    assert validate_level(7) == 7
    with pytest.raises(ValueError, match="no log level 'LOUD'"):
        validate_level("LOUD")


def test_the_formatter_colours_by_level_only_when_asked() -> None:
    record = logging.LogRecord("bsh", logging.ERROR, "f.py", 1, "two\nlines", (), None)
    assert LogFormatter(color=True).format(record).startswith("\x1b[31m")
    plain = LogFormatter(color=False).format(record)
    assert "\x1b" not in plain
    assert "\n    lines" in plain


def test_the_log_can_be_switched_off(engine: RunEngine) -> None:
    assert engine.verbose
    engine.verbose = False
    assert engine.log.logger.disabled
    engine.verbose = True
    assert not engine.log.logger.disabled
    assert engine.log.extra == {"RE": engine}


def test_messages_can_be_printed_with_the_time() -> None:
    stream = io.StringIO()
    ts_msg_hook(Msg("set", Motor("m1"), 1.0, group="g"), file=stream)
    time, command, *_ = stream.getvalue().split()
    assert command == "set"
    assert len(time.split(".")[1]) == 6


class Tracer:
    """Records spans, as an OpenTelemetry tracer would."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []

    def start_span(self, name: str, attributes: Any = None) -> Any:
        span: dict[str, Any] = {"name": name, "ended": False, **(attributes or {})}
        self.spans.append(span)

        class Span:
            def set_attribute(self, key: str, value: Any) -> None:
                span[key] = value

            def end(self) -> None:
                span["ended"] = True

        return Span()


def test_runs_and_plans_have_spans_when_there_is_a_tracer(engine: RunEngine) -> None:
    tracer = Tracer()
    engine.tracer = tracer

    @trace_plan(tracer)
    def my_plan() -> Any:
        yield Msg("open_run")
        yield Msg("close_run", exit_status="fail", reason="why not")

    (uid,) = engine(my_plan())
    plan, run_span = tracer.spans
    assert (plan["name"], plan["ended"]) == ("my_plan", True)
    assert (run_span["uid"], run_span["exit_status"], run_span["reason"]) == (uid, "fail", "why not")
    assert run_span["ended"]


def test_code_can_be_called_on_the_engines_loop(engine: RunEngine) -> None:
    async def where() -> tuple[bool, Any]:
        return in_engine_event_loop(), asyncio.get_running_loop()

    assert not in_engine_event_loop()
    assert call_in_engine_event_loop(where(), timeout=10) == (True, engine.loop)
    assert get_engine_event_loop() is engine.loop


def test_a_call_on_the_engines_loop_may_time_out(engine: RunEngine) -> None:
    with pytest.raises(TimeoutError):
        call_in_engine_event_loop(asyncio.sleep(30), timeout=0.01)


def test_the_engines_loop_does_not_wait_for_itself(engine: RunEngine) -> None:
    coroutine = asyncio.sleep(0)

    async def inside() -> None:
        with pytest.raises(RuntimeError, match="use 'await' here"):
            call_in_engine_event_loop(coroutine)
        await coroutine

    call_in_engine_event_loop(inside(), timeout=10)


def test_raise_if_interrupted_is_metadata_and_warned_about(engine: RunEngine, collector: Collector) -> None:
    with pytest.warns(UserWarning, match="raise_if_interrupted"):
        engine(run(), raise_if_interrupted=False)
    assert collector.named("start")[0]["raise_if_interrupted"] is False


def test_ending_a_paused_plan_gives_a_result_where_calls_do(engine: RunEngine) -> None:
    engine.call_returns_result = True
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("pause")])
    result = engine.abort("enough")
    assert isinstance(result, RunEngineResult)
    assert (result.exit_status, result.reason, result.interrupted) == ("abort", "enough", True)


def test_rewindable_can_be_set_from_outside(engine: RunEngine) -> None:
    engine.msg_hook = lambda msg: setattr(engine, "rewindable", False) if msg.command == "null" else None
    assert result_of(engine, Msg("null"), Msg("rewindable", None)) is False
    assert engine.rewindable is False


class Frames:
    """Writes frames elsewhere, and says so for as many as all have."""

    parent = None

    def __init__(self, name: str, written: int) -> None:
        self.name = name
        self._written = written
        self._told = 0

    def describe_collect(self) -> Any:
        return {self.name: {"dtype": "array", "shape": [1, 4, 4], "source": "test", "external": "STREAM:"}}

    async def get_index(self) -> int:
        return self._written

    async def collect_asset_docs(self, index: int) -> Any:
        if self._told == 0:
            yield (
                "stream_resource",
                {
                    "uid": self.name,
                    "data_key": self.name,
                    "mimetype": "application/x-hdf5",
                    "uri": "file://localhost/x.h5",
                    "parameters": {},
                },
            )
        if index > self._told:
            indices = {"start": self._told, "stop": index}
            self._told = index
            yield (
                "stream_datum",
                {
                    "uid": f"{self.name}/{index}",
                    "stream_resource": self.name,
                    "indices": indices,
                    "seq_nums": {"start": 0, "stop": 0},
                    "descriptor": "",
                },
            )


def test_several_writers_are_collected_into_one_stream_as_far_as_all_have_come(
    engine: RunEngine, collector: Collector
) -> None:
    one, two = Frames("one", 5), Frames("two", 3)

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("declare_stream", None, one, two, name="main", collect=True)
        yield Msg("collect", one, two, name="main")
        two._written = 5
        yield Msg("collect", one, two, name="main")
        yield Msg("close_run")

    engine(plan())
    descriptor = collector.named("descriptor")[0]
    assert set(descriptor["data_keys"]) == {"one", "two"}
    data = [
        (doc["stream_resource"], doc["indices"]["stop"], doc["seq_nums"])
        for doc in collector.named("stream_datum")
    ]
    first, second = {"start": 1, "stop": 4}, {"start": 4, "stop": 6}
    assert data == [("one", 3, first), ("two", 3, first), ("one", 5, second), ("two", 5, second)]
    assert {doc["descriptor"] for doc in collector.named("stream_datum")} == {descriptor["uid"]}
    assert collector.named("stop")[0]["num_events"] == {"main": 5}
    assert all(
        doc["run_start"] == collector.named("start")[0]["uid"] for doc in collector.named("stream_resource")
    )


def test_a_monitored_stream_has_a_name_of_its_own(engine: RunEngine, collector: Collector) -> None:
    from bsh.devices.sim import SimSignal

    engine(run(Msg("monitor", SimSignal("ring", value=1.0))))
    assert collector.named("descriptor")[0]["name"].startswith("monitor-")


def test_stale_configuration_is_not_emitted_again_after_configure(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    gain = {"value": 1}
    motor.read_configuration = lambda: {"gain": {"value": gain["value"], "timestamp": 1.0}}  # type: ignore[method-assign]
    motor.describe_configuration = lambda: {"gain": {"dtype": "integer", "shape": [], "source": "t"}}  # type: ignore[method-assign]
    motor.configure = lambda value: gain.update(value=value)  # type: ignore[attr-defined]
    engine(run(*bundle(motor), Msg("configure", motor, 2), *bundle(motor, name="other"), *bundle(motor)))
    gains = [
        (doc["name"], doc["configuration"]["m1"]["data"]["gain"]) for doc in collector.named("descriptor")
    ]
    assert gains == [("primary", 1), ("other", 2), ("primary", 2)]
