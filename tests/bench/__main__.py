"""``python -m tests.bench``: print the table of ratios; exit 1 if a row misses its *must*."""

from __future__ import annotations

import argparse
import sys

from tests.bench.measure import measure
from tests.bench.rows import engine_rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--scale", type=float, default=1.0, help="length of each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    options = parser.parse_args()
    print(f"{'row':38} {'bluesky us':>11} {'bsh us':>9} {'ratio':>7} {'must':>5} {'aim':>5}")
    missed = 0
    for row in engine_rows(options.scale):
        if options.only not in row.name:
            continue
        figure = measure(row, options.rounds)
        print(
            f"{row.name:38} {figure.bluesky_us:11.1f} {figure.bsh_us:9.2f} {figure.ratio:7.1f} "
            f"{row.must:5g} {row.aim:5g}  {figure.verdict}",
            flush=True,
        )
        missed += figure.verdict == "MISSED"
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
