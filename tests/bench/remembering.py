"""A process that takes many points: ``python -m tests.bench.remembering bsh 100000``.

Prints resident memory after the warm-up and the highest after that, in MiB.
"""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import messages
from tests.bench.devices import Detector, Motor

LOOK_EVERY = 1000


def main() -> None:
    side, points = sys.argv[1], int(sys.argv[2])
    if side == "bluesky":
        from bluesky import RunEngine
        from bluesky.utils import Msg
    else:
        from bsh import Msg, RunEngine  # type: ignore[assignment]
    engine = RunEngine({}, context_managers=[])
    sizes: list[float] = []

    def watched() -> Iterator[Any]:
        saved = 0
        plan = messages.points(Msg, points, [Detector()], Motor())
        for msg in plan:
            yield msg
            if msg.command == "save":
                saved += 1
                if saved % LOOK_EVERY == 0:
                    gc.collect()
                    sizes.append(_resident_mib())

    engine(watched())
    warm = len(sizes) // 10
    print(sizes[warm], max(sizes[warm:]))


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
