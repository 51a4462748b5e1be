"""Incidents cross their due times before many viewers: what that costs the server. A part of the bench `board`."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import brotli  # type: ignore[import-untyped]
import numpy as np
from websockets.asyncio.client import connect

from bench.live import fetch_board, read_cpu_s
from gridmap.domain.lateness import states_at
from gridmap.domain.snapshot import decode_snapshot
from gridmap.storage.database import Database

CROSSINGS = 500


@dataclass(frozen=True)
class Window:
    """What a window of time cost: the server's CPU, the database's transactions, messages to all viewers by kind.

    `figures` counts what was another figure in the messages that tell figures, by name; `cards` are those that the
    rules of supervision gave.
    """

    cpu_s: float
    transactions: int
    messages: Counter[str]
    figures: Counter[str]
    crossed: int
    written: int
    cards: int


async def watch_crossings(
    database: Database, address: str, pid: int, viewers: int, seconds: float
) -> tuple[Window, Window]:
    """Let the viewers watch a window without any crossing and one with hundreds."""
    got: Counter[str] = Counter()
    changed: Counter[str] = Counter()

    async def view() -> None:
        known: dict[str, object] = {}
        async with connect(f"ws://{address}/ws/live", max_size=None, compression=None) as stream:
            async for text in stream:
                message = json.loads(text)
                got[str(message["k"])] += 1
                if message["k"] == "f":
                    changed.update(name for name, value in message["figures"].items() if known.get(name) != value)
                    known = message["figures"]

    tasks = [asyncio.create_task(view()) for _ in range(viewers)]
    # Every incident is due long ago or far from now, but for those that cross in the second window.
    begins = await asyncio.to_thread(_set_targets, database, seconds)
    await asyncio.sleep(15)
    counted = (got, changed)
    quiet = await _watch(database, address, pid, counted, until=datetime.now(UTC) + timedelta(seconds=seconds))
    await asyncio.sleep(max(0.0, (begins - datetime.now(UTC)).total_seconds()))
    busy = await _watch(database, address, pid, counted, until=begins + timedelta(seconds=seconds))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert quiet.crossed == 0, quiet
    assert busy.crossed == CROSSINGS, busy
    return quiet, busy


def _set_targets(database: Database, seconds: float) -> datetime:
    with database.connect(autocommit=True) as connection:
        far = datetime.now(UTC) + timedelta(days=30)
        connection.execute("UPDATE incident SET target_at = reported_at + (%s - reported_at) * 2", [far])
        begins = datetime.now(UTC) + timedelta(seconds=seconds + 30)
        connection.execute(
            "UPDATE incident SET target_at = %s + random() * make_interval(secs => %s) "
            "WHERE id IN (SELECT id FROM incident ORDER BY random() LIMIT %s)",
            [begins + timedelta(seconds=1), seconds - 3, CROSSINGS],
        )
    return begins


async def _watch(
    database: Database, address: str, pid: int, counted: tuple[Counter[str], Counter[str]], *, until: datetime
) -> Window:
    before = await asyncio.to_thread(_read_state, database, address, pid)
    for one in counted:
        one.clear()
    await asyncio.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
    messages, figures = (one.copy() for one in counted)
    after = await asyncio.to_thread(_read_state, database, address, pid)
    return Window(
        cpu_s=after.cpu_s - before.cpu_s,
        transactions=after.transactions - before.transactions,
        messages=messages,
        figures=figures,
        crossed=after.overdue - before.overdue,
        written=after.revision - before.revision,
        cards=after.cards - before.cards,
    )


@dataclass(frozen=True)
class _State:
    """Overdue incidents as a browser derives them, newest change, transactions, cards, the CPU of the server."""

    overdue: int
    revision: int
    transactions: int
    cards: int
    cpu_s: float


def _read_state(database: Database, address: str, pid: int) -> _State:
    header, columns = decode_snapshot(brotli.decompress(fetch_board(address)))
    reported = columns["reported"].astype(np.int64)
    near, due, twice = (reported + columns[name].astype(np.int64) for name in ("near", "due", "twice"))
    overdue = int(np.count_nonzero(states_at(near, due, twice, header["now_ms"] // 1000) >= 2))
    with database.connect(autocommit=True) as connection:
        row = connection.execute(
            "SELECT (SELECT max(revision) FROM outbox), (SELECT xact_commit FROM pg_stat_database "
            "WHERE datname = current_database()), (SELECT count(*) FROM supervision)"
        ).fetchone()
    assert row is not None
    return _State(overdue, *row, cpu_s=read_cpu_s(pid))
