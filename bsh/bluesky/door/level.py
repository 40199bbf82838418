"""The version of bluesky whose names the door offers."""

__all__ = ["API_LEVEL"]

API_LEVEL = "1.15.1"
"""What ``bluesky.__version__`` says: code of others compares it with the version that brought a name."""
