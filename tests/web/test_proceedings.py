"""Orders, calls, disputes, supervision, call-backs and duplicates over HTTP, on a real server and database."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gridmap.storage.database import Database
from tests.county import TOWNSHIPS, insert_small_county
from tests.staff import insert_staff
from tests.web.conftest import run_server


@pytest.fixture(scope="module")
def client(module_database: Database) -> Iterator[httpx.Client]:
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    with (
        run_server(module_database) as running,
        httpx.Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


def post(client: httpx.Client, path: str, actor: str | None, status: int = 200, **body: Any) -> dict[str, Any]:
    headers = {} if actor is None else {"X-Gridmap-Actor": actor}
    answer = client.post(f"/api/{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


def get(client: httpx.Client, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def report(client: httpx.Client, **changed: Any) -> int:
    row = {
        "channel": "hotline",
        "item_code": "A02",
        "title": "犬只扰民",
        "lon": 118.805,
        "lat": 36.905,
        "datum": "cgcs2000",
        "precision": "exact",
        "reported_at": "2026-11-16T09:00:00+08:00",
    }
    answer = client.post("/api/incidents", json={**row, **changed})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def act(client: httpx.Client, incident_id: int, action: str, actor: str, **carried: Any) -> None:
    post(
        client,
        f"incidents/{incident_id}/transitions",
        actor,
        action=action,
        expected_version=version_of(client, incident_id),
        **carried,
    )


def version_of(client: httpx.Client, incident_id: int) -> int:
    return int(get(client, f"incidents/{incident_id}")["version"])


def handle(client: httpx.Client, incident_id: int) -> None:
    for action, actor in (("accept", "op"), ("dispatch", "di"), ("acknowledge", "enf-1"), ("start", "enf-1")):
        act(client, incident_id, action, actor)


def test_orders(client: httpx.Client) -> None:
    one = report(client)
    handle(client, one)
    made = post(client, f"incidents/{one}/orders", "di", 201)["orders"]
    lead, assistant = made
    assert [(each["unit_code"], each["role"], each["status"]) for each in made] == [
        ("U-ENF", "lead", "open"),
        ("U-T01", "assist", "open"),
    ]
    refused = post(
        client,
        f"orders/{lead['id']}/finish",
        "enf-1",
        409,
        expected_version=1,
        result="办结",
        evidence=["photo"],
    )
    assert "一街道办事处" in refused["error"]["message"]
    post(client, f"orders/{assistant['id']}/acknowledge", "t1", expected_version=1)
    stale = post(client, f"orders/{assistant['id']}/finish", "t1", 409, expected_version=1, result="x")
    assert "version 2 and is acknowledged" in stale["error"]["message"]
    post(client, f"incidents/{one}/orders/override", "t1", 403, reason="r")
    over = post(client, f"incidents/{one}/orders/override", "enf-lead", reason="不再需要")["orders"]
    assert [each["status"] for each in over] == ["open", "overridden"]
    by_hand = [{"unit": "U-WAT", "duties": ["关阀"], "due_at": "2099-01-01T00:00:00+08:00"}]
    more = post(client, f"incidents/{one}/orders", "di", 201, orders=by_hand)["orders"]
    assert (more[-1]["unit_code"], more[-1]["duties"], more[-1]["role"]) == ("U-WAT", ["关阀"], "assist")
    post(client, f"orders/{more[-1]['id']}/withdraw", "di", expected_version=1, reason="改派")
    version = get(client, "orders", incident=one)["orders"][0]["version"]
    post(client, f"orders/{lead['id']}/finish", "enf-1", expected_version=version, result="办结", evidence=["photo"])
    assert get(client, f"incidents/{one}")["status"] == "resolved"
    assert get(client, "orders", unit="U-ENF", running=True)["orders"] == []


def test_calls(client: httpx.Client) -> None:
    body = {"township": TOWNSHIPS[0], "matter": "占道经营", "lon": 118.805, "lat": 36.905, "datum": "cgcs2000"}
    made = post(client, "calls", "t1", 201, **body, wanted=["U-ENF"])
    assert (made["status"], made["kind"], made["units"], made["lon"]) == ("called", "whistle", [], 118.805)
    assert "lon, lat and datum" in post(client, "calls", "t1", 422, **{**body, "datum": None})["error"]["message"]
    post(client, "calls", "t2", 403, **body)
    path = f"calls/{made['id']}"
    judged = post(client, f"{path}/accept", "di", expected_version=1, units=["U-ENF"])
    assert judged["units"][0]["respond_by"] is not None
    post(client, f"{path}/units", "di", expected_version=2, units=["U-POL"])
    post(client, f"{path}/respond", "enf-1", unit="U-ENF", note="十分钟到")
    there = post(client, f"{path}/arrive", "t1", unit="U-ENF")
    assert [(unit["unit_code"], unit["note"]) for unit in there["units"]] == [("U-ENF", "十分钟到"), ("U-POL", "")]
    assert there["units"][0]["is_arrival_late"] is False
    post(client, f"{path}/close", "t1", expected_version=3, result="已清理")
    rated = post(client, f"{path}/rate", "t1", expected_version=4, unit="U-ENF", rating=5)
    assert rated["units"][0]["rating"] == 5
    post(client, f"{path}/rate", "t1", 422, expected_version=5, unit="U-ENF", rating=6)
    assert get(client, path)["status"] == "closed"
    other = post(client, "calls", "t1", 201, **body)["id"]
    assert [call["id"] for call in get(client, "calls", open=True)["calls"]] == [other]
    assert get(client, "calls", overdue=True)["calls"] == []
    post(client, f"calls/{other}/refuse", "di", expected_version=1, reason="镇里可办")
    third = post(client, "calls", "t1", 201, **body)["id"]
    post(client, f"calls/{third}/withdraw", "t1", expected_version=1, reason="已解决")
    assert client.get("/api/calls/0").status_code == 404


def test_disputes(client: httpx.Client) -> None:
    one, other = report(client), report(client)
    for incident_id in (one, other):
        act(client, incident_id, "accept", "op")
        act(client, incident_id, "dispatch", "di")
    path = f"incidents/{one}/disputes"
    opened = post(client, path, "enf-lead", 201, expected_version=version_of(client, one), reason="不属我局")
    dispute = opened["dispute"]
    assert (dispute["status"], dispute["cause"], opened["precedents"]) == ("open", "request", [])
    assert [each["id"] for each in get(client, "disputes", open=True)["disputes"]] == [dispute["id"]]
    decided = post(
        client,
        f"disputes/{dispute['id']}/decide",
        "su",
        expected_version=1,
        unit="U-POL",
        reason="公安牵头",
        is_precedent=True,
    )
    assert (decided["decided_unit_code"], decided["panel"]) == ("U-POL", ["centre", "staffing_office", "justice"])
    again = post(
        client,
        f"incidents/{other}/disputes",
        "di",
        201,
        expected_version=version_of(client, other),
        reason="r",
    )
    assert [each["id"] for each in again["precedents"]] == [decided["id"]]
    found = get(client, "disputes/precedents", item="A02", township=TOWNSHIPS[1])["disputes"]
    assert [each["id"] for each in found] == [decided["id"]]
    version = decided["version"]
    post(client, f"disputes/{decided['id']}/precedent", "su", expected_version=version, is_precedent=False)
    assert get(client, "disputes/precedents", item="A02")["disputes"] == []


def test_supervision(client: httpx.Client) -> None:
    one = report(client)
    act(client, one, "accept", "op")
    act(client, one, "dispatch", "di")
    card = post(client, f"incidents/{one}/supervision", "su", 201, kind="yellow", reason="群众催办")
    assert (card["unit_code"], card["cause"], card["status"]) == ("U-ENF", "hand", "given")
    post(client, f"supervision/{card['id']}/answer", "pol-1", 403, expected_version=1, answer="x")
    post(client, f"supervision/{card['id']}/answer", "enf-1", expected_version=1, answer="今日办结")
    listed = [each["id"] for each in get(client, "supervision", unit="U-ENF", standing=True, incident=one)["cards"]]
    assert card["id"] in listed
    counts = {unit["unit_code"]: unit for unit in get(client, "supervision/units")["units"]}
    assert counts["U-ENF"]["yellow"] >= 1
    lifted = post(client, f"supervision/{card['id']}/lift", "su", expected_version=2, reason="属实")
    assert lifted["status"] == "lifted"
    assert card["id"] not in [each["id"] for each in get(client, "supervision", standing=True, limit=1000)["cards"]]


def test_call_backs(client: httpx.Client) -> None:
    one = report(client)
    handle(client, one)
    act(client, one, "resolve", "enf-1", evidence=["photo"])
    act(client, one, "verify", "ve")
    assert one in [each["id"] for each in get(client, "callbacks")["waiting"]]
    path = f"incidents/{one}/callbacks"
    tried = post(client, path, "op", 201, expected_version=version_of(client, one), is_reached=False)
    assert (tried["result"], tried["attempts"], tried["status"]) == ("try_again", 1, "verified")
    version = tried["version"]
    post(client, path, "op", 422, expected_version=version, is_reached=True)
    done = post(client, path, "op", 201, expected_version=version, is_reached=True, is_satisfied=False, note="又来了")
    assert (done["result"], done["status"]) == ("reopen", "reopened")
    assert [each["is_satisfied"] for each in get(client, path)["call_backs"]] == [None, False]


def test_duplicates(client: httpx.Client) -> None:
    place = {"item_code": "A04", "lon": 118.815, "lat": 36.915, "title": "停水"}
    one, other = report(client, **place), report(client, **place)
    (found,) = get(client, f"incidents/{one}/duplicates")["duplicates"]
    assert (found["id"], found["distance_m"], found["score"]) == (other, 0, 1)
    before = get(client, "incidents", limit=1000)["incidents"]
    asked = post(client, "duplicates", None, **place, datum="cgcs2000", reported_at="2026-11-16T09:00:00+08:00")
    assert {each["id"] for each in asked["duplicates"]} == {one, other}
    assert get(client, "incidents", limit=1000)["incidents"] == before
    merged = post(client, f"incidents/{one}/merge", "op", expected_version=1, into=other)
    assert merged["to_status"] == "merged"
    assert [each["id"] for each in get(client, f"incidents/{other}/merged")["merged"]] == [one]
    version = merged["version"]
    undone = post(client, f"incidents/{one}/unmerge", "op", expected_version=version, reason="两件事")
    assert undone["to_status"] == "reopened"
    assert get(client, f"incidents/{other}/merged")["merged"] == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("calls", {"township": "x\0", "matter": "m", "place": "p"}, 422),
        ("calls", {"township": "x", "matter": "m" * 2001, "place": "p"}, 422),
        ("calls", {"township": "x", "matter": "m", "place": "p", "colour": "red"}, 422),
        ("calls", {"township": "x", "matter": "m", "lon": 181, "lat": 0, "datum": "wgs84"}, 422),
        ("calls", {"township": "x", "matter": "m", "place": "p", "incident_id": 2**70}, 404),
        ("orders/9223372036854775808/acknowledge", {"expected_version": 1}, 404),
        ("incidents/0/orders", {}, 404),
        ("incidents/0/supervision", {"kind": "red", "reason": "r"}, 404),
        ("incidents/0/supervision", {"kind": "pink", "reason": "r"}, 422),
        ("disputes/0/decide", {"expected_version": 1, "unit": "U-POL", "reason": "r"}, 404),
        ("supervision/0/lift", {"expected_version": 1, "reason": "r"}, 404),
        ("incidents/0/callbacks", {"expected_version": 1, "is_reached": False}, 404),
        ("duplicates", {"item_code": "A02", "lon": 0, "lat": 0}, 422),
    ],
)
def test_what_can_t_be_used_is_refused_in_the_one_form(
    client: httpx.Client, path: str, body: dict[str, Any], status: int
) -> None:
    assert post(client, path, "su", status, **body)["error"]["message"]


def test_nobody_acts_without_a_name(client: httpx.Client) -> None:
    refused = post(client, "calls", None, 403, township=TOWNSHIPS[0], matter="m", place="p")
    assert "X-Gridmap-Actor" in refused["error"]["message"]
    post(client, "calls", "nobody", 404, township=TOWNSHIPS[0], matter="m", place="p")


@pytest.mark.parametrize("path", ["orders", "calls", "disputes", "supervision"])
@pytest.mark.parametrize("query", [{"incident": 2**63}, {"limit": 0}, {"after": -1}])
def test_a_list_refuses_what_is_no_number_of_a_row(client: httpx.Client, path: str, query: dict[str, int]) -> None:
    assert client.get(f"/api/{path}", params=query).status_code == 422


def test_what_goes_on_around_an_incident_with_what_the_person_may_do(client: httpx.Client) -> None:
    one = report(client)
    handle(client, one)
    post(client, f"incidents/{one}/orders", "di", 201)
    post(client, f"incidents/{one}/supervision", "su", 201, kind="yellow", reason="r")

    def read(actor: str | None) -> dict[str, Any]:
        headers = {} if actor is None else {"X-Gridmap-Actor": actor}
        answer = client.get(f"/api/incidents/{one}/around", headers=headers)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    nobody, assistant, supervisor = read(None), read("t1"), read("su")
    assert [order["unit_code"] for order in nobody["orders"]] == ["U-ENF", "U-T01"]
    assert [order["steps"] for order in nobody["orders"]] == [[], []]
    assert (nobody["steps"], nobody["cards"][0]["steps"], nobody["version"]) == ([], [], version_of(client, one))
    assert [order["steps"] for order in assistant["orders"]] == [[], ["acknowledge", "finish"]]
    assert supervisor["steps"] == ["order", "override", "give"]
    assert supervisor["cards"][0]["steps"] == ["lift"]
    assert client.get("/api/incidents/999999/around").status_code == 404
    assert client.get(f"/api/incidents/{one}/around", headers={"X-Gridmap-Actor": "none"}).status_code == 404


def test_where_a_point_lies(client: httpx.Client) -> None:
    inside = get(client, "locate", lon=118.805, lat=36.905, datum="cgcs2000")
    assert [area["level"] for area in inside["areas"]] == ["county", "township", "village", "large_grid", "small_grid"]
    assert [area["name"] for area in inside["areas"]][1:3] == ["一街道", "东村"]
    assert inside["placement"] == "inside"
    assert 400 < inside["margin_m"] < 500
    # The same numbers in the datum of a phone are another place, which the answer gives.
    shifted = get(client, "locate", lon=118.805, lat=36.905, datum="gcj02")
    assert 0.003 < 118.805 - shifted["lon"] < 0.008
    assert get(client, "locate", lon=118.81, lat=36.905, datum="cgcs2000")["placement"] == "border"
    outside = get(client, "locate", lon=0, lat=0, datum="wgs84")
    assert (outside["areas"], outside["placement"]) == ([], "outside")
    for bad in ({"lon": 181, "lat": 1}, {"lon": "nan", "lat": 1}, {"lon": 1}, {"lon": 1, "lat": 1, "datum": "x"}):
        assert client.get("/api/locate", params={"datum": "wgs84", **bad}).status_code == 422
