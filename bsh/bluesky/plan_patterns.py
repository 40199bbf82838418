"""Trajectories."""

from bsh.devices import is_movable
from bsh.plan_patterns import (
    OuterProductArgsPattern,
    chunk_outer_product_args,
    classify_outer_product_args_pattern,
    inner_list_product,
    inner_product,
    outer_list_product,
    outer_product,
    snake_cyclers,
    spiral,
    spiral_fermat,
    spiral_square_pattern,
)

__all__ = [
    "OuterProductArgsPattern",
    "chunk_outer_product_args",
    "classify_outer_product_args_pattern",
    "inner_list_product",
    "inner_product",
    "is_movable",
    "outer_list_product",
    "outer_product",
    "snake_cyclers",
    "spiral",
    "spiral_fermat",
    "spiral_square_pattern",
]
