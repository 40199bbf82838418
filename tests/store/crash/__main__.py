"""``make crash``: hundreds of ``kill -9`` and simulated power cuts, and their figures in docs/reference/durability.md."""

from __future__ import annotations

import argparse
import contextlib
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from bsh.store.filesystem import filesystem_type
from tests.store.crash.power import cut, recorded
from tests.store.crash.programs import Programs, kill_program
from tests.store.crash.trial import Findings, try_once
from tests.store.crash.victim import KINDS, NETWORK

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "durability.md"
TRIALS_PER_STORE = 40
CUTS_PER_WRITER = 100
NOTES = 3000

HEAD = """\
# Durability

Written by `make crash`, which kills processes with `kill -9` at random moments and looks at what is left. What is
acknowledged is never lost: a row that was printed, a scan number that was used, an edit of the metadata whose line came
back.

"""

TAIL = """
How it is done: one or two processes write to a store ({kinds}). They write a line to a pipe whenever the store
tells them that something is on disk; that is what *acknowledged* means. One in ten is killed while it starts, the
others up to {life} s later. Then the store is opened. What is in it must be what was
emitted, in the order of emission and without a gap, must hold all that was acknowledged, no scan number may be given
twice or go back, and what was not closed must be reported as interrupted. *Kept beyond that* are documents that had reached the
disk before anybody was told. Every {per_store} trials SQLite's `integrity_check` reads the whole file.

What a kill does not show is a power cut: the system still has what was written and not synced. So writers are recorded,
with each write, sync and deletion that SQLite asks the system for, and the disk is put together as a cut at some moment
leaves it, half of the time in the very moment in which something was acknowledged: what was synced is there; of what was
written since, all, nothing, or some sectors of 512 bytes; of files made or deleted since their folder was synced, the first
few. SQLite's `synchronous = EXTRA` is what makes this hold (with `FULL`, a rollback journal may come back after a cut, and
undo what was acknowledged; the tests fail with it). A disk that says it has synced and has not is beyond anybody's reach.

| what | when it is on disk |
|---|---|
| start, descriptor and stop documents | before the plan goes on |
| events | {group} ms after they were emitted, as a rule, many in one commit; the row appears in the table then |
| scan numbers | before the start document is made |
| metadata (`RE.md[...] = ...`) | when the line comes back |
| the place up to which files beside the store are written | with the next documents; files are given some twice after a crash |

Large arrays stay in the files that the detector wrote; the store has the documents that name them.

After a crash the next start says which scan was cut off, and at which point; `resume N` takes the points that are
left, as a new scan that names the first one. A file that is damaged is kept aside, and the last good metadata and scan
number go into a new one. When the disk is full, the scan waits, and goes on once there is room. Where the home is on a network file system,
SQLite's rollback journal is used, which is slower, and one shell at a time may have the profile open.

## What was tried by hand

- **A network file system**, SSHFS (`fuse.sshfs`, a folder mounted twice, the server on the same machine), 2026-11-23: it is
  recognised and said; 78 writers killed, 29,551 documents acknowledged, none missing, `integrity_check` ok; a scan killed
  in `bsh` and resumed; a second shell refused with who has the profile, also through the other mount; `--take`.
  NFS and CIFS themselves were not tried: they are recognised by their names in `/proc/self/mountinfo`, as SSHFS is. What
  is not recognised can be said: `BSH_NETWORK_HOME=yes`.
- **SQLite 3.34.1** of Debian 11, 2026-11-23: the tests of store, sessions, export and command line pass with it (`make
  test-sqlite`).
"""


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=400, help="how many writers to kill, at least")
    parser.add_argument("--programs", type=int, default=40, help="how many times to kill the whole program")
    parser.add_argument("--cuts", type=int, default=600, help="how many power cuts to simulate, at least")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    findings: dict[str, Findings] = {}
    cuts: dict[str, Findings] = {}
    programs = Programs()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kind = filesystem_type(folder)
        trial = 0
        while sum(found.kills for found in findings.values()) < options.kills:
            path = (
                folder
                / f"{NETWORK if trial // TRIALS_PER_STORE % 4 == 3 else 'wal'}-{trial // TRIALS_PER_STORE}.db"
            )
            try_once(path, trial, chance, findings)
            trial += 1
            if trial % TRIALS_PER_STORE == 0:
                _check(path)
                print(
                    {
                        label: (found.kills, found.acknowledged, found.missing)
                        for label, found in findings.items()
                    }
                )
        for number in range(-(-options.cuts // CUTS_PER_WRITER)):
            _cut_power(folder / f"cuts-{number}", number, chance, cuts)
        print({label: (found.kills, found.acknowledged, found.missing) for label, found in cuts.items()})
        for number in range(options.programs):
            kill_program(folder / f"home-{number}", chance, programs)
        print(programs)
    missing = sum(found.missing for found in [*findings.values(), *cuts.values()]) + programs.missing
    options.page.write_text(_page(findings, cuts, programs, kind, options.seed), encoding="utf-8")
    print(f"{options.page}: {missing} missing")
    raise SystemExit(missing != 0)


def _cut_power(folder: Path, number: int, chance: random.Random, cuts: dict[str, Findings]) -> None:
    """Record one writer, and cut its power many times."""
    folder.mkdir()
    journal = NETWORK if number % 2 else "wal"
    writer = recorded(folder, chance, chance.choice([*KINDS]), journal, NOTES)
    cut(writer, folder, CUTS_PER_WRITER, chance, cuts.setdefault(journal, Findings()))


def _check(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _page(
    findings: dict[str, Findings], cuts: dict[str, Findings], programs: Programs, kind: str, seed: int
) -> str:
    table = [
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, file system {kind}, seed {seed}.\n",
        "| writers | kills | documents acknowledged | of these missing | kept beyond that | open runs of one process, at most | opening after it, median and longest |",
        "|---|---|---|---|---|---|---|",
        *_rows(findings),
        "",
        "| power cuts, simulated | cuts | documents acknowledged | of these missing | kept beyond that | open runs of one process, at most | opening after it, median and longest |",
        "|---|---|---|---|---|---|---|",
        *_rows(cuts),
        "",
        "| the whole program, in mid-scan | |",
        "|---|---|",
        f"| kills of `bsh -c` | {programs.kills} |",
        f"| points printed | {programs.printed} |",
        f"| of these missing | {programs.missing} |",
        f"| starts that told of the interrupted scan, and how to resume it | {programs.told} |",
        f"| scans that `resume -1` completed, each point once | {programs.resumed} |",
        "| scans that had ended before the kill | "
        f"{programs.kills - programs.resumed if programs.told == programs.resumed else 'unknown'} |",
    ]
    from bsh.store.writer import GROUP_WINDOW_S
    from tests.store.crash.trial import LONGEST_LIFE_S

    tail = TAIL.format(
        kinds="; ".join(KINDS.values()),
        life=LONGEST_LIFE_S,
        per_store=TRIALS_PER_STORE,
        group=round(GROUP_WINDOW_S * 1000),
    )
    return HEAD + "\n".join(table) + "\n" + tail


def _rows(findings: dict[str, Findings]) -> list[str]:
    """Return a row for each kind of trial, and one for all of them."""
    every = list(findings.values())
    total = Findings(
        kills=sum(found.kills for found in every),
        acknowledged=sum(found.acknowledged for found in every),
        missing=sum(found.missing for found in every),
        unacknowledged=sum(found.unacknowledged for found in every),
        most_open_runs=max(found.most_open_runs for found in every),
        opening_s=[seconds for found in every for seconds in found.opening_s],
    )
    return [_row(label, found) for label, found in [*sorted(findings.items()), ("**all**", total)]]


def _row(label: str, found: Findings) -> str:
    median, longest = statistics.median(found.opening_s) * 1000, max(found.opening_s) * 1000
    return (
        f"| {label} | {found.kills} | {found.acknowledged} | {found.missing} | {found.unacknowledged} |"
        f" {found.most_open_runs} | {median:.0f} ms, {longest:.0f} ms |"
    )


if __name__ == "__main__":
    main()
