"""The duty officer's desk over HTTP: the page, counts of what waits, rules, incidents by id."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Client

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import LIFE_CYCLE, Action
from gridmap.settings import Settings
from gridmap.storage.database import Database
from gridmap.web.context import make_context
from gridmap.web.pages.config import name_page
from gridmap.web.routes.desk import make_router
from tests.county import TOWNSHIPS
from tests.staff import insert_staff
from tests.web.conftest import run_server

INSERT = """
    INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, precision, status, resolved_at)
    VALUES ('patrol', 'A02', %(title)s, 118.805, 36.905, 'exact', %(status)s,
        CASE WHEN %(status)s IN ('resolved', 'verified') THEN now() END)
    RETURNING id
"""


@pytest.fixture
def client(county: Database) -> Iterator[Client]:
    with county.connect() as connection:
        insert_staff(connection)
    with (
        run_server(county) as running,
        Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


def insert(database: Database, *statuses: str) -> list[int]:
    with database.connect() as connection:
        rows = [
            connection.execute(INSERT, {"title": str(number), "status": status}).fetchone()
            for number, status in enumerate(statuses)
        ]
    return [row[0] for row in rows if row is not None]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/desk", "desk"), ("/desk/", "desk"), ("/wall", "wall"), ("/divide", "divide"), ("/", "map"), ("/desks", "map")],
)
def test_a_path_names_its_page(path: str, expected: str) -> None:
    assert name_page(path) == expected


def test_the_page_is_served_in_both_languages(client: Client) -> None:
    for query, language, title in (("", "zh-CN", "值班台"), ("?lang=en", "en", "Duty desk")):
        page = client.get(f"/desk{query}")
        assert page.status_code == 200
        assert f'<html lang="{language}" data-theme="light" data-page="desk">' in page.text
        assert f"<title>{title}</title>" in page.text
        assert "69_desk_page.js" in page.text


def test_what_waits_is_counted(client: Client, county: Database) -> None:
    empty = client.get("/api/desk").json()
    assert set(empty["waiting"].values()) == {0}
    assert [(one["code"], one["name"]) for one in empty["townships"]] == list(
        zip(TOWNSHIPS, ("一街道", "二镇"), strict=True)
    )
    accepted, *_ = insert(county, "accepted", "resolved", "resolved", "verified", "handling", "reported")
    township = {"X-Gridmap-Actor": "t1"}
    calls = [
        client.post(
            "/api/calls", json={"township": TOWNSHIPS[0], "matter": "x", "place": "y", "wanted": []}, headers=township
        ).json()
        for _ in range(3)
    ]
    judged = client.post(
        f"/api/calls/{calls[0]['id']}/accept",
        json={"expected_version": calls[0]["version"], "units": ["U-ENF", "U-WAT"]},
        headers={"X-Gridmap-Actor": "di"},
    )
    assert judged.status_code == 200, judged.text
    client.post(
        f"/api/calls/{calls[1]['id']}/refuse",
        json={"expected_version": calls[1]["version"], "reason": "no"},
        headers={"X-Gridmap-Actor": "di"},
    )
    with county.connect() as connection:
        # Both units are late, and it is one call.
        connection.execute("UPDATE gridmap.unit_call_answer SET respond_by = now() - interval '1 minute'")
    disputed = client.post(
        f"/api/incidents/{accepted}/disputes",
        json={"expected_version": 1, "reason": "whose"},
        headers={"X-Gridmap-Actor": "di"},
    )
    assert disputed.status_code == 201, disputed.text
    card = client.post(
        f"/api/incidents/{accepted}/supervision",
        json={"kind": "yellow", "reason": "slow"},
        headers={"X-Gridmap-Actor": "su"},
    )
    assert card.status_code == 201, card.text
    asked = client.post(
        "/api/admissions",
        json={"unit_code": "U-T01", "item_code": "A04", "reason": "near"},
        headers={"X-Gridmap-Actor": "enf-1"},
    )
    assert asked.status_code == 201, asked.text
    with county.connect() as connection:
        # Two wait, one of them for too long; a third is answered.
        connection.execute(
            "INSERT INTO gridmap.clock_request (incident_id, kind, unit_id, reason, extension, requested_at) "
            "SELECT i.id, k.kind, i.holder_unit_id, 'r', CASE k.kind WHEN 'extend' THEN 1 END, now() - k.since "
            "FROM gridmap.incident i, (VALUES ('pause', interval '61 minutes'), ('extend', interval '59 minutes')) "
            "AS k (kind, since) WHERE i.status = 'handling'"
        )
        connection.execute(
            "INSERT INTO gridmap.clock_request (incident_id, kind, unit_id, reason, status, requested_at, ended_at) "
            "SELECT incident_id, 'pause', unit_id, 'r', 'withdrawn', now() - interval '2 hours', now() "
            "FROM gridmap.clock_request WHERE kind = 'pause'"
        )
    assert client.get("/api/desk").json()["waiting"] == {
        "to_verify": 2,
        "to_call_back": 1,
        "calls": 2,
        "calls_to_judge": 1,
        "calls_late": 1,
        "disputes": 1,
        "disputes_late": 0,
        "requests": 2,
        "requests_late": 1,
        "cards": 1,
        "admissions": 1,
    }


def test_the_rules_are_those_of_the_life_cycle() -> None:
    app = FastAPI()
    app.include_router(make_router(make_context(Settings())))

    async def ask() -> list[dict[str, Any]]:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://desk") as asking:
            found: list[dict[str, Any]] = (await asking.get("/api/desk/rules")).json()["rules"]
            return found

    rules = {one["action"]: one for one in asyncio.run(ask())}
    assert list(rules) == list(Action)
    for action, rule in LIFE_CYCLE.items():
        for status in Status:
            assert (status in rules[action]["sources"]) == (status in rule.ways), (action, status)
        assert set(rules[action]["needs"]) == rule.needs
        assert set(rules[action]["roles"]) == {role for role, _ in rule.grants}


def test_incidents_by_id_come_in_the_order_asked_for(client: Client, county: Database) -> None:
    one, two, three = insert(county, "reported", "resolved", "accepted")

    def ask(*ids: int) -> list[tuple[int, str, int]]:
        answer = client.get("/api/incidents", params={"id": list(ids)})
        assert answer.status_code == 200, answer.text
        return [(each["id"], each["status"], each["version"]) for each in answer.json()["incidents"]]

    assert ask(three, one) == [(three, "accepted", 1), (one, "reported", 1)]
    assert ask(two, two, 999_999, 0, -1, 2**63) == [(two, "resolved", 1)]
    assert client.get("/api/incidents", params={"id": list(range(201))}).status_code == 422
    assert client.get("/api/incidents", params={"id": "x"}).status_code == 422
