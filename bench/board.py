"""What the board costs the server: a snapshot, a change, and incidents that cross their due times.

    python -m bench.board [--viewers 50] [--seconds 65] [--changes 300]

The lattice county with 50,000 open incidents, 4,096 small grids and 120 units in a private database. Snapshots and
changes are measured inside one process, on the code that the server runs; crossings on the program itself, as the
difference between a time in which hundreds of due times pass and one in which none does.
Writes bench/results/board.md.
"""

import argparse
import asyncio
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.board_crossings import Window, watch_crossings
from bench.lattice import fill_lattice
from bench.stage import PROJECT_DIR, open_stage, serve
from gridmap.services.board import BoardFeed, open_feed
from gridmap.services.clock import change_county_clock
from gridmap.storage.database import Database
from gridmap.web.live.live import Live

INCIDENTS = 50_000
UNITS = 120
SNAPSHOTS = 30
CLOCKS = (
    ("whole working days", "00:00-24:00", "running-clock"),
    ("office hours 08:30-12:00, 13:30-17:30", "08:30-12:00,13:30-17:30", "running-clock"),
    ("the same, civil-code", "08:30-12:00,13:30-17:30", "civil-code"),
)


@dataclass(frozen=True)
class Spent:
    """Wall and CPU time of this process, in milliseconds: median and slowest twentieth."""

    wall_ms: float
    wall_p95_ms: float
    cpu_ms: float
    cpu_p95_ms: float


def main() -> None:
    """Measure the three and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument(
        "--seconds", type=float, default=65, help="of each of the two windows; above 60 each holds a run of the rules"
    )
    parser.add_argument("--changes", type=int, default=300)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with open_stage() as database:
        with database.connect() as connection:
            fill_lattice(connection, incidents=INCIDENTS, units=UNITS)
        snapshots = []
        change = _measure_changes(database, given.changes)
        for name, hours, convention in CLOCKS:
            started = time.perf_counter()
            changed = len(change_county_clock(database, hours=hours, convention=convention).changed)
            took_s = time.perf_counter() - started
            spent, size = _measure_snapshots(database)
            snapshots.append((name, spent, size, changed, took_s))
            print(snapshots[-1], flush=True)
        # Last, as it gives every incident a target of its own.
        with serve(database) as (address, pid):
            quiet, busy = asyncio.run(watch_crossings(database, address, pid, given.viewers, given.seconds))
    _write(snapshots, change, quiet, busy, given, load)


def _measure_snapshots(database: Database) -> tuple[Spent, int]:
    """Build it and compress it as for a browser that asks after a change."""
    live = Live(database)
    with open_feed(database) as feed:
        live.replace(feed.load())
        header, figures = feed.read_header(), feed.read_figures()
    live.set_figures(figures)
    size = 0

    def build() -> None:
        nonlocal size
        live.set_header(header)  # as after the last tick: what was kept is not given out again
        size = len(live.snapshot().body.encode("br"))

    build()
    return _time(build, SNAPSHOTS), size


def _measure_changes(database: Database, count: int) -> Spent:
    """From the notification to the serialised delta: read what changed, put it on the board, write the message."""
    live = Live(database)
    with open_feed(database) as feed, database.connect(autocommit=True) as writer:
        loaded = feed.load()
        live.replace(loaded)
        position = loaded.position
        onward = {"reported": "accepted", "dispatched": "acknowledged", "acknowledged": "handling"}
        ids = writer.execute(
            "SELECT id, status FROM incident WHERE status = ANY(%s) ORDER BY random() LIMIT %s", [list(onward), count]
        ).fetchall()
        spent: list[tuple[float, float]] = []
        for number, status in ids:
            writer.execute("UPDATE incident SET status = %s WHERE id = %s", [onward[status], number])
            while not feed.wait(5):
                raise SystemExit("no notification came")
            wall, cpu, revision = time.perf_counter(), time.process_time(), live.hub.revision
            position = _step(feed, live, position)
            spent.append((time.perf_counter() - wall, time.process_time() - cpu))
            assert live.hub.revision == revision + 1, "a change was not told"
    return _summarise(spent)


def _step(feed: BoardFeed, live: Live, position: str) -> str:
    """One step of gridmap.web.live.follower, without its pause."""
    changes = feed.read_changes(position)
    assert len(changes.rows) == 1
    live.apply(changes.rows, changes.gone)
    return changes.position


def _time(act: Callable[[], None], count: int) -> Spent:
    spent = []
    for _ in range(count):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    return _summarise(spent)


def _summarise(spent: list[tuple[float, float]]) -> Spent:
    walls, cpus = ([1000 * one[side] for one in spent] for side in (0, 1))
    return Spent(
        statistics.median(walls),
        statistics.quantiles(walls, n=20)[18],
        statistics.median(cpus),
        statistics.quantiles(cpus, n=20)[18],
    )


def _write(
    snapshots: list[tuple[str, Spent, int, int, float]],
    change: Spent,
    quiet: Window,
    busy: Window,
    given: argparse.Namespace,
    load: float,
) -> None:
    lines = [
        "# Board: a snapshot, a change, a due time that passes",
        "",
        f"{INCIDENTS:,} open incidents, 4,096 small grids of 7,184 areas, {UNITS} units; {os.cpu_count()} cores "
        f"shared with the database; Python {platform.python_version()}. Load average before the run {load:.1f}: "
        "where it is above the number of cores, read the CPU columns.",
        "",
        "    python -m bench.board",
        "",
        "## Snapshot",
        "",
        f"Copy the columns, encode them, compress them with Brotli, as for a browser that asks after a change; "
        f"{SNAPSHOTS} times. Aim: 150 ms. Where limits end with a day each incident has its own seconds, and the "
        "three due times go out as columns.",
        "",
        "| clock of the county | CPU ms | p95 | wall ms | p95 | kB | due times changed by setting it | s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, spent, size, changed, took_s in snapshots:
        cells = (f"{spent.cpu_ms:.0f}", f"{spent.cpu_p95_ms:.0f}", f"{spent.wall_ms:.0f}", f"{spent.wall_p95_ms:.0f}")
        lines.append(f"| {name} | {' | '.join(cells)} | {size / 1000:.0f} | {changed:,} | {took_s:.1f} |")
    lines += [
        "",
        "## Change",
        "",
        f"One incident changes its status; from the notification to the serialised delta (read what changed, "
        f"put it on the board, write the message), {given.changes} times. CPU of the server, the "
        "database's not counted. Aim: 5 ms.",
        "",
        "| CPU ms | p95 | wall ms | p95 |",
        "|---|---|---|---|",
        f"| {change.cpu_ms:.2f} | {change.cpu_p95_ms:.2f} | {change.wall_ms:.2f} | {change.wall_p95_ms:.2f} |",
        "",
        "## Crossing a due time",
        "",
        f"The program serves {given.viewers} viewers through two windows of {given.seconds:g} s in which "
        f"nobody writes. In the second, {busy.crossed} incidents become overdue, by the columns as a browser reads "
        "them. Aim: no query, no message, nothing per viewer.",
        "",
        "| window | became overdue | changes written | cards given | messages about incidents | heartbeats "
        "| of figures | others | transactions of the database | server CPU s |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, window in (("without crossings", quiet), ("with crossings", busy)):
        told = [window.messages[kind] for kind in ("d", "hb", "f")]
        cells = (
            window.crossed,
            window.written,
            window.cards,
            *told,
            sum(window.messages.values()) - sum(told),
            window.transactions,
        )
        lines.append(f"| {name} | {' | '.join(map(str, cells))} | {window.cpu_s:.2f} |")
    lines += [
        "",
        "The transactions are the look for changes once a second, the figures, and those of this bench; the heartbeats "
        "come every 5 s. Once a minute the rules of supervision give the cards that are due, one to each that crossed, "
        "and the hours that units burnt are read. If that makes other figures, one message with all of them, written "
        "once, goes to each viewer: at most one a minute of each kind, however many cross. Changed were "
        f"{_list_figures(quiet, busy)}.",
        "",
    ]
    (PROJECT_DIR / "bench" / "results" / "board.md").write_text("\n".join(lines), encoding="utf-8")


def _list_figures(*windows: Window) -> str:
    return ", ".join(sorted({name for window in windows for name in window.figures})) or "none"


if __name__ == "__main__":
    main()
