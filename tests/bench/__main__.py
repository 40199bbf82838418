"""``python -m tests.bench``: measure, print the table; exit 1 if a row misses its *must*.

``--write`` also writes the table with its date, versions and method into docs/reference/performance.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import report
from tests.bench.figures import Figure, Measurement

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "performance.md"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="bsh against bluesky, as ratios"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="length of each round (default: %(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each row (default: %(default)s)")
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument(
        "--again",
        action="store_true",
        help=f"measure the rows that {PAGE.name} calls missed once more, and write them",
    )
    options = parser.parse_args()
    if options.again:
        return _again(options.rounds)
    if options.write and (options.only or options.scale < 1 or options.rounds < 5):
        parser.error("only a whole measurement of at least 5 rounds is written")
    load = os.getloadavg()[0]
    figures: list[Figure] = []
    print(report.HEADER)
    for measurement in _measurements(options.scale):
        if options.only.lower() in measurement.name.lower():
            for figure in _measured(measurement, options.rounds):
                print(report.line(figure), flush=True)
                figures.append(figure)
    missed = [figure.name for figure in figures if figure.verdict == "MISSED"]
    if options.write:
        PAGE.write_text(report.page(figures, rounds=options.rounds, load=load))
    for name in missed:
        print(f"MISSED: {name}")
    return 1 if missed else 0


def _again(rounds: int) -> int:
    """Measure what missed its *must* in the whole measurement, when other work on the machine is over."""
    text = PAGE.read_text()
    names = report.missed_rows(text)
    figures: list[Figure] = []
    for make in _groups(1.0):
        for measurement in make():
            if any(name.startswith(measurement.name) for name in names):
                figures += _measured(measurement, rounds)
    print(report.HEADER, *map(report.line, figures), sep="\n")
    PAGE.write_text(report.measured_again(text, figures))
    return 1 if report.missed_rows(PAGE.read_text()) else 0


def _measured(measurement: Measurement, rounds: int) -> list[Figure]:
    """Measure; a row that misses its *must* is measured once again, longer, before that is said."""
    figures = list(measurement.measure(rounds))
    if any(figure.verdict == "MISSED" for figure in figures):
        figures = list(measurement.measure(2 * rounds + 1))
    return figures


def _measurements(scale: float) -> Iterator[Measurement]:
    """Yield everything; processes are measured before this one has become large."""
    for make in _groups(scale):
        yield from make()


def _groups(scale: float) -> list[Callable[[], list[Measurement]]]:
    def prompts() -> list[Measurement]:
        from tests.bench.prompt_rows import prompt_rows

        return prompt_rows()

    def interrupts() -> list[Measurement]:
        from tests.bench.interrupt_rows import interrupt_rows

        return interrupt_rows(scale)

    def memory() -> list[Measurement]:
        from tests.bench.memory_rows import memory_rows

        return memory_rows(scale)

    def engines() -> list[Measurement]:
        from tests.bench.engine_rows import engine_rows

        return engine_rows(scale)

    def documents() -> list[Measurement]:
        from tests.bench.document_rows import document_rows

        return document_rows(scale)

    def subscribers() -> list[Measurement]:
        from tests.bench.subscriber_rows import subscriber_rows

        return subscriber_rows(scale)

    def displays() -> list[Measurement]:
        from tests.bench.display_rows import display_rows

        return display_rows(scale)

    def plans() -> list[Measurement]:
        from tests.bench.plan_rows import plan_rows

        return plan_rows(scale)

    def stores() -> list[Measurement]:
        from tests.bench.store_rows import store_rows

        return store_rows(scale)

    return [prompts, interrupts, memory, engines, documents, subscribers, displays, plans, stores]


if __name__ == "__main__":
    sys.exit(main())
