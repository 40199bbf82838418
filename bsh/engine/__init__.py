"""The run engine: takes messages from plans, drives devices, emits documents."""

from bsh.engine.awaiting import Awaiting
from bsh.engine.dispatcher import CallbackRegistry, Dispatcher
from bsh.engine.during_task import DefaultDuringTask, DuringTask
from bsh.engine.exit_path import CleanupFailure
from bsh.engine.notices import Notice
from bsh.engine.opening import default_md_validator, default_scan_id_source
from bsh.engine.result import RunEngineResult
from bsh.engine.run_engine import PAUSE_MSG, RunEngine
from bsh.engine.sigint import InterruptPolicy, SigintHandler, SignalHandler
from bsh.engine.states import LEGAL_REQUESTS, TRANSITIONS, EngineState

__all__ = [
    "LEGAL_REQUESTS",
    "PAUSE_MSG",
    "TRANSITIONS",
    "Awaiting",
    "CallbackRegistry",
    "CleanupFailure",
    "DefaultDuringTask",
    "Dispatcher",
    "DuringTask",
    "EngineState",
    "InterruptPolicy",
    "Notice",
    "RunEngine",
    "RunEngineResult",
    "SigintHandler",
    "SignalHandler",
    "default_md_validator",
    "default_scan_id_source",
]
