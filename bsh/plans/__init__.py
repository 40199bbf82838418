"""Ready-made plans: counts, and scans along lines, through lists, over grids; SPEC's in bsh.plans.spec."""

from bsh.plans.counting import (
    count,
)
from bsh.plans.grids import (
    grid_scan,
    list_grid_scan,
    outer_product_scan,
    rel_grid_scan,
    rel_list_grid_scan,
    relative_outer_product_scan,
)
from bsh.plans.metadata import (
    derive_default_hints,
    get_hinted_fields,
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

__all__ = [
    "count",
    "derive_default_hints",
    "get_hinted_fields",
    "grid_scan",
    "inner_product_scan",
    "list_grid_scan",
    "list_scan",
    "log_scan",
    "outer_product_scan",
    "rel_grid_scan",
    "rel_list_grid_scan",
    "rel_list_scan",
    "rel_log_scan",
    "rel_scan",
    "relative_inner_product_scan",
    "relative_list_scan",
    "relative_log_scan",
    "relative_outer_product_scan",
    "relative_scan",
    "scan",
    "scan_nd",
    "x2x_scan",
]
