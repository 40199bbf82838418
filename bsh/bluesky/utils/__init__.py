"""What bluesky keeps in one drawer; in bsh each thing is where it belongs."""

from bsh.bluesky.adapted.async_input import AsyncInput
from bsh.bluesky.adapted.deprecation import already_warned
from bsh.bluesky.adapted.history import ENV_VAR, SEARCH_PATH, get_history
from bsh.bluesky.adapted.kickers import (
    install_kicker,
    install_nb_kicker,
    install_qt_kicker,
    install_remote_qt_kicker,
)
from bsh.bluesky.adapted.maybe_async import iterate_maybe_async, maybe_await, maybe_collect_asset_docs
from bsh.bluesky.adapted.pause_request import PauseRequest
from bsh.bluesky.adapted.plan_types import PLAN_TYPES
from bsh.bluesky.adapted.structs import Struct, StructMeta
from bsh.bluesky.adapted.subscriptions import DefaultSubs, Subs, apply_sub_factories, update_sub_lists
from bsh.bluesky.adapted.transform import register_transform
from bsh.bluesky.adapted.type_names import (
    CustomPlanMetadata,
    OneOrMany,
    P,
    ScalarOrIterableFloat,
    StreamAsset,
    Subscriber,
    SubscriberMap,
    Subscribers,
    T,
)
from bsh.bluesky.adapted.values import (
    apply_to_dict_recursively,
    ensure_uid,
    expiring_function,
    sanitize_np,
    warn_if_msg_args_or_kwargs,
)
from bsh.devices import (
    all_safe_rewind,
    ancestry,
    first_key_heuristic,
    is_movable,
    root_ancestor,
    separate_devices,
    share_ancestor,
)
from bsh.display import (
    ProgressBar,
    ProgressBarBase,
    ProgressBarManager,
    TerminalProgressBar,
    default_progress_bar,
)
from bsh.display.mpl import DefaultDuringTask
from bsh.documents import new_uid, truncate_json_overflow
from bsh.engine import CallbackRegistry, DuringTask, SigintHandler, SignalHandler, ts_msg_hook
from bsh.errors import (
    FailedPause,
    FailedStatus,
    IllegalMessageSequence,
    InvalidCommand,
    NoReplayAllowed,
    PlanHalt,
    RampFail,
    RequestAbort,
    RequestStop,
    RunEngineControlException,
    RunEngineInterrupted,
    TransitionError,
)
from bsh.msg import Msg, MsgGenerator, ensure_generator, single_gen
from bsh.plan_patterns import Plan, is_plan, merge_axis, merge_cycler, plan, short_uid, snake_cyclers
from bsh.plans import get_hinted_fields, maybe_update_hints
from bsh.preprocessors import SUBS_NAMES, make_decorator, normalize_subs_input
from bsh.protocols import (
    Asset,
    HasHints,
    HasParent,
    Hints,
    Movable,
    Readable,
    SyncOrAsync,
    SyncOrAsyncIterator,
    WritesExternalAssets,
    WritesStreamAssets,
    check_supports,
)
from bsh.store import PersistentDict

__all__ = [
    "ENV_VAR",
    "PLAN_TYPES",
    "SEARCH_PATH",
    "SUBS_NAMES",
    "Asset",
    "AsyncInput",
    "CallbackRegistry",
    "CustomPlanMetadata",
    "DefaultDuringTask",
    "DefaultSubs",
    "DuringTask",
    "FailedPause",
    "FailedStatus",
    "HasHints",
    "HasParent",
    "Hints",
    "IllegalMessageSequence",
    "InvalidCommand",
    "Movable",
    "Msg",
    "MsgGenerator",
    "NoReplayAllowed",
    "OneOrMany",
    "P",
    "PauseRequest",
    "PersistentDict",
    "Plan",
    "PlanHalt",
    "ProgressBar",
    "ProgressBarBase",
    "ProgressBarManager",
    "RampFail",
    "Readable",
    "RequestAbort",
    "RequestStop",
    "RunEngineControlException",
    "RunEngineInterrupted",
    "ScalarOrIterableFloat",
    "SigintHandler",
    "SignalHandler",
    "StreamAsset",
    "Struct",
    "StructMeta",
    "Subs",
    "Subscriber",
    "SubscriberMap",
    "Subscribers",
    "SyncOrAsync",
    "SyncOrAsyncIterator",
    "T",
    "TerminalProgressBar",
    "TransitionError",
    "WritesExternalAssets",
    "WritesStreamAssets",
    "all_safe_rewind",
    "already_warned",
    "ancestry",
    "apply_sub_factories",
    "apply_to_dict_recursively",
    "check_supports",
    "default_progress_bar",
    "ensure_generator",
    "ensure_uid",
    "expiring_function",
    "first_key_heuristic",
    "get_hinted_fields",
    "get_history",
    "install_kicker",
    "install_nb_kicker",
    "install_qt_kicker",
    "install_remote_qt_kicker",
    "is_movable",
    "is_plan",
    "iterate_maybe_async",
    "make_decorator",
    "maybe_await",
    "maybe_collect_asset_docs",
    "maybe_update_hints",
    "merge_axis",
    "merge_cycler",
    "new_uid",
    "normalize_subs_input",
    "plan",
    "register_transform",
    "root_ancestor",
    "sanitize_np",
    "separate_devices",
    "share_ancestor",
    "short_uid",
    "single_gen",
    "snake_cyclers",
    "truncate_json_overflow",
    "ts_msg_hook",
    "update_sub_lists",
    "warn_if_msg_args_or_kwargs",
]
