"""The run engine."""

from bsh.bluesky.adapted.event_loop import (
    autoawait_in_bluesky_event_loop,
    call_in_bluesky_event_loop,
    get_bluesky_event_loop,
    in_bluesky_event_loop,
    set_bluesky_event_loop,
)
from bsh.bluesky.adapted.state_machine import LoggingPropertyMachine, RunEngineStateMachine
from bsh.engine import (
    MAX_DEPTH_EXCEEDED_ERR_MSG,
    PAUSE_MSG,
    Dispatcher,
    RunEngine,
    RunEngineResult,
    default_scan_id_source,
)
from bsh.errors import WaitForTimeoutError

__all__ = [
    "MAX_DEPTH_EXCEEDED_ERR_MSG",
    "PAUSE_MSG",
    "Dispatcher",
    "LoggingPropertyMachine",
    "RunEngine",
    "RunEngineResult",
    "RunEngineStateMachine",
    "WaitForTimeoutError",
    "autoawait_in_bluesky_event_loop",
    "call_in_bluesky_event_loop",
    "default_scan_id_source",
    "get_bluesky_event_loop",
    "in_bluesky_event_loop",
    "set_bluesky_event_loop",
]
