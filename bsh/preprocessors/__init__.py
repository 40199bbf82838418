"""Wrappers that add to plans or change them; each has a decorator."""

from bsh.plan_patterns.mutation import msg_mutator, pchain, plan_mutator
from bsh.preprocessors.attached import (
    SUBS_NAMES,
    normalize_subs_input,
    subs_decorator,
    subs_wrapper,
    suspend_decorator,
    suspend_wrapper,
)
from bsh.preprocessors.cleaning import (
    contingency_decorator,
    contingency_wrapper,
    finalize_decorator,
    finalize_wrapper,
    rewindable_decorator,
    rewindable_wrapper,
)
from bsh.preprocessors.continuing import (
    continuing_decorator,
    continuing_wrapper,
)
from bsh.preprocessors.counting import (
    configure_count_time_decorator,
    configure_count_time_wrapper,
)
from bsh.preprocessors.decorators import (
    make_decorator,
)
from bsh.preprocessors.during import (
    baseline_decorator,
    baseline_wrapper,
    fly_during_decorator,
    fly_during_wrapper,
    monitor_during_decorator,
    monitor_during_wrapper,
)
from bsh.preprocessors.positions import (
    relative_set_decorator,
    relative_set_wrapper,
    reset_positions_decorator,
    reset_positions_wrapper,
)
from bsh.preprocessors.runs import (
    inject_md_decorator,
    inject_md_wrapper,
    run_decorator,
    run_wrapper,
    set_run_key_decorator,
    set_run_key_wrapper,
    stub_decorator,
    stub_wrapper,
)
from bsh.preprocessors.staging import (
    lazily_stage_decorator,
    lazily_stage_wrapper,
    stage_decorator,
    stage_wrapper,
)
from bsh.preprocessors.summary import (
    print_summary_wrapper,
)
from bsh.preprocessors.supplemental import (
    SupplementalData,
)

__all__ = [
    "SUBS_NAMES",
    "SupplementalData",
    "baseline_decorator",
    "baseline_wrapper",
    "configure_count_time_decorator",
    "configure_count_time_wrapper",
    "contingency_decorator",
    "contingency_wrapper",
    "continuing_decorator",
    "continuing_wrapper",
    "finalize_decorator",
    "finalize_wrapper",
    "fly_during_decorator",
    "fly_during_wrapper",
    "inject_md_decorator",
    "inject_md_wrapper",
    "lazily_stage_decorator",
    "lazily_stage_wrapper",
    "make_decorator",
    "monitor_during_decorator",
    "monitor_during_wrapper",
    "msg_mutator",
    "normalize_subs_input",
    "pchain",
    "plan_mutator",
    "print_summary_wrapper",
    "relative_set_decorator",
    "relative_set_wrapper",
    "reset_positions_decorator",
    "reset_positions_wrapper",
    "rewindable_decorator",
    "rewindable_wrapper",
    "run_decorator",
    "run_wrapper",
    "set_run_key_decorator",
    "set_run_key_wrapper",
    "stage_decorator",
    "stage_wrapper",
    "stub_decorator",
    "stub_wrapper",
    "subs_decorator",
    "subs_wrapper",
    "suspend_decorator",
    "suspend_wrapper",
]
