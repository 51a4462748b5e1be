"""A server prunes the outbox by itself, and goes on after a fault."""

import asyncio
import contextlib
import logging
import time

import orjson
import psycopg
import pytest

from gridmap.errors import InputError
from gridmap.storage.database import Database, make_database
from gridmap.web import housekeeping
from gridmap.web.housekeeping import end_pauses, keep_burnt, keep_house, keep_supervising
from gridmap.web.live.live import Live
from tests.county import insert_small_county


async def _run(database: Database, *, seconds: float, every_s: float = 3600.0) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(keep_house(database, first_s=0, every_s=every_s, retry_s=0.05), seconds)


def _count(database: Database) -> int:
    with database.connect() as connection:
        row = connection.execute("SELECT count(*) FROM outbox").fetchone()
        assert row is not None
        return int(row[0])


def test_old_changes_go_and_the_others_stay(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        connection.execute(
            "INSERT INTO outbox (subject, at) VALUES ('unit', now() - interval '8 days'), "
            "('unit', now() - interval '6 days'), ('unit', now())"
        )
    # A row stays while any transaction of the server is older than it, and other tests share the server.
    until = time.monotonic() + 60
    while _count(fresh_database) > 2 and time.monotonic() < until:
        asyncio.run(_run(fresh_database, seconds=2))
    assert _count(fresh_database) == 2


def test_it_comes_again_and_outlives_a_fault(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[Database] = []

    def prune(database: Database) -> int:
        asked.append(database)
        if len(asked) == 1:
            raise psycopg.errors.InsufficientPrivilege("not allowed to delete")
        return 0

    monkeypatch.setattr(housekeeping, "prune_outbox", prune)
    with caplog.at_level(logging.WARNING):
        asyncio.run(_run(make_database("dbname=nowhere"), seconds=0.6, every_s=0.05))
    assert len(asked) > 3
    assert "not allowed to delete" in caplog.text


def test_pauses_are_ended_again_and_again(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[Database] = []

    def resume(database: Database) -> int:
        asked.append(database)
        if len(asked) == 1:
            raise psycopg.OperationalError("the server went away")
        return 0

    async def run() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(end_pauses(make_database("dbname=nowhere"), every_s=0.05), 0.6)

    monkeypatch.setattr(housekeeping, "resume_ended_pauses", resume)
    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert len(asked) > 3
    assert "the server went away" in caplog.text


def test_cards_are_given_by_themselves_and_once(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute("INSERT INTO incident (item_code, reported_at) VALUES ('A02', now() - interval '30 days')")

    async def run() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(keep_supervising(fresh_database, every_s=0.05), 2)

    asyncio.run(run())
    with fresh_database.connect() as connection:
        kinds = connection.execute("SELECT kind FROM supervision ORDER BY at").fetchall()
    assert kinds == [("reminder",), ("yellow",), ("red",), ("black",)]


def test_supervision_outlives_a_fault(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[Database] = []

    def supervise(database: Database) -> None:
        asked.append(database)
        if len(asked) == 1:
            raise InputError("supervision_red = 'x'")

    monkeypatch.setattr(housekeeping, "run_supervision", supervise)

    async def run() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(keep_supervising(make_database("dbname=nowhere"), every_s=0.05), 0.6)

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert len(asked) > 3
    assert "supervision_red = 'x'" in caplog.text


def test_who_burnt_the_time_reaches_the_figures(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at) "
            "VALUES ('A02', 118.805, 36.905, 'handling', now() - interval '40 days')"
        )
        row = connection.execute("SELECT lead_unit_id, area_id FROM incident").fetchone()
    assert row is not None
    unit, area = row
    live = Live(fresh_database)

    async def run() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(keep_burnt(fresh_database, live, every_s=0.05), 1)

    asyncio.run(run())
    assert live.figures["queued"] == live.figures["yellow"] == 0
    burnt = live.figures["burnt"]
    assert isinstance(burnt, dict)
    assert set(burnt) == {"days", "units"}
    [(found, working, overdue)] = burnt["units"]
    # Thirty days, all of them after the due time.
    assert (found, working) == (unit, overdue)
    assert 300 < overdue <= 720
    assert live.burnt is not None
    assert orjson.loads(live.burnt.encode("identity"))["areas"] == [[area, unit, overdue]]
    # What the board says beside it stays.
    live.set_figures({"reported_today": 3})
    assert live.figures["reported_today"] == 3
    assert live.figures["burnt"] == burnt


def test_counting_burnt_time_outlives_a_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database = make_database("dbname=nowhere")
    asked: list[Database] = []

    def read(given: Database) -> None:
        asked.append(given)
        raise InputError("lost")

    monkeypatch.setattr(housekeeping, "read_burnt", read)

    async def run() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(keep_burnt(database, Live(database), every_s=0.05), 0.6)

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert len(asked) > 3
    assert "Who burnt the time was not read: lost" in caplog.text
