"""Benchmarks: bsh against the newest bluesky, in one process, as ratios. Run by ``make bench``."""
