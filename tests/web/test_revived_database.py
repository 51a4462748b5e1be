"""A private server that dies under a running map is started again by it; one that was stopped is not."""

import time
from typing import Any

import httpx
import pytest

from gridmap.storage.database import make_database
from gridmap.storage.migrate import migrate
from gridmap.storage.server import PrivateServer
from tests.county import insert_small_county
from tests.web.test_killed_database import kill_all, serve

REVIVED_WITHIN_S = 20
STAYS_STOPPED_S = 3.0


@pytest.fixture
def county_server(own_server: PrivateServer) -> PrivateServer:
    with make_database(own_server.make_conninfo()).connect() as connection:
        migrate(connection)
        insert_small_county(connection)
    return own_server


def read_health(address: str) -> tuple[int, dict[str, Any]]:
    answer = httpx.get(f"{address}/healthz", timeout=15, trust_env=False)
    return answer.status_code, answer.json()


def wait_until_well(address: str) -> None:
    until = time.monotonic() + REVIVED_WITHIN_S
    while (health := read_health(address))[0] != 200:
        assert time.monotonic() < until, health
        time.sleep(0.1)
    assert health[1]["is_well"] is True


def test_killed_database_is_started_again_by_the_map(county_server: PrivateServer) -> None:
    with serve(county_server.place.home.parent) as address:
        before = county_server.find_running()
        kill_all(county_server)
        wait_until_well(address)
        after = county_server.find_running()
        assert before is not None
        assert after is not None
        assert after.pid != before.pid
        wait_for_feed(address)
        assert httpx.get(f"{address}/api/board", timeout=15, trust_env=False).status_code == 200


def wait_for_feed(address: str) -> None:
    """Wait until the board follows again: right after the kill it is well because the last look was just now."""
    until = time.monotonic() + REVIVED_WITHIN_S
    while (health := read_health(address)[1])["feed_age_ms"] > 1500:
        assert time.monotonic() < until, health
        time.sleep(0.1)


def test_database_stopped_on_purpose_stays_stopped_until_it_is_started(county_server: PrivateServer) -> None:
    with serve(county_server.place.home.parent) as address:
        county_server.stop()
        until = time.monotonic() + STAYS_STOPPED_S
        while time.monotonic() < until:
            assert county_server.find_running() is None
            time.sleep(0.1)
        status, health = read_health(address)
        assert status == 503
        assert health["is_well"] is False
        county_server.start()
        wait_until_well(address)
        wait_for_feed(address)
