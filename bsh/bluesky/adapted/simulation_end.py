"""What plans end with in a simulation."""

__all__ = ["END"]

END = "end"
"""Stands where a message would after the last one."""
