"""`/api/incidents/{id}/why`, `/api/queues`, `/api/admissions` over HTTP, and the panel's part of why."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Client

from gridmap.services.assignment import NotAdmittedError
from gridmap.services.explain import explain_incident
from gridmap.storage.database import Database
from gridmap.web.i18n import Language, read_catalogue
from gridmap.web.pages.why import make_why
from tests.assignment import check_assignment
from tests.staff import find_unit_id, insert_staff
from tests.web.conftest import run_server


@pytest.fixture
def client(county: Database) -> Iterator[Client]:
    with county.connect() as connection:
        insert_staff(connection)
    with (
        run_server(county) as running,
        Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


def send(client: Client, item: str | None = "A01") -> int:
    row = {
        "channel": "hotline",
        "item_code": item,
        "title": "噪声",
        "lon": 118.805,
        "lat": 36.915,
        "datum": "cgcs2000",
        "precision": "exact",
        "reported_at": "2026-11-20T15:00:00+08:00",
    }
    answer = client.post("/api/incidents", json=row)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def test_why_and_queues_and_admissions(client: Client, county: Database) -> None:
    led, waiting = send(client), send(client, "Z1")
    _check_why(client, led, waiting)
    _check_queues(client, waiting)
    _check_panel(county, led, waiting)
    _check_admissions(client, county, waiting)


def _check_why(client: Client, led: int, waiting: int) -> None:
    said = client.get(f"/api/incidents/{led}/why?lang=en").json()
    described = client.get("/api/openapi.json").json()["components"]["schemas"]
    assert set(said) == set(described["WhyAnswer"]["properties"])
    assert (said["lead"]["code"], said["rule"], said["queue"]) == ("U-PS1", "jurisdiction", None)
    assert said["list"] == {"name": "list", "effective_from": "2020-01-01"}
    assert said["jurisdiction"]["code"] == "J-PS1"
    for name, shape in (
        ("leads", "ResolvedAnswer"),
        ("alternatives", "AlternativeAnswer"),
        ("changes", "ChangeAnswer"),
    ):
        assert set(said[name][0]) == set(described[shape]["properties"]), name
    assert said["item"]["limit_value"] == 3.0
    assert any("jurisdiction" in words for words in said["words"])
    chinese = client.get(f"/api/incidents/{led}/why?lang=zh").json()
    assert any("管辖区" in words for words in chinese["words"])
    asked = client.get(f"/api/incidents/{waiting}/why?lang=en").json()
    assert (asked["lead"], asked["queue"], asked["item"]) == (None, "item_not_in_list", None)
    assert "Not in the list" in asked["words"][0]
    assert client.get("/api/incidents/999999/why").status_code == 404
    assert client.get("/api/incidents/x/why").status_code == 422


def _check_queues(client: Client, waiting: int) -> None:
    said = client.get("/api/queues?lang=en").json()
    assert said["count"] == 1
    assert said["oldest_at"].startswith("2026-11-20T07:00:00")
    by_name: dict[str, Any] = {one["queue"]: one for one in said["queues"]}
    assert by_name["item_not_in_list"]["oldest_incident_id"] == waiting
    assert [(one["item_code"], one["count"]) for one in by_name["item_not_in_list"]["items"]] == [("Z1", 1)]
    assert by_name["no_power"]["count"] == 0
    listed = client.get("/api/incidents?queue=item_not_in_list").json()["incidents"]
    assert [one["id"] for one in listed] == [waiting]
    assert client.get("/api/incidents?queue=no_power").json()["incidents"] == []
    assert client.get("/api/incidents?queue=lost").status_code == 422


def _check_panel(county: Database, led: int, waiting: int) -> None:
    for language, words in (
        (Language.CHINESE, ("管辖区", "城区派出所辖区", "曾考虑而未选定", "公安局", "配合单位", "一街道办事处")),
        (Language.ENGLISH, ("jurisdiction", "城区派出所辖区", "Looked at and not taken", "公安局", "Assist")),
    ):
        page = str(
            make_why(explain_incident(county, led), catalogue=read_catalogue(language), timezone="Asia/Shanghai")
        )
        assert [word for word in words if word not in page] == []
        assert "rejected:" not in page
        assert "by:" not in page
    page = _write_why(county, waiting, Language.CHINESE)
    assert "清单外事项" in page
    assert "曾考虑而未选定" not in page


def _write_why(county: Database, incident_id: int, language: Language) -> str:
    explanation = explain_incident(county, incident_id)
    return str(make_why(explanation, catalogue=read_catalogue(language), timezone="Asia/Shanghai"))


def _check_admissions(client: Client, county: Database, waiting: int) -> None:
    body = {"unit_code": "U-T01", "item_code": "Z1", "reason": "就近", "incident_id": waiting}
    assert client.post("/api/admissions", json=body).status_code == 403
    made = client.post("/api/admissions", json=body, headers={"X-Gridmap-Actor": "enf-1"})
    assert made.status_code == 201, made.text
    path = f"/api/admissions/{made.json()['id']}"
    assert client.post("/api/admissions", json=body, headers={"X-Gridmap-Actor": "enf-1"}).status_code == 409
    with county.connect() as connection:
        unit_id = find_unit_id(connection, "U-T01")
    with pytest.raises(NotAdmittedError):
        check_assignment(county, waiting, unit_id, actor="di")
    attempts = client.get("/api/admissions/attempts").json()["attempts"]
    assert [(one["unit_code"], one["attempts"]) for one in attempts] == [(None, 1)]
    assert client.get("/api/admissions/attempts?since=2099-01-01T00:00:00Z").json() == {"attempts": []}
    assert client.get("/api/admissions/attempts?since=2026-01-01").status_code == 422
    steps = [("review", "di", 200), ("review", "di", 403), ("approve", "su", 409), ("review", "ve", 200)]
    version = 1
    for step, actor, status in [*steps, ("approve", "enf-1", 403), ("approve", "su", 200)]:
        answer = client.post(f"{path}/{step}", json={"version": version}, headers={"X-Gridmap-Actor": actor})
        assert answer.status_code == status, answer.text
        version = answer.json().get("version", version)
    assert client.get(path).json()["status"] == "approved"
    check_assignment(county, waiting, unit_id)
    assert client.post(f"{path}/burn", json={"version": 4}, headers={"X-Gridmap-Actor": "su"}).status_code == 422
    listed = client.get("/api/admissions?status=approved&unit=U-T01").json()
    assert [one["id"] for one in listed["admissions"]] == [made.json()["id"]]
    assert client.get("/api/admissions?status=refused").json()["admissions"] == []
    assert client.get("/api/admissions/999").status_code == 404
