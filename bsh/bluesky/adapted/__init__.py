"""What bluesky has and bsh does not, or does otherwise: written for the door, in terms of bsh."""
