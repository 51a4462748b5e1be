"""The live channel over a real socket: what a browser holds is what the database holds."""

import random
import threading
import time
from pathlib import Path

import httpx
import pytest

from gridmap.domain.board import BoardRow
from gridmap.services.board import open_feed
from gridmap.services.burnt import read_burnt
from gridmap.storage.database import Connection, Database, make_database
from gridmap.storage.migrate import migrate
from gridmap.storage.server import open_private_server
from tests.county import insert_small_county
from tests.web.conftest import Running, run_server
from tests.web.live.client import LiveClient


def _insert(connection: Connection, *, lon: float = 118.805, status: str = "reported") -> int:
    row = connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, status) "
        "VALUES ('A01', %s, 36.905, %s) RETURNING id",
        [lon, status],
    ).fetchone()
    assert row is not None
    return int(row[0])


def _truth(database: Database) -> dict[int, BoardRow]:
    with open_feed(database) as feed:
        board = feed.load().board
    return {number: row for number in board if (row := board.find_row(number)) is not None}


def test_a_client_under_a_stream_of_writes_ends_with_what_the_database_holds(running: Running) -> None:
    """Three writers, some of them slow to commit, and clients that come at any moment, also with late snapshots."""
    stop = threading.Event()

    def write(seed: int) -> None:
        dice = random.Random(seed)
        with running.database.connect() as connection:
            own: list[int] = []
            while not stop.is_set():
                own += [_insert(connection, lon=118.80 + dice.random() * 0.05) for _ in range(dice.randint(1, 3))]
                if len(own) > 5:
                    connection.execute(
                        "UPDATE incident SET status = CASE status WHEN 'reported' THEN 'accepted' ELSE 'rejected' END "
                        "WHERE id = %s AND status IN ('reported', 'accepted')",
                        [dice.choice(own)],
                    )
                time.sleep(dice.choice([0, 0, 0.05, 0.3]))
                if dice.random() < 0.2:
                    connection.rollback()
                    own.clear()
                connection.commit()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(3)]
    for writer in writers:
        writer.start()
    clients = []
    for number in range(8):
        clients.append(LiveClient(running.address, snapshot_delay_s=0.2 * (number % 3)))
        time.sleep(0.4)
    stop.set()
    for writer in writers:
        writer.join()
    truth = _truth(running.database)
    assert len(truth) > 50
    for client in clients:
        assert client.wait_until(lambda client=client: client.rows == truth), (len(client.rows), len(truth))
        assert client.faults == []
        client.close()


def test_a_client_that_comes_back_gets_only_what_it_missed(running: Running) -> None:
    client = LiveClient(running.address)
    with running.database.connect(autocommit=True) as connection:
        first = _insert(connection)
        assert client.wait_until(lambda: first in client.rows)
        client.close()
        second = _insert(connection)
        connection.execute("UPDATE incident SET status = 'rejected' WHERE id = %s", [first])
        again = LiveClient(running.address, epoch=client.epoch, revision=client.revision)
        again.rows = dict(client.rows)
        assert again.wait_until(lambda: set(again.rows) == {second})
        assert again.messages[0]["snapshot"] is False
        again.close()


def test_a_client_of_another_epoch_or_the_future_gets_a_snapshot(running: Running) -> None:
    with running.database.connect(autocommit=True) as connection:
        number = _insert(connection)
    for epoch, revision in (("other", 3), (running.context.live.hub.epoch, 10_000)):
        client = LiveClient(running.address, epoch=epoch, revision=revision)
        assert client.wait_until(lambda client=client: number in client.rows)
        assert client.messages[0]["snapshot"] is True
        client.close()


def test_the_first_change_after_a_quiet_time_goes_out_at_once(running: Running) -> None:
    client = LiveClient(running.address)
    with running.database.connect(autocommit=True) as connection:
        _insert(connection)  # plans of the rules are made
        client.wait_until(lambda: client.kinds.count("d") == 1)
        waits = []
        for number in range(2, 6):
            time.sleep(0.6)
            started = time.monotonic()
            _insert(connection)
            assert client.wait_until(lambda number=number: client.kinds.count("d") == number)
            waits.append(client.received_at[-1] - started)
    assert sorted(waits)[1] < 0.15, waits
    client.close()


def test_an_open_transaction_delays_nobody_else(running: Running) -> None:
    client = LiveClient(running.address)
    with running.database.connect() as slow, running.database.connect(autocommit=True) as quick:
        held = _insert(slow)
        seen = _insert(quick)
        assert client.wait_until(lambda: seen in client.rows, 3)
        assert held not in client.rows
        slow.commit()
        assert client.wait_until(lambda: held in client.rows, 3)
    client.close()


def test_an_import_is_told_as_a_snapshot(running: Running) -> None:
    client = LiveClient(running.address)
    with running.database.connect(autocommit=True) as connection:
        first = _insert(connection)
        assert client.wait_until(lambda: first in client.rows)
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat) "
            "SELECT 'A01', 118.801 + n * 1e-5, 36.905 FROM generate_series(1, 1500) n"
        )
        assert client.wait_until(lambda: len(client.rows) == 1501, 15)
        assert client.kinds.count("hello") == 2
        assert "reload" not in client.kinds
        last = _insert(connection)
        assert client.wait_until(lambda: last in client.rows, 5)
    assert client.rows == _truth(running.database)
    client.close()


def test_a_new_generation_begins_an_epoch_and_asks_for_a_reload(running: Running) -> None:
    client = LiveClient(running.address)
    with running.database.connect(autocommit=True) as connection:
        number = _insert(connection)
        assert client.wait_until(lambda: number in client.rows)
        epoch = client.epoch
        connection.execute("INSERT INTO outbox (subject, subject_id) VALUES ('generation', 1)")
        connection.execute("SELECT pg_notify('gridmap', '')")
        assert client.wait_until(lambda: "reload" in client.kinds and client.epoch not in ("", epoch))
        after = _insert(connection)
        assert client.wait_until(lambda: after in client.rows)
    assert client.rows == _truth(running.database)
    client.close()


def test_lost_connections_of_the_database_are_taken_up_again(running: Running) -> None:
    """What a restart of the server does to a client: every session ends; writes go on meanwhile."""
    client = LiveClient(running.address)
    with running.database.connect(autocommit=True) as connection:
        before = _insert(connection)
        assert client.wait_until(lambda: before in client.rows)
        epoch = client.epoch
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        meanwhile = _insert(connection)
        connection.execute("UPDATE incident SET status = 'rejected' WHERE id = %s", [before])
    assert client.wait_until(lambda: set(client.rows) == {meanwhile}, 8)
    assert client.epoch == epoch, "it read on from where it was"
    client.close()


def test_figures_and_heartbeats_come(running: Running) -> None:
    client = LiveClient(running.address)
    with running.database.connect(autocommit=True) as connection:
        _insert(connection)
    assert client.wait_until(lambda: "hb" in client.kinds and "f" in client.kinds, 8)
    beat = next(message for message in client.messages if message["k"] == "hb")
    assert abs(beat["now_ms"] - time.time() * 1000) < 5000
    assert 0 <= beat["feed_age_ms"] < 3000
    assert client.wait_until(
        lambda: [m for m in client.messages if m["k"] == "f"][-1]["figures"]["reported_today"] == 1, 8
    )
    client.close()


def test_a_storm_of_viewers_costs_one_snapshot(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from gridmap.web.live import live as live_module

    built = []
    encode = live_module.encode_snapshot
    monkeypatch.setattr(live_module, "encode_snapshot", lambda *given: built.append(1) or encode(*given))
    threads = [threading.Thread(target=running.context.live.snapshot) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) <= 2


def test_a_restart_of_the_database_server_is_outlived(open_dir: Path) -> None:
    """The board stays, its age grows, and when the server is back the follower reads on: nothing is loaded anew."""
    with open_private_server(open_dir / "var", durable=False) as own:
        database = make_database(own.make_conninfo())
        with database.connect(autocommit=True) as connection:
            migrate(connection)
            with connection.transaction():
                insert_small_county(connection)
            before = _insert(connection)
        with run_server(database) as running:
            client = LiveClient(running.address)
            assert client.wait_until(lambda: before in client.rows)
            epoch = client.epoch
            own.stop()
            assert httpx.get(f"http://{running.address}/healthz").status_code == 503
            assert httpx.get(f"http://{running.address}/api/board").status_code == 200
            time.sleep(1.5)
            assert running.context.live.feed_age_ms > 1000
            own.start()
            with database.connect(autocommit=True) as connection:
                after = _insert(connection)
            assert client.wait_until(lambda: after in client.rows, 15)
            assert (client.epoch, client.faults) == (epoch, [])
            assert running.context.live.feed_age_ms < 3000
            client.close()


def test_who_burnt_the_time_by_area_is_fetched(running: Running) -> None:
    with running.database.connect() as connection:
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at) "
            "VALUES ('A02', 118.805, 36.905, 'handling', now() - interval '40 days')"
        )
    running.context.live.set_burnt(read_burnt(running.database), {"queued": 0})
    answer = httpx.get(f"http://{running.address}/api/board/burnt")
    assert answer.status_code == 200
    content = answer.json()
    assert content["days"] == 30
    assert [hours for _, _, hours in content["areas"] if hours > 300]
    assert httpx.get(f"http://{running.address}/api/board").status_code == 200
    running.context.live.burnt = None
    late = httpx.get(f"http://{running.address}/api/board/burnt")
    assert late.status_code == 503
    assert "Try again" in late.text
