"""``python -m bsh.ioc``: the demo IOC in the foreground."""

from __future__ import annotations

import argparse
import sys

from bsh.errors import BshError
from bsh.ioc.server import DEFAULT_PORT, DEFAULT_PREFIX, serve


def main() -> int:
    """Serve until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bsh.ioc", description="Demo IOC on loopback.")
    parser.add_argument("--prefix", default=DEFAULT_PREFIX, help="begins every record name")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="TCP and UDP port; 0 takes a free one")
    parser.add_argument("--repeater-port", type=int, default=None, help="where beacons go")
    parser.add_argument("--lifeline", action="store_true", help="end when standard input ends")
    options = parser.parse_args()
    try:
        serve(options.prefix, options.port, repeater_port=options.repeater_port, lifeline=options.lifeline)
    except BshError as error:
        print(error, *([error.hint] if error.hint else []), sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
