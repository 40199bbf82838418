"""The run engine: takes messages from plans, drives devices, emits documents."""

from bsh.engine.awaiting import Awaiting
from bsh.engine.cleanup_failures import CleanupFailure
from bsh.engine.dispatcher import CallbackRegistry, Dispatcher
from bsh.engine.during_task import BlockingEvent, DefaultDuringTask, DuringTask
from bsh.engine.execution import MAX_DEPTH_EXCEEDED_ERR_MSG
from bsh.engine.logs import (
    ComposableLogAdapter,
    LogFormatter,
    config_bluesky_logging,
    get_handler,
    set_handler,
    ts_msg_hook,
    validate_level,
)
from bsh.engine.loops import (
    call_in_engine_event_loop,
    get_engine_event_loop,
    in_engine_event_loop,
    set_engine_event_loop,
)
from bsh.engine.notices import Notice
from bsh.engine.opening import default_md_validator, default_scan_id_source
from bsh.engine.result import RunEngineResult
from bsh.engine.run_engine import PAUSE_MSG, RunEngine
from bsh.engine.sigint import InterruptPolicy, SigintHandler, SignalHandler
from bsh.engine.states import LEGAL_REQUESTS, TRANSITIONS, EngineState
from bsh.engine.tracing import trace_plan

__all__ = [
    "LEGAL_REQUESTS",
    "MAX_DEPTH_EXCEEDED_ERR_MSG",
    "PAUSE_MSG",
    "TRANSITIONS",
    "Awaiting",
    "BlockingEvent",
    "CallbackRegistry",
    "CleanupFailure",
    "ComposableLogAdapter",
    "DefaultDuringTask",
    "Dispatcher",
    "DuringTask",
    "EngineState",
    "InterruptPolicy",
    "LogFormatter",
    "Notice",
    "RunEngine",
    "RunEngineResult",
    "SigintHandler",
    "SignalHandler",
    "call_in_engine_event_loop",
    "config_bluesky_logging",
    "default_md_validator",
    "default_scan_id_source",
    "get_engine_event_loop",
    "get_handler",
    "in_engine_event_loop",
    "set_engine_event_loop",
    "set_handler",
    "trace_plan",
    "ts_msg_hook",
    "validate_level",
]
