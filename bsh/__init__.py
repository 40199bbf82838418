"""bsh: a terminal-first beamline control shell."""

__version__ = "0.1.0"
