"""How ``import bluesky`` comes to find bsh: the finder, the loggers, the session's hook."""
