"""Processes that write to a store are killed at random moments, and what they were told is on disk is looked for."""
