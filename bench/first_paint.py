"""Time to the first full picture of the map in Chromium: polygons, points, bytes over the wire, heap.

Serves the demonstration county with 50,000 open incidents from a private database, or asks a running server with
whatever county it holds; sizes are reported, not assumed. Writes bench/results/first_paint.md when it served itself.

    python -m bench.first_paint [--runs 5] [--view "/?z=14&lat=36.88&lon=118.74"] [--url http://127.0.0.1:8050]
"""

import argparse
import json
import os
import platform
import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from playwright.sync_api import Browser, CDPSession, sync_playwright

from bench.stage import PROJECT_DIR, open_stage, serve
from gridmap.demonstration import make_county, make_incidents
from gridmap.services.calendar import seed_calendar
from gridmap.services.load_county import load_county
from gridmap.services.load_incidents import load_incidents
from gridmap.storage.database import Database

CHROMIUM = os.environ.get("GRIDMAP_CHROMIUM", "/usr/bin/chromium")
TIMEOUT_MS = 30_000
OPEN_INCIDENTS = 50_000
VIEWS = ["/", "/?z=12&lat=36.88&lon=118.74", "/?z=14&lat=36.88&lon=118.74", "/wall"]

NOTE_DRAWN_SCRIPT = """(() => {
    const look = () => {
        if (window.gridmap && gridmap.debug && gridmap.debug.isDrawn()) window.drawnMs = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})();"""
COUNT_SCRIPT = """(() => {
    const asked = performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/tiles/"));
    const shapes = new Set();
    for (const tile of gridmap.debug.engine().ground._live)
        for (const parts of tile.parts.values())
            for (const { entry } of parts)
                for (const shape of (entry.content || { shapes: [] }).shapes) shapes.add(entry.layerId + shape.id);
    return JSON.stringify({
        drawn: window.drawnMs, shell: asked.length ? Math.min(...asked.map((entry) => entry.startTime)) : 0,
        shapes: shapes.size, incidents: gridmap.store.columns.count,
    });
})()"""

HEADER = """| view | shapes drawn | open incidents | all drawn ms: median (runs) | first tile asked ms | map kB \
| Dash shell kB | heap MB | requests |
|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Run:
    """One cold start."""

    drawn_ms: float
    """From the start of the navigation to the first frame with all tiles in view and all incidents."""
    shell_ms: float
    """The same until the first tile is asked for: what Dash takes before it mounts the map."""
    map_bytes: int
    """Over the wire for the map itself: board, tree, tiles and the scripts and styles of assets/."""
    shell_bytes: int
    """Over the wire for the page and the bundles of Dash and its components."""
    heap_bytes: int
    shapes: int
    incidents: int
    requests: int


def measure_run(browser: Browser, url: str, *, width: int, height: int) -> Run:
    """Load the page once in a context without a cache."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    session: CDPSession = context.new_cdp_session(page)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    received: dict[str, int] = defaultdict(int)

    def note_request(event: dict[str, Any]) -> None:
        urls[event["requestId"]] = event["request"]["url"]

    def note_finished(event: dict[str, Any]) -> None:
        received[event["requestId"]] += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", note_request)
    session.on("Network.loadingFinished", note_finished)
    # The page itself notes the frame in which all was drawn, so that the polling of this script does not count.
    page.add_init_script(NOTE_DRAWN_SCRIPT)
    page.goto(url)
    waited_ms = 0
    while page.evaluate("window.drawnMs || 0") == 0:
        page.wait_for_timeout(50)
        waited_ms += 50
        if waited_ms > TIMEOUT_MS:
            raise TimeoutError(f"{url} was not drawn within {TIMEOUT_MS} ms.")
    found = json.loads(page.evaluate(COUNT_SCRIPT))
    session.send("HeapProfiler.collectGarbage")
    heap_bytes = int(session.send("Runtime.getHeapUsage")["usedSize"])
    map_bytes = sum(size for key, size in received.items() if _is_map(urls.get(key, "")))
    result = Run(
        drawn_ms=found["drawn"],
        shell_ms=found["shell"],
        map_bytes=map_bytes,
        shell_bytes=sum(received.values()) - map_bytes,
        heap_bytes=heap_bytes,
        shapes=found["shapes"],
        incidents=found["incidents"],
        requests=len(received),
    )
    context.close()
    return result


def _is_map(url: str) -> bool:
    return any(part in url for part in ("/api/", "/tiles/", "/assets/"))


def write_row(name: str, runs: list[Run]) -> str:
    """Write one row of the table of results: medians, and all times."""
    times = " ".join(f"{run.drawn_ms:.0f}" for run in runs)
    middle = {
        field: statistics.median(getattr(run, field) for run in runs)
        for field in ("drawn_ms", "shell_ms", "map_bytes", "shell_bytes", "heap_bytes")
    }
    return (
        f"| {name} | {runs[0].shapes:,} | {runs[0].incidents:,} | {middle['drawn_ms']:.0f} ({times}) "
        f"| {middle['shell_ms']:.0f} | {middle['map_bytes'] / 1000:.0f} | {middle['shell_bytes'] / 1000:.0f} "
        f"| {middle['heap_bytes'] / 1e6:.1f} | {runs[0].requests} |"
    )


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="", help="a server that runs; without it one is made")
    parser.add_argument("--view", action="append", default=[], help="path and query of a view; again for more")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--size", default="1920x1080")
    options = parser.parse_args()
    views = options.view or VIEWS
    if options.url:
        print(measure_views(options.url, views, runs=options.runs, size=options.size))
        return
    load = os.getloadavg()[0]
    with open_stage() as database:
        fill(database)
        with serve(database) as (address, _pid):
            table = measure_views(f"http://{address}", views, runs=options.runs, size=options.size)
    text = (
        "# first_paint: time to the full picture\n\nCommand: `python -m bench.first_paint`. The server, PostgreSQL "
        f"and Chromium share the cores; load average before the run {load:.1f}.\n{table}"
    )
    (PROJECT_DIR / "bench" / "results" / "first_paint.md").write_text(text, encoding="utf-8")
    print(text)


def fill(database: Database) -> None:
    """Load the demonstration county, with all of its incidents open."""
    seed_calendar(database)
    county = make_county(PROJECT_DIR / "data")
    load_county(database, county)
    incidents = make_incidents(county, now=datetime.now(UTC), count=OPEN_INCIDENTS)
    load_incidents(database, incidents.assign(status="handling", closed_at=pd.NaT))


def measure_views(url: str, views: list[str], *, runs: int, size: str) -> str:
    """Measure each view and give the table."""
    width, height = (int(part) for part in size.split("x"))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Chromium headless without GPU"
    lines = [f"{machine}, {size}, {runs} cold runs after one that fills the server's caches.", "", HEADER]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for view in views:
            # The first run fills the caches of the server (tiles, compressed bundles).
            done = [measure_run(browser, url + view, width=width, height=height) for _ in range(runs + 1)][1:]
            lines.append(write_row(view, done))
            print(lines[-1], flush=True)
        browser.close()
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
