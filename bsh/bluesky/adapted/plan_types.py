"""What counts as a plan for code that asks with isinstance."""

from types import GeneratorType

from bsh.plan_patterns import Plan

__all__ = ["PLAN_TYPES"]

PLAN_TYPES = (GeneratorType, Plan)
"""Generators, and what ``@plan`` makes of them."""
