"""Bench: actions of the life cycle per second, durable: single calls through the service, over HTTP, and in bulk.

    python -m bench.lifecycle [--incidents 1000] [--open 20000] [--out bench/results/lifecycle.md]

A private server on disk, fsync and synchronous commit on, with `--open` other open incidents in it. Each incident
goes its whole way of seven actions: accept, dispatch, acknowledge, start, resolve, verify, call back; each action is
checked against the table, locks the incident, and writes status, history, ledger, people and outbox in one transaction.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from httpx import Client

from bench.stage import open_stage, serve
from gridmap.services.bulk_transitions import carry_out_many
from gridmap.services.transitions import Action, Carried, carry_out
from gridmap.storage.database import Database
from tests.county import insert_small_county
from tests.staff import insert_staff

PROJECT_DIR = Path(__file__).resolve().parent.parent
THREADS = 4
BULK = 100
WAY = (
    (Action.ACCEPT, "op", Carried()),
    (Action.DISPATCH, "di", Carried()),
    (Action.ACKNOWLEDGE, "enf-1", Carried()),
    (Action.START, "enf-1", Carried()),
    (Action.RESOLVE, "enf-1", Carried(reason="taken to the shelter", evidence=("photo-1", "photo-2"))),
    (Action.VERIFY, "ve", Carried()),
    (Action.CALL_BACK, "op", Carried(satisfied=True)),
)
Figures = list[tuple[str, int, float, list[float]]]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=1000)
    parser.add_argument("--open", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=PROJECT_DIR / "bench" / "results" / "lifecycle.md")
    options = parser.parse_args()
    with open_stage() as database:
        text = measure(database, incidents=options.incidents, others=options.open)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def measure(database: Database, *, incidents: int, others: int) -> str:
    """Measure each way on the same database, one after another."""
    load_before = os.getloadavg()[0]
    with database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    insert(database, others, status="handling")
    with database.connect(autocommit=True) as connection:
        connection.execute("ANALYZE")
    figures: Figures = []
    with database.pooled(max_size=THREADS) as pooled:
        walk(pooled, insert(database, 50), [])  # the first connections plan the rules
        ids = insert(database, incidents)
        times: list[float] = []
        figures.append(("single calls, one after another", *timed(lambda: walk(pooled, ids, times)), times))
        parts = [insert(database, incidents // THREADS) for _ in range(THREADS)]
        together: list[list[float]] = [[] for _ in parts]

        def walk_together() -> int:
            with ThreadPoolExecutor(THREADS) as workers:
                return sum(workers.map(walk, [pooled] * THREADS, parts, together))

        figures.append(
            (f"single calls, {THREADS} threads", *timed(walk_together), [one for part in together for one in part])
        )
        ids = insert(database, incidents)
        bulk_times: list[float] = []
        figures.append(
            (f"bulk, {BULK} incidents a call", *timed(lambda: walk_bulk(pooled, ids, bulk_times)), bulk_times)
        )
    with serve(database) as (address, _pid), Client(base_url=f"http://{address}", trust_env=False) as client:
        walk_http(client, insert(database, 20), [])
        ids = insert(database, incidents // 2)
        http_times: list[float] = []
        figures.append(("HTTP, one after another", *timed(lambda: walk_http(client, ids, http_times)), http_times))
    return write_results(database, figures, others=others, incidents=incidents, load_before=load_before)


def insert(database: Database, count: int, *, status: str = "reported") -> list[int]:
    """Insert incidents of today's; gives their ids."""
    with database.connect() as connection:
        rows = connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, status) "
            "SELECT 'A02', 118.8001 + 0.0398 * random(), 36.905, %s FROM generate_series(1, %s) RETURNING id",
            [status, count],
        ).fetchall()
    return [row[0] for row in rows]


def timed(act: Callable[[], int]) -> tuple[int, float]:
    """Give how many actions were done, and in how many seconds."""
    started = time.perf_counter()
    count = act()
    return count, time.perf_counter() - started


def walk(database: Database, ids: list[int], times: list[float]) -> int:
    """Take each incident its whole way, action by action."""
    for incident_id in ids:
        for version, (action, actor, carried) in enumerate(WAY, 1):
            sent = time.perf_counter()
            carry_out(database, incident_id, action, actor=actor, expected_version=version, carried=carried)
            times.append(time.perf_counter() - sent)
    return len(ids) * len(WAY)


def walk_bulk(database: Database, ids: list[int], times: list[float]) -> int:
    """Take the incidents their whole way, many at a time."""
    for version, (action, actor, carried) in enumerate(WAY, 1):
        for start in range(0, len(ids), BULK):
            named = [(one, version) for one in ids[start : start + BULK]]
            sent = time.perf_counter()
            results = carry_out_many(database, named, action, actor=actor, carried=carried)
            times.append(time.perf_counter() - sent)
            assert all(one.error is None for one in results)
    return len(ids) * len(WAY)


def walk_http(client: Client, ids: list[int], times: list[float]) -> int:
    """Take each incident its whole way over HTTP."""
    for incident_id in ids:
        for version, (action, actor, carried) in enumerate(WAY, 1):
            body = {
                "action": action,
                "expected_version": version,
                "reason": carried.reason,
                "evidence": list(carried.evidence),
                "satisfied": carried.satisfied,
            }
            sent = time.perf_counter()
            answer = client.post(
                f"/api/incidents/{incident_id}/transitions", json=body, headers={"X-Gridmap-Actor": actor}
            )
            times.append(time.perf_counter() - sent)
            assert answer.status_code == 200, answer.text
    return len(ids) * len(WAY)


def write_results(database: Database, figures: Figures, *, others: int, incidents: int, load_before: float) -> str:
    """Write what was measured, with what it was measured on."""
    with database.connect() as connection:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in names]
        settings = ", ".join(f"{name} {row[0] if row else ''}" for name, row in zip(names, shown, strict=True))
        counted = connection.execute(
            "SELECT (SELECT count(*) FROM incident), (SELECT count(*) FROM incident_hold), "
            "(SELECT count(*) FROM incident_event), current_setting('server_version')"
        ).fetchone()
        assert counted is not None
    lines = [
        "# Life cycle",
        "",
        "Actions per second, durable: checked against the table of the life cycle, locked, written with history,",
        "ledger, people and outbox, committed.",
        "",
        "| how | actions | seconds | actions per second | p50 of a call | p95 |",
        "|---|---|---|---|---|---|",
    ]
    for name, count, took, times in figures:
        middle, slow = pd.Series(times).quantile([0.5, 0.95]) * 1000
        lines.append(f"| {name} | {count:,} | {took:.1f} | **{count / took:,.0f}** | {middle:.1f} ms | {slow:.1f} ms |")
    lines += [
        "",
        f"- Command: `python -m bench.lifecycle --incidents {incidents} --open {others}`, "
        f"{datetime.now(UTC):%Y-%m-%d}.",
        f"- Data: the small county of the tests; at the end {counted[0]:,} incidents, {counted[1]:,} pieces of the "
        f"ledger, {counted[2]:,} lines of history. Each incident goes its whole way of {len(WAY)} actions.",
        f"- Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"PostgreSQL {counted[3]}; {settings}; the caller and the database share the cores. "
        f"Load average at the start {load_before:.1f}, at the end {os.getloadavg()[0]:.1f}: above the number of cores "
        "other work took its share.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
