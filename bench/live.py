"""How long from an insert to the sockets of all viewers and to the screen of one, and what the server spends on it.

    python -m bench.live [--viewers 200] [--seconds 30] [--rate 20] [--database-url postgresql://...]

Makes the lattice county with 50,000 open incidents in a private database (or in one that is given: empty, or filled by
this bench before). The server runs as a process of its own, the viewers in another, the writer in this one; all share
the machine.
Writes bench/results/live.md.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psycopg
from websockets.asyncio.client import connect

from bench.lattice import EAST, NORTH, SOUTH, WEST, fill_lattice
from bench.stage import PROJECT_DIR, open_stage, serve
from gridmap.storage.database import Database
from gridmap.web.live.follower import TICK_S

INCIDENTS = 50_000
NOTICED = 10
"""So many viewers of 200 note the time; the others only read, as a browser's socket does."""


@dataclass(frozen=True)
class Figures:
    """Of one run: waits from before the insert to the receipt, in milliseconds; shares of one core in percent."""

    viewers: int
    inserts: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    pixel_p50_ms: float
    pixel_p95_ms: float
    server_cpu: float
    idle_cpu: float
    memory_mb: float


def main() -> None:
    """Run with one viewer and with many."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a server of your own; without it a private one is made")
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=20, help="changes a second")
    parser.add_argument("--view", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.view:
        asyncio.run(_view(given.view, given.viewers, given.seconds))
        return
    found = []
    load = os.getloadavg()[0]
    with open_stage(given.database_url) as database:
        _fill(database)
        with serve(database) as (address, pid):
            for viewers in (1, given.viewers):
                figures = _measure(database, address, pid, viewers=viewers, seconds=given.seconds, rate=given.rate)
                found.append(figures)
                print(figures, flush=True)
            storm = _measure_storm(address)
            print(storm)
    _write(found, storm, given, load=load)


def _fill(database: Database) -> None:
    with database.connect() as connection:
        row = connection.execute("SELECT (SELECT count(*) FROM area), (SELECT count(*) FROM incident)").fetchone()
        assert row is not None
        if row[0] == 0:
            fill_lattice(connection, incidents=INCIDENTS)
        elif row[1] < INCIDENTS:
            sys.exit("The database holds something else: give an empty one.")


def _measure(database: Database, address: str, pid: int, *, viewers: int, seconds: float, rate: float) -> Figures:
    command = [sys.executable, "-m", "bench.live_pixels", address, str(seconds + 15)]
    screen = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True)
    assert screen.stdout is not None
    assert screen.stdout.readline() == "ready\n"
    command = [sys.executable, "-m", "bench.live", "--view", address]
    command += ["--viewers", str(viewers), "--seconds", str(seconds + 5)]
    watching = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True)
    assert watching.stdout is not None
    assert watching.stdout.readline() == "ready\n"
    before, started = read_cpu_s(pid), time.monotonic()
    time.sleep(3)
    idle = (read_cpu_s(pid) - before) / (time.monotonic() - started)
    before, started = read_cpu_s(pid), time.monotonic()
    sent = _write_changes(database, seconds=seconds, rate=rate)
    spent = (read_cpu_s(pid) - before) / (time.monotonic() - started)
    seen: list[tuple[int, float]] = json.loads(watching.communicate()[0])
    waits = sorted((at - sent[number]) * 1000 for number, at in seen if number in sent)
    assert len(waits) >= len(sent) * min(viewers, NOTICED), f"{len(waits)} of {len(sent)} were seen"
    cuts = statistics.quantiles(waits, n=20)
    # The browser tells the time of day, this process the monotonic one: both of this machine, read at one moment.
    offset_s = time.time() - time.monotonic()
    shown: list[tuple[int, float]] = json.loads(screen.communicate()[0])
    first_shown: dict[int, float] = {}
    for number, at in shown:
        first_shown.setdefault(number, at)
    pixels = [first_shown[number] - (sent[number] + offset_s) * 1000 for number in sent if number in first_shown]
    assert len(pixels) == len(sent), f"{len(pixels)} of {len(sent)} were on the screen"
    pixel_cuts = statistics.quantiles(pixels, n=20)
    memory = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]
    return Figures(
        viewers,
        len(sent),
        cuts[9],
        cuts[18],
        waits[-1],
        pixel_cuts[9],
        pixel_cuts[18],
        spent * 100,
        idle * 100,
        int(memory) / 1024,
    )


def _write_changes(database: Database, *, seconds: float, rate: float) -> dict[int, float]:
    """Insert at random moments; each fourth time close an older one too, so that the board stays as it is."""
    dice = random.Random(5)
    sent: dict[int, float] = {}
    until = time.monotonic() + seconds
    due = time.monotonic()
    with database.connect(autocommit=True) as connection:
        while time.monotonic() < until:
            due += dice.expovariate(rate)
            time.sleep(max(0.0, due - time.monotonic()))
            lon, lat = dice.uniform(WEST, EAST), dice.uniform(SOUTH, NORTH)
            at = time.monotonic()
            row = connection.execute(
                "INSERT INTO incident (item_code, title, reported_lon, reported_lat) "
                "VALUES ('I01', 'measured', %s, %s) RETURNING id",
                [lon, lat],
            ).fetchone()
            assert row is not None
            sent[row[0]] = at
        # Not before the last ones were shown: what is closed within a tick never appears.
        time.sleep(0.6)
        with contextlib.suppress(psycopg.Error):
            connection.execute("UPDATE incident SET status = 'rejected' WHERE id = ANY(%s)", [list(sent)])
    return sent


async def _view(address: str, viewers: int, seconds: float) -> None:
    seen: list[tuple[int, float]] = []
    ready = asyncio.Semaphore(0)

    async def watch(number: int) -> None:
        async with connect(f"ws://{address}/ws/live", max_size=None, compression=None) as stream:
            ready.release()
            async for text in stream:
                at = time.monotonic()
                if number < NOTICED:
                    message = json.loads(text)
                    seen.extend((row[0], at) for row in message.get("rows", ()))

    tasks = [asyncio.create_task(watch(number)) for number in range(viewers)]
    for _ in tasks:
        await ready.acquire()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    sys.stdout.write(json.dumps(seen))


def _measure_storm(address: str) -> str:
    """200 snapshots at once, as after a restart of the server."""

    async def storm() -> tuple[float, int]:
        started = time.monotonic()
        sizes = await asyncio.gather(*(asyncio.to_thread(fetch_board, address) for _ in range(200)))
        return time.monotonic() - started, len(sizes[0])

    spent_s, size = asyncio.run(storm())
    return f"200 snapshots of {size / 1000:.0f} kB in {spent_s:.1f} s"


def fetch_board(address: str) -> bytes:
    request = urllib.request.Request(f"http://{address}/api/board", headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return bytes(answer.read())


def read_cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _write(found: list[Figures], storm: str, given: argparse.Namespace, *, load: float) -> None:
    lines = [
        "# Live: from an insert to the socket and to the screen",
        "",
        f"{INCIDENTS:,} open incidents, 7,184 areas; {given.rate:g} inserts a second at random moments for "
        f"{given.seconds:g} s, through all rules of the database. {os.cpu_count()} cores shared by the database, the "
        f"server, the viewers and the writer; Python {platform.python_version()}. The time runs from before the INSERT "
        f"to the receipt of the message, and to the second animation frame after the change in a real Chromium beside "
        f"the viewers, which paints without a GPU on the same cores; tick {TICK_S * 1000:.0f} ms. Load average before "
        f"the run: {load:.1f}.",
        "",
        "    python -m bench.live",
        "",
        "| viewers | inserts | socket p50 ms | p95 ms | worst ms | screen p50 ms | p95 ms "
        "| server, % of a core | at rest | memory MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for f in found:
        cells = (f.viewers, f.inserts, *map(round, (f.p50_ms, f.p95_ms, f.worst_ms, f.pixel_p50_ms, f.pixel_p95_ms)))
        shares = (f"{f.server_cpu:.1f}", f"{f.idle_cpu:.1f}", round(f.memory_mb))
        lines.append(f"| {' | '.join(map(str, cells + shares))} |")
    lines += ["", f"A storm: {storm}.", ""]
    (PROJECT_DIR / "bench" / "results" / "live.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
