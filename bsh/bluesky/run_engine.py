"""The run engine."""

from bsh.bluesky.adapted.async_input import AsyncInput
from bsh.bluesky.adapted.event_loop import (
    autoawait_in_bluesky_event_loop,
    call_in_bluesky_event_loop,
    get_bluesky_event_loop,
    in_bluesky_event_loop,
    set_bluesky_event_loop,
)
from bsh.bluesky.adapted.maybe_async import maybe_await
from bsh.bluesky.adapted.state_machine import (
    LoggingPropertyMachine,
    PropertyMachine,
    RunEngineStateMachine,
    StateMachine,
)
from bsh.bluesky.adapted.status import Status
from bsh.bluesky.adapted.type_names import T
from bsh.bluesky.adapted.values import sanitize_np, warn_if_msg_args_or_kwargs
from bsh.display.mpl import DefaultDuringTask
from bsh.engine import (
    MAX_DEPTH_EXCEEDED_ERR_MSG,
    PAUSE_MSG,
    CallbackRegistry,
    ComposableLogAdapter,
    Dispatcher,
    DuringTask,
    RunEngine,
    RunEngineResult,
    SigintHandler,
    default_scan_id_source,
)
from bsh.engine.run_bundler import RunBundler
from bsh.errors import (
    FailedPause,
    FailedStatus,
    IllegalMessageSequence,
    InvalidCommand,
    NoReplayAllowed,
    PlanHalt,
    RequestAbort,
    RequestStop,
    RunEngineInterrupted,
    TransitionError,
    WaitForTimeoutError,
)
from bsh.msg import Msg, ensure_generator, single_gen
from bsh.preprocessors import normalize_subs_input
from bsh.protocols import (
    Flyable,
    Locatable,
    Movable,
    Pausable,
    Preparable,
    Readable,
    Stageable,
    Stoppable,
    Triggerable,
    check_supports,
)

__all__ = [
    "MAX_DEPTH_EXCEEDED_ERR_MSG",
    "PAUSE_MSG",
    "AsyncInput",
    "CallbackRegistry",
    "ComposableLogAdapter",
    "DefaultDuringTask",
    "Dispatcher",
    "DuringTask",
    "FailedPause",
    "FailedStatus",
    "Flyable",
    "IllegalMessageSequence",
    "InvalidCommand",
    "Locatable",
    "LoggingPropertyMachine",
    "Movable",
    "Msg",
    "NoReplayAllowed",
    "Pausable",
    "PlanHalt",
    "Preparable",
    "PropertyMachine",
    "Readable",
    "RequestAbort",
    "RequestStop",
    "RunBundler",
    "RunEngine",
    "RunEngineInterrupted",
    "RunEngineResult",
    "RunEngineStateMachine",
    "SigintHandler",
    "Stageable",
    "StateMachine",
    "Status",
    "Stoppable",
    "T",
    "TransitionError",
    "Triggerable",
    "WaitForTimeoutError",
    "autoawait_in_bluesky_event_loop",
    "call_in_bluesky_event_loop",
    "check_supports",
    "default_scan_id_source",
    "ensure_generator",
    "get_bluesky_event_loop",
    "in_bluesky_event_loop",
    "maybe_await",
    "normalize_subs_input",
    "sanitize_np",
    "set_bluesky_event_loop",
    "single_gen",
    "warn_if_msg_args_or_kwargs",
]
