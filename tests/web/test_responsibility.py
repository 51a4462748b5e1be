"""`/api/responsibility` and `/api/powers` over HTTP, on a real database."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import Client

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.powers import Power
from gridmap.services.responsibility import store_items
from gridmap.storage.database import Database
from gridmap.storage.powers import upsert_powers
from gridmap.web.errors import register_error_handlers
from gridmap.web.routes import responsibility
from tests.county import insert_small_county
from tests.domain.responsibility.lists import ITEMS


@pytest.fixture(scope="module")
def client(module_database: Database) -> Iterator[Client]:
    with module_database.connect() as connection:
        insert_small_county(connection)
        store_items(connection, ITEMS, name="2026", effective_from=date(2026, 1, 1), source="list.csv")
        shorter = replace(ITEMS[0], limit=Limit(0.5, LimitUnit.CALENDAR_DAY))
        store_items(connection, (shorter,), name="2090", effective_from=date(2090, 1, 1), source="")
        upsert_powers(connection, [Power("U-POL", "0101", None, date(2026, 5, 31), True), Power("U-ENF", "0101")])
    app = FastAPI()
    register_error_handlers(app)
    context = SimpleNamespace(database=module_database)
    app.include_router(responsibility.make_router(context))  # type: ignore[arg-type]
    served = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none", loop="asyncio"))
    thread = threading.Thread(target=served.run)
    thread.start()
    while not served.started:
        time.sleep(0.01)
        assert thread.is_alive(), "the server did not start"
    port = served.servers[0].sockets[0].getsockname()[1]
    with Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as opened:
        yield opened
    served.should_exit = True
    thread.join()


def test_a_list_by_name_and_by_day(client: Client) -> None:
    said = client.get("/api/responsibility", params={"version": "2026"}).json()
    assert said["version"]["name"] == "2026"
    assert (said["version"]["effective_from"], said["version"]["item_count"]) == ("2026-01-01", 2)
    first, second = said["items"]
    assert (first["code"], first["name"], first["limit"]) == ("0101", "犬只管理", {"value": 3.0, "unit": "working_day"})
    assert [(party["role"], party["unit_type"], party["position"]) for party in first["parties"]] == [
        ("lead", "enforcement", 1),
        ("lead", "police", 2),
        ("assist", "township", 1),
    ]
    assert first["parties"][0]["duties"] == [{"number": 1, "text": "登记发牌"}, {"number": 2, "text": "收容流浪犬"}]
    assert second["needs_power"] is True
    assert second["stages"][0] == {"name": "停工", "limit": {"value": 4.0, "unit": "working_hour"}}
    for day, name in (("2025-12-31", "list"), ("2026-01-01", "2026"), ("2091-01-01", "2090")):
        assert client.get("/api/responsibility", params={"on": day}).json()["version"]["name"] == name
    names = [one["name"] for one in client.get("/api/responsibility/versions").json()["versions"]]
    assert names == ["list", "2026", "2090"]


def test_an_item_and_what_differs(client: Client) -> None:
    assert client.get("/api/responsibility/0102", params={"version": "2026"}).json()["code"] == "0102"
    said = client.get("/api/responsibility/diff", params={"old": "2026", "new": "2090"}).json()
    assert said["added"] == []
    assert said["removed"] == [{"code": "0102", "name": "违法建设"}]
    (change,) = said["changed"]
    assert change["changes"] == [
        {
            "field": {"role": "", "unit_type": "", "number": 0, "name": "limit"},
            "old": "3 working_day",
            "new": "0.5 calendar_day",
        }
    ]


def test_powers(client: Client) -> None:
    def ask(**params: str) -> list[str]:
        return [one["unit_code"] for one in client.get("/api/powers", params=params).json()["powers"]]

    assert ask() == ["U-ENF", "U-POL"]
    assert ask(on="2026-05-31") == ["U-ENF", "U-POL"]
    assert ask(on="2026-06-01") == ["U-ENF"]
    assert ask(unit="U-POL") == ["U-POL"]
    assert ask(item="0999") == []


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/api/responsibility", {"version": "1999"}, 404),
        ("/api/responsibility", {"version": "2026", "on": "2026-01-01"}, 422),
        ("/api/responsibility", {"on": "soon"}, 422),
        ("/api/responsibility/0999", {"version": "2026"}, 404),
        ("/api/responsibility/diff", {"old": "2026"}, 422),
        ("/api/responsibility/diff", {"old": "2026", "new": "1999"}, 404),
        ("/api/powers", {"unit": "none"}, 404),
    ],
)
def test_what_is_refused(client: Client, path: str, params: dict[str, str], status: int) -> None:
    answer = client.get(path, params=params)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
