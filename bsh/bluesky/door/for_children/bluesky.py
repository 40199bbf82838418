"""Stands where a child process finds it first, and gives its place to the door."""

import sys

del sys.modules[__name__]

import bsh.bluesky  # noqa: E402  # after this module is out of the way

bsh.bluesky.install()

import bluesky  # type: ignore[import-not-found]  # noqa: E402, F401  # the import system hands out what stands in sys.modules now
