"""Waits for beam."""

from bluesky.suspenders import SuspendFloor

beam = SuspendFloor(ring_current, 50, resume_thresh=100, sleep=0, tripped_message="no beam")
RE.install_suspender(beam)
