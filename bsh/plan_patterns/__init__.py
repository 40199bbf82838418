"""Trajectories of scans, and the primitives of messages that stubs and preprocessors share."""

from bsh.plan_patterns.arguments import (
    GridAxis,
    OuterProductArgsPattern,
    check_num,
    chunk_outer_product_args,
    classify_outer_product_args_pattern,
    partition,
)
from bsh.plan_patterns.axes import (
    AxisFamilies,
    axis_name,
    is_coupled,
    is_pseudo_axis,
    merge_axis,
    pseudo_axes,
)
from bsh.plan_patterns.bundles import (
    Bundle,
)
from bsh.plan_patterns.cleanup import (
    AnyPlan,
    PlanFactory,
    contingency_wrapper,
    finalize_wrapper,
    rewindable_wrapper,
)
from bsh.plan_patterns.messages import (
    CHECKPOINT,
    DROP,
    NULL,
    PAUSE,
    SAVE,
    open_run_message,
    short_uid,
    wait_message,
)
from bsh.plan_patterns.mutation import (
    msg_mutator,
    pchain,
    plan_mutator,
)
from bsh.plan_patterns.plan import (
    Plan,
    bare_generator,
    give_up,
    is_plan,
    plan,
)
from bsh.plan_patterns.products import (
    grid_points,
    inner_list_product,
    inner_product,
    line_points,
    list_grid_points,
    list_points,
    outer_list_product,
    outer_product,
)
from bsh.plan_patterns.relative import (
    origin_of,
    relative_set_wrapper,
    reset_positions_wrapper,
)
from bsh.plan_patterns.spacing import (
    linspace,
    logspace,
)
from bsh.plan_patterns.spirals import (
    spiral,
    spiral_fermat,
    spiral_fermat_points,
    spiral_points,
    spiral_square_pattern,
    spiral_square_points,
)
from bsh.plan_patterns.trajectory import (
    Row,
    Trajectory,
    grid,
    lockstep,
    merge_cycler,
    snake_cyclers,
)

__all__ = [
    "CHECKPOINT",
    "DROP",
    "NULL",
    "PAUSE",
    "SAVE",
    "AnyPlan",
    "AxisFamilies",
    "Bundle",
    "GridAxis",
    "OuterProductArgsPattern",
    "Plan",
    "PlanFactory",
    "Row",
    "Trajectory",
    "axis_name",
    "bare_generator",
    "check_num",
    "chunk_outer_product_args",
    "classify_outer_product_args_pattern",
    "contingency_wrapper",
    "finalize_wrapper",
    "give_up",
    "grid",
    "grid_points",
    "inner_list_product",
    "inner_product",
    "is_coupled",
    "is_plan",
    "is_pseudo_axis",
    "line_points",
    "linspace",
    "list_grid_points",
    "list_points",
    "lockstep",
    "logspace",
    "merge_axis",
    "merge_cycler",
    "msg_mutator",
    "open_run_message",
    "origin_of",
    "outer_list_product",
    "outer_product",
    "partition",
    "pchain",
    "plan",
    "plan_mutator",
    "pseudo_axes",
    "relative_set_wrapper",
    "reset_positions_wrapper",
    "rewindable_wrapper",
    "short_uid",
    "snake_cyclers",
    "spiral",
    "spiral_fermat",
    "spiral_fermat_points",
    "spiral_points",
    "spiral_square_pattern",
    "spiral_square_points",
    "wait_message",
]
