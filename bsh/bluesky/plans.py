"""Ready-made plans."""

from bsh import plans
from bsh.bluesky.adapted.generator_functions import as_generator_function
from bsh.bluesky.adapted.type_names import PerShot, PerStep, PerStep1D, PerStepND
from bsh.msg import Msg
from bsh.plans import derive_default_hints, get_hinted_fields
from bsh.protocols import Flyable, Movable, NamedMovable, Readable

__all__ = [
    "Flyable",
    "Movable",
    "Msg",
    "NamedMovable",
    "PerShot",
    "PerStep",
    "PerStep1D",
    "PerStepND",
    "Readable",
    "adaptive_scan",
    "count",
    "derive_default_hints",
    "fly",
    "get_hinted_fields",
    "grid_scan",
    "inner_product_scan",
    "list_grid_scan",
    "list_scan",
    "log_scan",
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

adaptive_scan = as_generator_function(plans.adaptive_scan)
count = as_generator_function(plans.count)
fly = as_generator_function(plans.fly)
grid_scan = as_generator_function(plans.grid_scan)
inner_product_scan = as_generator_function(plans.inner_product_scan)
list_grid_scan = as_generator_function(plans.list_grid_scan)
list_scan = as_generator_function(plans.list_scan)
log_scan = as_generator_function(plans.log_scan)
outer_product_scan = as_generator_function(plans.outer_product_scan)
ramp_plan = as_generator_function(plans.ramp_plan)
rel_adaptive_scan = as_generator_function(plans.rel_adaptive_scan)
rel_grid_scan = as_generator_function(plans.rel_grid_scan)
rel_list_grid_scan = as_generator_function(plans.rel_list_grid_scan)
rel_list_scan = as_generator_function(plans.rel_list_scan)
rel_log_scan = as_generator_function(plans.rel_log_scan)
rel_scan = as_generator_function(plans.rel_scan)
rel_spiral = as_generator_function(plans.rel_spiral)
rel_spiral_fermat = as_generator_function(plans.rel_spiral_fermat)
rel_spiral_square = as_generator_function(plans.rel_spiral_square)
relative_adaptive_scan = as_generator_function(plans.relative_adaptive_scan)
relative_inner_product_scan = as_generator_function(plans.relative_inner_product_scan)
relative_list_scan = as_generator_function(plans.relative_list_scan)
relative_log_scan = as_generator_function(plans.relative_log_scan)
relative_outer_product_scan = as_generator_function(plans.relative_outer_product_scan)
relative_scan = as_generator_function(plans.relative_scan)
relative_spiral = as_generator_function(plans.relative_spiral)
relative_spiral_fermat = as_generator_function(plans.relative_spiral_fermat)
scan = as_generator_function(plans.scan)
scan_nd = as_generator_function(plans.scan_nd)
spiral = as_generator_function(plans.spiral)
spiral_fermat = as_generator_function(plans.spiral_fermat)
spiral_square = as_generator_function(plans.spiral_square)
tune_centroid = as_generator_function(plans.tune_centroid)
tweak = as_generator_function(plans.tweak)
x2x_scan = as_generator_function(plans.x2x_scan)
