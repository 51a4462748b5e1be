"""The life cycle and the ledger over HTTP."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Client, Response

from gridmap.storage.database import Database
from tests.staff import insert_staff
from tests.web.conftest import run_server

DOG = {
    "channel": "grid_worker",
    "item_code": "A02",
    "title": "犬只",
    "lon": 118.805,
    "lat": 36.905,
    "datum": "cgcs2000",
    "precision": "exact",
    "reported_at": "2026-11-20T15:00:00+08:00",
}


@pytest.fixture
def client(county: Database) -> Iterator[Client]:
    with county.connect() as connection:
        insert_staff(connection)
        connection.execute("INSERT INTO staff (code, role) VALUES ('值班员', 'operator')")
    with (
        run_server(county) as running,
        Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


def report(client: Client, *, actor: str | None = None) -> int:
    headers = {} if actor is None else {"X-Gridmap-Actor": actor}
    answer = client.post("/api/incidents", json=DOG, headers=headers)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def act(client: Client, incident_id: int, actor: str | None, action: str, version: int, **carried: Any) -> Response:
    headers = {} if actor is None else {"X-Gridmap-Actor": quote(actor)}
    body = {"action": action, "expected_version": version, **carried}
    return client.post(f"/api/incidents/{incident_id}/transitions", json=body, headers=headers)


def test_a_life_over_http(client: Client) -> None:
    one = report(client, actor="t1-worker")
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("值班员", "accept", {}),
        ("di", "dispatch", {}),
        ("enf-1", "acknowledge", {}),
        ("enf-1", "start", {}),
        ("su", "extend", {"reason": "rain", "extension": "1.5"}),
    ]
    for version, (actor, action, carried) in enumerate(steps, 1):
        answer = act(client, one, actor, action, version, **carried)
        assert answer.status_code == (409 if action == "extend" else 200), answer.text
    assert "overdue" in answer.json()["error"]["message"]
    done = act(client, one, "enf-1", "resolve", 5, evidence=["photo-1"]).json()
    assert (done["from_status"], done["to_status"], done["version"]) == ("handling", "resolved", 6)
    pieces = client.get(f"/api/incidents/{one}/ledger").json()["pieces"]
    assert [(piece["unit_code"], piece["kind"]) for piece in pieces] == [(None, "held"), ("U-ENF", "held")]
    assert pieces[0]["to_at"] == pieces[1]["from_at"]
    assert pieces[0]["overdue_s"] > 0, "the command centre let it lie"
    burnt = client.get("/api/units/burnt", params={"area": "370783001"}).json()["units"]
    assert [(unit["unit_code"], unit["incidents"], unit["held_now"]) for unit in burnt] == [
        (None, 1, 0),
        ("U-ENF", 1, 0),
    ]
    assert client.get("/api/units/burnt", params={"area": "370783002"}).json()["units"] == []
    clocks = client.get(f"/api/incidents/{one}/clocks").json()["clocks"]
    assert [(clock["kind"], clock["is_running"]) for clock in clocks] == [
        ("dispatch", False),
        ("handling", False),
        ("call_back", True),
    ]
    history = client.get(f"/api/incidents/{one}").json()["history"]
    assert [line["to_status"] for line in history] == [
        "reported",
        "accepted",
        "dispatched",
        "acknowledged",
        "handling",
        "resolved",
    ]


def test_each_refusal_has_its_status(client: Client) -> None:
    one = report(client)
    assert act(client, one, None, "accept", 1).status_code == 403
    assert act(client, one, "nobody", "accept", 1).status_code == 404
    assert act(client, 10**9, "op", "accept", 1).status_code == 404
    refused = act(client, one, "enf-1", "accept", 1)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert act(client, one, "op", "reject", 1).status_code == 422
    assert act(client, one, "op", "vanish", 1).status_code == 422
    assert act(client, one, "op", "accept", 1, unknown=1).status_code == 422
    assert act(client, one, "op", "accept", 7).status_code == 409
    assert act(client, one, "op", "verify", 1).status_code == 409
    assert client.get(f"/api/incidents/{one}/actions").status_code == 403
    assert client.get("/api/incidents/0/ledger").status_code == 404
    assert client.get("/api/units/burnt", params={"since": "2026-11-01T00:00:00"}).status_code == 422
    assert client.post("/api/incidents", json=DOG, headers={"X-Gridmap-Actor": "nobody"}).status_code == 404


def test_what_a_person_may_do_is_answered(client: Client) -> None:
    one = report(client)
    answer = client.get(f"/api/incidents/{one}/actions", headers={"X-Gridmap-Actor": "op"}).json()
    assert answer == {
        "actions": [
            {"action": "accept", "to_status": "accepted", "needs": []},
            {"action": "reject", "to_status": "rejected", "needs": ["reason"]},
            {"action": "merge", "to_status": "merged", "needs": ["other_incident_id"]},
        ],
        "requests": [],
    }


def test_many_at_once(client: Client) -> None:
    ids = [report(client) for _ in range(3)]
    body = {"action": "accept", "incidents": [{"id": one, "expected_version": 1} for one in ids]}
    headers = {"X-Gridmap-Actor": "op"}
    assert client.post("/api/transitions", json=body, headers=headers).status_code == 200
    body["incidents"].append({"id": report(client), "expected_version": 1})  # type: ignore[union-attr]
    answer = client.post("/api/transitions", json=body, headers=headers)
    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [result["error"] and result["error"]["code"] for result in results] == ["conflict"] * 3 + [None]
    assert results[3]["done"]["to_status"] == "accepted"
