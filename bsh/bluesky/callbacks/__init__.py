"""Callbacks for scripts."""

__all__ = []
