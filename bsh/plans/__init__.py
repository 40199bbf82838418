"""Ready-made plans: counts, scans, grids, spirals, scans that adapt, flights; SPEC's in bsh.plans.spec."""

from bsh.plans.adapting import (
    adaptive_scan,
    rel_adaptive_scan,
    relative_adaptive_scan,
    tune_centroid,
)
from bsh.plans.counting import (
    count,
)
from bsh.plans.flying import (
    fly,
    ramp_plan,
)
from bsh.plans.grids import (
    grid_scan,
    list_grid_scan,
    outer_product_scan,
    rel_grid_scan,
    rel_list_grid_scan,
    relative_outer_product_scan,
)
from bsh.plans.lining_up import (
    lineup,
)
from bsh.plans.metadata import (
    derive_default_hints,
    get_hinted_fields,
    maybe_update_hints,
)
from bsh.plans.scanning import (
    inner_product_scan,
    list_scan,
    log_scan,
    rel_list_scan,
    rel_log_scan,
    rel_scan,
    relative_inner_product_scan,
    relative_list_scan,
    relative_log_scan,
    relative_scan,
    scan,
    scan_nd,
    x2x_scan,
)
from bsh.plans.spirals import (
    rel_spiral,
    rel_spiral_fermat,
    rel_spiral_square,
    relative_spiral,
    relative_spiral_fermat,
    spiral,
    spiral_fermat,
    spiral_square,
)
from bsh.plans.suggesting import (
    adaptive,
)
from bsh.plans.tweaking import (
    tweak,
)

__all__ = [
    "adaptive",
    "adaptive_scan",
    "count",
    "derive_default_hints",
    "fly",
    "get_hinted_fields",
    "grid_scan",
    "inner_product_scan",
    "lineup",
    "list_grid_scan",
    "list_scan",
    "log_scan",
    "maybe_update_hints",
    "outer_product_scan",
    "ramp_plan",
    "rel_adaptive_scan",
    "rel_grid_scan",
    "rel_list_grid_scan",
    "rel_list_scan",
    "rel_log_scan",
    "rel_scan",
    "rel_spiral",
    "rel_spiral_fermat",
    "rel_spiral_square",
    "relative_adaptive_scan",
    "relative_inner_product_scan",
    "relative_list_scan",
    "relative_log_scan",
    "relative_outer_product_scan",
    "relative_scan",
    "relative_spiral",
    "relative_spiral_fermat",
    "scan",
    "scan_nd",
    "spiral",
    "spiral_fermat",
    "spiral_square",
    "tune_centroid",
    "tweak",
    "x2x_scan",
]
