"""What is refused is told in the language of who asks: Chinese on the Chinese pages, English to a program."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from httpx import Client, Response

from gridmap.storage.database import Database
from tests.staff import insert_staff
from tests.web.conftest import run_server

CODES = re.compile(r"U-\w+|A\d\d|\b(op|di|ve|su|enf-1|t1)\b|nobody|nothing|U\+0000|20\d\d-\d\d-\d\d \d\d:\d\d")
"""Codes of units, items and people, and what was sent: the only Latin letters that a Chinese refusal has."""


@pytest.fixture
def client(county: Database) -> Iterator[Client]:
    with county.connect() as connection:
        insert_staff(connection)
    with (
        run_server(county) as running,
        Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


def _report(client: Client, item: str = "A02") -> int:
    body = {
        **{"channel": "patrol", "item_code": item, "title": "犬只", "lon": 118.805, "lat": 36.905},
        **{"datum": "cgcs2000", "precision": "exact", "reported_at": "2026-11-20T15:00:00+08:00"},
    }
    answer = client.post("/api/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def _act(client: Client, incident: int, actor: str, action: str, version: int, **more: Any) -> Response:
    headers = {"X-Gridmap-Actor": actor, **more.pop("headers", {})}
    params = more.pop("params", {})
    body = {"action": action, "expected_version": version, **more}
    return client.post(f"/api/incidents/{incident}/transitions", json=body, headers=headers, params=params)


def _read(answer: Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"]["message"])


def _check_chinese(said: str) -> None:
    assert re.search("[一-鿿]", said), said
    assert not re.search("[A-Za-z{}]", CODES.sub("", said)), said


ZH = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


def test_a_refused_action_by_language(client: Client) -> None:
    one = _report(client)
    english = f"Incident {one} is reported: verify is not possible then. Possible now: accept, reject, merge."
    chinese = f"事件 {one} 当前为“已上报”，不能办理“核查通过”。现在可以办理：受理、不予受理、合并。"
    asked: list[tuple[Mapping[str, Any], str]] = [
        ({}, english),
        ({"headers": {"Accept-Language": "en"}}, english),
        ({"headers": {"Accept-Language": "fr"}}, english),
        ({"headers": ZH}, chinese),
        ({"params": {"lang": "zh"}}, chinese),
        ({"params": {"lang": "zh"}, "headers": {"Accept-Language": "en"}}, chinese),
        ({"params": {"lang": "en"}, "headers": ZH}, english),
    ]
    for how, said in asked:
        answer = _act(client, one, "op", "verify", 1, **how)
        assert _read(answer, 409) == said, how
        assert answer.json()["error"]["code"] == "conflict"


def test_a_lost_race_says_what_it_is_now_with_whom_and_by_whom(client: Client) -> None:
    one = _report(client)
    assert _act(client, one, "op", "accept", 1).status_code == 200
    said = _read(_act(client, one, "di", "accept", 1, headers=ZH), 409)
    assert re.fullmatch(
        rf"事件 {one} 已被他人更改：20\d\d-\d\d-\d\d \d\d:\d\d 由 op（受理）办理，当前为“已受理”，"
        r"持有单位为社会治理中心（您看到的是第 1 版，现为第 2 版）。请刷新后再办理。",
        said,
    ), said


def test_each_kind_of_refusal_is_chinese_without_english_words(client: Client) -> None:
    one = _report(client)
    refusals = [
        (_act(client, one, "enf-1", "accept", 1, headers=ZH), 403),
        (_act(client, one, "nobody", "accept", 1, headers=ZH), 404),
        (_act(client, 10**9, "op", "accept", 1, headers=ZH), 404),
        (_act(client, one, "op", "reject", 1, headers=ZH), 422),
        (_act(client, one, "op", "merge", 1, other_incident_id=one, headers=ZH), 422),
        (_act(client, one, "op", "reject", 1, reason="\0", headers=ZH), 422),
        (client.get(f"/api/incidents/{one}/actions", headers=ZH), 403),
        (client.get("/api/nothing", headers=ZH), 404),
        (client.delete("/api/incidents", headers=ZH), 405),
        (client.get("/api/divide/village", params={"code": "1"}, headers=ZH), 404),
        (client.post("/api/incidents", content=b"{", headers={**ZH, "Origin": "http://elsewhere"}), 403),
    ]
    person = {"X-Gridmap-Actor": "op", **ZH}
    posts: list[tuple[str, dict[str, Any], int]] = [
        (f"incidents/{one}/orders", {}, 403),
        (f"incidents/{one}/supervision", {"kind": "red", "reason": "x"}, 403),
        (f"incidents/{one}/callbacks", {"expected_version": 1, "is_reached": False}, 409),
        (f"incidents/{one}/disputes", {"expected_version": 1, "reason": "x"}, 403),
        ("calls", {"township": "1", "matter": "x"}, 404),
        ("calls/99/withdraw", {"expected_version": 1, "reason": "x"}, 404),
        ("disputes/99/precedent", {"expected_version": 1, "is_precedent": True}, 404),
        ("supervision/99/lift", {"expected_version": 1, "reason": "x"}, 404),
        ("orders/99/acknowledge", {"expected_version": 1}, 404),
        ("admissions", {"item_code": "A02", "unit_code": "U-T01", "reason": "x"}, 403),
    ]
    refusals += [(client.post(f"/api/{path}", json=body, headers=person), status) for path, body, status in posts]
    for answer, status in refusals:
        _check_chinese(_read(answer, status))


def test_what_a_trigger_refuses(client: Client, county: Database) -> None:
    one = _report(client, "A01")
    for version, (actor, action) in enumerate((("op", "accept"), ("di", "dispatch")), 1):
        assert _act(client, one, actor, action, version, unit_code="U-ENF").status_code == 200
    for version, action in enumerate(("acknowledge", "start"), 3):
        assert _act(client, one, "enf-1", action, version).status_code == 200
    orders = {"orders": [{"unit": "U-POL"}]}
    made = client.post(f"/api/incidents/{one}/orders", json=orders, headers={"X-Gridmap-Actor": "di"})
    assert made.status_code == 201, made.text
    with county.connect() as connection:
        (unit,) = connection.execute("SELECT name FROM unit WHERE code = 'U-POL'").fetchone() or ("",)
    said = _read(_act(client, one, "enf-1", "resolve", 5, evidence=["p"], headers=ZH), 409)
    assert said == f"事件 {one} 不能办结：{unit} 的联动工单尚未完成。请待其完成，或由牵头单位说明理由后越过。"
    # What none of our triggers is known to say comes in a Chinese frame.
    with county.connect() as connection:
        connection.execute("ALTER TABLE incident ADD CONSTRAINT no_return CHECK (status <> 'returned') NOT VALID")
    said = _read(_act(client, one, "enf-1", "return", 5, reason="x", headers=ZH), 409)
    assert said.startswith(f"事件 {one}：数据库拒绝了这一更改：new row for relation")
    assert _read(_act(client, one, "enf-1", "return", 5, reason="x"), 409).startswith(f"Incident {one}: new row for")


def test_of_many_each_refusal_and_each_fault_of_a_field(client: Client) -> None:
    one, two = _report(client), _report(client)
    body: dict[str, Any] = {"action": "accept", "incidents": [{"id": one, "expected_version": 1}]}
    body["incidents"].append({"id": two, "expected_version": 9})
    headers = {"X-Gridmap-Actor": "op", **ZH}
    answer = client.post("/api/transitions", json=body, headers=headers)
    assert answer.status_code == 207, answer.text
    _check_chinese(answer.json()["results"][1]["error"]["message"])
    answer = client.post("/api/transitions", json={**body, "reason": "x" * 2001, "more": 1}, headers=headers)
    assert _read(answer, 422) == "填写的内容有误："
    assert answer.json()["error"]["details"] == [
        {"field": "body.reason", "reason": "最多 2000 个字", "label": "理由"},
        {"field": "body.more", "reason": "不是可填写的项", "label": "more"},
    ]
    answer = client.post("/api/transitions", json={**body, "reason": "x" * 2001}, headers={"X-Gridmap-Actor": "op"})
    assert answer.json()["error"]["details"] == [
        {"field": "body.reason", "reason": "String should have at most 2000 characters", "label": "reason"}
    ]


def test_what_the_program_wrote_is_said_and_what_people_typed_is_not(client: Client, county: Database) -> None:
    one = _report(client)
    with county.connect() as connection:
        connection.execute(
            "INSERT INTO supervision (incident_id, kind, cause, at, reason) VALUES "
            "(%(id)s, 'black', 'rule', now(), '2 red cards in 30 days'),"
            "(%(id)s, 'red', 'hand', now(), '3 red cards in 30 days')",
            {"id": one},
        )
    for headers, ours in ((ZH, "30 天内 2 张红牌"), ({}, "2 red cards in 30 days")):
        cards = client.get("/api/supervision", params={"incident": one}, headers=headers).json()["cards"]
        assert [card["reason"] for card in cards] == [ours, "3 red cards in 30 days"]
