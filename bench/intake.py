"""Bench: reports taken in per second, by batch, one by one, and by import, into the demonstration county.

    python -m bench.intake [--rows 20000] [--out bench/results/intake.md]

A private server on disk, fsync and synchronous commit on; uvicorn on loopback in a process of its own; one sender, and
eight for the single calls. Rows are those of the demonstration (`make_incidents`): hot spots, borders, four datums,
imprecise points.
"""

import argparse
import json
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from httpx import Client

from bench.stage import serve
from gridmap.demonstration import make_county, make_incidents
from gridmap.services.calendar import seed_calendar
from gridmap.services.import_incidents import import_incidents
from gridmap.services.load_county import load_county
from gridmap.services.load_incidents import load_incidents
from gridmap.storage.database import Database, make_database
from gridmap.storage.migrate import migrate
from gridmap.storage.server import open_private_server

PROJECT_DIR = Path(__file__).resolve().parent.parent
BATCH = 1000
SENDERS = 8
PROFILE = """
[columns]
source_key = "source_key"
channel = "channel"
item_code = "item_code"
title = "title"
address = "address"
lon = "lon"
lat = "lat"
datum = "datum"
precision = "precision"
reported_at = "reported_at"
resolved_at = "closed_at"
status = "status"
"""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--singles", type=int, default=1_000)
    parser.add_argument("--out", type=Path, default=PROJECT_DIR / "bench" / "results" / "intake.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gridmap-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with open_private_server(home / "var") as server:
            database = make_database(server.make_conninfo())
            text = measure(database, home, rows=options.rows, singles=options.singles)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def measure(database: Database, home: Path, *, rows: int, singles: int) -> str:
    """Measure each door on the same database, one after another."""
    load_before = os.getloadavg()[0]
    with database.connect() as connection:
        migrate(connection)
    seed_calendar(database)
    county = make_county(PROJECT_DIR / "data")
    load_county(database, county)
    now = datetime.now(UTC)
    figures: list[tuple[str, int, float, str]] = []

    history = make_incidents(county, now=now, count=12_000, seed=1)
    started = time.perf_counter()
    load_incidents(database, history)
    figures.append(("history of the demonstration (load_incidents)", len(history), time.perf_counter() - started, ""))

    frame = make_incidents(county, now=now, count=rows, seed=2)
    frame["source_key"] = "bench:" + frame["source_key"].astype(str)
    path, profile = home / "incidents.csv", home / "profile.toml"
    frame.to_csv(path, index=False)
    profile.write_text(PROFILE, encoding="utf-8")
    started = time.perf_counter()
    totals = import_incidents(database, path, profile, rejects_path=home / "rejects.csv")
    figures.append(
        ("import of a CSV file", totals.inserted, time.perf_counter() - started, f"{totals.rejected} rejected")
    )
    started = time.perf_counter()
    totals = import_incidents(database, path, profile, rejects_path=home / "rejects.csv")
    figures.append(("the same file again: all recognised", totals.repeated, time.perf_counter() - started, ""))

    with (
        serve(database) as (address, _pid),
        Client(base_url=f"http://{address}", trust_env=False, timeout=120) as client,
    ):
        reports = make_reports(make_incidents(county, now=now, count=rows, seed=3))
        bodies = [json.dumps(reports[start : start + BATCH]).encode() for start in range(0, len(reports), BATCH)]
        post(client, json.dumps(reports[:1]).encode())  # the first connection plans the rules
        started = time.perf_counter()
        for body in bodies:
            post(client, body)
        figures.append((f"API, batches of {BATCH}, one sender", len(reports), time.perf_counter() - started, ""))

        alone = [json.dumps(one).encode() for one in reports[:singles]]
        times: list[float] = []
        started = time.perf_counter()
        for body in alone:
            sent = time.perf_counter()
            post(client, body)
            times.append(time.perf_counter() - sent)
        took = time.perf_counter() - started
        middle, slow = pd.Series(times).quantile([0.5, 0.95]) * 1000
        figures.append(("API, single calls, one sender", len(alone), took, f"p50 {middle:.1f} ms, p95 {slow:.1f} ms"))
        started = time.perf_counter()
        send_together(f"http://{address}", alone)
        figures.append((f"API, single calls, {SENDERS} senders", len(alone), time.perf_counter() - started, ""))
    return write_results(database, figures, rows=rows, load_before=load_before)


def make_reports(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Make the JSON objects of a live sender."""
    live = frame.drop(columns=["source_key", "closed_at", "status", "dispatched_at", "true_small_grid"])
    live["reported_at"] = [one.isoformat() for one in live["reported_at"]]
    return [{str(name): value for name, value in row.items()} for row in live.to_dict("records")]


def post(client: Client, body: bytes) -> None:
    """Send, and insist on all of it being stored."""
    answer = client.post("/api/incidents", content=body)
    assert answer.status_code == 201, answer.text[:500]


def send_together(url: str, bodies: list[bytes]) -> None:
    """Send from several threads, each with a connection of its own."""

    def send(part: list[bytes]) -> None:
        with Client(base_url=url, trust_env=False, timeout=120) as client:
            for body in part:
                post(client, body)

    threads = [threading.Thread(target=send, args=(bodies[number::SENDERS],)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def write_results(
    database: Database, figures: list[tuple[str, int, float, str]], *, rows: int, load_before: float
) -> str:
    """Write what was measured, with what it was measured on."""
    ask: Callable[[str], Any]
    with database.connect() as connection:

        def ask(query: str) -> Any:
            row = connection.execute(query).fetchone()
            return None if row is None else row[0]

        settings = ", ".join(
            f"{name} {ask(f'SHOW {name}')}" for name in ("fsync", "synchronous_commit", "full_page_writes")
        )
        grids = ask("SELECT count(*) FROM area WHERE level = 'small_grid'")
        places = ask("SELECT count(*) FROM area")
        jurisdictions = ask("SELECT count(*) FROM jurisdiction")
        stored = ask("SELECT count(*) FROM incident")
        postgres = ask("SELECT current_setting('server_version')")
        postgis = ask("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
    lines = [
        "# Intake",
        "",
        "Reports per second, from sent to committed and answered: placed, routed, timed, numbered, announced.",
        "",
        "| door | rows | seconds | rows per second | |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {count:,} | {took:.1f} | **{count / took:,.0f}** | {note} |"
            for name, count, took, note in figures
        ),
        "",
        f"- Command: `python -m bench.intake --rows {rows}`, {datetime.now(UTC):%Y-%m-%d}.",
        f"- Data: the demonstration county, {grids:,} small grids of {places:,} areas, {jurisdictions} jurisdictions; "
        f"{stored:,} incidents at the end.",
        f"- Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"PostgreSQL {postgres}, PostGIS {postgis}; "
        f"{settings}; the sender, the web process and the database share the cores. "
        f"Load average at the start {load_before:.1f}, at the end {os.getloadavg()[0]:.1f}: above the number of "
        "cores other work took its share: run it again when the machine is quiet.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
