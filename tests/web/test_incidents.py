"""`/api/incidents` over HTTP, on a real database."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import Client

from gridmap.storage.database import Database
from gridmap.web.errors import register_error_handlers
from gridmap.web.routes.incidents import MAX_BODY_BYTES, make_router
from tests.county import VILLAGES, insert_small_county


@pytest.fixture
def client(fresh_database: Database) -> Iterator[Client]:
    with _served(fresh_database) as opened:
        yield opened


@pytest.fixture(scope="module")
def refusing(module_database: Database) -> Iterator[Client]:
    """One server for all that stores nothing."""
    with _served(module_database) as opened:
        yield opened


@pytest.fixture(scope="module")
def reported(refusing: Client) -> int:
    """The id of the one incident there is in what `refusing` serves."""
    return int(refusing.post("/api/incidents", json=make_row()).json()["id"])


@contextmanager
def _served(database: Database) -> Iterator[Client]:
    with database.connect() as connection:
        insert_small_county(connection)
    app = FastAPI(openapi_url="/api/openapi.json")
    register_error_handlers(app)
    app.include_router(make_router(SimpleNamespace(database=database)))  # type: ignore[arg-type]
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


def make_row(**changed: Any) -> dict[str, Any]:
    return {
        "channel": "hotline",
        "item_code": "A01",
        "title": "噪声扰民",
        "lon": 118.805,
        "lat": 36.915,
        "datum": "cgcs2000",
        "precision": "exact",
        "reported_at": "2026-11-20T15:00:00+08:00",
        **changed,
    }


def test_one_report_is_answered_with_its_place_unit_and_time(client: Client) -> None:
    answer = client.post("/api/incidents", json=make_row())
    assert answer.status_code == 201
    said = answer.json()
    assert said["small_grid"] == f"{VILLAGES[0]}001"
    assert said["lead_unit"] == {"code": "U-PS1", "name": "城区派出所", "letter": "PA"}
    assert (said["placement"], said["lead_rule"], said["provisional"]) == ("inside", "jurisdiction", False)
    assert said["due_at"] == "2026-11-25T07:00:00+00:00"
    assert said["repeated"] is False
    read = client.get(f"/api/incidents/{said['id']}").json()
    history = read.pop("history")
    assert read == said
    assert [one["kind"] for one in history] == ["reported"]


def test_a_sender_may_set_the_due_time_itself(client: Client) -> None:
    answer = client.post("/api/incidents", json=make_row(target_at="2026-11-21T15:00:00+08:00", source_key="t"))
    assert answer.status_code == 201
    said = answer.json()
    assert (said["near_due_at"], said["due_at"]) == ("2026-11-21T01:00:00+00:00", "2026-11-21T07:00:00+00:00")
    again = client.post("/api/incidents", json=make_row(target_at="2026-11-21T07:00:00Z", source_key="t"))
    assert again.json()["repeated"] is True
    other = client.post("/api/incidents", json=make_row(target_at="2026-11-22T07:00:00Z", source_key="t"))
    assert other.status_code == 409
    early = client.post("/api/incidents", json=make_row(target_at="2026-11-20T14:59:00+08:00"))
    assert early.status_code == 422
    assert "target_at" in early.text


def test_a_list_takes_the_good_and_refuses_the_bad(client: Client) -> None:
    rows = json.dumps([make_row(), make_row(), make_row()]).replace("36.915", "NaN", 1)
    answer = client.post("/api/incidents", content=rows)
    assert answer.status_code == 207
    said = answer.json()
    assert [one["index"] for one in said["accepted"]] == [1, 2]
    assert [(one["index"], one["field"], one["code"]) for one in said["refused"]] == [(0, "lat", "input")]
    assert "finite" in said["refused"][0]["reason"]


def test_the_idempotency_key_makes_a_repeat_harmless(client: Client) -> None:
    headers = {"Idempotency-Key": "call-1"}
    first = client.post("/api/incidents", json=[make_row(), make_row(title="b")], headers=headers)
    again = client.post("/api/incidents", json=[make_row(), make_row(title="b")], headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert [one["id"] for one in again.json()["accepted"]] == [one["id"] for one in first.json()["accepted"]]
    assert all(one["repeated"] for one in again.json()["accepted"])
    single = client.post("/api/incidents", json=make_row(), headers=headers)
    assert single.status_code == 200, "row 0 of the same key, said alone"
    other = client.post("/api/incidents", json=make_row(title="x"), headers=headers)
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "conflict"


def test_a_list_of_conflicts_alone_is_a_conflict(client: Client) -> None:
    client.post("/api/incidents", json=make_row(source_key="k"))
    assert client.post("/api/incidents", json=[make_row(source_key="k", title="x")]).status_code == 409
    assert client.post("/api/incidents", json=[make_row(lat="x")]).status_code == 422


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"lon":' + b"1" * 5000 + b"}", "not JSON"),
        (b"5", "has to be an object"),
        (json.dumps(make_row(lon=36.9, lat=118.8)).encode(), "swapped"),
        (json.dumps(make_row(reported_at="2026-11-20T15:00:00")).encode(), "offset from UTC"),
        (json.dumps({**make_row(), "datum": None}).encode(), "datum"),
        (json.dumps([make_row()] * 1001).encode(), "at most 1000"),
        (b" " * (MAX_BODY_BYTES + 1), "larger than"),
    ],
)
def test_what_can_t_be_used_is_422_and_says_why(refusing: Client, reported: int, body: bytes, message: str) -> None:
    answer = refusing.post("/api/incidents", content=body)
    assert answer.status_code == 422
    assert message in answer.json()["error"]["message"]
    assert [one["id"] for one in refusing.get("/api/incidents").json()["incidents"]] == [reported]


def test_an_empty_list_is_nothing(client: Client) -> None:
    answer = client.post("/api/incidents", json=[])
    assert (answer.status_code, answer.json()) == (200, {"accepted": [], "refused": []})


def test_lists_come_in_pages(client: Client) -> None:
    client.post("/api/incidents", json=[make_row(title=str(number)) for number in range(5)])
    titles, after = [], 0
    while after is not None:
        page = client.get("/api/incidents", params={"limit": 2, "after": after, "area": VILLAGES[0]}).json()
        titles += [one["title"] for one in page["incidents"]]
        after = page["next_after"]
    assert titles == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("query", "status", "count"),
    [
        ("status=open", 200, 1),
        ("status=closed", 200, 0),
        ("status=reported&status=accepted", 200, 1),
        ("status=lost", 422, None),
        ("lateness=late", 422, None),
        ("placement=inside", 200, 1),
        ("limit=0", 422, None),
        ("limit=1001", 422, None),
        ("after=-1", 422, None),
        ("after=99999999999999999999999", 200, 0),
        ("area=%00", 422, None),
        ("area=%27%3B+DROP+TABLE+incident", 200, 0),
        ("unit=U-PS1", 200, 1),
    ],
)
@pytest.mark.usefixtures("reported")
def test_filters_are_checked(refusing: Client, query: str, status: int, count: int | None) -> None:
    answer = refusing.get(f"/api/incidents?{query}")
    assert answer.status_code == status
    if count is not None:
        assert len(answer.json()["incidents"]) == count


@pytest.mark.parametrize(("key", "status"), [("0", 404), ("7", 404), ("9" * 30, 404), ("abc", 422)])
def test_an_unknown_incident_is_404(refusing: Client, key: str, status: int) -> None:
    answer = refusing.get(f"/api/incidents/{key}")
    assert answer.status_code == status
    assert "error" in answer.json()


def test_the_description_names_every_field(client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    body = described["paths"]["/api/incidents"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"datum", "precision", "reported_at"} <= set(body["oneOf"][0]["required"])
    text = json.dumps(described)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        name = reference.removeprefix("#/components/schemas/")
        assert name in described["components"]["schemas"], f"{reference} leads nowhere"
    answer = described["components"]["schemas"]["IncidentAnswer"]["properties"]
    assert set(client.post("/api/incidents", json=make_row()).json()) == set(answer)


def test_no_personal_text_reaches_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="gridmap"):
        client.post("/api/incidents", json=make_row(title="张三电话", address="秘密路1号"))
        client.post("/api/incidents", json=make_row(title="张三电话\x00"))
    assert "intake: 1 accepted" in caplog.text
    assert "张三" not in caplog.text
    assert "秘密" not in caplog.text
